package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*userAPITokenResource)(nil)
	_ resource.ResourceWithImportState = (*userAPITokenResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*userAPITokenResource)(nil)
)

// NewUserAPITokenResource returns the resource iriusrisk_user_api_token.
func NewUserAPITokenResource() resource.Resource { return &userAPITokenResource{} }

// userAPITokenResource manages the one API token that a user can have. It has no resource identity, because no list resource
// lists it and its id is the username already.
type userAPITokenResource struct{ resourceBase }

func (r *userAPITokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_api_token"
}

func (r *userAPITokenResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the API token of a user. **A user has at most one token: creating this resource revokes the user's existing token.** The plan warns about it. " +
			"The token is stored in the state in plain text, so protect the state.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The username.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The username of the user that the token belongs to. It cannot be the user that the provider runs as. " +
					"Changing this forces a new resource to be created; changes in letter case are ignored.",
				Validators:    []validator.String{usernameValidator()},
				PlanModifiers: []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			"rotate_when_changed": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Arbitrary values, for example of a `time_rotating` resource. Changing any of them forces a new token to be created. " +
					"Setting this for the first time, for example after an import, only updates the state.",
				PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(
					func(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
						resp.RequiresReplace = !req.StateValue.IsNull()
					},
					"Changing the values replaces the token.", "Changing the values replaces the token.",
				)},
			},
			"token": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The token. Null after an import, because IriusRisk shows a token only once.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"hint": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The part of the token that IriusRisk shows. The provider uses it to detect that the token was rotated or deleted outside Terraform. " +
					"Null while IriusRisk does not report it; a later refresh sets it.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// ModifyPlan warns if creating the token revokes an existing one, or may do so, and if two blocks manage the token of one user.
func (r *userAPITokenResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state userAPITokenModel

	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.recordManaged(&state)
	}

	if r.providerData == nil {
		return
	}

	if req.Plan.Raw.IsNull() {
		if r.handovers.destroy(state.object()) {
			addTokenHandover(&resp.Diagnostics, state.Username.ValueString())
		}

		return
	}

	var plan userAPITokenModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	first := r.firstPlan(ctx, req, resp)

	if resp.Diagnostics.HasError() || plan.Username.IsUnknown() {
		return
	}

	if first {
		r.warnSharedToken(plan.Username.ValueString(), &resp.Diagnostics)
		r.keepToken(plan.Username.ValueString(), &resp.Diagnostics)
	}

	moves := !strings.EqualFold(state.Username.ValueString(), plan.Username.ValueString())

	if first && !moves && r.handovers.keep(state.object()) {
		addTokenHandover(&resp.Diagnostics, state.Username.ValueString())
	}

	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.Username)...)
	}

	if moves && r.client != nil {
		r.warnExisting(ctx, plan.Username.ValueString(), &resp.Diagnostics)
	}
}

// warnExisting warns of an existing token that a creation revokes.
func (r *userAPITokenResource) warnExisting(ctx context.Context, username string, diags *diag.Diagnostics) {
	var existing existingToken

	user, err := r.directory.User(ctx, username)
	if iriusrisk.IsNotFound(err) {
		return
	}

	if err == nil {
		existing, err = r.existingToken(ctx, user)
	}

	switch {
	case err != nil:
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"Creating this token revokes an existing one, and it could not be determined whether there is one. "+explain(err))
	case existing.absent() || r.tokens.manages(username, types.StringPointerValue(existing.hint).ValueString()):
	case existing.hint != nil:
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q already has an API token", username),
			fmt.Sprintf("Creating this token revokes the user's existing token with the hint %q. Unless that is the token that this resource replaces, anything that uses it loses access. "+
				"To manage the existing token instead, import it:\n\n%s", *existing.hint, importBlock("iriusrisk_user_api_token", username)))
	default:
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"IriusRisk does not show whether the user has an API token. Creating this token revokes an existing one. Unless that is the token that this resource replaces, anything that uses it loses access. "+
				"To manage the existing token instead, import it:\n\n"+importBlock("iriusrisk_user_api_token", username))
	}
}

