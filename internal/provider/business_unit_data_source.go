package provider

import (
	"context"
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

type businessUnitDataSource struct{ dataSourceBase }

// businessUnitLookupArguments are the alternative arguments of the data source.
var businessUnitLookupArguments = []string{"id", "name", "reference_id"}

// businessUnitModel is the state of the data source, and an element of the list of business units.
type businessUnitModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	ReferenceID types.String `tfsdk:"reference_id"`
	Description types.String `tfsdk:"description"`
}

func (m *businessUnitModel) fill(unit *iriusrisk.BusinessUnit) {
	m.ID = types.StringValue(unit.ID)
	m.Name = types.StringValue(unit.Name)
	m.ReferenceID = types.StringPointerValue(unit.ReferenceID)
	m.Description = types.StringPointerValue(unit.Description)
}

func (d *businessUnitDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_business_unit"
}

func (d *businessUnitDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up a business unit by its UUID, its name or its reference id.",
		Attributes: map[string]schema.Attribute{
			"id":           lookupAttribute("The UUID of the business unit.", businessUnitLookupArguments, uuidValidator(), exactlyOneOf(businessUnitLookupArguments)),
			"name":         lookupAttribute("The name of the business unit, which is case-sensitive.", businessUnitLookupArguments, stringvalidator.LengthAtLeast(1)),
			"reference_id": lookupAttribute("The reference id of the business unit, chosen when it is created. It is case-sensitive.", businessUnitLookupArguments, stringvalidator.LengthAtLeast(1)),
			"description":  schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the business unit. Null if it has none."},
		},
	}
}

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

// wanted returns the criterion that the configuration sets.
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
		providerData: d.providerData,
		noun:         "business unit",
		get:          d.client.GetBusinessUnit,
		list:         d.directory.BusinessUnits,
		name:         func(unit iriusrisk.BusinessUnit) string { return unit.Name },
		label:        unitLabel,
	}
}

// NewBusinessUnitsDataSource returns the data source iriusrisk_business_units.
func NewBusinessUnitsDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.BusinessUnit, businessUnitModel]{
		typeName: "business_units", attribute: "business_units", nouns: "business units", defaultSort: "the order of the server", example: "'name'~'Payments'",
		description: "Lists all business units of the instance, or those that match a filter.",
		attributes: map[string]schema.Attribute{
			"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the business unit."},
			"name":         schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the business unit."},
			"reference_id": schema.StringAttribute{Computed: true, MarkdownDescription: "The reference id of the business unit, chosen when it is created. Null if it has none."},
			"description":  schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the business unit. Null if it has none."},
		},
		list: (*directory.Directory).BusinessUnits,
		fill: (*businessUnitModel).fill,
	}
}
