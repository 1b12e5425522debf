package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// plannedBeforeKey marks, in private state, an object that was planned with its prior state.
//
// Terraform plans a replacement that the provider or -replace asks for in two calls: first from the prior state, then
// from nothing, with the private state that the first call planned. So a creation that finds the mark is the second half
// of a replacement. Terraform drops the warnings of that second call. A tainted object is planned in one call from nothing
// and without private state, exactly like a new one. A creation does not inherit the planned private state, so the mark
// never gets into the private state of the object that replaces another.
const plannedBeforeKey = "planned_before"

// markPlanned marks an object that is planned with its prior state.
func markPlanned(ctx context.Context, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, plannedBeforeKey, []byte("true"))...)
}

// replacesItself reports whether a planned creation is the second half of the replacement of one object.
func replacesItself(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) bool {
	if !req.State.Raw.IsNull() {
		return false
	}

	mark, privateDiags := req.Private.GetKey(ctx, plannedBeforeKey)
	diags.Append(privateDiags...)

	return mark != nil
}

// firstPlan marks an object that is planned with its prior state, and reports whether this call of ModifyPlan is the
// object's only one, or the first of two, so that it has to note and to warn of what the plan means.
func firstPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if !req.State.Raw.IsNull() {
		markPlanned(ctx, resp)
	}

	return !replacesItself(ctx, req, &resp.Diagnostics)
}
