package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// partialKey is the private state key of the configuration of a partially created user. The state of such a user has
// deletion_policy = "delete", so that destroying the resource deletes the user. If the user turns out to match the
// configuration, and the resource is untainted and destroyed before another apply, the configured policy applies.
const partialKey = "partial"

// partial is the value of partialKey.
type partial struct {
	Policy  string   `json:"policy"`
	Enabled bool     `json:"enabled"`
	Sets    []idList `json:"sets"`

	// Complete is true once the user on the server matches the configuration.
	Complete bool `json:"complete"`
}

// idList is a set of roles or business units. It is nil if the set is not managed.
type idList []string

// markPartial records the configuration of a partially created user.
func markPartial(ctx context.Context, declared *userResourceModel, resp *resource.CreateResponse) {
	mark := partial{Policy: declared.policy(), Enabled: declared.Enabled.ValueBool()}

	for _, members := range declared.members() {
		var ids idList
		if !members.set.IsNull() {
			ids = append(idList{}, setStrings(*members.set)...)
		}

		mark.Sets = append(mark.Sets, ids)
	}

	savePartial(ctx, mark, resp.Private, &resp.Diagnostics)
}

// markComplete records whether a partially created user matches the configuration.
func markComplete(ctx context.Context, state *userResourceModel, req resource.ReadRequest, resp *resource.ReadResponse) {
	mark := readPartial(ctx, req.Private, &resp.Diagnostics)
	if mark == nil || mark.Complete == mark.matches(state) {
		return
	}

	mark.Complete = !mark.Complete
	savePartial(ctx, *mark, resp.Private, &resp.Diagnostics)
}

// matches reports whether the user in the state matches the configuration.
func (p *partial) matches(state *userResourceModel) bool {
	if state.ID.IsNull() || state.Enabled.ValueBool() != p.Enabled {
		return false
	}

	for i, members := range state.members() {
		if i < len(p.Sets) && p.Sets[i] != nil {
			have := setStrings(*members.set)
			if len(difference(have, p.Sets[i])) > 0 || len(difference(p.Sets[i], have)) > 0 {
				return false
			}
		}
	}

	return true
}

// clearPartial removes the mark after an update has completed the user.
func clearPartial(ctx context.Context, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, partialKey, nil)...)
}

// destructionPolicy returns the deletion policy that applies to a destruction.
func destructionPolicy(ctx context.Context, state *userResourceModel, private privateReader, diags *diag.Diagnostics) string {
	if mark := readPartial(ctx, private, diags); mark != nil && mark.Complete {
		return mark.Policy
	}

	return state.policy()
}

// readPartial returns the mark, or nil if there is none.
func readPartial(ctx context.Context, from privateReader, diags *diag.Diagnostics) *partial {
	content, privateDiags := from.GetKey(ctx, partialKey)
	diags.Append(privateDiags...)

	if content == nil {
		return nil
	}

	var mark partial
	if err := json.Unmarshal(content, &mark); err != nil {
		diags.AddError("Unable to read the private state of a user", err.Error())

		return nil
	}

	return &mark
}

func savePartial(ctx context.Context, mark partial, to privateWriter, diags *diag.Diagnostics) {
	content, err := json.Marshal(mark)
	if err != nil {
		diags.AddError("Unable to store the private state of a user", err.Error())

		return
	}

	diags.Append(to.SetKey(ctx, partialKey, content)...)
}
