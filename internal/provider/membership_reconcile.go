package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// setChange is a planned change of all roles or business units of a user. A null prior set means that the set is managed
// for the first time.
type setChange struct {
	kind           membershipKind
	username       string
	planned, prior types.Set
}

// reconcile changes a user's roles or business units to the planned set. It makes all additions before all removals,
// continues after a failure, and reports every failure. With a prior set it sends only the planned difference, so that an
// apply does what its plan showed. Without one, it reads what the user has and makes it equal to the planned set. It
// returns what the user has afterwards, as far as is known, and whether that is the planned set.
func (s *providerData) reconcile(ctx context.Context, change setChange, diags *diag.Diagnostics) (actual types.Set, ok bool) {
	kind, username := change.kind, change.username
	have := setStrings(change.prior)

	if change.prior.IsNull() {
		var err error
		if have, err = s.listFresh(ctx, kind, username); err != nil {
			addAPIError(diags, fmt.Sprintf("read the %ss of user %q before changing them", kind.noun, username), err)

			return change.prior, false
		}
	}

	wanted := setStrings(change.planned)
	extra := difference(have, wanted)
	ok = true

	for _, id := range wanted {
		if containsID(have, id) {
			s.assigned.add(assignment{kind, username, id}.key())

			continue
		}

		if s.assign(ctx, assignment{kind, username, id}, diags) {
			have = append(have, id)
		} else {
			ok = false
		}
	}

	if len(extra) > 0 && !s.mayUnassign(ctx, kind, username, diags) {
		return withKnownSpelling(have, change.planned), false
	}

	for _, id := range extra {
		if s.unassign(ctx, assignment{kind, username, id}, diags) {
			have = difference(have, []string{id})
		} else {
			ok = false
		}
	}

	if ok {
		return change.planned, true
	}

	return withKnownSpelling(have, change.planned), false
}

// listFresh returns the UUIDs of the user's current roles or business units, bypassing the cache. The user may have been
// created in this run.
func (s *providerData) listFresh(ctx context.Context, kind membershipKind, username string) (ids []string, err error) {
	err = s.onceVisible(ctx, username, func() error {
		ids, err = kind.freshIDs(ctx, s.client, username)

		return err
	})

	return ids, err
}
