package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userAPITokenModel is a token in plan and state.
type userAPITokenModel struct {
	ID                types.String `tfsdk:"id"`
	Username          types.String `tfsdk:"username"`
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
	Token             types.String `tfsdk:"token"`
	Hint              types.String `tfsdk:"hint"`
}

// isConfirmedBy reports whether a list shows the token that the state has.
func (m *userAPITokenModel) isConfirmedBy(user *iriusrisk.User) bool {
	return !m.Hint.IsNull() && equal(m.Hint.ValueStringPointer(), user.APITokenHint)
}

// imported reports whether the state is that of an import which has not been read yet.
func (m *userAPITokenModel) imported() bool { return m.ID.IsNull() }

// imports takes over the hint of an existing token; the token itself is never shown again. A user without a token has
// nothing to import.
func (m *userAPITokenModel) imports(token existingToken, diags *diag.Diagnostics) {
	username := m.Username.ValueString()

	switch {
	case token.absent():
		diags.AddError(fmt.Sprintf("User %q has no API token", username),
			"IriusRisk reports no API token for this user, so there is none to import. Without an import, applying the resource generates one.")
	case token.hint == nil:
		diags.AddWarning(fmt.Sprintf("The API token of user %q cannot be identified", username),
			"IriusRisk does not show the hint of the user's API token. Until it does, rotation and deletion outside Terraform cannot be detected, and destroying the resource leaves the token as it is.")
	}

	m.ID = m.Username
	m.Hint = types.StringPointerValue(token.hint)
}

// hintText names a token by its hint.
func hintText(hint *string) string {
	if hint == nil {
		return "no hint"
	}

	return fmt.Sprintf("the hint %q", *hint)
}

// mayRevoke reports whether the user's present token is the one of the state, and warns when it is left alone. Where hints
// cannot be compared, a token that this resource has generated is taken for the present one, because nothing shows a
// change. An imported one is not: only its hint tells it from a token that was generated since.
func (m *userAPITokenModel) mayRevoke(token existingToken, diags *diag.Diagnostics) bool {
	username := m.Username.ValueString()

	switch {
	case token.absent() && (!m.Hint.IsNull() || m.Token.IsNull()):
		return false
	case token.hint != nil && !m.Hint.IsNull():
		if *token.hint == m.Hint.ValueString() {
			return true
		}

		diags.AddWarning(fmt.Sprintf("User %q has another API token now, which was not revoked", username),
			fmt.Sprintf("The state holds a token with %s, which was revoked outside Terraform. The user's present token, with %s, is not managed here and was left alone.",
				hintText(m.Hint.ValueStringPointer()), hintText(token.hint)))

		return false
	case m.Token.IsNull():
		diags.AddWarning(fmt.Sprintf("The API token of user %q was not revoked", username),
			"The token was imported, and without its hint it cannot be told from one that was generated since, so it was left alone. It may still work. If it is no longer needed, revoke it in IriusRisk.")

		return false
	default:
		return true
	}
}

// newHint is the hint of a token that was just generated, nil when IriusRisk does not report it: an answer that shows the
// hint from before is out of date.
func newHint(user *iriusrisk.User, before *string) *string {
	if equal(user.APITokenHint, before) {
		return nil
	}

	return user.APITokenHint
}

// replacedHintKey holds, in private state, the hint of the token that the user had before this one was generated. That
// token is revoked, so an answer that shows its hint is out of date.
const replacedHintKey = "replaced_hint"

// privateWriter is private state that is written, and privateReader private state that is read.
type (
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
)

// setReplacedHint puts the hint into private state; nil is none.
func setReplacedHint(ctx context.Context, private privateWriter, hint *string, diags *diag.Diagnostics) {
	if hint == nil {
		return
	}

	encoded, err := json.Marshal(*hint)
	if err != nil {
		diags.AddError("Unable to keep the hint of an API token", err.Error())
	}

	diags.Append(private.SetKey(ctx, replacedHintKey, encoded)...)
}

// replacedHint returns the hint from private state, nil when there is none.
func replacedHint(ctx context.Context, private privateReader, diags *diag.Diagnostics) (hint *string) {
	encoded, privateDiags := private.GetKey(ctx, replacedHintKey)
	diags.Append(privateDiags...)

	if encoded != nil {
		if err := json.Unmarshal(encoded, &hint); err != nil {
			diags.AddError("Unable to read the private state of an API token", err.Error())
		}
	}

	return hint
}

// object is the token as other blocks may manage it too.
func (m *userAPITokenModel) object() ownedObject {
	return ownedBy(m.Username.ValueString(), "API token", m.Hint.ValueString())
}
