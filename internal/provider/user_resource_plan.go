package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ModifyPlan refuses what cannot succeed or could lose a user, before anything is sent, and warns of what the plan cannot
// show: memberships that are removed when a set is managed for the first time.
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil {
		return
	}

	before, after := userModel(ctx, req.State.Raw.IsNull(), req.State.Get, &resp.Diagnostics), userModel(ctx, req.Plan.Raw.IsNull(), req.Plan.Get, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	switch first := r.firstPlan(ctx, req, resp); {
	case after == nil:
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptsKey, nil)...)
		r.planned.add(&plannedUser{before: before}, &resp.Diagnostics)
	case !first:
		r.planAdoption(ctx, after, resp)
		checkReplacement(ctx, after, req, &resp.Diagnostics)
	case before == nil:
		r.planAdoption(ctx, after, resp)
		r.planCreate(ctx, after, &resp.Diagnostics)
	default:
		markReplaceable(ctx, before, resp)
		r.planUpdate(ctx, before, after, &resp.Diagnostics)
	}

	r.adviseOnInlineSets(ctx, after, &resp.Diagnostics)
}

// userModel reads a model by a Get of state or plan; it is nil when there is none.
func userModel(ctx context.Context, isNull bool, get func(context.Context, any) diag.Diagnostics, diags *diag.Diagnostics) *userResourceModel {
	if isNull {
		return nil
	}

	var model userResourceModel

	diags.Append(get(ctx, &model)...)

	return &model
}

// planCreate checks the plan of a new user.
func (r *userResource) planCreate(ctx context.Context, after *userResourceModel, diags *diag.Diagnostics) {
	r.planned.add(&plannedUser{after: after}, diags)
	r.noteInlineSets(after, diags)
	r.checkUsername(ctx, after, false, diags)
	r.checkEmail(ctx, after, false, diags)
	r.warnOfAdoption(ctx, after, diags)
}

// warnOfAdoption warns of what the adoption of an existing user removes.
func (r *userResource) warnOfAdoption(ctx context.Context, after *userResourceModel, diags *diag.Diagnostics) {
	if !after.AdoptExisting.ValueBool() || r.planned.isApplying() {
		return
	}

	for _, members := range after.members() {
		if !members.set.IsNull() {
			r.warnOfRemovals(ctx, members.kind, after.Username, *members.set, diags)
		}
	}
}

// planUpdate checks the plan of a user who is in the state.
func (r *userResource) planUpdate(ctx context.Context, before, after *userResourceModel, diags *diag.Diagnostics) {
	replaced := !strings.EqualFold(before.Username.ValueString(), after.Username.ValueString())

	r.planned.add(&plannedUser{before: before, after: after, replaced: replaced}, diags)
	r.noteInlineSets(after, diags)

	if after.Username.IsUnknown() {
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q will be replaced", before.Username.ValueString()),
			fmt.Sprintf("The new username is known only after apply, so Terraform replaces the user, with deletion_policy = %q, even if the username turns out to be the same. Use a username that is known during the plan to keep the user.", before.policy()))
	} else if replaced {
		r.checkUsername(ctx, after, true, diags)
		r.warnOfAdoption(ctx, after, diags)
	}

	if !strings.EqualFold(before.Email.ValueString(), after.Email.ValueString()) {
		r.checkEmail(ctx, after, replaced, diags)
	}

	if replaced {
		return
	}

	prior := before.members()

	for i, members := range after.members() {
		r.keepMembers(members.kind, after.Username, *prior[i].set, *members.set, diags)

		switch {
		case prior[i].set.IsNull() && !members.set.IsNull():
			r.warnOfRemovals(ctx, members.kind, after.Username, *members.set, diags)
		case !prior[i].set.IsNull() && members.set.IsNull():
			r.warnNoLongerManaged(members.kind, after.Username, diags)
		}
	}
}

// noteInlineSets warns when the user's roles or business units are managed in another way too.
func (r *userResource) noteInlineSets(after *userResourceModel, diags *diag.Diagnostics) {
	for _, members := range after.members() {
		if !members.set.IsNull() {
			r.conflicts.note(members.kind, after.Username, managedInline, diags)
		}
	}
}

// checkUsername refuses a creation under a username that is taken. replaces tells that the creation is the second half of a
// replacement, whose first half destroys the present user.
func (r *userResource) checkUsername(ctx context.Context, after *userResourceModel, replaces bool, diags *diag.Diagnostics) {
	if r.client == nil || after.Username.IsUnknown() || after.AdoptExisting.IsUnknown() || r.planned.isApplying() {
		return
	}

	username := after.Username.ValueString()
	lookUp := r.directory.LookupUser

	// What a list does not show is read before the present user is destroyed for it.
	if replaces {
		lookUp = r.directory.ReadUser
	}

	existing, err := lookUp(ctx, username)
	if err != nil && replaces {
		diags.AddWarning(fmt.Sprintf("Whether user %q exists is not known", username),
			"The present user of this block is destroyed before the new one is created, which fails if the username is taken. It could not be looked up. "+explain(err))
	}

	if err != nil || existing == nil {
		return
	}

	if after.AdoptExisting.ValueBool() {
		if existing.Enabled != nil && !*existing.Enabled && after.Enabled.ValueBool() {
			diags.AddWarning(fmt.Sprintf("User %q is disabled and will be enabled", existing.Username),
				"The user exists and will be adopted, because adopt_existing = true. They are disabled in IriusRisk, and the configuration declares enabled = true, which is the default.")
		}

		return
	}

	// A user who is in the state is that of a tainted block, which is destroyed first, or that of another block, which is
	// reported as such.
	switch policy, managed := r.planned.refreshedPolicy(existing.Username); {
	case replaces:
		addConflict(diags, existing, "")
	case !managed:
		r.planned.addDoomed(diags, func(diags *diag.Diagnostics) { addConflict(diags, existing, "") })
	case policy != policyDelete:
		addUnfreedUsername(diags, existing.Username, policy)
	}
}

