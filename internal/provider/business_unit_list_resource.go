package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ list.ListResourceWithConfigure = (*businessUnitListResource)(nil)

// NewBusinessUnitListResource returns the list resource iriusrisk_business_unit.
func NewBusinessUnitListResource() list.ListResource { return &businessUnitListResource{} }

// businessUnitListResource lists business units for `terraform query`.
type businessUnitListResource struct{ resourceBase }

func (r *businessUnitListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_business_unit"
}

func (r *businessUnitListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all business units, or those that match a filter. `terraform query` shows 100 results unless the list block sets `limit`.",
		Attributes: map[string]schema.Attribute{
			"filter": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "A filter expression of the IriusRisk API that selects the business units to list, as in the data source `iriusrisk_business_units`. If unset, all business units are listed. Example: `'name'~'Payments'`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// List sends the business units as an import and a read of the resource would store them.
func (r *businessUnitListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var (
		filter types.String
		diags  diag.Diagnostics
	)

	diags.Append(req.Config.GetAttribute(ctx, path.Root("filter"), &filter)...)

	if !r.ready(&diags) || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)

		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		out := &listResults{request: req, push: push}

		units, err := r.directory.BusinessUnits(ctx, iriusrisk.ListOptions{Filter: filter.ValueString()})
		if err != nil {
			out.fail(&attemptError{attempt: "list business units", cause: err})

			return
		}

		for i := range units {
			if !out.send(r.result(ctx, req, &units[i])) {
				return
			}
		}
	}
}

func (r *businessUnitListResource) result(ctx context.Context, req list.ListRequest, unit *iriusrisk.BusinessUnit) list.ListResult {
	model := importedUnit(unit)
	result := req.NewListResult(ctx)
	result.DisplayName = unit.Name
	model.identify(ctx, result.Identity)

	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}

	return result
}
