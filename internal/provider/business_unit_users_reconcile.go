package provider

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// reconcileUnit changes the members of a business unit to the planned set, as reconcile does for the business units of a
// user: all additions before all removals, only the planned difference if there is a prior set, and otherwise what differs
// from the members that the business unit has. It returns the members afterwards, as far as is known, and whether they are
// the planned ones.
func (s *providerData) reconcileUnit(ctx context.Context, plan unitUsersModel, prior types.List, diags *diag.Diagnostics) (actual types.List, ok bool) {
	unitID := plan.BusinessUnitID.ValueString()
	have, wanted := setStrings(prior), setStrings(plan.Usernames)

	if prior.IsNull() && !s.claimMembers(ctx, unitID, wanted, diags) {
		return prior, false
	}

	// A user is removed under the spelling of the server: that of the state may differ in letter case.
	if prior.IsNull() || len(difference(have, wanted)) > 0 {
		members, err := s.freshMembers(ctx, unitID)
		if err != nil {
			addAPIError(diags, fmt.Sprintf("read the members of business unit %s before changing them", unitID), err)

			return prior, false
		}

		have = spelledAs(have, members)

		if prior.IsNull() {
			have = members
		}
	}

	missing, extra := difference(wanted, have), difference(have, wanted)

	for _, username := range extra {
		if !s.refuseSelf(ctx, username, "remove the user it runs as from a business unit", diags) {
			return unitUsernames(have, plan.Usernames), false
		}
	}

	for _, username := range difference(wanted, missing) {
		s.assigned.add(assignment{businessUnitMembership, username, unitID}.key())
	}

	notAdded := s.changeMembers(ctx, unitID, missing, s.assign, diags)
	notRemoved := s.changeMembers(ctx, unitID, extra, s.unassign, diags)

	if len(notAdded)+len(notRemoved) == 0 {
		return plan.Usernames, true
	}

	have = append(difference(have, extra), difference(missing, notAdded)...)

	return unitUsernames(append(have, notRemoved...), plan.Usernames), false
}

// claimMembers records memberships that no other block of this run may remove, and waits until removals that have already begun
// have ended. Otherwise a resource for a single membership that is destroyed in the same run could remove one after the members
// were read. It adds an error and returns false if the run is interrupted first.
func (s *providerData) claimMembers(ctx context.Context, unitID string, usernames []string, diags *diag.Diagnostics) bool {
	for _, username := range usernames {
		s.assigned.add(assignment{businessUnitMembership, username, unitID}.key())
	}

	for _, username := range usernames {
		unlock, err := s.locks.lock(ctx, username)
		if err != nil {
			addFailure(diags, "change the members of business unit "+unitID, "The run was interrupted while this change was waiting for changes of its users. No request was sent.")

			return false
		}

		unlock()
	}

	return true
}

// unitUsernames returns the usernames of a business unit's members in the spelling of the known ones.
func unitUsernames(members []string, known types.List) types.List {
	return newLargeSet(setStrings(withKnownSpelling(members, known)))
}

// spelledAs returns the usernames, each in the spelling of others if that has it in another letter case.
func spelledAs(usernames, others []string) []string {
	spellings := make(map[string]string, len(others))
	for _, other := range others {
		spellings[iriusrisk.FoldUsername(other)] = other
	}

	spelled := make([]string, len(usernames))
	for i, username := range usernames {
		spelled[i] = cmp.Or(spellings[iriusrisk.FoldUsername(username)], username)
	}

	return spelled
}

// changeMembers adds users to a business unit, or removes them, in parallel and each under the user's lock. It attempts each
// change even if another one failed, unless the run is interrupted, and returns the usernames whose change failed.
func (s *providerData) changeMembers(ctx context.Context, unitID string, usernames []string, change func(context.Context, assignment, *diag.Diagnostics) bool, diags *diag.Diagnostics) (failed []string) {
	var changes errgroup.Group

	changes.SetLimit(memberReaders)

	said := make([]diag.Diagnostics, len(usernames))
	done := make([]bool, len(usernames))
	started := 0

	for i, username := range usernames {
		if ctx.Err() != nil {
			break
		}

		started++

		changes.Go(func() error {
			unlock, ok := s.lock(ctx, username, &said[i])
			if !ok {
				return nil
			}
			defer unlock()

			done[i] = change(ctx, assignment{businessUnitMembership, username, unitID}, &said[i])

			return nil
		})
	}

	// Each failure is a diagnostic.
	_ = changes.Wait()

	for i, username := range usernames {
		diags.Append(said[i]...)

		if !done[i] {
			failed = append(failed, username)
		}
	}

	if started < len(usernames) {
		addFailure(diags, "change the members of business unit "+unitID,
			fmt.Sprintf("The run was interrupted before requests about these users were sent: %s.", firstOf(usernames[started:])))
	}

	return failed
}
