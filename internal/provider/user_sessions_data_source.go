package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*userSessionsDataSource)(nil)

// NewUserSessionsDataSource returns the data source iriusrisk_user_sessions.
func NewUserSessionsDataSource() datasource.DataSource { return &userSessionsDataSource{} }

type userSessionsDataSource struct{ dataSourceBase }

type userSessionsModel struct {
	Username types.String `tfsdk:"username"`
	Active   types.Int64  `tfsdk:"active"`
}

func (d *userSessionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_sessions"
}

func (d *userSessionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Counts the active sessions of a user.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{Required: true, MarkdownDescription: "The username of the user.", Validators: []validator.String{usernameValidator()}},
			"active":   schema.Int64Attribute{Computed: true, MarkdownDescription: "The number of active sessions."},
		},
	}
}

func (d *userSessionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model userSessionsModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	active, err := d.client.CountUserSessions(ctx, model.Username.ValueString())
	if err != nil {
		d.addReadError(&resp.Diagnostics, fmt.Sprintf("count the sessions of user %q", model.Username.ValueString()), err)

		return
	}

	model.Active = types.Int64Value(active)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
