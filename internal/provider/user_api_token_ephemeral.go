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

// userAPITokenEphemeral is an API token that lives as long as a run.
type userAPITokenEphemeral struct{ *providerData }

// userAPITokenEphemeralModel is the token with its arguments.
type userAPITokenEphemeralModel struct {
	Username        types.String `tfsdk:"username"`
	ReplaceExisting types.Bool   `tfsdk:"replace_existing"`
	Token           types.String `tfsdk:"token"`
	Hint            types.String `tfsdk:"hint"`
}

// openedToken is what Close needs to know of a token.
type openedToken struct {
	Username string `json:"username"`

	// Hint is nil when it was not reported. Replaced is the hint of the token that this one has replaced: an answer that
	// still shows it is out of date.
	Hint     *string `json:"hint"`
	Replaced *string `json:"replaced,omitempty"`
}

// openedTokenKey is its key in private data.
const openedTokenKey = "token"

// Metadata names the ephemeral resource.
func (r *userAPITokenEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_api_token"
}

// Schema describes the ephemeral resource.
func (r *userAPITokenEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API token of a user that is generated for one run and revoked at its end, and that is in neither plan nor state. " +
			"**Terraform opens it in every plan as well as in every apply**, and a user has one token at most: so a user who has a token already, or may have one that IriusRisk does not show, is refused unless `replace_existing` is set.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The username of the user whose token this is. It cannot be the user that the provider runs as.",
				Validators:          []validator.String{usernameValidator()},
			},
			"replace_existing": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a token that the user already has may be revoked. Since every plan opens the token, **a plan then revokes the user's token**, and nothing brings it back. " +
					"Set it only for a user whose token nothing else uses. A token that another block generates in the same run is never revoked. Defaults to `false`.",
			},
			"token": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The token."},
			"hint":  schema.StringAttribute{Computed: true, MarkdownDescription: "The part of the token that IriusRisk shows; null when it does not report it."},
		},
	}
}

// Configure takes over the provider data.
func (r *userAPITokenEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	r.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// Open generates the token. A failure after that revokes it again, because Terraform closes only what was opened.
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
			err = fmt.Errorf("%w; a token whose value is lost may have been generated: then it works, and the one that the user had before is revoked", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf("generate the API token of user %q", username), err)

		// A token whose value is lost would be refused as an existing one from now on.
		if lost && before.absent() {
			r.end(ctx, username, &resp.Diagnostics)
		}

		return
	}

	user, err := r.userOfToken(ctx, username)
	if err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read back the hint of the new API token of user %q", username), err)
		r.end(ctx, username, &resp.Diagnostics)

		return
	}

	opened := openedToken{Username: username, Hint: newHint(user, before.hint), Replaced: before.hint}
	model.Token = types.StringValue(token)
	model.Hint = types.StringPointerValue(opened.Hint)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)

	remembered, err := json.Marshal(opened)
	if err != nil {
		resp.Diagnostics.AddError("Unable to keep what identifies an API token", fmt.Sprintf("The hint of the API token of user %q, by which it is revoked when it is closed, cannot be encoded: %s.", username, err))
	}

	resp.Diagnostics.Append(resp.Private.SetKey(ctx, openedTokenKey, remembered)...)

	if resp.Diagnostics.HasError() {
		r.end(ctx, username, &resp.Diagnostics)
	}
}

// mayReplace refuses a user who has, or may have, a token already, unless that is what the configuration wants. It returns
// what there is.
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
		addAPIError(diags, fmt.Sprintf("find out whether user %q already has an API token", username), err)

		return before, false
	case replace || before.absent():
		return before, true
	case before.hint != nil:
		diags.AddAttributeError(path.Root("username"), fmt.Sprintf("User %q already has an API token", username),
			fmt.Sprintf("Opening this ephemeral resource would revoke the token with the hint %q, and Terraform opens it in every plan. %s", *before.hint, dedicatedUser))
	default:
		diags.AddAttributeError(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"IriusRisk does not show whether the user has an API token. Opening this ephemeral resource would revoke it, and Terraform opens it in every plan. "+dedicatedUser)
	}

	return before, false
}

// dedicatedUser says what to do about an existing token.
const dedicatedUser = "Use a user of its own for this resource, or set replace_existing = true if nothing else uses that token."

// createdLater says what to do about a user who is missing because the same run is to create them.
const createdLater = "Terraform opens ephemeral resources in the plan already, when a user whom the same run creates is not there yet. " +
	"Create the user in an earlier run, or have this wait by a username that is known only then, such as\n\n" +
	"  username = iriusrisk_user.bot.id == \"\" ? \"\" : iriusrisk_user.bot.username"

// Close revokes the token unless IriusRisk shows another one, which was generated in the meantime and has revoked this one.
// That no token is shown may be an answer out of date, and revoking none does no harm.
func (r *userAPITokenEphemeral) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	remembered, diags := req.Private.GetKey(ctx, openedTokenKey)
	resp.Diagnostics.Append(diags...)

	var opened openedToken
	if err := json.Unmarshal(remembered, &opened); err != nil {
		resp.Diagnostics.AddError("Unable to revoke an API token, so it still works", "What identifies it cannot be read: "+err.Error())

		return
	}

	unlock, ok := r.lock(ctx, opened.Username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	token, err := r.readToken(ctx, opened.Username)
	token = token.without(opened.Replaced)

	switch {
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read the API token of user %q before revoking it, so it still works", opened.Username), err)
	case opened.Hint != nil && token.hint != nil && *token.hint != *opened.Hint:
		r.tokens.revoke(opened.Username)
	default:
		r.end(ctx, opened.Username, &resp.Diagnostics)
	}
}

// end revokes the user's token, which this run has generated.
func (r *userAPITokenEphemeral) end(ctx context.Context, username string, diags *diag.Diagnostics) {
	ending, cancel := finalContext(ctx)
	defer cancel()

	if err := r.revokeToken(ending, username); err != nil {
		addAPIError(diags, fmt.Sprintf("revoke the API token of user %q, so it still works", username), err)
	}
}
