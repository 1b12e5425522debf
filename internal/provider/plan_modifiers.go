package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// keepCase keeps the prior value of a username or a UUID if only its letter case changes. It still identifies the same
// object, so the plan neither updates nor replaces anything.
type keepCase struct{}

func (keepCase) Description(context.Context) string {
	return "Changes in letter case are ignored."
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

// keepSpellings keeps the prior set if the planned one has the same UUIDs or usernames in a different letter case.
type keepSpellings struct{}

func (keepSpellings) Description(context.Context) string {
	return "Changes in letter case are ignored."
}

func (m keepSpellings) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepSpellings) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if !req.StateValue.IsNull() && sameWithoutCase(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}

// sameWithoutCase reports whether a known set has the same elements as another one, ignoring case.
func sameWithoutCase(known, other stringElements) bool {
	values, complete := knownElements(other)
	before := setStrings(known)

	return complete && !other.IsNull() && len(difference(before, values)) == 0 && len(difference(values, before)) == 0
}

// defaultsToRevocations plans the default of revoke_on_disable. A state from before the argument existed has no value, which
// means the default. The plan keeps it that way, because an update that sets the default would change nothing.
type defaultsToRevocations struct{}

func (defaultsToRevocations) Description(context.Context) string {
	return "Defaults to the sessions."
}

func (m defaultsToRevocations) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (defaultsToRevocations) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && req.StateValue.IsNull():
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = defaultRevocations
	}
}

// emptyByDefault plans an empty text if the argument is not configured. If the state has none, because the server does not
// report it, an update would erase what the server has, so the argument is not planned then.
type emptyByDefault struct{}

func (emptyByDefault) Description(context.Context) string {
	return "Defaults to an empty text."
}

func (m emptyByDefault) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (emptyByDefault) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && req.StateValue.IsNull():
		resp.PlanValue = types.StringNull()
	default:
		resp.PlanValue = types.StringValue("")
	}
}

// unmanagedByDefault plans no set if the argument is not configured. An empty set in the state stays: an import reads it, and
// there is nothing that the plan could show.
type unmanagedByDefault struct{}

func (unmanagedByDefault) Description(context.Context) string {
	return "Not managed by default."
}

func (m unmanagedByDefault) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (unmanagedByDefault) PlanModifySet(ctx context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && !req.StateValue.IsNull() && len(req.StateValue.Elements()) == 0:
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.SetNull(req.PlanValue.ElementType(ctx))
	}
}
