package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ModifyPlan names the users whom a plan removes but cannot show, counts all users whom it removes, and rejects the removal of
// a user whom another block keeps.
func (r *usersExclusiveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.AddWarning("The set of users is no longer managed",
			"Destroying iriusrisk_users_exclusive changes no user. From then on, users who are not declared are not detected.")

		return
	}

	if r.providerData == nil || !r.firstPlan(ctx, req, resp) || r.planned.isApplying() {
		return
	}

	var plan, state usersExclusiveModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	r.planned.addSet(&plan, &resp.Diagnostics)

	if req.State.Raw.IsNull() {
		r.planCreate(ctx, &plan, &resp.Diagnostics)
	} else {
		r.planUpdate(ctx, &state, &plan, readObserved(ctx, req.Private, &resp.Diagnostics), &resp.Diagnostics)
	}
}

// planCreate names the users whom the creation removes: without a prior state, the plan does not show them.
func (r *usersExclusiveResource) planCreate(ctx context.Context, plan *usersExclusiveModel, diags *diag.Diagnostics) {
	if r.client == nil {
		diags.AddWarning("This plan does not show which users are removed",
			"The provider cannot connect to IriusRisk during the plan, because some of its arguments are known only after apply. Creating iriusrisk_users_exclusive disables or deletes every enabled user who is not declared.")

		return
	}

	declared, complete := knownElements(plan.Usernames)

	seen, ok := r.observe(ctx, observation{declared: declared, ignored: plan.ignored()}, diags)
	if !ok || len(seen.Undeclared) == 0 || r.planned.isApplying() {
		return
	}

	detail := "This plan starts to manage all users. Applying it will %s these enabled users, who are not declared: %s. To keep a user, declare them or add them to ignore_usernames. " +
		"To see the users as a difference of the plan instead, import iriusrisk_users_exclusive with the id \"users\"."
	if !complete || plan.IgnoreUsernames.IsUnknown() {
		detail = "This plan starts to manage all users, and some of the declared usernames are known only after apply. Unless they are among these usernames, applying it will %s these enabled users: %s. " +
			"To keep a user, declare them or add them to ignore_usernames. To see the users as a difference of the plan instead, import iriusrisk_users_exclusive with the id \"users\"."
	}

	diags.AddWarning(fmt.Sprintf("This plan removes %s whom it does not list", countOfUsers(len(seen.Undeclared))),
		fmt.Sprintf(detail, plan.verb(), someUsers(seen.Undeclared)))

	r.planRemovals(seen.undeclaredUsers(), seen.Enabled, complete, plan, diags)
}

// planUpdate checks the removals that the plan shows, and names the users who leave the set but are kept.
func (r *usersExclusiveResource) planUpdate(ctx context.Context, state, plan *usersExclusiveModel, seen *observedUsers, diags *diag.Diagnostics) {
	kept, complete := knownElements(plan.Usernames)
	users := seen.removals(state, plan)

	if len(users) > 0 && r.client != nil {
		var ok bool
		if users, ok = r.withoutSelf(ctx, users, diags); !ok {
			return
		}
	}

	ignored := plan.ignored()

	spared := slices.DeleteFunc(difference(setStrings(state.Usernames), kept), func(username string) bool {
		_, enabled := seen.Known[username]

		return !enabled || !ignored.match(username)
	})
	slices.Sort(spared)

	if len(spared) > 0 {
		diags.AddWarning(fmt.Sprintf("Ignored users leave the set but are kept: %d", len(spared)),
			fmt.Sprintf("The plan shows that these users are removed from usernames. They are not changed, because ignore_usernames matches them: %s.", someUsers(spared)))
	}

	if !complete && len(users) > 0 {
		diags.AddWarning("This plan may remove users whom it does not show",
			fmt.Sprintf("Some of the declared usernames are known only after apply. Unless they are among these usernames, applying the plan will %s these users: %s.", plan.verb(), someUsers(shownNames(users))))
	}

	r.planRemovals(users, seen.Enabled, complete, plan, diags)
}

// withoutSelf returns the users without the one that the provider runs as, about whom it warns.
func (r *usersExclusiveResource) withoutSelf(ctx context.Context, users []undeclaredUser, diags *diag.Diagnostics) (others []undeclaredUser, ok bool) {
	self, err := r.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, "read the user that the provider runs as", err)

		return nil, false
	}

	for _, user := range users {
		if !strings.EqualFold(self.ID, user.ID) && !strings.EqualFold(self.Username, user.Username) {
			others = append(others, user)

			continue
		}

		diags.AddWarning(fmt.Sprintf("User %q is kept", user.Username),
			"The plan shows that the user is removed from usernames. They are not changed, because the provider runs as this user.")
	}

	return others, true
}

// planRemovals counts the planned removals, and warns of those that are many or that cannot succeed. With usernames that
// are not known yet, it is not known who is removed, so the apply counts them.
func (r *usersExclusiveResource) planRemovals(users []undeclaredUser, enabled int, complete bool, plan *usersExclusiveModel, diags *diag.Diagnostics) {
	if len(users) == 0 {
		return
	}

	if 2*len(users) > enabled {
		diags.AddWarning("This plan removes more than half of all enabled users",
			fmt.Sprintf("Applying the plan will %s %d of %d enabled users of the instance. Check whether the declared usernames are complete.", plan.verb(), len(users), enabled))
	}

	for _, user := range users {
		if err := iriusrisk.ValidateUsername(user.Username); err != nil {
			diags.AddWarning(fmt.Sprintf("User %q cannot be removed", user.Username),
				fmt.Sprintf("Applying the plan will fail for this user, because the API cannot address a user with this username: %s. Disable the user in IriusRisk, or add the username to ignore_usernames.", err))
		}
	}

	if complete && !plan.IgnoreUsernames.IsUnknown() {
		r.removals.plan(diags, shownNames(users)...)
		r.planned.removeUndeclared(shownNames(users), plan.Action.ValueString(), diags)
	}
}

// verb returns the verb for the action.
func (m *usersExclusiveModel) verb() string {
	if m.Action.ValueString() == policyDelete {
		return policyDelete
	}

	return policyDisable
}

// shownNames returns the usernames of users as the plan shows them.
func shownNames(users []undeclaredUser) []string {
	names := make([]string, len(users))
	for i, user := range users {
		names[i] = user.shown
	}

	return names
}
