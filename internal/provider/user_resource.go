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
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*userResource)(nil)
	_ resource.ResourceWithIdentity    = (*userResource)(nil)
	_ resource.ResourceWithImportState = (*userResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*userResource)(nil)
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

	// RoleIDs and BusinessUnitIDs are null while they are not managed here.
	RoleIDs         types.Set `tfsdk:"role_ids"`
	BusinessUnitIDs types.Set `tfsdk:"business_unit_ids"`

	AdoptExisting          types.Bool   `tfsdk:"adopt_existing"`
	DeletionPolicy         types.String `tfsdk:"deletion_policy"`
	SendResetPasswordEmail types.Bool   `tfsdk:"send_reset_password_email"`

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
		MarkdownDescription: "A user of IriusRisk: their profile, whether they may sign in, their password and, if wanted, all of their roles and business units.",
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
			"role_ids":          memberSetAttribute(roleMembership, "Not managed here when left out."),
			"business_unit_ids": memberSetAttribute(businessUnitMembership, "Not managed here when left out."),
			"adopt_existing": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether creation takes over a user who exists already under this username, for example one whom single sign-on created, instead of failing. " +
					"The user is changed to what is declared. Defaults to `false`.",
			},
			"deletion_policy": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(policyDelete),
				MarkdownDescription: "What destruction does with the user: `delete` deletes them, `disable` takes their access and keeps them, `retain` leaves them as they are. Defaults to `delete`. " +
					"A user whose creation could not be finished is always deleted.",
				Validators: []validator.String{stringvalidator.OneOf(policyDelete, policyDisable, policyRetain)},
			},
			"send_reset_password_email": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
				MarkdownDescription: "Whether IriusRisk sends a new user an e-mail with a link to choose a password. Sent on creation only, and not to a user who is taken over. Defaults to `false`.",
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

// The values of deletion_policy.
const (
	policyDelete  = "delete"
	policyDisable = "disable"
	policyRetain  = "retain"
)

// unfinishedKey marks, in private state, a user whom this resource made and could neither finish nor delete again, so
// that their destruction is a real one whatever deletion_policy says.
const unfinishedKey = "unfinished"

// ModifyPlan warns when the user's roles or business units are managed in more than one way.
func (r *userResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.session == nil {
		return
	}

	var plan userResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if !plan.RoleIDs.IsNull() {
		r.styles.note(roleMembership, plan.Username, styleInline, &resp.Diagnostics)
	}

	if !plan.BusinessUnitIDs.IsNull() {
		r.styles.note(businessUnitMembership, plan.Username, styleInline, &resp.Diagnostics)
	}
}

// Create makes the user, or takes an existing one over. Whatever fails after the user was made is answered by deleting
// them again; only when that fails too is the half-made user kept in state, tainted. A user who is taken over is in
// state only once everything is as declared, because what fails then taints, and what is tainted is destroyed.
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

	user, existed := r.create(ctx, &plan, plan.createRequest(password), &resp.Diagnostics)
	if user == nil {
		return
	}

	if existed {
		if r.adopt(ctx, user, &plan, password, &resp.Diagnostics) {
			r.saveCreated(ctx, &plan, user, resp)
		}

		return
	}

	r.saveCreated(ctx, &plan, user, resp)

	if resp.Diagnostics.HasError() {
		if user.ID == "" {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, []byte("true"))...)
		}

		return
	}

	if !r.converge(ctx, user, &plan, &plan, &resp.Diagnostics) {
		if r.undoCreate(ctx, username, tainted, &resp.Diagnostics) {
			resp.State.RemoveResource(ctx)
		} else {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, []byte("true"))...)
		}

		return
	}

	if plan.SendResetPasswordEmail.ValueBool() {
		r.sendResetPasswordEmail(ctx, username, &resp.Diagnostics)
	}
}

// saveCreated puts the new user into state.
func (r *userResource) saveCreated(ctx context.Context, plan *userResourceModel, user *iriusrisk.User, resp *resource.CreateResponse) {
	saved := *plan
	saved.created(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &saved)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": plan.Username})
}

