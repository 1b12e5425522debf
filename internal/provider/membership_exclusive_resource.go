package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
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

// membershipExclusiveResource manages all roles, or all business units, of a user who may be managed outside this
// configuration. It has no resource identity, because no list resource lists it and its id is the username already.
type membershipExclusiveResource struct {
	resourceBase

	kind membershipKind
}

// exclusiveMembers is the plan or state of the resource.
type exclusiveMembers struct {
	memberViews

	username types.String
}

func (r *membershipExclusiveResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.kind.typeName + "s_exclusive"
}

func (r *membershipExclusiveResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Manages all %[1]ss of a user who is not managed as `iriusrisk_user` in this configuration, for example one created by single sign-on. "+
			"The set is authoritative: %[1]ss assigned outside Terraform show up as drift and are removed on the next apply. Destroying the resource stops managing the %[1]ss and removes none. "+
			"Do not combine it with `iriusrisk_%[2]s`, or with `%[3]ss` or `%[4]ss` of `iriusrisk_user`, for the same user.", r.kind.noun, r.kind.typeName, r.kind.nameAttribute, r.kind.attribute),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The username.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The username of the user. Changing this forces a new resource to be created; changes in letter case are ignored.",
				Validators:          []validator.String{usernameValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			r.kind.attribute + "s": memberIDsAttribute(r.kind, "May be empty.",
				setvalidator.ExactlyOneOf(path.MatchRoot(r.kind.attribute+"s"), path.MatchRoot(r.kind.nameAttribute+"s"))),
			r.kind.nameAttribute + "s": memberNamesAttribute(r.kind),
		},
	}
}

// ModifyPlan plans the id, and the view of the set that is not configured. It warns if another block manages the memberships
// too, and names those that the user loses when the set is managed for the first time.
func (r *membershipExclusiveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}

	members := r.members(ctx, req.Plan, &resp.Diagnostics)
	config := r.kind.viewsOf(ctx, req.Config, &resp.Diagnostics)

	before := exclusiveMembers{memberViews: unmanagedMembers()}
	if !req.State.Raw.IsNull() {
		before = r.members(ctx, req.State, &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	members.memberViews = r.planViews(ctx, r.kind, r.kind.setArguments(), config, members.memberViews, before.memberViews, &resp.Diagnostics)
	plan := changes{&resp.Plan}
	resp.Diagnostics.Append(r.kind.setViews(ctx, plan, members.memberViews)...)

	if !members.username.IsUnknown() {
		resp.Diagnostics.Append(plan.SetAttribute(ctx, path.Root("id"), members.username)...)
	}

	if r.providerData == nil || resp.Diagnostics.HasError() || !r.firstPlan(ctx, req, resp) {
		return
	}

	r.conflicts.check(r.kind, members.username, managedExclusively, types.StringNull(), &resp.Diagnostics)
	ids, _ := knownElements(members.ids)
	r.unitConflicts.noteUser(r.kind, members.username, managedExclusively, ids, &resp.Diagnostics)
	r.adviseOnSignIn(ctx, managedExclusively, &resp.Diagnostics)

	if members.username.Equal(before.username) {
		r.keepMembers(r.kind, members.username, before.ids, members.ids, &resp.Diagnostics)
	}

	// For a different user, the set is managed for the first time.
	if before.ids.IsNull() || !members.username.Equal(before.username) {
		r.warnOfRemovals(ctx, r.kind, members.username, members.ids, &resp.Diagnostics)
	}
}

// Create makes the user's memberships equal to the planned set.
func (r *membershipExclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	members := r.members(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.settleViews(ctx, r.kind, r.kind.setArguments().names, &members.memberViews, &resp.Diagnostics) {
		return
	}

	if _, ok := r.apply(ctx, members, unmanagedMembers(), &resp.Diagnostics); ok {
		resp.Diagnostics.Append(r.save(ctx, &resp.State, members)...)
	}
}

// Read updates the set to what the user has.
func (r *membershipExclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	members := r.members(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	username, before := members.username.ValueString(), members.memberViews
	err := r.readViews(ctx, r.kind, username, &members.ids, &members.names)

	switch {
	case iriusrisk.IsNotFound(err):
		r.userAbsent(ctx, r.kind, username, err, resp)
	case err != nil:
		addAttemptError(&resp.Diagnostics, err)
	case !members.equal(before):
		// After an import the prior set is null.
		resp.Diagnostics.Append(r.save(ctx, &resp.State, members)...)
	}
}

// Update applies the planned difference. After a failure the state holds what the user has.
func (r *membershipExclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	members := r.members(ctx, req.Plan, &resp.Diagnostics)
	before := r.members(ctx, req.State, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || !r.settleViews(ctx, r.kind, r.kind.setArguments().names, &members.memberViews, &resp.Diagnostics) {
		return
	}

	members.memberViews, _ = r.apply(ctx, members, before.memberViews, &resp.Diagnostics)
	resp.Diagnostics.Append(r.save(ctx, &resp.State, members)...)
}

// Delete stops managing the memberships and removes nothing from the user.
func (r *membershipExclusiveResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func (r *membershipExclusiveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importStateByUsername(ctx, req, resp)
}

// apply reconciles while holding the user's lock. It returns what the user has afterwards, and whether that is what is planned.
func (r *membershipExclusiveResource) apply(ctx context.Context, members exclusiveMembers, prior memberViews, diags *diag.Diagnostics) (actual memberViews, ok bool) {
	username := members.username.ValueString()

	unlock, ok := r.lock(ctx, username, diags)
	if !ok {
		return prior, false
	}
	defer unlock()

	return r.reconcileViews(ctx, setChange{kind: r.kind, username: username, planned: members.ids, prior: prior.ids}, members.names, diags)
}

// members reads the arguments.
func (r *membershipExclusiveResource) members(ctx context.Context, source attributeReader, diags *diag.Diagnostics) exclusiveMembers {
	var members exclusiveMembers

	diags.Append(source.GetAttribute(ctx, path.Root("username"), &members.username)...)
	members.memberViews = r.kind.viewsOf(ctx, source, diags)

	return members
}

func (r *membershipExclusiveResource) save(ctx context.Context, state *tfsdk.State, members exclusiveMembers) diag.Diagnostics {
	diags := state.SetAttribute(ctx, path.Root("id"), members.username)
	diags.Append(state.SetAttribute(ctx, path.Root("username"), members.username)...)
	diags.Append(r.kind.setViews(ctx, state, members.memberViews)...)

	return diags
}
