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

var _ action.ActionWithConfigure = (*accountAction)(nil)

// accountAction does one thing to one account, which one argument names.
type accountAction struct {
	*providerData

	typeName, description string
	argument              schema.StringAttribute
	name                  string // of the argument

	attempt  string // completes "Unable to …", with the argument's value
	progress string // says what is under way, with the argument's value
	done     string // says what is done, with the argument's value

	do func(client *iriusrisk.Client, ctx context.Context, value string) error
}

// NewSendResetPasswordEmailAction returns the action iriusrisk_send_reset_password_email.
func NewSendResetPasswordEmailAction() action.Action {
	return &accountAction{
		typeName: "send_reset_password_email", name: "username", argument: usernameArgument(),
		description: "Has IriusRisk send a user an e-mail with a link to choose a new password.",
		attempt:     "send user %q the reset-password e-mail", progress: "Sending user %q the reset-password e-mail", done: "IriusRisk sends user %q the e-mail",
		do: (*iriusrisk.Client).SendResetPasswordEmail,
	}
}

// NewRevokeUserSessionsAction returns the action iriusrisk_revoke_user_sessions.
func NewRevokeUserSessionsAction() action.Action {
	return &accountAction{
		typeName: "revoke_user_sessions", name: "username", argument: usernameArgument(),
		description: "Ends all sessions of a user, who then has to sign in again. API tokens stay valid.",
		attempt:     "end the sessions of user %q", progress: "Ending the sessions of user %q", done: "The sessions of user %q have ended",
		do: (*iriusrisk.Client).DeleteUserSessions,
	}
}

// NewInviteUserAction returns the action iriusrisk_invite_user.
func NewInviteUserAction() action.Action {
	return &accountAction{
		typeName: "invite_user", name: "email",
		argument: schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The e-mail address to invite.",
			Validators:          []validator.String{stringvalidator.RegexMatches(emailPattern, "must be an e-mail address")},
		},
		description: "Sends an invitation to use IriusRisk to an e-mail address. Not available in instances that use LDAP or SAML. The person becomes a user by accepting it; invitations can be neither listed nor withdrawn.",
		attempt:     "invite %q", progress: "Inviting %q", done: "%q is invited",
		do: (*iriusrisk.Client).InviteUser,
	}
}

func usernameArgument() schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: "The username.", Validators: []validator.String{usernameValidator()}}
}

// Metadata names the action.
func (a *accountAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.typeName
}

// Schema describes the action.
func (a *accountAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: a.description, Attributes: map[string]schema.Attribute{a.name: a.argument}}
}

// Configure takes over the provider data.
func (a *accountAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Invoke does it, in the account's turn.
func (a *accountAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
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
			err = fmt.Errorf("%w; it may have taken effect all the same, which cannot be found out", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf(a.attempt, value.ValueString()), err)

		return
	}

	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(a.done, value.ValueString())})
}
