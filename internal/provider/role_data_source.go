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

var _ datasource.DataSourceWithConfigure = (*roleDataSource)(nil)

// NewRoleDataSource returns the data source iriusrisk_role.
func NewRoleDataSource() datasource.DataSource { return &roleDataSource{} }

type roleDataSource struct{ dataSourceBase }

// roleLookupArguments are the alternative arguments of the data source.
var roleLookupArguments = []string{"id", "name"}

// roleModel is the state of the data source, and an element of the list of roles.
type roleModel struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
}

func (m *roleModel) fill(role *iriusrisk.Role) {
	m.ID = types.StringValue(role.ID)
	m.Name = types.StringValue(role.Name)
	m.Description = types.StringPointerValue(role.Description)
}

func (d *roleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (d *roleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up a role by its UUID or its name.",
		Attributes: map[string]schema.Attribute{
			"id":          lookupAttribute("The UUID of the role.", roleLookupArguments, uuidValidator(), exactlyOneOf(roleLookupArguments)),
			"name":        lookupAttribute("The name of the role, which is case-sensitive.", roleLookupArguments, stringvalidator.LengthAtLeast(1)),
			"description": schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the role. Null if it has none."},
		},
	}
}

func (d *roleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model roleModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	wanted := criterion[iriusrisk.Role]{
		argument: "name", property: "name", value: model.Name.ValueString(),
		matches: func(role iriusrisk.Role) bool { return role.Name == model.Name.ValueString() },
	}

	if !model.ID.IsNull() {
		wanted = criterion[iriusrisk.Role]{
			argument: "id", property: "id", value: model.ID.ValueString(),
			matches: func(role iriusrisk.Role) bool { return strings.EqualFold(role.ID, model.ID.ValueString()) },
		}
	}

	role, ok := d.roles().one(ctx, wanted, &resp.Diagnostics)
	if !ok {
		return
	}

	id := model.ID
	model.fill(&role)
	model.ID = configuredOr(id, model.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *roleDataSource) roles() lookup[iriusrisk.Role] {
	return lookup[iriusrisk.Role]{
		providerData: d.providerData,
		noun:         "role",
		get:          d.client.GetRole,
		list:         d.directory.Roles,
		name:         func(role iriusrisk.Role) string { return role.Name },
		label:        func(role iriusrisk.Role) string { return fmt.Sprintf("%s (%s)", role.Name, role.ID) },
	}
}

// NewRolesDataSource returns the data source iriusrisk_roles.
func NewRolesDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.Role, roleModel]{
		typeName: "roles", attribute: "roles", nouns: "roles", defaultSort: "the order of the server", example: "'name'~'manager'",
		description: "Lists all roles of the instance, or those that match a filter.",
		attributes: map[string]schema.Attribute{
			"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the role."},
			"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the role."},
			"description": schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the role. Null if it has none."},
		},
		list: (*directory.Directory).Roles,
		fill: (*roleModel).fill,
	}
}
