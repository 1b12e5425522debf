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

// ModifyPlan rejects plans that cannot succeed or could lose a user. It also warns of what a plan cannot show: memberships
// that are removed when a set is managed for the first time.
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	before := userModel(ctx, req.State.Raw.IsNull(), req.State, &resp.Diagnostics)
	after := userModel(ctx, req.Plan.Raw.IsNull(), req.Plan, &resp.Diagnostics)

	r.planMembers(ctx, before, after, req.Config, resp)

	if r.providerData == nil || resp.Diagnostics.HasError() {
		return
	}

	switch first := r.firstPlan(ctx, req, resp); {
	case after == nil:
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptsKey, nil)...)
		r.planned.add(ctx, r.plannedUser(before, nil, false), &resp.Diagnostics)
	case !first:
		r.planAdoption(ctx, after, resp)
		r.checkReplacement(ctx, after, req, &resp.Diagnostics)
	case before == nil:
		r.planAdoption(ctx, after, resp)
		r.planCreate(ctx, after, &resp.Diagnostics)
	default:
		markReplaceable(ctx, before, resp)
		r.planUpdate(ctx, before, after, &resp.Diagnostics)
	}

	r.countRemoval(ctx, before, after, req, &resp.Diagnostics)
	r.revokeWithAccess(before, after, &resp.Diagnostics)
	r.adviseOnInlineSets(ctx, after, &resp.Diagnostics)
}

// plannedUser returns the planned change of a block.
func (r *userResource) plannedUser(before, after *userResourceModel, replaced bool) *plannedUser {
	block := &plannedUser{before: before, after: after, replaced: replaced}
	if r.directory != nil {
		block.lookUp = r.readExisting
	}

	return block
}

// readExisting reads a user, and returns nil if it is proven that there is none.
func (r *userResource) readExisting(ctx context.Context, username string) (*iriusrisk.User, error) {
	user, err := r.directory.User(ctx, username)
	if iriusrisk.IsNotFound(err) {
		return nil, r.confirmAbsent(ctx, err)
	}

	return user, err
}

// modelReader is a state or a plan.
type modelReader interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// userModel reads the model of a state or plan. It is nil if the state or plan is null.
func userModel(ctx context.Context, isNull bool, from modelReader, diags *diag.Diagnostics) *userResourceModel {
	if isNull {
		return nil
	}

	var model userResourceModel

	diags.Append(from.Get(ctx, &model)...)

	return &model
}

// planCreate checks the plan of a new user.
func (r *userResource) planCreate(ctx context.Context, after *userResourceModel, diags *diag.Diagnostics) {
	r.planned.add(ctx, r.plannedUser(nil, after, false), diags)
	r.noteInlineSets(after, diags)
	r.checkUsernameIsFree(ctx, after, false, diags)
	r.checkEmailIsFree(ctx, after, false, diags)
	r.warnOfAdoption(ctx, after, diags)
}

// warnOfAdoption warns of the memberships that the adoption of an existing user removes.
func (r *userResource) warnOfAdoption(ctx context.Context, after *userResourceModel, diags *diag.Diagnostics) {
	if !after.AdoptExisting.ValueBool() {
		return
	}

	for _, members := range after.members() {
		if !members.set.IsNull() {
			r.warnOfRemovals(ctx, members.kind, after.Username, *members.set, diags)
		}
	}
}

