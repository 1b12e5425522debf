package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
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

// userResourceModel is a user in configuration, plan or state.
type userResourceModel struct {
	userProfileModel

	Password          types.String `tfsdk:"password"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`

	// Both views of a set are null if this resource does not manage it.
	RoleIDs           types.Set `tfsdk:"role_ids"`
	RoleNames         types.Set `tfsdk:"role_names"`
	BusinessUnitIDs   types.Set `tfsdk:"business_unit_ids"`
	BusinessUnitNames types.Set `tfsdk:"business_unit_names"`

	AdoptExisting          types.Bool   `tfsdk:"adopt_existing"`
	DeletionPolicy         types.String `tfsdk:"deletion_policy"`
	SendResetPasswordEmail types.Bool   `tfsdk:"send_reset_password_email"`

	// RevokeOnDisable is null in a state from before the argument existed.
	RevokeOnDisable types.Set `tfsdk:"revoke_on_disable"`

	// PasswordWO is always null in plan and state, because it is write-only. The configured value is read only where it
	// is sent.
	PasswordWO types.String `tfsdk:"password_wo"`
}

func (r *userResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

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

// Create creates the user, or adopts an existing one. If a step fails after the creation, the user is deleted; if
// that fails too, they stay in the state, tainted. An adopted user is saved to the state only once everything matches the
// plan, because a failure taints the resource, and a tainted resource is destroyed.
func (r *userResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan userResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	password := plan.configuredPassword(ctx, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || !r.settleMembers(ctx, &plan, &resp.Diagnostics) {
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

	r.protected.add(strings.ToLower(user.ID))

	if existed {
		if r.adopt(ctx, user, &plan, password, &resp.Diagnostics) {
			r.saveCreated(ctx, &plan, user, resp)
		}

		return
	}

	declared := plan
	r.saveCreated(ctx, &plan, user, resp)

	if resp.Diagnostics.HasError() || !r.completeCreate(ctx, user, &plan, &resp.Diagnostics) {
		r.abortCreate(ctx, user, &plan, &declared, resp)

		return
	}

	if plan.SendResetPasswordEmail.ValueBool() {
		r.sendResetPasswordEmail(ctx, plan.Username.ValueString(), &resp.Diagnostics)
	}
}

// saveCreated saves the new user to the state.
func (r *userResource) saveCreated(ctx context.Context, plan *userResourceModel, user *iriusrisk.User, resp *resource.CreateResponse) {
	saved := *plan
	saved.created(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &saved)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": plan.Username})
}

// abortCreate deletes a partially created user. If that fails too, the state holds what the server has.
func (r *userResource) abortCreate(ctx context.Context, user *iriusrisk.User, plan, declared *userResourceModel, resp *resource.CreateResponse) {
	if user.ID != "" && r.undoCreate(ctx, user, &resp.Diagnostics) {
		resp.State.RemoveResource(ctx)

		return
	}

	// Terraform passes no private state to the destruction of a tainted object, so the state itself must say that the user
	// is to be deleted.
	plan.DeletionPolicy = types.StringValue(policyDelete)
	r.saveCreated(ctx, plan, user, resp)

	if user.ID != "" {
		markPartial(ctx, declared, resp)
	}
}

func (r *userResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	setIdentity(ctx, resp.Identity, map[string]types.String{"username": state.Username})

	if resp.Diagnostics.HasError() {
		return
	}

	before := state
	username := state.Username.ValueString()
	user, err := r.directory.ConfirmUser(ctx, username, state.matches)

	var membersErr error

	if err == nil && !state.isDifferentUser(user) {
		// The user may come from a list, and may have been deleted since.
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
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username. The first user was deleted and another one created outside Terraform. "+
				"The user is removed from the state. To manage the new user, import them.", state.idForMessage(), user.ID))
		resp.State.RemoveResource(ctx)
	case membersErr != nil:
		addAttemptError(&resp.Diagnostics, membersErr)
	default:
		r.warnUnreported(user, !state.PasswordExpired.IsNull(), &resp.Diagnostics)
		state.read(user)
		r.planned.refresh(&state)
		markComplete(ctx, &state, req, resp)

		// The response already holds the prior state. Setting the state accounts for most of the cost of a refresh.
		if !state.sameAs(&before) || !state.sameNames(&before) {
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		}
	}
}

// Update writes only what differs between the plan and the prior state. What could not be changed keeps its prior value in
// the state, or has the one that the server shows.
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

	if resp.Diagnostics.HasError() || !r.settleMembers(ctx, &plan, &resp.Diagnostics) {
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

	if plan.Enabled.ValueBool() {
		r.protected.add(strings.ToLower(user.ID))
	}

	updated := r.update(ctx, user, change, &state, &resp.Diagnostics)
	if !updated {
		plan.keepProfile(&state)
	}

	if r.changeAccess(ctx, user, &plan, &state, false, &resp.Diagnostics) && updated {
		clearPartial(ctx, resp)
	}

	plan.fillUnknown(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete applies the deletion policy after a fresh read has shown that it is still the same user.
func (r *userResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var state userResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	policy := destructionPolicy(ctx, &state, req.Private, &resp.Diagnostics)
	adopted := isAdoptedAgain(ctx, req, state.Username, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || policy == policyRetain {
		return
	}

	username := state.Username.ValueString()

	if adopted {
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q was not destroyed", username),
			"The resource is being replaced and has adopt_existing = true, so the user is kept and adopted again.")

		return
	}

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	action := "delete the user it runs as"
	if policy == policyDisable {
		action = "disable the user it runs as"
	}

	if r.refuseSelf(ctx, username, action, &resp.Diagnostics) {
		r.applyDeletionPolicy(ctx, &state, policy, &resp.Diagnostics)
	}
}

// ImportState imports by username, from an id or an identity. Attributes that exist only in Terraform get their defaults,
// so that the plan after an import is empty.
func (r *userResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if username, ok := usernameToImport(ctx, req, &resp.Diagnostics); ok {
		imported := importedUser(username)
		resp.Diagnostics.Append(resp.State.Set(ctx, &imported)...)
	}
}
