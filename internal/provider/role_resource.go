package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*roleResource)(nil)
	_ resource.ResourceWithIdentity    = (*roleResource)(nil)
	_ resource.ResourceWithImportState = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*roleResource)(nil)
)

// NewRoleResource returns the resource iriusrisk_role.
func NewRoleResource() resource.Resource { return &roleResource{} }

// roleResource manages one role and, optionally, all of its permissions.
type roleResource struct{ resourceBase }

func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (r *roleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages a role and, optionally, all of its permissions. The users who have the role are managed by `iriusrisk_user`, `iriusrisk_user_role` or `iriusrisk_user_roles_exclusive`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The UUID of the role.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The name of the role. No other role may have it when the role is created.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), trimmedValidator()},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The description of the role. Defaults to an empty description.",
				PlanModifiers:       []planmodifier.String{emptyByDefault{}},
			},
			"global_permissions":  permissionSetAttribute("global", "ALL_USERS_UPDATE"),
			"project_permissions": permissionSetAttribute("project", "RISK_VIEW"),
		},
	}
}

// permissionSetAttribute describes one of the two sets of permissions.
func permissionSetAttribute(scope, example string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional:    true,
		Computed:    true,
		ElementType: types.StringType,
		MarkdownDescription: fmt.Sprintf("The names of all %[1]s permissions of the role, for example `%[2]s`. The data source `iriusrisk_permissions` lists them. "+
			"If omitted, the %[1]s permissions are not managed by this resource. When set, even to `[]`, the set is authoritative: %[1]s permissions added outside Terraform show up as drift and are removed on the next apply.", scope, example),
		Validators: []validator.Set{
			setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1), trimmedValidator()),
		},
		PlanModifiers: []planmodifier.Set{unmanagedByDefault{}},
	}
}

func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "The UUID of the role."},
		},
	}
}

// Create creates the role and assigns its permissions. If a step fails after the creation, the role is deleted; if that fails
// too, it stays in the state, tainted.
func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan roleModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lockRoles(ctx, &plan, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	role := r.create(ctx, plan.request(), &resp.Diagnostics)
	if role == nil {
		return
	}

	plan.ID = types.StringNull()

	if role.ID != "" {
		plan.ID = types.StringValue(role.ID)
		r.createdRoles.add(strings.ToLower(role.ID))
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, resp.Identity)

	if resp.Diagnostics.HasError() {
		return
	}

	prior := newRoleModel(role)

	changes, err := r.permissionChanges(ctx, &plan, prior)
	if err == nil && r.changePermissions(ctx, changes, prior, &resp.Diagnostics) {
		return
	}

	addAttemptError(&resp.Diagnostics, err)

	if r.undoCreate(ctx, role, &resp.Diagnostics) {
		resp.State.RemoveResource(ctx)

		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read keeps what the server does not report. After an import it reads both sets of permissions; otherwise it reads those
// that are managed.
func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	var state roleModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	before := state
	imported := state.Name.IsNull()

	if resp.Diagnostics.HasError() || !r.resolveID(ctx, &state, &resp.Diagnostics) {
		return
	}

	state.identify(ctx, resp.Identity)

	role, err := r.directory.ConfirmRole(ctx, state.ID.ValueString(), state.matches)

	var permissionsErr error
	if err == nil {
		// The role may come from a list, and may have been deleted since.
		if permissionsErr = r.readPermissions(ctx, &state, imported); iriusrisk.IsNotFound(permissionsErr) {
			_, err = r.client.GetRole(ctx, state.ID.ValueString())
		}
	}

	switch {
	case iriusrisk.IsNotFound(err):
		if err := r.confirmAbsent(ctx, err); err != nil {
			addAPIError(&resp.Diagnostics, "read role "+state.label(), err)

			return
		}

		warnMissingRole(&state, &resp.Diagnostics)
		resp.State.RemoveResource(ctx)
	case err != nil:
		addAPIError(&resp.Diagnostics, "read role "+state.label(), err)
	case permissionsErr != nil:
		addAttemptError(&resp.Diagnostics, permissionsErr)
	default:
		r.warnUnreportedRoleDescription(role, &resp.Diagnostics)
		state.read(role)
		r.plannedRoles.refresh(&state)

		if !state.sameAs(&before) {
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		}
	}
}

// Update writes only what differs between the plan and the prior state. What could not be changed keeps its prior value in
// the state, or has the one that the server shows.
func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan, state roleModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	state.identify(ctx, resp.Identity)

	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lockRoles(ctx, &state, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	changes, err := r.permissionChanges(ctx, &plan, &state)
	if err != nil {
		addAttemptError(&resp.Diagnostics, err)

		return
	}

	if !r.keepsOwnPermissions(ctx, &state, changes, r.freshOwnRoles, &resp.Diagnostics) {
		return
	}

	if !plan.sameDetails(&state) && !r.update(ctx, &plan, &state, &resp.Diagnostics) {
		plan.Name, plan.Description = state.Name, state.Description
	}

	r.changePermissions(ctx, changes, &state, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete deletes the role unless the user that the provider runs as has it.
func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var state roleModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lockRoles(ctx, &state, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.resolveID(ctx, &state, &resp.Diagnostics) && r.keepsOwnRole(ctx, &state, r.freshOwnRoles, &resp.Diagnostics) {
		r.delete(ctx, &state, &resp.Diagnostics)
	}
}

// ImportState imports by UUID or by name, or by identity.
func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	id := req.ID

	if id == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
	}

	if roleID, ok := r.findRoleToImport(ctx, id, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), roleID)...)
	}
}

// permissionChanges returns the planned changes of both sets of permissions.
func (r *roleResource) permissionChanges(ctx context.Context, plan, prior *roleModel) ([]permissionChange, error) {
	sets, before := plan.permissionSets(), prior.permissionSets()
	changes := make([]permissionChange, len(sets))

	var failures error

	for i := range sets {
		var err error

		changes[i], err = r.permissionDifference(ctx, prior.ID.ValueString(), sets[i], before[i])
		failures = errors.Join(failures, err)
	}

	return changes, failures
}