// planUpdate checks the plan of a user in the state.
func (r *userResource) planUpdate(ctx context.Context, before, after *userResourceModel, diags *diag.Diagnostics) {
	replaced := !strings.EqualFold(before.Username.ValueString(), after.Username.ValueString())

	r.planned.add(ctx, r.plannedUser(before, after, replaced), diags)
	r.noteInlineSets(after, diags)

	if after.Username.IsUnknown() {
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q will be replaced", before.Username.ValueString()),
			fmt.Sprintf("The new username is known only after apply, so Terraform replaces the user, with deletion_policy = %q, even if the username turns out to be the same. To keep the user, use a username that is known during the plan.", before.policy()))
	} else if replaced {
		r.checkUsernameIsFree(ctx, after, true, diags)
		r.warnOfAdoption(ctx, after, diags)
	}

	if replaced {
		return
	}

	if !strings.EqualFold(before.Email.ValueString(), after.Email.ValueString()) {
		r.checkEmailIsFree(ctx, after, false, diags)
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

// noteInlineSets warns if the configuration manages the user's roles or business units in another way too.
func (r *userResource) noteInlineSets(after *userResourceModel, diags *diag.Diagnostics) {
	for _, members := range after.members() {
		if !members.set.IsNull() {
			r.conflicts.note(members.kind, after.Username, managedInline, diags)

			ids, _ := knownElements(*members.set)
			r.unitConflicts.noteUser(members.kind, after.Username, managedInline, ids, diags)
		}
	}
}

// checkUsernameIsFree rejects the creation of a user whose username is taken. If the lookup fails, the creation reports it.
// replaces is true if the creation is part of a replacement, which destroys the existing user of the resource first.
func (r *userResource) checkUsernameIsFree(ctx context.Context, after *userResourceModel, replaces bool, diags *diag.Diagnostics) {
	if r.client == nil || after.Username.IsUnknown() || after.AdoptExisting.IsUnknown() || r.planned.isApplying() {
		return
	}

	username := after.Username.ValueString()
	lookUp := r.directory.LookupUser

	// A list may be out of date. Before the existing user is destroyed, the username is read individually.
	if replaces {
		lookUp = r.directory.ReadUser
	}

	existing, err := lookUp(ctx, username)
	if err != nil && replaces {
		diags.AddWarning(fmt.Sprintf("Unable to look up username %q", username),
			"The replacement destroys the existing user before it creates the new one, and the creation fails if the username is taken. "+explain(err))
	}

	if err != nil || existing == nil {
		return
	}

	if after.AdoptExisting.ValueBool() {
		r.countAdoption(existing, after, diags)

		if existing.Enabled != nil && !*existing.Enabled && after.Enabled.ValueBool() {
			diags.AddWarning(fmt.Sprintf("User %q is disabled and will be enabled", existing.Username),
				"The user exists and will be adopted, because adopt_existing = true. The user is disabled in IriusRisk, and the configuration sets enabled = true, which is the default.")
		}

		return
	}

	// A user in the state belongs to this resource, if it is tainted and is destroyed first, or to another resource, and
	// that conflict is reported elsewhere.
	switch policy, managed := r.planned.refreshedPolicy(existing.Username); {
	case replaces:
		addConflict(diags, existing, "")
	case !managed:
		r.planned.addFailingCreation(diags, func(diags *diag.Diagnostics) { addConflict(diags, existing, "") })
	case policy != policyDelete:
		addUsernameKept(diags, existing.Username, policy)
	}
}

// checkEmailIsFree rejects an e-mail address that another user has. If the lookup fails, the write reports it. replaces is true if
// the resource replaces its user.
func (r *userResource) checkEmailIsFree(ctx context.Context, after *userResourceModel, replaces bool, diags *diag.Diagnostics) {
	if r.client == nil || after.Email.IsUnknown() || after.Username.IsUnknown() || r.planned.isApplying() {
		return
	}

	holder, err := r.directory.LookupEmail(ctx, after.Email.ValueString())
	if err != nil || holder == nil || strings.EqualFold(holder.Username, after.Username.ValueString()) {
		return
	}

	// Conflicts between the resources of this configuration are checked elsewhere. A tainted resource is planned like a new
	// one, so its own user may have the address. Only the policy "delete" frees it first.
	if policy, managed := r.planned.refreshedPolicy(holder.Username); managed && (replaces || policy == policyDelete) {
		return
	}

	report := func(diags *diag.Diagnostics) { addTakenAddress(diags, holder, after) }
	if replaces {
		report(diags)
	} else {
		r.planned.addFailingCreation(diags, report)
	}
}

// addTakenAddress adds an error about an e-mail address that another user has.
func addTakenAddress(diags *diag.Diagnostics, holder *iriusrisk.User, after *userResourceModel) {
	diags.AddError(fmt.Sprintf("The e-mail address %q is taken", after.Email.ValueString()),
		fmt.Sprintf("User %q (id %s) of IriusRisk has this address, and e-mail addresses are unique, so user %q cannot have it. Nothing was changed. Use a different address, or change the address of the other user first.",
			holder.Username, holder.ID, after.Username.ValueString()))
}

// addUsernameKept adds an error about a replacement that cannot create the user, because destroying it keeps the username
// in use.
func addUsernameKept(diags *diag.Diagnostics, username, policy string) {
	diags.AddError(fmt.Sprintf("User %q cannot be replaced under the same username", username),
		fmt.Sprintf("A replacement destroys the user and then creates a new one, but deletion_policy = %q keeps the existing user, so the creation would fail because the username is taken. Nothing was changed. "+
			"If the resource is tainted, run terraform untaint. To replace the user, apply deletion_policy = \"delete\" first. To keep the user, set adopt_existing = true.", policy))
}

// replacedUserKey is the private state key of what the creation in a replacement needs to know about the user that the
// replacement destroys.
const replacedUserKey = "replaced_user"

// replacedUser is the value of replacedUserKey.
type replacedUser struct {
	Username string `json:"username"`
	Email    string `json:"email"`
	Policy   string `json:"policy"`

	// MayBeEnabled is true unless the user is known to be disabled.
	MayBeEnabled bool `json:"may_be_enabled"`
}

// markReplaceable records the user of the prior state in case the plan becomes a replacement.
func markReplaceable(ctx context.Context, before *userResourceModel, resp *resource.ModifyPlanResponse) {
	content, err := json.Marshal(replacedUser{Username: before.Username.ValueString(), Email: before.Email.ValueString(), Policy: before.policy(), MayBeEnabled: before.mayBeEnabled()})
	if err != nil {
		resp.Diagnostics.AddError("Unable to store the private state of a user", err.Error())

		return
	}

	resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedUserKey, content)...)
}

