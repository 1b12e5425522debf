package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*membershipExclusiveResource)(nil)
	_ resource.ResourceWithImportState = (*membershipExclusiveResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*membershipExclusiveResource)(nil)
)

// NewUserRolesExclusiveResource returns the resource iriusrisk_user_roles_exclusive.
func NewUserRolesExclusiveResource() resource.Resource {
	return &membershipExclusiveResource{kind: roleMembership}
}

// NewUserBusinessUnitsExclusiveResource returns the resource iriusrisk_user_business_units_exclusive.
func NewUserBusinessUnitsExclusiveResource() resource.Resource {
	return &membershipExclusiveResource{kind: businessUnitMembership}
}

// membershipExclusiveResource manages all roles, or all business units, of a user who may be managed outside this configuration.
type membershipExclusiveResource struct {
	resourceBase

	kind membershipKind
}

// exclusiveMembers is the user with the set.
type exclusiveMembers struct {
	username types.String
	set      types.Set
}

// setAttribute is the name of the set's attribute.
func (r *membershipExclusiveResource) setAttribute() string { return r.kind.attribute + "s" }

// Metadata names the resource.
func (r *membershipExclusiveResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.kind.typeName + "s_exclusive"
}

// Schema describes the resource.
func (r *membershipExclusiveResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	set := memberSetAttribute(r.kind, "May be empty.")
	set.Optional, set.Required = false, true
	set.MarkdownDescription = fmt.Sprintf("The UUIDs of all %[1]ss of the user, for example from the data source `%[2]s`. May be empty.", r.kind.noun, r.kind.lookup)

	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("All %[1]ss of a user whom this configuration does not manage otherwise, such as one whom single sign-on creates. The user has exactly these: "+
			"what is assigned outside Terraform beside them shows as drift and is removed. Destruction stops managing them and removes nothing from the user. "+
			"Do not use it together with `iriusrisk_%[2]s`, or with `%[3]ss` of `iriusrisk_user`, for the same user.", r.kind.noun, r.kind.typeName, r.kind.attribute),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The username.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The username of the user. Changing this forces a new resource to be created, except for a change of case alone.",
				Validators:          []validator.String{usernameValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			r.setAttribute(): set,
		},
	}
}

// ModifyPlan plans the id, and warns when another block manages the memberships too, and of what the user loses when the
// set begins to manage them.
func (r *membershipExclusiveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}

	members := r.members(ctx, req.Plan.GetAttribute, &resp.Diagnostics)

	var before exclusiveMembers
	if !req.State.Raw.IsNull() {
		before = r.members(ctx, req.State.GetAttribute, &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	if !members.username.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), members.username)...)
	}

	if r.providerData == nil || !r.firstPlan(ctx, req, resp) {
		return
	}

	r.conflicts.check(r.kind, members.username, managedExclusively, types.StringNull(), &resp.Diagnostics)
	r.adviseOnSignIn(ctx, managedExclusively, &resp.Diagnostics)

	if members.username.Equal(before.username) {
		r.keepMembers(r.kind, members.username, before.set, members.set, &resp.Diagnostics)
	}

	// A set that moves to another user is managed for the first time there.
	if before.set.IsNull() || !members.username.Equal(before.username) {
		r.warnOfRemovals(ctx, r.kind, members.username, members.set, &resp.Diagnostics)
	}
}

// Create brings the memberships to the set, which is managed for the first time.
func (r *membershipExclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	members := r.members(ctx, req.Plan.GetAttribute, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	if _, ok := r.apply(ctx, members, types.SetNull(types.StringType), &resp.Diagnostics); ok {
		resp.Diagnostics.Append(r.save(ctx, &resp.State, members)...)
	}
}

// Read takes over what the user has.
func (r *membershipExclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan()

	members := r.members(ctx, req.State.GetAttribute, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	username, before := members.username.ValueString(), members.set
	err := r.readSet(ctx, r.kind, username, &members.set)

	switch {
	case iriusrisk.IsNotFound(err):
		r.userAbsent(ctx, r.kind, username, fmt.Sprintf("Their %ss are removed from the state.", r.kind.noun), err, resp)
	case err != nil:
		addAttemptError(&resp.Diagnostics, err)
	case !members.set.Equal(before):
		// After an import there is no set yet.
		resp.Diagnostics.Append(r.save(ctx, &resp.State, members)...)
	}
}

// Update changes the memberships by the planned difference. What fails is in state as the server has it.
func (r *membershipExclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	members := r.members(ctx, req.Plan.GetAttribute, &resp.Diagnostics)
	before := r.members(ctx, req.State.GetAttribute, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	members.set, _ = r.apply(ctx, members, before.set, &resp.Diagnostics)
	resp.Diagnostics.Append(r.save(ctx, &resp.State, members)...)
}

// Delete stops managing the memberships and removes nothing from the user.
func (r *membershipExclusiveResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState imports by username.
func (r *membershipExclusiveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importStateByUsername(ctx, req, resp)
}

// apply takes the user's turn and reconciles.
func (r *membershipExclusiveResource) apply(ctx context.Context, members exclusiveMembers, prior types.Set, diags *diag.Diagnostics) (actual types.Set, ok bool) {
	username := members.username.ValueString()

	unlock, ok := r.lock(ctx, username, diags)
	if !ok {
		return prior, false
	}
	defer unlock()

	return r.reconcile(ctx, r.kind, username, members.set, prior, diags)
}

// members reads user and set by a GetAttribute of plan or state.
func (r *membershipExclusiveResource) members(ctx context.Context, get func(context.Context, path.Path, any) diag.Diagnostics, diags *diag.Diagnostics) exclusiveMembers {
	var members exclusiveMembers

	diags.Append(get(ctx, path.Root("username"), &members.username)...)
	diags.Append(get(ctx, path.Root(r.setAttribute()), &members.set)...)

	return members
}

// save puts user and set into state.
func (r *membershipExclusiveResource) save(ctx context.Context, state *tfsdk.State, members exclusiveMembers) diag.Diagnostics {
	diags := state.SetAttribute(ctx, path.Root("id"), members.username)
	diags.Append(state.SetAttribute(ctx, path.Root("username"), members.username)...)
	diags.Append(state.SetAttribute(ctx, path.Root(r.setAttribute()), members.set)...)

	return diags
}
