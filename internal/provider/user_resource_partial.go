package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// partialKey holds, in private state, what a user should have been whose creation could neither be finished nor undone.
// The state of such a user has deletion_policy = "delete", so that their destruction is a real one. If the user turns out
// to be as declared, and the block is untainted and destroyed before another apply, the declared policy holds.
const partialKey = "partial"

// partial is what partialKey holds.
type partial struct {
	Policy  string   `json:"policy"`
	Enabled bool     `json:"enabled"`
	Sets    []idList `json:"sets"`

	// Complete tells that the server has shown the user as declared.
	Complete bool `json:"complete"`
}

// idList is a set of roles or business units; nil when it is not managed.
type idList []string

// markPartial notes that the creation of a user is unfinished.
func markPartial(ctx context.Context, declared *userResourceModel, resp *resource.CreateResponse) {
	mark := partial{Policy: declared.policy(), Enabled: declared.Enabled.ValueBool()}

	for _, members := range declared.members() {
		var ids idList
		if !members.set.IsNull() {
			ids = append(idList{}, setStrings(*members.set)...)
		}

		mark.Sets = append(mark.Sets, ids)
	}

	savePartial(ctx, mark, resp.Private.SetKey, &resp.Diagnostics)
}

// markComplete notes whether the server shows a partially created user as declared.
func markComplete(ctx context.Context, state *userResourceModel, req resource.ReadRequest, resp *resource.ReadResponse) {
	mark := readPartial(ctx, req.Private.GetKey, &resp.Diagnostics)
	if mark == nil || mark.Complete == mark.describes(state) {
		return
	}

	mark.Complete = !mark.Complete
	savePartial(ctx, *mark, resp.Private.SetKey, &resp.Diagnostics)
}

// describes reports whether the user in state is as declared.
func (p *partial) describes(state *userResourceModel) bool {
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

// clearPartial notes that an update has finished the user.
func clearPartial(ctx context.Context, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, partialKey, nil)...)
}

// destructionPolicy returns what a destruction does with the user.
func destructionPolicy(ctx context.Context, state *userResourceModel, req resource.DeleteRequest, diags *diag.Diagnostics) string {
	if mark := readPartial(ctx, req.Private.GetKey, diags); mark != nil && mark.Complete {
		return mark.Policy
	}

	return state.policy()
}

// readPartial reads the mark; it is nil when there is none.
func readPartial(ctx context.Context, get func(context.Context, string) ([]byte, diag.Diagnostics), diags *diag.Diagnostics) *partial {
	content, privateDiags := get(ctx, partialKey)
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

// savePartial writes the mark.
func savePartial(ctx context.Context, mark partial, set func(context.Context, string, []byte) diag.Diagnostics, diags *diag.Diagnostics) {
	content, err := json.Marshal(mark)
	if err != nil {
		diags.AddError("Unable to store the private state of a user", err.Error())

		return
	}

	diags.Append(set(ctx, partialKey, content)...)
}
