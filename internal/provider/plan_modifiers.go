package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// keepCase keeps the prior spelling of a username or a UUID that is edited in case only: it names the same thing, so
// nothing is to be changed, let alone replaced.
type keepCase struct{}

func (keepCase) Description(context.Context) string {
	return "A change of case alone changes nothing."
}

func (m keepCase) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepCase) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}

	if strings.EqualFold(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// keepSpellings keeps the prior set when the planned one has the same UUIDs in other spellings, which changes nothing.
type keepSpellings struct{}

func (keepSpellings) Description(context.Context) string {
	return "A change of case alone changes nothing."
}

func (m keepSpellings) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepSpellings) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}

	// An element that is not known yet reads as "", which is no UUID, so that such a set is never the prior one.
	before, planned := setStrings(req.StateValue), setStrings(req.PlanValue)
	if len(difference(before, planned)) == 0 && len(difference(planned, before)) == 0 {
		resp.PlanValue = req.StateValue
	}
}
