package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource[iriusrisk.Role, roleModel])(nil)

// listDataSource lists things of one kind: T is what the client reads, M what the state holds.
type listDataSource[T, M any] struct {
	dataSourceBase

	// typeName is what follows the provider's name in the type, attribute the name of the attribute with the list.
	typeName, attribute string

	// nouns names the things, standard how they are sorted when nothing is asked for.
	nouns, standard string

	// example is a filter.
	example string

	description string
	attributes  map[string]schema.Attribute

	list func(directory *directory.Directory, ctx context.Context, options iriusrisk.ListOptions) ([]T, error)
	fill func(model *M, thing *T)
}

// NewRolesDataSource returns the data source iriusrisk_roles.
func NewRolesDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.Role, roleModel]{
		typeName: "roles", attribute: "roles", nouns: "roles", standard: "the server's order", example: "'name'~'manager'",
		description: "The roles of the instance, all of them or those that a filter selects.",
		attributes: map[string]schema.Attribute{
			"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the role."},
			"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the role."},
			"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What IriusRisk says of the role, if anything."},
		},
		list: (*directory.Directory).Roles,
		fill: (*roleModel).fill,
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

// userSummaryModel is what everybody who is signed in may see of a user.
type userSummaryModel struct {
	ID        types.String `tfsdk:"id"`
	Username  types.String `tfsdk:"username"`
	FirstName types.String `tfsdk:"first_name"`
	LastName  types.String `tfsdk:"last_name"`
}

// fill takes over what the server reports.
func (m *userSummaryModel) fill(user *iriusrisk.UserSummary) {
	m.ID = types.StringPointerValue(nonEmpty(user.ID))
	m.Username = types.StringValue(user.Username)
	m.FirstName = types.StringPointerValue(user.FirstName)
	m.LastName = types.StringPointerValue(user.LastName)
}

// nonEmpty is a text, nil when it is empty.
func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}

	return &text
}

// NewUsersSummaryDataSource returns the data source iriusrisk_users_summary.
func NewUsersSummaryDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.UserSummary, userSummaryModel]{
		typeName: "users_summary", attribute: "users", nouns: "users", standard: "`username,asc`", example: "'lastName'='Lovelace'",
		description: "The users that everybody who is signed in may see, with their names only. It needs no permission, so it is for API tokens without adminPermissions over users.",
		attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID that IriusRisk gave the user."},
			"username":   schema.StringAttribute{Computed: true, MarkdownDescription: "The name that the user signs in with."},
			"first_name": schema.StringAttribute{Computed: true, MarkdownDescription: "The user's first name."},
			"last_name":  schema.StringAttribute{Computed: true, MarkdownDescription: "The user's last name."},
		},
		list: (*directory.Directory).UsersSummary,
		fill: (*userSummaryModel).fill,
	}
}

// Metadata names the data source.
func (d *listDataSource[T, M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.typeName
}

// Schema describes the data source.
func (d *listDataSource[T, M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: d.description,
		Attributes: map[string]schema.Attribute{
			"filter": filterAttribute(d.nouns, d.example),
			"sort":   sortAttribute(d.standard),
			d.attribute: schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The " + d.nouns + ".",
				NestedObject:        schema.NestedAttributeObject{Attributes: d.attributes},
			},
		},
	}
}

// Read reads every page.
func (d *listDataSource[T, M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var (
		filter types.String
		sort   types.List
	)

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("filter"), &filter)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("sort"), &sort)...)
	options := listOptions(ctx, filter, sort, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	things, err := d.list(d.directory, ctx, options)
	if err != nil {
		addAPIError(&resp.Diagnostics, "list "+d.nouns, err)

		return
	}

	models := make([]M, len(things))
	for i := range things {
		d.fill(&models[i], &things[i])
	}

	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("filter"), filter)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("sort"), sort)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(d.attribute), models)...)
}