// checkEmail refuses an e-mail address that another user has. What cannot be looked up is left to the write. replaces tells
// that the block replaces its user.
func (r *userResource) checkEmail(ctx context.Context, after *userResourceModel, replaces bool, diags *diag.Diagnostics) {
	if r.client == nil || after.Email.IsUnknown() || after.Username.IsUnknown() || r.planned.isApplying() {
		return
	}

	holder, err := r.directory.LookupEmail(ctx, after.Email.ValueString())
	if err != nil || holder == nil || strings.EqualFold(holder.Username, after.Username.ValueString()) {
		return
	}

	// What the blocks of this configuration do with the address is compared elsewhere. A tainted block is planned as a new
	// one, so its own user may hold the address, whom only the policy "delete" destroys first.
	if policy, managed := r.planned.refreshedPolicy(holder.Username); managed && (replaces || policy == policyDelete) {
		return
	}

	report := func(diags *diag.Diagnostics) { addTakenAddress(diags, holder, after) }
	if replaces {
		report(diags)
	} else {
		r.planned.addDoomed(diags, report)
	}
}

// addTakenAddress reports an e-mail address that another user has.
func addTakenAddress(diags *diag.Diagnostics, holder *iriusrisk.User, after *userResourceModel) {
	diags.AddError(fmt.Sprintf("The e-mail address %q is taken", after.Email.ValueString()),
		fmt.Sprintf("User %q (id %s) of IriusRisk has this address, and e-mail addresses are unique, so user %q cannot have it. Nothing was changed. Use another address, or change that of the other user first.",
			holder.Username, holder.ID, after.Username.ValueString()))
}

// addUnfreedUsername reports a replacement whose first half keeps the user.
func addUnfreedUsername(diags *diag.Diagnostics, username, policy string) {
	diags.AddError(fmt.Sprintf("User %q cannot be replaced under the same username", username),
		fmt.Sprintf("A replacement destroys the user and creates another one, but deletion_policy = %q keeps the present user, so the creation would fail with a username that is taken. Nothing was changed. "+
			"If the block is tainted, run terraform untaint. To replace the user, apply deletion_policy = \"delete\" first; to keep them, set adopt_existing = true.", policy))
}

// replacedUserKey holds, in private state, what the second half of a replacement needs to know of the user that the first
// half destroys.
const replacedUserKey = "replaced_user"

// replacedUser is what replacedUserKey holds.
type replacedUser struct {
	Username string `json:"username"`
	Policy   string `json:"policy"`
}

// markReplaceable notes the user of the prior state for the case that the plan turns into a replacement.
func markReplaceable(ctx context.Context, before *userResourceModel, resp *resource.ModifyPlanResponse) {
	content, err := json.Marshal(replacedUser{Username: before.Username.ValueString(), Policy: before.policy()})
	if err != nil {
		resp.Diagnostics.AddError("Unable to store the private state of a user", err.Error())

		return
	}

	resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedUserKey, content)...)
}

// checkReplacement refuses the second half of a replacement under the same username when the first half keeps the user.
func checkReplacement(ctx context.Context, after *userResourceModel, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	content, privateDiags := req.Private.GetKey(ctx, replacedUserKey)
	diags.Append(privateDiags...)

	var replaced replacedUser
	if content == nil || json.Unmarshal(content, &replaced) != nil {
		return
	}

	if replaced.Policy != policyDelete && !after.AdoptExisting.ValueBool() && strings.EqualFold(replaced.Username, after.Username.ValueString()) {
		addUnfreedUsername(diags, replaced.Username, replaced.Policy)
	}
}

// adoptsKey holds, in the private state of a planned creation, the username of the user that it adopts if they exist. When
// the creation is the second half of a replacement, Terraform passes the same private state to the destruction, which then
// leaves that user to be adopted. If that destruction fails, the private state stays, so the plan of another one removes it.
const adoptsKey = "adopts"

// planAdoption notes that the creation adopts an existing user.
func (r *userResource) planAdoption(ctx context.Context, after *userResourceModel, resp *resource.ModifyPlanResponse) {
	if !after.AdoptExisting.ValueBool() || after.Username.IsUnknown() {
		return
	}

	content, err := json.Marshal(after.Username.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("Unable to store the private state of a user", err.Error())

		return
	}

	resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptsKey, content)...)
}

// isAdoptedAgain reports whether a destruction is the first half of a replacement that adopts the same user again.
func isAdoptedAgain(ctx context.Context, req resource.DeleteRequest, username types.String, diags *diag.Diagnostics) bool {
	content, privateDiags := req.Private.GetKey(ctx, adoptsKey)
	diags.Append(privateDiags...)

	var adopted string

	return content != nil && json.Unmarshal(content, &adopted) == nil && strings.EqualFold(adopted, username.ValueString())
}
