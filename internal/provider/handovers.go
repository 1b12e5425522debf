package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// handovers detects memberships and API tokens that one block of a plan destroys and another one keeps. Terraform does not
// apply blocks without changes, so an apply cannot protect what such a block keeps.
type handovers struct {
	mu              sync.Mutex
	kept, destroyed map[ownedObject]struct{}
}

// ownedObject is a role, a business unit or an API token of a user.
type ownedObject struct {
	// noun names the object, such as "role".
	noun string

	// user and id are folded to one case. id is the UUID of a role or business unit, or the hint of a token.
	user, id string
}

func newHandovers() *handovers {
	return &handovers{kept: make(map[ownedObject]struct{}), destroyed: make(map[ownedObject]struct{})}
}

// ownedBy returns the key of an object of a user.
func ownedBy(username, noun, id string) ownedObject {
	return ownedObject{noun: noun, user: iriusrisk.FoldUsername(username), id: strings.ToLower(id)}
}

// keep records that a block keeps an object of its prior state, and reports whether another block destroys it.
func (h *handovers) keep(object ownedObject) (destroyed bool) {
	return record(h, h.kept, h.destroyed, object)
}

// destroy records that a block destroys an object, and reports whether another block keeps it.
func (h *handovers) destroy(object ownedObject) (kept bool) {
	return record(h, h.destroyed, h.kept, object)
}

// record adds an object to one side, and reports whether it is on the other side as well.
func record(h *handovers, side, otherSide map[ownedObject]struct{}, object ownedObject) bool {
	h.mu.Lock()
	defer h.mu.Unlock()

	side[object] = struct{}{}
	_, found := otherSide[object]

	return found
}

// stopManaging says how a block stops managing an object without removing it.
const stopManaging = "To stop managing it in one of the blocks without removing it, use a removed block with lifecycle { destroy = false }, or run terraform state rm."

// stopManagingToken says how a block stops managing an API token without revoking it.
const stopManagingToken = "To stop managing it in one of the blocks without revoking it, use a removed block with lifecycle { destroy = false }, or run terraform state rm."

// keepMembership warns if another block destroys a membership that a block keeps. The destruction was planned before this
// call, so its plan cannot be changed, and the apply removes the membership.
func (s *providerData) keepMembership(kind membershipKind, username, id string, diags *diag.Diagnostics) {
	if s.handovers.keep(ownedBy(username, kind.noun, id)) {
		diags.AddWarning(fmt.Sprintf("A %s of user %q is removed although another block manages it", kind.noun, username),
			fmt.Sprintf("This plan destroys one block that manages the %s %s, while another block manages it as well and does not change. Applying the plan removes it from the user, and the next plan assigns it again. %s",
				kind.noun, id, stopManaging))
	}
}

// keptByAnotherKey marks, in the private state of a planned destruction, a membership that another block keeps.
const keptByAnotherKey = "kept_elsewhere"

// destroyMembership records the planned destruction of a membership. If another block keeps it, the plan warns and the
// destruction sends no request. A membership never causes an error: an earlier apply may have created the other block
// and failed before it destroyed this one.
func (s *providerData) destroyMembership(ctx context.Context, kind membershipKind, pair membership, resp *resource.ModifyPlanResponse) {
	username, id := pair.username.ValueString(), pair.memberID.ValueString()

	var mark []byte

	if s.handovers.destroy(ownedBy(username, kind.noun, id)) {
		mark = []byte("true")

		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q keeps a %s", username, kind.noun),
			fmt.Sprintf("This plan destroys one block that manages the %s %s, while another block manages it as well and does not change. The user keeps it, and the destroyed block is removed from the state.", kind.noun, id))
	}

	resp.Diagnostics.Append(resp.Private.SetKey(ctx, keptByAnotherKey, mark)...)
}

// isKeptByAnother reports whether the plan of a destruction has found another block that keeps the membership.
func isKeptByAnother(ctx context.Context, req resource.DeleteRequest, diags *diag.Diagnostics) bool {
	mark, privateDiags := req.Private.GetKey(ctx, keptByAnotherKey)
	diags.Append(privateDiags...)

	return mark != nil
}

// accessOfDisabledUser is the noun of the API token that a user has, whichever it is. A block that disables the user with
// revoke_on_disable revokes it.
const accessOfDisabledUser = "access of a disabled user"

// revokeWithAccess warns if this plan disables a user and thereby revokes an API token that another block manages.
func (s *providerData) revokeWithAccess(before, after *userResourceModel, diags *diag.Diagnostics) {
	if username, revokes := revokesToken(before, after); revokes && !s.planned.isApplying() && s.handovers.destroy(ownedBy(username, accessOfDisabledUser, "")) {
		warnOfRevokedToken(diags, username)
	}
}

// keepToken is revokeWithAccess for the block that manages the token.
func (s *providerData) keepToken(username string, diags *diag.Diagnostics) {
	if !s.planned.isApplying() && s.handovers.keep(ownedBy(username, accessOfDisabledUser, "")) {
		warnOfRevokedToken(diags, username)
	}
}

// revokesToken reports whether the planned change of a user disables them and revokes their API token.
func revokesToken(before, after *userResourceModel) (username string, revokes bool) {
	if before == nil || !before.mayBeEnabled() || (after == nil && before.policy() != policyDisable) {
		return "", false
	}

	applied := after
	if after == nil {
		applied = before
	} else if !after.disables() {
		return "", false
	}

	return before.Username.ValueString(), slices.Contains(applied.revocations(), revokeAPIToken)
}

// warnOfRevokedToken warns that one block revokes the API token that another one manages. The other block is planned before
// this one or after it, so its plan cannot be changed.
func warnOfRevokedToken(diags *diag.Diagnostics, username string) {
	diags.AddWarning(fmt.Sprintf("The API token of user %q is revoked although a block manages it", username),
		"This plan disables the user, and revoke_on_disable of the iriusrisk_user block contains \"api_token\", while an iriusrisk_user_api_token block manages the token. "+
			"Applying the plan revokes the token, and the next plan generates another one. Remove the block of the token as well, or remove \"api_token\" from revoke_on_disable.")
}

// addTokenHandover reports an API token that one block revokes and another one keeps. A revoked token cannot be restored,
// so the plan is refused.
func addTokenHandover(diags *diag.Diagnostics, username string) {
	diags.AddError(fmt.Sprintf("The API token of user %q is revoked by one block and kept by another", username),
		"This plan destroys one block that manages the API token of the user, while another block manages the same token and does not change. "+stopManagingToken)
}
