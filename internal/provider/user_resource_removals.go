package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// countRemoval counts a user that the plan of a block deletes or disables towards max_user_removals, unless the plan knows
// that the user is disabled already. Terraform plans a replacement in two calls; the second one, a creation, counts the user
// that is destroyed.
func (r *userResource) countRemoval(ctx context.Context, before, after *userResourceModel, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	switch {
	case r.planned.isApplying():
	case after == nil:
		r.countDestruction(before.Username.ValueString(), destructionPolicy(ctx, before, req.Private, diags), before.mayBeEnabled(), diags)
	case before != nil:
		sameUser := strings.EqualFold(before.Username.ValueString(), after.Username.ValueString())
		if sameUser && before.mayBeEnabled() && after.disables() {
			r.removals.plan(diags, before.Username.ValueString())
		}
	case r.replacesItself(ctx, req, diags):
		replaced := readReplaced(ctx, req, diags)
		if !after.AdoptExisting.ValueBool() || !strings.EqualFold(replaced.Username, after.Username.ValueString()) {
			r.countDestruction(replaced.Username, replaced.Policy, replaced.MayBeEnabled, diags)
		}
	default:
		r.countTainted(after, diags)
	}
}

// countDestruction counts a user who is destroyed, unless the deletion policy keeps their access as it is.
func (r *userResource) countDestruction(username, policy string, mayBeEnabled bool, diags *diag.Diagnostics) {
	if policy == policyDelete || (policy == policyDisable && mayBeEnabled) {
		r.removals.plan(diags, username)
	}
}

// countTainted counts the user of a tainted resource. Terraform plans its replacement like a new resource, but has read the
// user in this run.
func (r *userResource) countTainted(after *userResourceModel, diags *diag.Diagnostics) {
	username := after.Username.ValueString()
	if policy, managed := r.planned.refreshedPolicy(username); managed && policy == policyDelete && !after.AdoptExisting.ValueBool() {
		r.removals.plan(diags, username)
	}
}

// countAdoption counts an existing user whom an adoption disables.
func (r *userResource) countAdoption(existing *iriusrisk.User, after *userResourceModel, diags *diag.Diagnostics) {
	if after.disables() && (existing.Enabled == nil || *existing.Enabled) {
		r.removals.plan(diags, existing.Username)
	}
}

// mayBeEnabled reports whether the user in the state is not known to be disabled.
func (m *userResourceModel) mayBeEnabled() bool { return m.Enabled.IsNull() || m.Enabled.ValueBool() }

// disables reports whether the plan disables the user.
func (m *userResourceModel) disables() bool { return !m.Enabled.IsUnknown() && !m.Enabled.ValueBool() }
