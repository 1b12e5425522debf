package provider

import (
	"context"
	"fmt"

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

// userAPITokenModel is a token in plan and state.
type userAPITokenModel struct {
	ID                types.String `tfsdk:"id"`
	Username          types.String `tfsdk:"username"`
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
	Token             types.String `tfsdk:"token"`
	Hint              types.String `tfsdk:"hint"`
}

// Metadata names the resource.
func (r *userAPITokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_api_token"
}

// Schema describes the resource.
func (r *userAPITokenResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The API token of a user. **A user has one token at most: creating this resource ends the token that the user already has**, and the plan warns of it. " +
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
					"A change replaces the resource, except a change of case alone, which changes nothing.",
				Validators:    []validator.String{usernameValidator{}},
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
				Computed:            true,
				MarkdownDescription: "The part of the token that IriusRisk shows. By it the provider sees that a token was rotated or deleted elsewhere.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

// ModifyPlan warns when creating the token would end one that the user already has.
func (r *userAPITokenResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !req.State.Raw.IsNull() {
		var state userAPITokenModel

		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.remember(&state)

		return
	}

	var plan userAPITokenModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() || plan.Username.IsUnknown() || r.session == nil || r.client == nil {
		return
	}

	username := plan.Username.ValueString()
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), username)...)

	user, err := r.directory.User(ctx, username, nil)

	switch {
	case iriusrisk.IsNotFound(err):
	case err != nil:
		resp.Diagnostics.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q may already have an API token", username),
			"Creating this token ends the one that the user has, and whether there is one could not be found out. "+explain(err))
	case user.APITokenHint != nil && !r.tokens.manages(username, *user.APITokenHint):
		resp.Diagnostics.AddAttributeWarning(path.Root("username"), fmt.Sprintf("User %q already has an API token", username),
			fmt.Sprintf("Unless this resource replaces it, creating this token ends the one with the hint %q: whatever uses it will be refused. To take the existing token over instead, import it:\n\n%s",
				*user.APITokenHint, importBlock("iriusrisk_user_api_token", username)))
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

	if !r.caller.refuseSelf(ctx, username, "replace the API token of the user it runs as", &resp.Diagnostics) {
		return
	}

	token, lost, err := r.generateToken(ctx, username)
	if err != nil {
		if lost {
			err = fmt.Errorf("%w; a token may have been generated whose value is lost, which ends the one that the user had before; the next apply generates another", err)
		}

		addAPIError(&resp.Diagnostics, fmt.Sprintf("generate the API token of user %q", username), err)

		return
	}

	r.tokens.succeed(username, token)

	plan.ID = types.StringValue(username)
	plan.Token = types.StringValue(token)
	plan.Hint = types.StringNull()
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)

	user, err := r.client.GetUser(ctx, username)
	if err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read back the hint of the new API token of user %q", username),
			fmt.Errorf("%w; the token is in the state, marked as tainted, and the next apply replaces it", err))
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, hintUnreadKey, []byte("true"))...)

		return
	}

	plan.Hint = types.StringPointerValue(user.APITokenHint)
	r.remember(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// hintUnreadKey marks, in private state, a token whose hint could not be read back when it was generated.
const hintUnreadKey = "hint_unread"

// Read compares hints. A token whose hint is gone or another was deleted or rotated elsewhere.
func (r *userAPITokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userAPITokenModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	unread, diags := req.Private.GetKey(ctx, hintUnreadKey)
	resp.Diagnostics.Append(diags...)

	r.client.KeepSecret(state.Token.ValueString())

	username := state.Username.ValueString()
	user, err := r.directory.User(ctx, username, state.isConfirmedBy)

	switch {
	case iriusrisk.IsNotFound(err):
		r.removeMissing(ctx, fmt.Sprintf("read the API token of user %q", username), username, "Their API token is removed from the state.", err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read the API token of user %q", username), err)
	case state.imported():
		state.imports(user, resp)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	case state.Hint.IsNull() && string(unread) == "true":
		state.Hint = types.StringPointerValue(user.APITokenHint)
		r.remember(&state)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	case !equal(state.Hint.ValueStringPointer(), user.APITokenHint):
		if user.APITokenHint != nil {
			r.tokens.disown(username, *user.APITokenHint)
		}

		resp.Diagnostics.AddWarning(fmt.Sprintf("The API token of user %q is no longer ours", username),
			fmt.Sprintf("The state holds a token with %s, but the user now has %s: it was rotated or deleted outside Terraform, or another resource manages a token of the same user. It is removed from the state, and the plan creates a new one.",
				hintText(state.Hint.ValueStringPointer()), hintText(user.APITokenHint)))
		resp.State.RemoveResource(ctx)
	default:
		r.remember(&state)
	}
}

// isConfirmedBy reports whether a list shows the token that the state has.
func (m *userAPITokenModel) isConfirmedBy(user *iriusrisk.User) bool {
	return !m.Hint.IsNull() && equal(m.Hint.ValueStringPointer(), user.APITokenHint)
}

// imported reports whether the state is that of an import which has not been read yet.
func (m *userAPITokenModel) imported() bool { return m.ID.IsNull() }

// imports takes over the hint of an existing token; the token itself is never shown again. A user without a token has
// nothing to import.
func (m *userAPITokenModel) imports(user *iriusrisk.User, resp *resource.ReadResponse) {
	if user.APITokenHint == nil {
		resp.Diagnostics.AddError(fmt.Sprintf("User %q has no API token", m.Username.ValueString()),
			"IriusRisk reports no API token for this user, so there is none to import. Without an import, applying the resource generates one.")
	}

	m.ID = m.Username
	m.Hint = types.StringPointerValue(user.APITokenHint)
}

// hintText names a token by its hint.
func hintText(hint *string) string {
	if hint == nil {
		return "no hint"
	}

	return fmt.Sprintf("the hint %q", *hint)
}

// Update keeps rotate_when_changed where it was not set before; nothing is sent.
func (r *userAPITokenResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan userAPITokenModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete deletes the user's token if it is still the one that is in state.
func (r *userAPITokenResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userAPITokenModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

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

	if !r.caller.refuseSelf(ctx, username, "delete the API token of the user it runs as", &resp.Diagnostics) {
		return
	}

	// With create_before_destroy the successor is there already, and has ended this one.
	if r.tokens.superseded(username, state.Token.ValueString()) {
		return
	}

	user, err := r.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		return
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read the API token of user %q before deleting it", username), err)

		return
	case !state.Hint.IsNull() && !equal(state.Hint.ValueStringPointer(), user.APITokenHint):
		if user.APITokenHint != nil {
			resp.Diagnostics.AddWarning(fmt.Sprintf("User %q has another API token now, which was not deleted", username),
				fmt.Sprintf("The state holds a token with %s, which has ended. The user's present token, with %s, is not managed here and was left alone.",
					hintText(state.Hint.ValueStringPointer()), hintText(user.APITokenHint)))
		}

		return
	}

	if err := r.client.DeleteUserAPIToken(ctx, username); err != nil && !iriusrisk.IsNotFound(err) {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("delete the API token of user %q", username), err)
	}
}

// ImportState imports by username. The token itself stays null.
func (r *userAPITokenResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importUsername(ctx, req, resp)
}

// remember notes the token as one that this configuration manages, so that planning its replacement does not warn.
func (r *userAPITokenResource) remember(state *userAPITokenModel) {
	if r.session != nil && !state.Hint.IsNull() && !state.Hint.IsUnknown() {
		r.tokens.add(state.Username.ValueString(), state.Hint.ValueString())
	}
}
