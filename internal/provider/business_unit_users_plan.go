package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ModifyPlan plans the id. It refuses to remove the user that the provider runs as, and to add users who do not exist. It
// warns if other blocks manage the same memberships, and names the users who are removed when the set is managed for the
// first time.
func (r *businessUnitUsersExclusiveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}

	var plan, before unitUsersModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &before)...)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	if !plan.BusinessUnitID.IsUnknown() {
		resp.Diagnostics.Append(changes{&resp.Plan}.SetAttribute(ctx, path.Root("id"), plan.BusinessUnitID)...)
	}

	if r.providerData == nil || r.client == nil || !r.firstPlan(ctx, req, resp) || r.planned.isApplying() {
		return
	}

	r.unitConflicts.noteUnit(plan.BusinessUnitID, plan.Usernames, &resp.Diagnostics)
	r.adviseOnSignIn(ctx, managedExclusively, &resp.Diagnostics)

	// For a different business unit, the set is managed for the first time.
	members := setStrings(before.Usernames)
	isNew := before.Usernames.IsNull() || !plan.BusinessUnitID.Equal(before.BusinessUnitID)

	if isNew {
		members = r.membersToManage(ctx, plan.BusinessUnitID, &resp.Diagnostics)
	}

	declared, complete := knownElements(plan.Usernames)
	lost := difference(members, declared)

	if isNew && len(lost) > 0 {
		warnOfLostMembers(plan.BusinessUnitID.ValueString(), lost, complete, &resp.Diagnostics)
	}

	if complete {
		r.checkOwnMembership(ctx, lost, isNew, &resp.Diagnostics)
	}

	if !isNew {
		for _, username := range difference(members, lost) {
			r.keepMembership(businessUnitMembership, username, plan.BusinessUnitID.ValueString(), &resp.Diagnostics)
		}
	}

	r.checkUsersExist(ctx, difference(declared, members), &resp.Diagnostics)
}

// membersToManage returns the members of a business unit whose set is managed for the first time. It returns none for a
// business unit that does not exist yet. If the members cannot be read, it warns.
func (r *businessUnitUsersExclusiveResource) membersToManage(ctx context.Context, unitID types.String, diags *diag.Diagnostics) []string {
	if unitID.IsUnknown() {
		return nil
	}

	members, err := r.directory.BusinessUnitMembers(ctx, unitID.ValueString())
	if err != nil && !iriusrisk.IsNotFound(err) {
		diags.AddWarning(fmt.Sprintf("The members of business unit %s may be removed", unitID.ValueString()),
			"This plan starts to manage all members of the business unit. Applying it removes the users that are not declared. Which ones these are could not be determined. "+explain(err))
	}

	return members
}

// warnOfLostMembers names the users who are removed from a business unit when its members are managed for the first time:
// without a prior set, the plan shows no difference.
func warnOfLostMembers(unitID string, lost []string, complete bool, diags *diag.Diagnostics) {
	detail := "This plan starts to manage all members of the business unit. Applying it removes the following users from it, who are not declared: %s. To keep a member, declare the user."
	if !complete {
		detail = "This plan starts to manage all members of the business unit, and some of the declared usernames are known only after apply. " +
			"Applying the plan removes the following users from it unless they are among these usernames: %s. To keep a member, declare the user."
	}

	diags.AddWarning(fmt.Sprintf("Business unit %s will lose members that this plan does not list", unitID), fmt.Sprintf(detail, strings.Join(lost, ", ")))
}

// checkOwnMembership refuses a plan that removes the user that the provider runs as from the business unit. If that user
// cannot be read, the apply refuses all removals.
func (r *businessUnitUsersExclusiveResource) checkOwnMembership(ctx context.Context, lost []string, isNew bool, diags *diag.Diagnostics) {
	if len(lost) == 0 {
		return
	}

	self, err := r.directory.Profile(ctx)
	if err != nil || !containsID(lost, self.Username) {
		return
	}

	report := func(diags *diag.Diagnostics) {
		diags.AddError(fmt.Sprintf("The provider runs as user %q", self.Username),
			"This plan removes that user from the business unit. The provider does not remove the user it runs as from a business unit, because this could leave the provider without access. "+
				"Nothing was changed. Add the username to usernames, or run Terraform with the API token of another administrator.")
	}

	if isNew {
		r.planned.addFailingCreation(diags, report)
	} else {
		report(diags)
	}
}

// checkUsersExist rejects usernames that no user has, neither in IriusRisk nor in this configuration. If a lookup fails, the
// apply reports it.
func (r *businessUnitUsersExclusiveResource) checkUsersExist(ctx context.Context, usernames []string, diags *diag.Diagnostics) {
	var absent []string

	for _, username := range usernames {
		if r.planned.plansUser(username) {
			continue
		}

		if found, err := r.directory.HasUser(ctx, username); err == nil && !found {
			absent = append(absent, fmt.Sprintf("%q", username))
		}
	}

	if len(absent) == 0 {
		return
	}

	r.planned.addFailingCreation(diags, func(diags *diag.Diagnostics) {
		diags.AddError("Users to add to a business unit do not exist",
			fmt.Sprintf("IriusRisk has no users with these usernames: %s. Nothing was changed. "+
				"If this configuration creates them, refer to the username attribute of their iriusrisk_user resources, so that Terraform creates the users first. %s", firstOf(absent), onlyOwnUsers))
	})
}
