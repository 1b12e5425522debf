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

var _ datasource.DataSourceWithConfigure = (*roleDataSource)(nil)

// NewRoleDataSource returns the data source iriusrisk_role.
func NewRoleDataSource() datasource.DataSource { return &roleDataSource{} }

type roleDataSource struct{ dataSourceBase }

// roleLookupArguments are the alternative arguments of the data source.
var roleLookupArguments = []string{"id", "name"}

// roleModel is a role in configuration, plan or state, and an element of the list of roles. The sets are null if they are not
// managed or not included.
type roleModel struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	Description        types.String `tfsdk:"description"`
	GlobalPermissions  types.Set    `tfsdk:"global_permissions"`
	ProjectPermissions types.Set    `tfsdk:"project_permissions"`
}

// roleDataSourceModel is the state of the data source.
type roleDataSourceModel struct {
	roleModel

	IncludePermissions types.Bool `tfsdk:"include_permissions"`
}

// roleElementAttributes returns the schema of a role in a data source.
func roleElementAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                  schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the role."},
		"name":                schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the role."},
		"description":         schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the role. Null if it has none."},
		"global_permissions":  schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of the role's global permissions. Null unless permissions are included."},
		"project_permissions": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of the role's project permissions. Null unless permissions are included."},
	}
}

func (d *roleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (d *roleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := roleElementAttributes()
	attributes["id"] = lookupAttribute("The UUID of the role.", roleLookupArguments, uuidValidator(), exactlyOneOf(roleLookupArguments))
	attributes["name"] = lookupAttribute("The name of the role, which is case-sensitive.", roleLookupArguments, stringvalidator.LengthAtLeast(1))
	attributes["include_permissions"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: "Whether to read the permissions of the role, with two requests. Defaults to `false`.",
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up a role by its UUID or its name.",
		Attributes:          attributes,
	}
}

func (d *roleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model roleDataSourceModel

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
	model.roleModel = *newRoleModel(&role)

	if model.IncludePermissions.ValueBool() {
		if err := d.readPermissions(ctx, &model.roleModel, true); err != nil {
			d.addAttemptReadError(&resp.Diagnostics, err)

			return
		}
	}

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
		label:        roleLabel,
	}
}

// NewRolesDataSource returns the data source iriusrisk_roles.
func NewRolesDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.Role, roleModel]{
		typeName: "roles", attribute: "roles", nouns: "roles", defaultSort: "the order of the server", example: "'name'~'manager'",
		description: "Lists all roles of the instance, or those that match a filter.",
		attributes:  roleElementAttributes(),
		list:        (*directory.Directory).Roles,
		fill:        func(model *roleModel, role *iriusrisk.Role) { *model = *newRoleModel(role) },
		include: &listInclusion[roleModel]{
			argument: "include_permissions", description: "Whether to read the permissions of each role, with two requests per role. Defaults to `false`.",
			read: func(s *providerData, ctx context.Context, role *roleModel) error {
				return s.readPermissions(ctx, role, true)
			},
		},
	}
}
