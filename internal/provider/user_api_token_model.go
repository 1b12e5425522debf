package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userAPITokenModel is the plan or state of the resource.
type userAPITokenModel struct {
	ID                types.String `tfsdk:"id"`
	Username          types.String `tfsdk:"username"`
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
	Token             types.String `tfsdk:"token"`
	Hint              types.String `tfsdk:"hint"`
}

// isConfirmedBy reports whether a user from a list has the token of the state.
func (m *userAPITokenModel) isConfirmedBy(user *iriusrisk.User) bool {
	return !m.Hint.IsNull() && equal(m.Hint.ValueStringPointer(), user.APITokenHint)
}

// imported reports whether the state comes from an import and was not read yet.
func (m *userAPITokenModel) imported() bool { return m.ID.IsNull() }

// imports stores the hint of an existing token, and adds an error if the user has none. The token itself is never shown again.
func (m *userAPITokenModel) imports(token existingToken, diags *diag.Diagnostics) {
	username := m.Username.ValueString()

	switch {
	case token.absent():
		diags.AddError(fmt.Sprintf("User %q has no API token", username),
			"IriusRisk reports no API token for this user, so there is nothing to import. Apply the resource without an import to generate one.")
	case token.hint == nil:
		diags.AddWarning(fmt.Sprintf("The API token of user %q cannot be identified", username),
			"IriusRisk does not show the hint of the user's API token. Until it does, rotation and deletion outside Terraform cannot be detected, and destroying the resource does not revoke the token.")
	}

	m.ID = m.Username
	m.Hint = types.StringPointerValue(token.hint)
}

// hintText describes a token by its hint.
func hintText(hint *string) string {
	if hint == nil {
		return "no hint"
	}

	return fmt.Sprintf("the hint %q", *hint)
}

// mayRevoke reports whether the user's current token is the one of the state, and warns if it is not revoked. If hints cannot
// be compared, a token that this resource has generated counts as the current one, because nothing shows a change. An
// imported token does not: only its hint distinguishes it from one that was generated later.
func (m *userAPITokenModel) mayRevoke(token existingToken, diags *diag.Diagnostics) bool {
	username := m.Username.ValueString()

	switch {
	case token.absent() && (!m.Hint.IsNull() || m.Token.IsNull()):
		return false
	case token.hint != nil && !m.Hint.IsNull():
		if *token.hint == m.Hint.ValueString() {
			return true
		}

		diags.AddWarning(fmt.Sprintf("The current API token of user %q was not revoked", username),
			fmt.Sprintf("The state holds a token with %s, which was revoked outside Terraform. The user's current token, with %s, is not managed by this resource and was not changed.",
				hintText(m.Hint.ValueStringPointer()), hintText(token.hint)))

		return false
	case m.Token.IsNull():
		diags.AddWarning(fmt.Sprintf("The API token of user %q was not revoked", username),
			"The token was imported, and without its hint it cannot be distinguished from a token that was generated later, so it was not revoked. It may still work. If it is no longer needed, revoke it in IriusRisk.")

		return false
	default:
		return true
	}
}

// newHint returns the hint of a token that was just generated, or nil if IriusRisk does not report it. A response that shows
// the hint of the previous token is out of date.
func newHint(user *iriusrisk.User, before *string) *string {
	if equal(user.APITokenHint, before) {
		return nil
	}

	return user.APITokenHint
}

// replacedHintKey is the private state key of the hint of the token that this one has replaced. That token is revoked, so a
// response that shows its hint is out of date.
const replacedHintKey = "replaced_hint"

// privateWriter and privateReader access the private state of a response and of a request.
type (
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
)

// setReplacedHint stores the hint in private state, unless it is nil.
func setReplacedHint(ctx context.Context, private privateWriter, hint *string, diags *diag.Diagnostics) {
	if hint == nil {
		return
	}

	encoded, err := json.Marshal(*hint)
	if err != nil {
		diags.AddError("Unable to store the private data of the API token", err.Error())

		return
	}

	diags.Append(private.SetKey(ctx, replacedHintKey, encoded)...)
}

// replacedHint returns the hint from private state, or nil if there is none.
func replacedHint(ctx context.Context, private privateReader, diags *diag.Diagnostics) (hint *string) {
	encoded, privateDiags := private.GetKey(ctx, replacedHintKey)
	diags.Append(privateDiags...)

	if encoded != nil {
		if err := json.Unmarshal(encoded, &hint); err != nil {
			diags.AddError("Unable to read the private data of the API token", err.Error())
		}
	}

	return hint
}

// object identifies the token across blocks.
func (m *userAPITokenModel) object() ownedObject {
	return ownedBy(m.Username.ValueString(), "API token", m.Hint.ValueString())
}
