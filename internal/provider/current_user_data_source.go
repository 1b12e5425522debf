package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*currentUserDataSource)(nil)

// NewCurrentUserDataSource returns the data source iriusrisk_current_user.
func NewCurrentUserDataSource() datasource.DataSource { return &currentUserDataSource{} }

type currentUserDataSource struct{ dataSourceBase }

type currentUserModel struct {
	Username    types.String `tfsdk:"username"`
	Email       types.String `tfsdk:"email"`
	Permissions types.Set    `tfsdk:"permissions"`
}

func (d *currentUserDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_current_user"
}

func (d *currentUserDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the user that the provider runs as, and their permissions.",
		Attributes: map[string]schema.Attribute{
			"username":    schema.StringAttribute{Computed: true, MarkdownDescription: "The username."},
			"email":       schema.StringAttribute{Computed: true, MarkdownDescription: "The e-mail address."},
			"permissions": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of the user's permissions, for example `ALL_USERS_UPDATE`."},
		},
	}
}

func (d *currentUserDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	self, err := d.directory.Profile(ctx)
	if err != nil {
		d.addReadError(&resp.Diagnostics, "read the user that the provider runs as", err)

		return
	}

	permissions, err := d.client.ListUserProfilePermissions(ctx)
	if err != nil {
		d.addReadError(&resp.Diagnostics, "read the permissions of the user that the provider runs as", err)

		return
	}

	model := currentUserModel{Username: types.StringValue(self.Username), Email: types.StringPointerValue(self.Email), Permissions: nameSet(permissions)}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
