package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*businessUnitUsersExclusiveResource)(nil)
	_ resource.ResourceWithIdentity    = (*businessUnitUsersExclusiveResource)(nil)
	_ resource.ResourceWithImportState = (*businessUnitUsersExclusiveResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*businessUnitUsersExclusiveResource)(nil)
)

// NewBusinessUnitUsersExclusiveResource returns the resource iriusrisk_business_unit_users_exclusive.
func NewBusinessUnitUsersExclusiveResource() resource.Resource {
	return &businessUnitUsersExclusiveResource{}
}

// businessUnitUsersExclusiveResource manages all members of a business unit.
type businessUnitUsersExclusiveResource struct{ resourceBase }

// unitUsersModel is the configuration, plan or state of the resource.
type unitUsersModel struct {
	ID             types.String `tfsdk:"id"`
	BusinessUnitID types.String `tfsdk:"business_unit_id"`
	Usernames      types.List   `tfsdk:"usernames"`
}

func (r *businessUnitUsersExclusiveResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_business_unit_users_exclusive"
}

func (r *businessUnitUsersExclusiveResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages all members of a business unit. The set is authoritative: users added to the business unit outside Terraform show up as drift and are removed from it on the next apply. " +
			"Destroying the resource stops managing the members and removes none. Do not combine it with `business_unit_names` or `business_unit_ids` of `iriusrisk_user`, `iriusrisk_user_business_unit` or `iriusrisk_user_business_units_exclusive` for the same users.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The UUID of the business unit.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"business_unit_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The UUID of the business unit. Changing this forces a new resource to be created; changes in letter case are ignored.",
				Validators:          []validator.String{uuidValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			"usernames": largeUsernamesAttribute("The usernames of all members of the business unit. The users must exist. Changes in letter case are ignored. May be empty."),
		},
	}
}

func (r *businessUnitUsersExclusiveResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"business_unit_id": identityschema.StringAttribute{RequiredForImport: true, Description: "The UUID of the business unit."},
		},
	}
}

// Create makes the members of the business unit equal to the planned set.
func (r *businessUnitUsersExclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan unitUsersModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	if _, ok := r.reconcileUnit(ctx, plan, types.ListNull(types.StringType), &resp.Diagnostics); ok {
		resp.Diagnostics.Append(plan.save(ctx, &resp.State, resp.Identity)...)
	}
}

// Read updates the set to the members that the business unit has.
func (r *businessUnitUsersExclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	var state unitUsersModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	state.identify(ctx, resp.Identity)

	if resp.Diagnostics.HasError() {
		return
	}

	unitID := state.BusinessUnitID.ValueString()
	members, err := r.directory.BusinessUnitMembers(ctx, unitID)

	if err == nil && len(difference(setStrings(state.Usernames), members)) > 0 {
		err = r.confirmVisible(ctx, businessUnitMembership, unitID)
	}

	if iriusrisk.IsNotFound(err) {
		if err = r.confirmUnitDeleted(ctx, unitID, err); err == nil {
			r.warnMissingUnit(unitID, &resp.Diagnostics)
			resp.State.RemoveResource(ctx)

			return
		}
	}

	if err != nil {
		addAPIError(&resp.Diagnostics, "read the members of business unit "+unitID, err)

		return
	}

	// After an import the prior set is null.
	if actual := unitUsernames(members, state.Usernames); !actual.Equal(state.Usernames) {
		state.Usernames = actual
		resp.Diagnostics.Append(state.save(ctx, &resp.State, nil)...)
	}
}

// Update applies the planned difference. After a failure the state holds the members that the business unit has.
func (r *businessUnitUsersExclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan, state unitUsersModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	plan.Usernames, _ = r.reconcileUnit(ctx, plan, state.Usernames, &resp.Diagnostics)
	resp.Diagnostics.Append(plan.save(ctx, &resp.State, resp.Identity)...)
}

// Delete stops managing the members and removes none. Terraform destroys the business unit after this resource; it may then
// be deleted with the members that the plan shows.
func (r *businessUnitUsersExclusiveResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state unitUsersModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if r.providerData == nil || resp.Diagnostics.HasError() {
		return
	}

	for _, username := range setStrings(state.Usernames) {
		r.released.add(assignment{businessUnitMembership, username, state.BusinessUnitID.ValueString()}.key())
	}
}

func (r *businessUnitUsersExclusiveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if id, ok := unitIDToImport(ctx, "business_unit_id", req, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("business_unit_id"), id)...)
	}
}

// save writes the model to state and identity.
func (m *unitUsersModel) save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	m.identify(ctx, identity)
	m.ID = m.BusinessUnitID

	return state.Set(ctx, m)
}

func (m *unitUsersModel) identify(ctx context.Context, identity *tfsdk.ResourceIdentity) {
	setIdentity(ctx, identity, map[string]types.String{"business_unit_id": m.BusinessUnitID})
}
