package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*userAPITokenEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*userAPITokenEphemeral)(nil)
)

// NewUserAPITokenEphemeral returns the ephemeral resource iriusrisk_user_api_token.
func NewUserAPITokenEphemeral() ephemeral.EphemeralResource { return &userAPITokenEphemeral{} }

// userAPITokenEphemeral generates an API token for one run.
type userAPITokenEphemeral struct{ *providerData }

// userAPITokenEphemeralModel is the configuration and the result.
type userAPITokenEphemeralModel struct {
	Username        types.String `tfsdk:"username"`
	ReplaceExisting types.Bool   `tfsdk:"replace_existing"`
	Token           types.String `tfsdk:"token"`
	Hint            types.String `tfsdk:"hint"`
}

// openedToken is the private data by which Close identifies the token.
type openedToken struct {
	Username string `json:"username"`

	// Hint is nil if it was not reported. Replaced is the hint of the token that this one has replaced: a response that still
	// shows it is out of date.
	Hint     *string `json:"hint"`
	Replaced *string `json:"replaced,omitempty"`
}

// openedTokenKey is the private data key of openedToken.
const openedTokenKey = "token"

func (r *userAPITokenEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_api_token"
}

func (r *userAPITokenEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Generates an API token of a user for one run and revokes it at the end of the run. The token is stored in neither the plan nor the state. " +
			"**Terraform opens ephemeral resources during every plan and every apply**, and a user has at most one token. The provider therefore refuses a user who has a token, or may have one that IriusRisk does not show, unless `replace_existing` is set.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The username of the user that the token belongs to. It cannot be the user that the provider runs as.",
				Validators:          []validator.String{usernameValidator()},
			},
			"replace_existing": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to revoke the user's existing token. Because ephemeral resources are opened during every plan, **a plan then revokes the user's token**, which cannot be restored. " +
					"Set this only for a user whose token nothing else uses. A token that another block generates in the same run is never revoked. Defaults to `false`.",
			},
			"token": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The token."},
			"hint":  schema.StringAttribute{Computed: true, MarkdownDescription: "The part of the token that IriusRisk shows. Null if IriusRisk does not report it."},
		},
	}
}

func (r *userAPITokenEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	r.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Open generates the token. If a later step fails, it revokes the token, because Terraform closes only resources that it has
// opened.
func (r *userAPITokenEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var model userAPITokenEphemeralModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	username := model.Username.ValueString()

	// Opening always writes. Without this check, an error about an existing token would suggest to replace it.
	if r.client.ReadOnly() {
		addFailure(&resp.Diagnostics, fmt.Sprintf("generate the API token of user %q", username),
			"Terraform opens ephemeral resources during every plan and every apply, and opening this one sends generate_user_api_token. No request was sent.\n\n"+readOnlyAdvice)

		return
	}

	r.warnSharedToken(username, &resp.Diagnostics)

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if !r.refuseSelf(ctx, username, "replace the API token of the user it runs as", &resp.Diagnostics) {
		return
	}

	before, ok := r.mayReplace(ctx, username, model.ReplaceExisting.ValueBool(), &resp.Diagnostics)
	if !ok || !r.mayGenerate(username, &resp.Diagnostics) {
		return
	}

	token, lost, err := r.generateToken(ctx, username)
	if err != nil {
		if lost && !before.absent() {
			err = fmt.Errorf("%w; IriusRisk may have generated a token whose value is lost; in that case the lost token works and the user's previous token is revoked", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf("generate the API token of user %q", username), err)

		// A token whose value is lost would block the next run as an existing one.
		if lost && before.absent() {
			r.revokeOpened(ctx, username, &resp.Diagnostics)
		}

		return
	}

	user, err := r.userOfToken(ctx, username)
	if err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read back the hint of the new API token of user %q", username), err)
		r.revokeOpened(ctx, username, &resp.Diagnostics)

		return
	}

	opened := openedToken{Username: username, Hint: newHint(user, before.hint), Replaced: before.hint}
	model.Token = types.StringValue(token)
	model.Hint = types.StringPointerValue(opened.Hint)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)

	private, err := json.Marshal(opened)
	if err != nil {
		resp.Diagnostics.AddError("Unable to store the private data of the API token", fmt.Sprintf("The data that identifies the API token of user %q when it is revoked could not be encoded: %s.", username, err))
	}

	resp.Diagnostics.Append(resp.Private.SetKey(ctx, openedTokenKey, private)...)

	if resp.Diagnostics.HasError() {
		r.revokeOpened(ctx, username, &resp.Diagnostics)
	}
}

