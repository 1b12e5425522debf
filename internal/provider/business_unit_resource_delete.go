package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// mayDelete reports whether the business unit may be deleted, and adds an error if not. It returns the members, which it
// reads bypassing the cache. A business unit that does not exist any more is not deleted, without an error.
func (r *businessUnitResource) mayDelete(ctx context.Context, state *businessUnitResourceModel, diags *diag.Diagnostics) (members []string, ok bool) {
	members, err := r.freshMembers(ctx, state.ID.ValueString())

	if iriusrisk.IsNotFound(err) {
		if err = r.confirmUnitDeleted(ctx, state.ID.ValueString(), err); err == nil {
			r.warnMissingUnit(state.label(), diags)

			return nil, false
		}
	}

	if err != nil {
		addAPIError(diags, fmt.Sprintf("read the members of business unit %s before deleting it", state.label()), err)

		return nil, false
	}

	return members, r.keepsOwnUnit(ctx, state, members, diags) && r.hasNoMembers(state, members, diags)
}

// keepsOwnUnit refuses to delete a business unit of the user that the provider runs as, if that user could then no longer
// see the users of the business unit. If that cannot be determined, it refuses as well.
func (r *businessUnitResource) keepsOwnUnit(ctx context.Context, state *businessUnitResourceModel, members []string, diags *diag.Diagnostics) bool {
	all, err := r.seesAllUsers(ctx)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("verify that the deletion of business unit %s does not leave the provider without access", state.label()), err)

		return false
	}

	if all {
		return true
	}

	self, err := r.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, "verify that the user that the provider runs as is no member of business unit "+state.label(), err)

		return false
	}

	if !containsID(members, self.Username) {
		return true
	}

	diags.AddError(fmt.Sprintf("Business unit %s is one of the provider's own", state.label()),
		fmt.Sprintf("The provider runs as user %q, who is a member of the business unit and lacks the permission %[2]s. Without %[2]s the user sees only the users of their own business units, so the deletion could leave the provider without access. "+
			"No request to delete it was sent. Use an API token with %[2]s.", self.Username, permissionAllUsers))

	return false
}

// hasNoMembers refuses to delete a business unit with members unless force_destroy is set, and one with members that this
// run has added.
func (r *businessUnitResource) hasNoMembers(state *businessUnitResourceModel, members []string, diags *diag.Diagnostics) bool {
	var added, others []string

	for _, username := range members {
		switch key := (assignment{businessUnitMembership, username, state.ID.ValueString()}).key(); {
		case r.assigned.has(key):
			added = append(added, username)
		case !r.released.has(key):
			others = append(others, username)
		}
	}

	if len(added) > 0 {
		diags.AddError(fmt.Sprintf("Business unit %s has members that this run has added", state.label()),
			fmt.Sprintf("Another resource of this run ensures that these users are members of the business unit: %s. The business unit was not deleted. Remove these memberships from the configuration first.", firstOf(added)))

		return false
	}

	if len(others) == 0 || state.ForceDestroy.ValueBool() {
		return true
	}

	diags.AddError(fmt.Sprintf("Business unit %s has members", state.label()),
		fmt.Sprintf("The business unit was not deleted, because force_destroy is false and these users are members: %s. Remove the members first, or apply force_destroy = true before the business unit is destroyed or replaced.", firstOf(others)))

	return false
}

// removeMembers removes all members from a business unit that IriusRisk refuses to delete, and reports whether none is left.
func (r *businessUnitResource) removeMembers(ctx context.Context, unitID string, members []string, diags *diag.Diagnostics) bool {
	for _, username := range members {
		if !r.refuseSelf(ctx, username, "remove the user it runs as from a business unit", diags) {
			return false
		}
	}

	return len(r.changeMembers(ctx, unitID, members, r.unassign, diags)) == 0
}

// namesInMessage is the number of names that a message lists.
const namesInMessage = 20

// firstOf lists names in a message: the first of them, and how many there are in addition.
func firstOf(names []string) string {
	if len(names) <= namesInMessage {
		return iriusrisk.Visible(strings.Join(names, ", "))
	}

	return fmt.Sprintf("%s and %d more", iriusrisk.Visible(strings.Join(names[:namesInMessage], ", ")), len(names)-namesInMessage)
}
