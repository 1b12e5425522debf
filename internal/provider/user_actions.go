package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ action.ActionWithConfigure = (*userAction)(nil)

// userAction is an action that sends one request about the user or e-mail address of its argument.
type userAction struct {
	*providerData

	typeName, description string
	argument              schema.StringAttribute
	name                  string // of the argument

	// The messages are formats for the argument's value. attempt completes "Unable to …".
	attempt, progress, done string

	do func(client *iriusrisk.Client, ctx context.Context, value string) error
}

// NewSendResetPasswordEmailAction returns the action iriusrisk_send_reset_password_email.
func NewSendResetPasswordEmailAction() action.Action {
	return &userAction{
		typeName: "send_reset_password_email", name: "username", argument: usernameArgument(),
		description: "Sends a user an e-mail with a link to choose a new password.",
		attempt:     "send user %q the reset-password e-mail", progress: "Sending user %q the reset-password e-mail", done: "Sent user %q the reset-password e-mail",
		do: (*iriusrisk.Client).SendResetPasswordEmail,
	}
}

// NewRevokeUserSessionsAction returns the action iriusrisk_revoke_user_sessions.
func NewRevokeUserSessionsAction() action.Action {
	return &userAction{
		typeName: "revoke_user_sessions", name: "username", argument: usernameArgument(),
		description: "Ends all sessions of a user, who then has to sign in again. The user's API token stays valid.",
		attempt:     "end the sessions of user %q", progress: "Ending the sessions of user %q", done: "Ended the sessions of user %q",
		do: (*iriusrisk.Client).DeleteUserSessions,
	}
}

// NewInviteUserAction returns the action iriusrisk_invite_user.
func NewInviteUserAction() action.Action {
	return &userAction{
		typeName: "invite_user", name: "email",
		argument: schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The e-mail address to send the invitation to.",
			Validators:          []validator.String{stringvalidator.RegexMatches(emailPattern, "must be an e-mail address")},
		},
		description: "Sends an invitation to IriusRisk to an e-mail address. The recipient becomes a user by accepting it. Invitations cannot be listed or withdrawn. This action is not available on instances that use LDAP or SAML.",
		attempt:     "invite %q", progress: "Inviting %q", done: "Invited %q",
		do: (*iriusrisk.Client).InviteUser,
	}
}

func usernameArgument() schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: "The username of the user.", Validators: []validator.String{usernameValidator()}}
}

func (a *userAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.typeName
}

func (a *userAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: a.description, Attributes: map[string]schema.Attribute{a.name: a.argument}}
}

func (a *userAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Invoke runs the action while holding the user's lock.
func (a *userAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	if !a.ready(&resp.Diagnostics) {
		return
	}

	var value types.String

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(a.name), &value)...)

	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := a.lock(ctx, value.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(a.progress, value.ValueString())})

	if err := a.do(a.client, ctx, value.ValueString()); err != nil {
		if iriusrisk.OutcomeUnknown(err) {
			err = fmt.Errorf("%w; the request may have taken effect, which cannot be verified", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf(a.attempt, value.ValueString()), err)

		return
	}

	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(a.done, value.ValueString())})
}