// Create generates a token and saves it to the state at once, so that it is not lost if reading back its hint fails.
func (r *userAPITokenResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var plan userAPITokenModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	username := plan.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if !r.refuseSelf(ctx, username, "replace the API token of the user it runs as", &resp.Diagnostics) || !r.mayGenerate(username, &resp.Diagnostics) {
		return
	}

	before, err := r.userOfToken(ctx, username)
	if err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read user %q before generating an API token", username), err)

		return
	}

	token, lost, err := r.generateToken(ctx, username)
	if err != nil {
		if lost {
			err = fmt.Errorf("%w; a token may have been generated whose value is lost, which revoked the user's previous token; the next apply generates another one", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf("generate the API token of user %q", username), err)

		return
	}

	plan.ID = types.StringValue(username)
	plan.Token = types.StringValue(token)
	plan.Hint = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	setReplacedHint(ctx, resp.Private, before.APITokenHint, &resp.Diagnostics)

	final, cancel := finalContext(ctx)
	defer cancel()

	user, err := r.userOfToken(final, username)
	if err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read back the hint of the new API token of user %q", username),
			fmt.Errorf("%w; the token is in the state, marked as tainted, and the next apply replaces it", err))

		return
	}

	plan.Hint = types.StringPointerValue(newHint(user, before.APITokenHint))
	r.recordManaged(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read compares hints: a token whose hint is different or missing was rotated or deleted outside Terraform. A hint that
// IriusRisk does not report at all proves nothing.
func (r *userAPITokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	var state userAPITokenModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	replaced := replacedHint(ctx, req.Private, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	r.client.KeepSecret(state.Token.ValueString())

	username := state.Username.ValueString()
	attempt := fmt.Sprintf("read the API token of user %q", username)
	user, err := r.directory.ConfirmUser(ctx, username, state.isConfirmedBy)

	if iriusrisk.IsNotFound(err) {
		r.removeMissing(ctx, attempt, username, "The resource is removed from the state.", err, resp)

		return
	}

	var token existingToken

	if err == nil {
		token, err = r.existingToken(ctx, user)
	}

	if err != nil {
		addAPIError(&resp.Diagnostics, attempt, err)

		return
	}

	if state.imported() {
		state.imports(token, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)

		return
	}

	if token.hint == nil && (state.Hint.IsNull() || !token.absent()) {
		r.warnUnreportedHint(username, &resp.Diagnostics)
	}

	r.compare(ctx, &state, token.without(replaced), resp)
}

// compare updates or removes the state after a comparison with the token that IriusRisk shows.
func (r *userAPITokenResource) compare(ctx context.Context, state *userAPITokenModel, token existingToken, resp *resource.ReadResponse) {
	username := state.Username.ValueString()

	switch {
	case token.hint == nil && (state.Hint.IsNull() || !token.absent()):
	case state.Hint.IsNull():
		state.Hint = types.StringPointerValue(token.hint)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	case !equal(state.Hint.ValueStringPointer(), token.hint):
		if token.hint != nil {
			r.tokens.markForeign(username, *token.hint)
		}

		resp.Diagnostics.AddWarning(fmt.Sprintf("The API token of user %q changed outside Terraform", username),
			fmt.Sprintf("The state holds a token with %s, but the user now has %s. The token was rotated or deleted outside Terraform, or another resource manages a token of the same user. The resource is removed from the state, and the plan creates a new token.",
				hintText(state.Hint.ValueStringPointer()), hintText(token.hint)))
		resp.State.RemoveResource(ctx)

		return
	}

	r.recordManaged(state)
}

// Update sends no request: the only change without a replacement is to set rotate_when_changed for the first time.
func (r *userAPITokenResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan userAPITokenModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete revokes the user's token if it is still the one of the state.
func (r *userAPITokenResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userAPITokenModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	replaced := replacedHint(ctx, req.Private, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	r.client.KeepSecret(state.Token.ValueString())

	username := state.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if !r.refuseSelf(ctx, username, "delete the API token of the user it runs as", &resp.Diagnostics) {
		return
	}

	// With create_before_destroy, the new token already exists and has revoked this one.
	if r.tokens.superseded(username, state.Token.ValueString()) {
		return
	}

	r.revokeCurrent(ctx, &state, replaced, &resp.Diagnostics)
}

// revokeCurrent reads the user's token and revokes it if it is the one of the state.
func (r *userAPITokenResource) revokeCurrent(ctx context.Context, state *userAPITokenModel, replaced *string, diags *diag.Diagnostics) {
	username := state.Username.ValueString()
	attempt := fmt.Sprintf("read the API token of user %q before revoking it", username)
	user, err := r.client.GetUser(ctx, username)

	if iriusrisk.IsNotFound(err) {
		if err = r.confirmUserAbsent(ctx, username, err); err == nil {
			r.warnMissing(ctx, username, "No request to revoke their API token was sent.", diags)

			return
		}
	}

	var token existingToken

	if err == nil {
		token, err = r.existingToken(ctx, user)
	}

	if err != nil {
		addAPIError(diags, attempt, err)

		return
	}

	if !state.mayRevoke(token.without(replaced), diags) {
		return
	}

	if err := r.revokeToken(ctx, username); err != nil {
		addAPIError(diags, fmt.Sprintf("revoke the API token of user %q, so it still works", username), err)
	}
}

// ImportState imports by username. The token stays null.
func (r *userAPITokenResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importStateByUsername(ctx, req, resp)
}

// recordManaged records the token as managed, so that planning its replacement does not warn.
func (r *userAPITokenResource) recordManaged(state *userAPITokenModel) {
	if r.providerData != nil && !state.Hint.IsUnknown() {
		r.tokens.add(state.Username.ValueString(), state.Hint.ValueString())
	}
}
