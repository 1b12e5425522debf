package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*businessUnitDataSource)(nil)

// NewBusinessUnitDataSource returns the data source iriusrisk_business_unit.
func NewBusinessUnitDataSource() datasource.DataSource { return &businessUnitDataSource{} }

// businessUnitDataSource finds one business unit.
type businessUnitDataSource struct{ dataSourceBase }

// businessUnitModel is a business unit.
type businessUnitModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	ReferenceID types.String `tfsdk:"reference_id"`
	Description types.String `tfsdk:"description"`
}

// fill takes over what the server reports.
func (m *businessUnitModel) fill(unit *iriusrisk.BusinessUnit) {
	m.ID = types.StringValue(unit.ID)
	m.Name = types.StringValue(unit.Name)
	m.ReferenceID = types.StringPointerValue(unit.ReferenceID)
	m.Description = types.StringPointerValue(unit.Description)
}

// Metadata names the data source.
func (d *businessUnitDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_business_unit"
}

// Schema describes the data source.
func (d *businessUnitDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds one business unit by its name, its UUID or its reference id.",
		Attributes: map[string]schema.Attribute{
			"id":           lookupAttribute("The UUID of the business unit.", []string{"name", "reference_id"}, uuidValidator(), exactlyOneOf("id", "name", "reference_id")),
			"name":         lookupAttribute("The name of the business unit, compared with case.", []string{"id", "reference_id"}, stringvalidator.LengthAtLeast(1)),
			"reference_id": lookupAttribute("The reference id that the business unit was given by its creator, compared with case.", []string{"id", "name"}, stringvalidator.LengthAtLeast(1)),
			"description":  schema.StringAttribute{Computed: true, MarkdownDescription: "What the business unit is for, if IriusRisk says."},
		},
	}
}

// Read looks the business unit up.
func (d *businessUnitDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model businessUnitModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	unit, ok := d.businessUnits().one(ctx, model.wanted(), &resp.Diagnostics)
	if !ok {
		return
	}

	id := model.ID
	model.fill(&unit)
	model.ID = configuredOr(id, model.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// wanted is the one criterion that the configuration sets.
func (m businessUnitModel) wanted() criterion[iriusrisk.BusinessUnit] {
	switch {
	case !m.ID.IsNull():
		return criterion[iriusrisk.BusinessUnit]{
			argument: "id", property: "id", value: m.ID.ValueString(),
			matches: func(unit iriusrisk.BusinessUnit) bool { return strings.EqualFold(unit.ID, m.ID.ValueString()) },
		}
	case !m.ReferenceID.IsNull():
		return criterion[iriusrisk.BusinessUnit]{
			argument: "reference_id", property: "referenceId", value: m.ReferenceID.ValueString(),
			matches: func(unit iriusrisk.BusinessUnit) bool {
				return equal(unit.ReferenceID, m.ReferenceID.ValueStringPointer())
			},
		}
	default:
		return criterion[iriusrisk.BusinessUnit]{
			argument: "name", property: "name", value: m.Name.ValueString(),
			matches: func(unit iriusrisk.BusinessUnit) bool { return unit.Name == m.Name.ValueString() },
		}
	}
}

func (d *businessUnitDataSource) businessUnits() lookup[iriusrisk.BusinessUnit] {
	return lookup[iriusrisk.BusinessUnit]{
		noun:  "business unit",
		get:   d.client.GetBusinessUnit,
		list:  d.directory.BusinessUnits,
		label: func(unit iriusrisk.BusinessUnit) string { return fmt.Sprintf("%s (%s)", unit.Name, unit.ID) },
	}
}

// NewBusinessUnitsDataSource returns the data source iriusrisk_business_units.
func NewBusinessUnitsDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.BusinessUnit, businessUnitModel]{
		typeName: "business_units", attribute: "business_units", nouns: "business units", standard: "the server's order", example: "'name'~'Payments'",
		description: "The business units of the instance, all of them or those that a filter selects.",
		attributes: map[string]schema.Attribute{
			"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the business unit."},
			"name":         schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the business unit."},
			"reference_id": schema.StringAttribute{Computed: true, MarkdownDescription: "The reference id that the business unit was given by its creator."},
			"description":  schema.StringAttribute{Computed: true, MarkdownDescription: "What the business unit is for, if IriusRisk says."},
		},
		list: (*directory.Directory).BusinessUnits,
		fill: (*businessUnitModel).fill,
	}
}
