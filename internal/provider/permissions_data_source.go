package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*permissionsDataSource)(nil)

// NewPermissionsDataSource returns the data source iriusrisk_permissions.
func NewPermissionsDataSource() datasource.DataSource { return &permissionsDataSource{} }

type permissionsDataSource struct{ dataSourceBase }

type permissionsModel struct {
	Global  types.Set `tfsdk:"global"`
	Project types.Set `tfsdk:"project"`
}

func (d *permissionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_permissions"
}

func (d *permissionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the permissions that the roles of the instance can have.",
		Attributes: map[string]schema.Attribute{
			"global":  schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of all global permissions, for example `ALL_USERS_UPDATE`."},
			"project": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of all project permissions, for example `RISK_VIEW`."},
		},
	}
}

func (d *permissionsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model permissionsModel

	for _, listed := range []struct {
		scope iriusrisk.PermissionScope
		names *types.Set
	}{{iriusrisk.GlobalPermissions, &model.Global}, {iriusrisk.ProjectPermissions, &model.Project}} {
		permissions, err := d.directory.AllPermissions(ctx, listed.scope)
		if err != nil {
			d.addReadError(&resp.Diagnostics, fmt.Sprintf("list the %s permissions", listed.scope.Name), err)

			return
		}

		*listed.names = nameSet(permissionNames(permissions))
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
