package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// plannedBeforeKey is the private state key that marks an object that this run has planned with its prior state. Its value
// identifies the run, because private state outlives a run.
//
// Terraform plans a replacement that the provider or -replace requires in two calls: first with the prior state, then
// without it, but with the private state that the first call planned. A creation with the mark is therefore the second call
// of a replacement. Terraform drops the warnings of that call. A tainted object is planned in one call, without prior state
// and without private state, exactly like a new one.
const plannedBeforeKey = "planned_before"

// firstPlan reports whether this call of ModifyPlan is the only one for the object, or the first of two. Only such a call
// records the plan and adds warnings. firstPlan also marks an object that is planned with its prior state.
func (s *providerData) firstPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, plannedBeforeKey, s.runMark)...)

		return true
	}

	return !s.replacesItself(ctx, req, &resp.Diagnostics)
}

// replacesItself reports whether a planned creation is the second call of the replacement of one object.
func (s *providerData) replacesItself(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) bool {
	mark, privateDiags := req.Private.GetKey(ctx, plannedBeforeKey)
	diags.Append(privateDiags...)

	return mark != nil && string(mark) == string(s.runMark)
}
