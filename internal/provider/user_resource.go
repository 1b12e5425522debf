package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*userResource)(nil)
	_ resource.ResourceWithIdentity    = (*userResource)(nil)
	_ resource.ResourceWithImportState = (*userResource)(nil)
)

// NewUserResource returns the resource iriusrisk_user.
func NewUserResource() resource.Resource { return &userResource{} }

// userResource manages one user.
type userResource struct{ resourceBase }

// userResourceModel is a user in configuration, plan and state.
type userResourceModel struct {
	userProfileModel

	Password          types.String `tfsdk:"password"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`

	// PasswordWO is null in plan and state, as everything write-only is. What the configuration holds is read where it
	// is sent, and goes nowhere else.
	PasswordWO types.String `tfsdk:"password_wo"`
}

// Metadata names the resource.
func (r *userResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

// Schema describes the resource.
func (r *userResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user of IriusRisk: their profile, whether they may sign in, and their password.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The UUID that IriusRisk gave the user.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The name that the user signs in with, unique in the instance; with single sign-on often an e-mail address. " +
					"A change replaces the user, except a change of case alone, which changes nothing.",
				Validators:    []validator.String{usernameValidator{}},
				PlanModifiers: []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			"email": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The user's e-mail address, unique in the instance.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"first_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The user's first name.",
			},
			"last_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The user's last name.",
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				MarkdownDescription: "Whether the user has access. A disabled user stays in the instance but cannot sign in. Defaults to `true`.",
			},
			"password_wo": schema.StringAttribute{
				Optional:  true,
				WriteOnly: true,
				MarkdownDescription: "The user's password, write-only: it is sent to IriusRisk and kept in neither plan nor state. Needs Terraform or OpenTofu 1.11 or newer. " +
					"It is sent on creation and whenever `password_wo_version` changes. IriusRisk asks for at least 13 characters with an upper-case and a lower-case letter, a special and an alphanumeric character, " +
					"and refuses common passwords and passwords related to the username. Leave it out for users who sign in by single sign-on.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.ConflictsWith(path.MatchRoot("password")),
					stringvalidator.AlsoRequires(path.MatchRoot("password_wo_version")),
				},
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Any number; change it to have `password_wo` sent again.",
				Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo"))},
			},
			"password": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "The user's password, for Terraform older than 1.11. **It is stored in the state in plain text**: prefer `password_wo`. " +
					"A change sends the new password; a change made outside Terraform cannot be seen.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.ConflictsWith(path.MatchRoot("password_wo")),
					stringvalidator.PreferWriteOnlyAttribute(path.MatchRoot("password_wo")),
				},
			},
			"password_expired": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Whether the user must choose a new password at the next sign-in. Not managed when left out. " +
					"IriusRisk ends the expiry once the user has chosen one, which then shows as drift; to ask for it once only, add `ignore_changes = [password_expired]`.",
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"api_token_hint": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The part of the user's API token that IriusRisk shows; null while the user has none.",
				PlanModifiers:       []planmodifier.String{keepTokenHint{}},
			},
		},
	}
}

// IdentitySchema describes what identifies the resource.
func (r *userResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"username": identityschema.StringAttribute{RequiredForImport: true, Description: "The username."},
		},
	}
}

// Create makes the user. Whatever fails after the user exists is answered by deleting them again; only when that
// fails too is the half-made user kept in state, tainted.
func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var plan userResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	password := plan.configuredPassword(ctx, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	username := plan.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	user := r.create(ctx, plan.createRequest(password), &resp.Diagnostics)
	if user == nil {
		return
	}

	plan.created(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setUserIdentity(ctx, resp.Identity, plan.Username)...)

	if resp.Diagnostics.HasError() {
		return
	}

	if err := r.setEnabled(ctx, username, user, plan.Enabled.ValueBool()); err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("%s the new user %q", enableVerb(plan.Enabled.ValueBool()), username), err)

		if r.undoCreate(ctx, username, "They are in the state, marked as tainted, and the next apply replaces them.", &resp.Diagnostics) {
			resp.State.RemoveResource(ctx)
		}
	}
}

// Read takes over what IriusRisk has.
func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(setUserIdentity(ctx, resp.Identity, state.Username)...)

	if resp.Diagnostics.HasError() {
		return
	}

	username := state.Username.ValueString()
	user, err := r.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q is gone", username),
			"IriusRisk answers that there is no such user. They were deleted outside Terraform, or are no longer visible to the provider's API token. The user is removed from the state.")
		resp.State.RemoveResource(ctx)
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read user %q", username), err)
	case state.isAnother(user):
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q is another person now", username),
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username: the first was deleted and another created outside Terraform. "+
				"The user is removed from the state. To manage the new one, import them.", state.ID.ValueString(), user.ID))
		resp.State.RemoveResource(ctx)
	default:
		state.read(user)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

// Update changes what differs between the plan and a fresh read, and nothing else.
func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var plan, state, config userResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(setUserIdentity(ctx, resp.Identity, state.Username)...)
	password := plan.newPassword(ctx, state, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	username := state.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	user := r.freshUser(ctx, &state, &resp.Diagnostics)
	if user == nil {
		return
	}

	update, differs := plan.updateRequest(user, config.PasswordExpired, password)
	if !r.mayUpdate(ctx, user, update, plan.Enabled.ValueBool(), &resp.Diagnostics) {
		return
	}

	if differs {
		if _, err := r.client.UpdateUser(ctx, username, update); err != nil {
			addUpdateError(&resp.Diagnostics, username, password != nil, err)

			return
		}
	}

	if err := r.setEnabled(ctx, username, user, plan.Enabled.ValueBool()); err != nil {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("%s user %q", enableVerb(plan.Enabled.ValueBool()), username), err)

		plan.Enabled = reportedBool(user.Enabled, state.Enabled)
	}

	plan.settle(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete deletes the user, once a fresh read has shown that it is still the same person.
func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	username := state.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if !r.caller.refuseSelf(ctx, username, "delete the user it runs as", &resp.Diagnostics) {
		return
	}

	user, err := r.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		return
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read user %q before deleting them", username), err)

		return
	case state.isAnother(user):
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q is another person now and was not deleted", username),
			fmt.Sprintf("The state holds the user with the id %s, who is gone. The user with the id %s, who has the username now, is not managed here and was left alone.", state.ID.ValueString(), user.ID))

		return
	}

	if err := r.client.DeleteUser(ctx, username); err != nil && !iriusrisk.IsNotFound(err) {
		addAPIError(&resp.Diagnostics, fmt.Sprintf("delete user %q", username), err)
	}
}

// ImportState imports by username, given as an id or as an identity.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importUsername(ctx, req, resp, path.Root("username"))
}

// importUsername takes an import by username, from the id or from the identity, into the attribute at target.
func importUsername(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, target path.Path) {
	username := req.ID

	if username == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("username"), &username)...)
	}

	if problem := usernameProblem(username); problem != "" {
		resp.Diagnostics.AddError("Invalid import", fmt.Sprintf("The import id is a username, and %q %s.", username, problem))

		return
	}

	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, target, username)...)
}

// setUserIdentity identifies a user resource by the spelling of the username that is in state.
func setUserIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, username types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}

	return identity.SetAttribute(ctx, path.Root("username"), username)
}
