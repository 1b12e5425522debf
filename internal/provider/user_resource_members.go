package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// planMembers plans, for each set of roles or business units, the view that is not configured.
func (r *userResource) planMembers(ctx context.Context, before, after *userResourceModel, config tfsdk.Config, resp *resource.ModifyPlanResponse) {
	if after == nil || resp.Diagnostics.HasError() {
		return
	}

	for i, members := range after.members() {
		configured := members.kind.viewsOf(ctx, config, &resp.Diagnostics)

		prior := unmanagedMembers()
		if before != nil {
			prior = before.members()[i].views()
		}

		members.setViews(r.planViews(ctx, members.kind, members.kind.setArguments(), configured, members.views(), prior, &resp.Diagnostics))
		resp.Diagnostics.Append(members.kind.setViews(ctx, changes{&resp.Plan}, members.views())...)
	}
}

// settleMembers resolves, at the beginning of an apply, the names that the plan could not resolve.
func (r *userResource) settleMembers(ctx context.Context, plan *userResourceModel, diags *diag.Diagnostics) bool {
	settled := true

	for _, members := range plan.members() {
		views := members.views()
		settled = r.settleViews(ctx, members.kind, members.kind.setArguments().names, &views, diags) && settled
		members.setViews(views)
	}

	return settled
}