// mayReplace adds an error if the user has a token, or may have one, unless the configuration allows replacing it. It returns
// the existing token.
func (r *userAPITokenEphemeral) mayReplace(ctx context.Context, username string, replace bool, diags *diag.Diagnostics) (before existingToken, ok bool) {
	user, err := r.client.GetUser(ctx, username)
	if iriusrisk.IsNotFound(err) {
		diags.AddError(fmt.Sprintf("Unable to generate an API token for user %q", username), explain(err)+"\n\n"+createdLater)

		return before, false
	}

	if err == nil {
		before, err = r.existingToken(ctx, user)
	}

	switch {
	case err != nil:
		addAPIError(diags, fmt.Sprintf("determine whether user %q already has an API token", username), err)

		return before, false
	case replace || before.absent():
		return before, true
	case before.hint != nil:
		diags.AddAttributeError(path.Root("username"), fmt.Sprintf("User %q already has an API token", username),
			fmt.Sprintf("Opening this ephemeral resource would revoke the token with the hint %q. Terraform opens ephemeral resources during every plan. %s", *before.hint, dedicatedUser))
	default:
		diags.AddAttributeError(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"IriusRisk does not show whether the user has an API token. Opening this ephemeral resource would revoke an existing one. Terraform opens ephemeral resources during every plan. "+dedicatedUser)
	}

	return before, false
}

// dedicatedUser is the advice about an existing token.
const dedicatedUser = "Use a dedicated user for this resource, or set replace_existing = true if nothing else uses the existing token."

// createdLater is the advice about a user who does not exist yet because the same run creates them.
const createdLater = "Terraform opens ephemeral resources during the plan, before it creates users in the same run. " +
	"Create the user in an earlier run, or defer opening until apply with a username that is known only after apply, such as\n\n" +
	"  username = iriusrisk_user.bot.id == \"\" ? \"\" : iriusrisk_user.bot.username"

// Close revokes the token, unless IriusRisk shows a different one, which was generated later and has revoked this one. It
// sends the request even if no token is shown, because that response may be out of date.
func (r *userAPITokenEphemeral) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	private, diags := req.Private.GetKey(ctx, openedTokenKey)
	resp.Diagnostics.Append(diags...)

	var opened openedToken
	if err := json.Unmarshal(private, &opened); err != nil {
		resp.Diagnostics.AddError("Unable to read the private data of the API token", fmt.Sprintf("The API token could not be revoked, so it still works: %s.", err))

		return
	}

	final, cancel := finalContext(ctx)
	defer cancel()

	unlock, ok := r.lock(final, opened.Username, &resp.Diagnostics)
	if !ok {
		addFailure(&resp.Diagnostics, fmt.Sprintf("revoke the API token of user %q, so it still works", opened.Username), "The run was interrupted before the token was revoked. Revoke it in IriusRisk.")

		return
	}
	defer unlock()

	token, err := r.readToken(final, opened.Username)
	token = token.without(opened.Replaced)

	switch {
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read the API token of user %q before revoking it, so it still works", opened.Username), err)
	case opened.Hint != nil && token.hint != nil && *token.hint != *opened.Hint:
		r.tokens.recordRevoked(opened.Username)
	default:
		r.revokeOpened(final, opened.Username, &resp.Diagnostics)
	}
}

// revokeOpened revokes the token that this run has generated for the user.
func (r *userAPITokenEphemeral) revokeOpened(ctx context.Context, username string, diags *diag.Diagnostics) {
	final, cancel := finalContext(ctx)
	defer cancel()

	if err := r.revokeToken(final, username); err != nil {
		addAPIError(diags, fmt.Sprintf("revoke the API token of user %q, so it still works", username), err)
	}
}