// readReplaced returns the user that a replacement destroys, or the zero value if it is not known.
func readReplaced(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (replaced replacedUser) {
	content, privateDiags := req.Private.GetKey(ctx, replacedUserKey)
	diags.Append(privateDiags...)

	if content == nil || json.Unmarshal(content, &replaced) != nil {
		return replacedUser{}
	}

	return replaced
}

// checkReplacement rejects a replacement whose destruction keeps a user with the same username or e-mail address, and one with
// an address that is taken. It checks the plan of the creation, because ignore_changes does not apply to a creation.
func (r *userResource) checkReplacement(ctx context.Context, after *userResourceModel, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	replaced := readReplaced(ctx, req, diags)
	if replaced == (replacedUser{}) {
		return
	}

	sameUsername := strings.EqualFold(replaced.Username, after.Username.ValueString())

	switch {
	case sameUsername && replaced.Policy != policyDelete && !after.AdoptExisting.ValueBool():
		addUsernameKept(diags, replaced.Username, replaced.Policy)
	case sameUsername || after.Username.IsUnknown():
	case !strings.EqualFold(replaced.Email, after.Email.ValueString()):
		r.checkEmailIsFree(ctx, after, true, diags)
	case replaced.Policy != policyDelete:
		addAddressKept(diags, replaced, after)
	}
}

// addAddressKept adds an error about a replacement that cannot create the user, because destroying the existing one keeps the
// e-mail address in use.
func addAddressKept(diags *diag.Diagnostics, replaced replacedUser, after *userResourceModel) {
	diags.AddError(fmt.Sprintf("User %q cannot be replaced under the same e-mail address", replaced.Username),
		fmt.Sprintf("The username changes to %q, which creates a new user, while deletion_policy = %q keeps the existing user and their e-mail address %q. E-mail addresses are unique in IriusRisk, so the creation would fail. "+
			"Keep the username, change the e-mail address as well, or apply deletion_policy = \"delete\" first.",
			after.Username.ValueString(), replaced.Policy, after.Email.ValueString()))
}

// adoptsKey is the private state key of the username that a planned creation adopts if the user exists. If the creation is
// part of a replacement, Terraform passes the same private state to the destruction, which then keeps the user. If that
// destruction fails, the key stays in the private state, so the plan of a later destruction removes it.
const adoptsKey = "adopts"

// planAdoption records that the creation adopts an existing user.
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

// isAdoptedAgain reports whether a destruction is part of a replacement that adopts the same user again.
func isAdoptedAgain(ctx context.Context, req resource.DeleteRequest, username types.String, diags *diag.Diagnostics) bool {
	content, privateDiags := req.Private.GetKey(ctx, adoptsKey)
	diags.Append(privateDiags...)

	var adopted string

	return content != nil && json.Unmarshal(content, &adopted) == nil && strings.EqualFold(adopted, username.ValueString())
}
