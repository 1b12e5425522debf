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

	// isNew is true if the user was created just now, and so has only what IriusRisk assigns to every new user.
	isNew bool
}

// reconcile changes a user's roles or business units to the planned set. It makes all additions before all removals,
// continues after a failure, and reports every failure. With a prior set it sends only the planned difference, so that an
// apply does what its plan showed. Without one, it reads what the user has and makes it equal to the planned set. It
// returns what the user has afterwards, as far as is known, and whether that is the planned set.
func (s *providerData) reconcile(ctx context.Context, change setChange, diags *diag.Diagnostics) (actual types.Set, ok bool) {
	kind, username := change.kind, change.username
	have := setStrings(change.prior)

	wanted := setStrings(change.planned)

	if change.prior.IsNull() {
		var err error
		if have, err = s.currentIDs(ctx, change); err != nil {
			addAPIError(diags, fmt.Sprintf("read the %ss of user %q before changing them", kind.noun, username), err)

			return change.prior, false
		}
	}

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

// currentIDs returns the UUIDs of the roles or business units that the user has before a set is managed for the first time.
// For a new user they may be known from another new user of this run. Those that are planned are then left out, so that
// they are assigned even if this user lacks them.
func (s *providerData) currentIDs(ctx context.Context, change setChange) ([]string, error) {
	read := func() ([]string, error) { return s.listFresh(ctx, change.kind, change.username) }

	if !change.isNew {
		return read()
	}

	ids, own, err := s.defaults.get(ctx, change.kind, read)
	if err == nil && !own {
		ids = difference(ids, setStrings(change.planned))
	}

	return ids, err
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