// Read takes over what IriusRisk has.
func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": state.Username})

	if resp.Diagnostics.HasError() {
		return
	}

	before := state
	username := state.Username.ValueString()
	user, err := r.directory.User(ctx, username, state.isConfirmedBy)

	var membersErr error

	if err == nil && !state.isAnother(user) {
		// The list may have shown somebody who has gone since.
		if membersErr = r.readMembers(ctx, &state); iriusrisk.IsNotFound(membersErr) {
			_, err = r.directory.User(ctx, username, nil)
		}
	}

	switch {
	case iriusrisk.IsNotFound(err):
		r.gone(ctx, fmt.Sprintf("read user %q", username), username, "The user is", err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read user %q", username), err)
	case state.isAnother(user):
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q is another person now", username),
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username: the first was deleted and another created outside Terraform. "+
				"The user is removed from the state. To manage the new one, import them.", state.shownID(), user.ID))
		resp.State.RemoveResource(ctx)
	case membersErr != nil:
		addAttemptError(&resp.Diagnostics, membersErr)
	default:
		state.read(user)

		// The response holds the state as it was, and putting all of it there again is most of what a refresh costs.
		if !state.isSame(&before) {
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		}
	}
}

// Update changes what differs between the plan and a fresh read, and nothing else.
func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var (
		plan, state userResourceModel
		expired     types.Bool
	)

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("password_expired"), &expired)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": state.Username})
	password := plan.newPassword(ctx, state, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	if plan.sameOnServer(&state) {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, []byte("false"))...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)

		return
	}

	username := state.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	user := r.freshUser(ctx, &state, &resp.Diagnostics)
	if user == nil || !r.update(ctx, user, &plan, expired, password, &resp.Diagnostics) {
		return
	}

	// What could not be changed is in state as the server has it.
	if r.converge(ctx, user, &plan, &state, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, unfinishedKey, []byte("false"))...)
	}

	plan.settle(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete does what deletion_policy says, once a fresh read has shown that it is still the same person.
func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	unfinished, diags := req.Private.GetKey(ctx, unfinishedKey)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	policy := state.DeletionPolicy.ValueString()
	if string(unfinished) == "true" || state.DeletionPolicy.IsNull() {
		policy = policyDelete
	}

	if policy == policyRetain {
		return
	}

	username := state.Username.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.caller.refuseSelf(ctx, username, policy+" the user it runs as", &resp.Diagnostics) {
		r.dispose(ctx, &state, policy, &resp.Diagnostics)
	}
}

// ImportState imports by username, given as an id or as an identity. What only the provider knows of has its default, so
// that the plan after an import is empty.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if username, ok := importedUsername(ctx, req, &resp.Diagnostics); ok {
		imported := importedUser(username)
		resp.Diagnostics.Append(resp.State.Set(ctx, &imported)...)
	}
}

// importedUsername returns the username that an import gives by its id or its identity.
func importedUsername(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (username string, ok bool) {
	username = req.ID

	if username == "" && req.Identity != nil {
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("username"), &username)...)
	}

	if problem := usernameProblem(username); problem != "" {
		diags.AddError("Invalid import", fmt.Sprintf("The import id is a username, and %q %s.", username, problem))
	}

	return username, !diags.HasError()
}

// importUsername takes an import by username into the attribute username.
func importUsername(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if username, ok := importedUsername(ctx, req, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), username)...)
	}
}

// setIdentity sets all attributes of an identity, by the spelling that is in state.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, attributes map[string]types.String) {
	if identity == nil {
		return
	}

	values := make(map[string]tftypes.Value, len(attributes))
	for name, value := range attributes {
		values[name] = tftypes.NewValue(tftypes.String, value.ValueStringPointer())
	}

	identity.Raw = tftypes.NewValue(identity.Schema.Type().TerraformType(ctx), values)
}
