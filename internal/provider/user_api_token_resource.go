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

// userAPITokenResource manages the one API token that a user can have.
type userAPITokenResource struct{ resourceBase }

// Metadata names the resource.
func (r *userAPITokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_api_token"
}

// Schema describes the resource.
func (r *userAPITokenResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The API token of a user. **A user has one token at most: creating this resource revokes the token that the user already has**, and the plan warns of it. " +
			"The token is stored in the state in plain text, so protect the state.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The username.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The username of the user whose token this is. It cannot be the user that the provider runs as. " +
					"Changing this forces a new resource to be created, except for a change of case alone, which changes nothing.",
				Validators:    []validator.String{usernameValidator()},
				PlanModifiers: []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			"rotate_when_changed": schema.MapAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Any values; a change of any of them replaces the token by a new one, for example those of a `time_rotating` resource. " +
					"Setting it for the first time, as after an import, changes the state only.",
				PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIf(
					func(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
						resp.RequiresReplace = !req.StateValue.IsNull()
					},
					"A change of values replaces the token.", "A change of values replaces the token.",
				)},
			},
			"token": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The token. Null after an import, because IriusRisk shows a token once only.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"hint": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "The part of the token that IriusRisk shows, by which the provider detects that a token was rotated or deleted outside Terraform. " +
					"Null while IriusRisk does not report it; a later refresh adds it.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// ModifyPlan warns when creating the token would revoke one that the user already has, or may have, and when two blocks
// manage the token of one user.
func (r *userAPITokenResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state userAPITokenModel

	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.remember(&state)
	}

	if r.providerData == nil {
		return
	}

	if req.Plan.Raw.IsNull() {
		r.handovers.destroy(state.object(), &resp.Diagnostics)

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
	}

	moves := !strings.EqualFold(state.Username.ValueString(), plan.Username.ValueString())

	if first && !moves {
		r.handovers.keep(state.object(), &resp.Diagnostics)
	}

	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.Username)...)
	}

	if moves && r.client != nil {
		r.warnExisting(ctx, plan.Username.ValueString(), &resp.Diagnostics)
	}
}

// warnExisting warns of a token that the creation of another one revokes.
func (r *userAPITokenResource) warnExisting(ctx context.Context, username string, diags *diag.Diagnostics) {
	var existing existingToken

	user, err := r.directory.User(ctx, username)
	if iriusrisk.IsNotFound(err) {
		return
	}

	if err == nil {
		existing, err = r.existingToken(ctx, user)
	}

	const importInstead = "whatever uses it will be refused. To take the existing token over instead, import it:\n\n"

	switch {
	case err != nil:
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"Creating this token revokes the one that the user has, and whether there is one could not be found out. "+explain(err))
	case existing.absent() || r.tokens.manages(username, types.StringPointerValue(existing.hint).ValueString()):
	case existing.hint != nil:
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q already has an API token", username),
			fmt.Sprintf("Unless this resource replaces it, creating this token revokes the one with the hint %q: %s%s", *existing.hint, importInstead, importBlock("iriusrisk_user_api_token", username)))
	default:
		diags.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"IriusRisk does not show whether the user has an API token. Unless this resource replaces it, creating this token revokes it: "+importInstead+importBlock("iriusrisk_user_api_token", username))
	}
}

// Create generates a token and keeps it at once; the hint is read back afterwards.
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
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read user %q before generating their API token", username), err)

		return
	}

	token, lost, err := r.generateToken(ctx, username)
	if err != nil {
		if lost {
			err = fmt.Errorf("%w; a token may have been generated whose value is lost, which revoked the one that the user had before; the next apply generates another", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf("generate the API token of user %q", username), err)

		return
	}

	plan.ID = types.StringValue(username)
	plan.Token = types.StringValue(token)
	plan.Hint = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	setReplacedHint(ctx, resp.Private, before.APITokenHint, &resp.Diagnostics)

	user, err := r.userOfToken(ctx, username)
	if err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read back the hint of the new API token of user %q", username),
			fmt.Errorf("%w; the token is in the state, marked as tainted, and the next apply replaces it", err))

		return
	}

	plan.Hint = types.StringPointerValue(newHint(user, before.APITokenHint))
	r.remember(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read compares hints. A token whose hint was removed or changed was deleted or rotated outside Terraform; one whose hint
// is not reported is not.
func (r *userAPITokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan()

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
		r.removeMissing(ctx, attempt, username, "Their API token is removed from the state.", err, resp)

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

// compare compares the token of the state with the one that IriusRisk shows.
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

		resp.Diagnostics.AddWarning(fmt.Sprintf("The API token of user %q is no longer ours", username),
			fmt.Sprintf("The state holds a token with %s, but the user now has %s: it was rotated or deleted outside Terraform, or another resource manages a token of the same user. It is removed from the state, and the plan creates a new one.",
				hintText(state.Hint.ValueStringPointer()), hintText(token.hint)))
		resp.State.RemoveResource(ctx)

		return
	}

	r.remember(state)
}

// Update keeps rotate_when_changed where it was not set before; nothing is sent.
func (r *userAPITokenResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan userAPITokenModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete revokes the user's token if it is still the one that is in state.
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

	// With create_before_destroy the successor exists already, and generating it has revoked this one.
	if r.tokens.superseded(username, state.Token.ValueString()) {
		return
	}

	attempt := fmt.Sprintf("read the API token of user %q before revoking it", username)
	user, err := r.client.GetUser(ctx, username)

	if iriusrisk.IsNotFound(err) {
		r.deleteWithoutUser(ctx, attempt, username, err, &resp.Diagnostics)

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

	if !state.mayRevoke(token.without(replaced), &resp.Diagnostics) {
		return
	}

	if err := r.revokeToken(ctx, username); err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("revoke the API token of user %q, so it still works", username), err)
	}
}

// deleteWithoutUser ends a deletion whose user was not found.
func (r *userAPITokenResource) deleteWithoutUser(ctx context.Context, attempt, username string, notFound error, diags *diag.Diagnostics) {
	if err := r.confirmUserAbsent(ctx, username, notFound); err != nil {
		addAPIError(diags, attempt, err)

		return
	}

	r.warnMissing(ctx, username, "No request to revoke their API token was sent.", diags)
}

// ImportState imports by username. The token itself stays null.
func (r *userAPITokenResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importStateByUsername(ctx, req, resp)
}

// remember notes the token as one that this configuration manages, so that planning its replacement does not warn.
func (r *userAPITokenResource) remember(state *userAPITokenModel) {
	if r.providerData != nil && !state.Hint.IsUnknown() {
		r.tokens.add(state.Username.ValueString(), state.Hint.ValueString())
	}
}
