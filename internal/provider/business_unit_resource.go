package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*businessUnitResource)(nil)
	_ resource.ResourceWithIdentity    = (*businessUnitResource)(nil)
	_ resource.ResourceWithImportState = (*businessUnitResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*businessUnitResource)(nil)
)

// NewBusinessUnitResource returns the resource iriusrisk_business_unit.
func NewBusinessUnitResource() resource.Resource { return &businessUnitResource{} }

// businessUnitResource manages one business unit.
type businessUnitResource struct{ resourceBase }

// businessUnitResourceModel is a business unit in configuration, plan or state.
type businessUnitResourceModel struct {
	businessUnitModel

	ForceDestroy types.Bool `tfsdk:"force_destroy"`
}

func (r *businessUnitResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_business_unit"
}

func (r *businessUnitResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages a business unit. Its members are managed by `iriusrisk_business_unit_users_exclusive`, or for each user by `iriusrisk_user`, `iriusrisk_user_business_unit` or `iriusrisk_user_business_units_exclusive`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The UUID of the business unit.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The name of the business unit.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), trimmedValidator()},
			},
			"reference_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The reference id of the business unit, an identifier of your choice that is unique in the instance. It is case-sensitive. IriusRisk cannot change it, so changing this forces a new business unit to be created.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), trimmedValidator()},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"description": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "The description of the business unit. Defaults to an empty description.",
				PlanModifiers:       []planmodifier.String{emptyByDefault{}},
			},
			"force_destroy": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether to delete the business unit although it has members, who then lose it. If `false`, destroying or replacing a business unit with members is an error. " +
					"A change takes effect once it has been applied. Defaults to `false`.",
			},
		},
	}
}

func (r *businessUnitResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "The UUID of the business unit."},
		},
	}
}

// Create creates the business unit. Only reading it back can fail after that: the business unit then is in the state without
// its id, tainted.
func (r *businessUnitResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan businessUnitResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	// Two blocks with the same reference id must not both find that it is free.
	unlock, ok := r.lockUnit(ctx, &plan, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	unit := r.create(ctx, plan.createRequest(), &resp.Diagnostics)
	if unit == nil {
		return
	}

	plan.ID = types.StringNull()

	if unit.ID != "" {
		plan.ID = types.StringValue(unit.ID)
		r.createdUnits.add(strings.ToLower(unit.ID))
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, resp.Identity)
}

func (r *businessUnitResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	var state businessUnitResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	before := state

	if resp.Diagnostics.HasError() || !r.resolveID(ctx, &state, &resp.Diagnostics) {
		return
	}

	state.identify(ctx, resp.Identity)
	unit, err := r.directory.ConfirmBusinessUnit(ctx, state.ID.ValueString(), state.matches)

	switch {
	case iriusrisk.IsNotFound(err):
		r.removeMissingUnit(ctx, state.label(), err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, "read business unit "+state.label(), err)
	default:
		r.warnUnreportedDescription(unit, &resp.Diagnostics)
		state.read(unit)
		r.plannedUnits.refresh(&state)

		if state != before {
			resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		}
	}
}

// Update writes the name and the description if the plan changes one of them.
func (r *businessUnitResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan, state businessUnitResourceModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	state.identify(ctx, resp.Identity)

	if resp.Diagnostics.HasError() {
		return
	}

	if plan.businessUnitModel != state.businessUnitModel {
		unlock, ok := r.lockUnit(ctx, &state, &resp.Diagnostics)
		if !ok {
			return
		}
		defer unlock()

		if !r.update(ctx, &plan, &state, &resp.Diagnostics) {
			return
		}
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete deletes the business unit unless it has members or the provider could lose its access.
func (r *businessUnitResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var state businessUnitResourceModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lockUnit(ctx, &state, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if !r.resolveID(ctx, &state, &resp.Diagnostics) {
		return
	}

	if members, ok := r.mayDelete(ctx, &state, &resp.Diagnostics); ok {
		r.delete(ctx, &state, members, &resp.Diagnostics)
	}
}

// ImportState imports by UUID or by reference id, or by identity. force_destroy exists only in Terraform and gets its
// default.
func (r *businessUnitResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	var (
		id string
		ok bool
	)

	if req.ID == "" && req.Identity != nil {
		id, ok = unitIDToImport(ctx, "id", req, &resp.Diagnostics)
	} else {
		id, ok = r.findUnitToImport(ctx, req.ID, &resp.Diagnostics)
	}

	if ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("force_destroy"), false)...)
	}
}
