package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
				Validators:    []validator.String{usernameValidator()},
				PlanModifiers: []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			"email": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The user's e-mail address, unique in the instance.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), trimmedValidator()},
			},
			"first_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The user's first name.",
				Validators:          []validator.String{trimmedValidator()},
			},
			"last_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The user's last name.",
				Validators:          []validator.String{trimmedValidator()},
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
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Any number; change it to have `password_wo` sent again.",
			},
			"password": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "The user's password, for Terraform older than 1.11. **It is stored in the state in plain text**: prefer `password_wo`. " +
					"A change sends the new password; a change made outside Terraform cannot be seen.",
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

// Create creates the user, or adopts an existing one. If something fails after a new user was created, the user is deleted
// again; only when that fails too are they kept in state, tainted. An adopted user is in state only once everything is as
// declared, because a failure taints, and what is tainted is destroyed.
func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan userResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	password := plan.configuredPassword(ctx, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lock(ctx, plan.Username.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	user, existed := r.create(ctx, &plan, plan.createRequest(password), &resp.Diagnostics)
	if user == nil {
		return
	}

	r.protected.add(user.ID)

	if existed {
		if r.adopt(ctx, user, &plan, password, &resp.Diagnostics) {
			r.saveCreated(ctx, &plan, user, resp)
		}

		return
	}

	declared := plan
	r.saveCreated(ctx, &plan, user, resp)

	if resp.Diagnostics.HasError() || !r.finish(ctx, user, &plan, &resp.Diagnostics) {
		r.giveUp(ctx, user, &plan, &declared, resp)

		return
	}

	if plan.SendResetPasswordEmail.ValueBool() {
		r.sendResetPasswordEmail(ctx, plan.Username.ValueString(), &resp.Diagnostics)
	}
}

// saveCreated puts the new user into state.
func (r *userResource) saveCreated(ctx context.Context, plan *userResourceModel, user *iriusrisk.User, resp *resource.CreateResponse) {
	saved := *plan
	saved.created(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &saved)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": plan.Username})
}

// giveUp deletes a new user who could not be finished. When that fails too, the state holds what the server has of them.
func (r *userResource) giveUp(ctx context.Context, user *iriusrisk.User, plan, declared *userResourceModel, resp *resource.CreateResponse) {
	if user.ID != "" && r.undoCreate(ctx, user, &resp.Diagnostics) {
		resp.State.RemoveResource(ctx)

		return
	}

	// Terraform passes no private state to the destruction of a tainted object, so the state itself says that the user is
	// to be deleted.
	plan.DeletionPolicy = types.StringValue(policyDelete)
	r.saveCreated(ctx, plan, user, resp)

	if user.ID != "" {
		markPartial(ctx, declared, resp)
	}
}

// Read takes over what IriusRisk has.
func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan()

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": state.Username})

	if resp.Diagnostics.HasError() {
		return
	}

	before := state
	username := state.Username.ValueString()
	user, err := r.directory.ConfirmUser(ctx, username, state.isConfirmedBy)

	var membersErr error

	if err == nil && !state.isDifferentUser(user) {
		// The list may have shown a user who was deleted since.
		if membersErr = r.readMembers(ctx, &state); iriusrisk.IsNotFound(membersErr) {
			_, err = r.directory.User(ctx, username)
		}
	}

	switch {
	case iriusrisk.IsNotFound(err):
		r.removeMissing(ctx, fmt.Sprintf("read user %q", username), username, "The user is removed from the state.", err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read user %q", username), err)
	case state.isDifferentUser(user):
		resp.Diagnostics.AddWarning(fmt.Sprintf("Username %q now belongs to a different user", username),
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username: the first was deleted and another created outside Terraform. "+
				"The user is removed from the state. To manage the new one, import them.", state.idForMessage(), user.ID))
		resp.State.RemoveResource(ctx)
	case membersErr != nil:
		addAttemptError(&resp.Diagnostics, membersErr)
	default:
		r.warnUnreported(user, !state.PasswordExpired.IsNull(), &resp.Diagnostics)
		state.read(user)
		r.planned.refresh(&state)
		markComplete(ctx, &state, req, resp)

		// The response holds the state as it was, and putting all of it there again is most of what a refresh costs.
		if !state.sameAs(&before) {
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		}
	}
}

// Update writes what differs between the plan and the prior state, and nothing else. What could not be changed is in state
// as it was before, or as the server shows it.
func (r *userResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan, state userResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": state.Username})
	password := plan.newPassword(ctx, state, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	if plan.sameAs(&state) {
		clearPartial(ctx, resp)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)

		return
	}

	unlock, ok := r.lock(ctx, state.Username.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	user := r.freshUser(ctx, &state, &resp.Diagnostics)
	change := plan.plannedChange(&state, password)
	disables := !plan.Enabled.Equal(state.Enabled) && !plan.Enabled.ValueBool()

	if user == nil || !r.mayUpdate(ctx, user, change, disables, &resp.Diagnostics) {
		return
	}

	profile := r.update(ctx, user, change, &state, &resp.Diagnostics)
	if !profile {
		plan.keepProfile(&state)
	}

	if r.changeAccess(ctx, user, &plan, &state, &resp.Diagnostics) && profile {
		clearPartial(ctx, resp)
	}

	plan.fillUnknown(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete does what deletion_policy says, once a fresh read has shown that it is still the same user.
func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	policy := destructionPolicy(ctx, &state, req, &resp.Diagnostics)
	adopted := leavesToAdoption(ctx, req, state.Username, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || policy == policyRetain {
		return
	}

	username := state.Username.ValueString()

	if adopted {
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q was not destroyed", username),
			"The block is replaced and has adopt_existing = true, so the user was kept for the new block to adopt.")

		return
	}

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.refuseSelf(ctx, username, policy+" the user it runs as", &resp.Diagnostics) {
		r.applyDeletionPolicy(ctx, &state, policy, &resp.Diagnostics)
	}
}

// ImportState imports by username, given as an id or as an identity. What only the provider knows of has its default, so
// that the plan after an import is empty.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if username, ok := usernameToImport(ctx, req, &resp.Diagnostics); ok {
		imported := importedUser(username)
		resp.Diagnostics.Append(resp.State.Set(ctx, &imported)...)
	}
}
