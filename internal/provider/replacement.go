package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// plannedBeforeKey marks, in private state, an object that this run has planned with its prior state. Its value is the
// run's own, because private state outlives a run.
//
// Terraform plans a replacement that the provider or -replace asks for in two calls: first from the prior state, then
// from nothing, with the private state that the first call planned. So a creation that finds the mark is the second half
// of a replacement. Terraform drops the warnings of that second call. A tainted object is planned in one call from nothing
// and without private state, exactly like a new one.
const plannedBeforeKey = "planned_before"

// firstPlan marks an object that is planned with its prior state, and reports whether this call of ModifyPlan is the
// object's only one, or the first of two, so that it has to note and to warn of what the plan means. It is false in the
// second half of a replacement.
func (s *providerData) firstPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, plannedBeforeKey, s.runMark)...)

		return true
	}

	return !s.replacesItself(ctx, req, &resp.Diagnostics)
}

// replacesItself reports whether a planned creation is the second half of the replacement of one object.
func (s *providerData) replacesItself(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) bool {
	mark, privateDiags := req.Private.GetKey(ctx, plannedBeforeKey)
	diags.Append(privateDiags...)

	return mark != nil && string(mark) == string(s.runMark)
}
