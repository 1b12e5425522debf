package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// reconcile brings what a user has of a kind to a planned set, all additions before all removals, each even when another
// failed, and reports every failure. With a prior set it sends the planned difference and nothing else, so that an apply
// does what its plan showed. With a null one the set is managed for the first time: what the user has is read, and they
// have exactly the planned set afterwards. It returns what the user has now, as far as is known, and whether that is the
// planned set.
func (s *providerData) reconcile(ctx context.Context, kind membershipKind, username string, planned, prior types.Set, diags *diag.Diagnostics) (actual types.Set, ok bool) {
	have := setStrings(prior)

	if prior.IsNull() {
		var err error
		if have, err = s.listFresh(ctx, kind, username); err != nil {
			addAPIError(diags, fmt.Sprintf("read the %ss of user %q before changing them", kind.noun, username), err)

			return prior, false
		}
	}

	wanted := setStrings(planned)
	extra := difference(have, wanted)
	ok = true

	for _, id := range wanted {
		if containsID(have, id) {
			s.grants.add(kind, username, id)

			continue
		}

		if s.assign(ctx, kind, username, id, diags) {
			have = append(have, id)
		} else {
			ok = false
		}
	}

	if len(extra) > 0 && !s.mayUnassign(ctx, kind, username, diags) {
		return withKnownSpelling(have, planned), false
	}

	for _, id := range extra {
		if s.unassign(ctx, kind, username, id, diags) {
			have = difference(have, []string{id})
		} else {
			ok = false
		}
	}

	if ok {
		return planned, true
	}

	return withKnownSpelling(have, planned), false
}
