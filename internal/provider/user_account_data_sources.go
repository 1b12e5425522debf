package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ datasource.DataSourceWithConfigure = (*userSessionsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*userInvitationDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*currentUserDataSource)(nil)
)

// NewUserSessionsDataSource returns the data source iriusrisk_user_sessions.
func NewUserSessionsDataSource() datasource.DataSource { return &userSessionsDataSource{} }

// userSessionsDataSource counts a user's sessions.
type userSessionsDataSource struct{ dataSourceBase }

// userSessionsModel is a user with the number of their sessions.
type userSessionsModel struct {
	Username types.String `tfsdk:"username"`
	Active   types.Int64  `tfsdk:"active"`
}

// Metadata names the data source.
func (d *userSessionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_sessions"
}

// Schema describes the data source.
func (d *userSessionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "How many sessions of a user are active.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{Required: true, MarkdownDescription: "The username.", Validators: []validator.String{usernameValidator{}}},
			"active":   schema.Int64Attribute{Computed: true, MarkdownDescription: "The number of active sessions."},
		},
	}
}

// Read counts the sessions.
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
		addAPIError(&resp.Diagnostics, fmt.Sprintf("count the sessions of user %q", model.Username.ValueString()), err)

		return
	}

	model.Active = types.Int64Value(active)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// NewUserInvitationDataSource returns the data source iriusrisk_user_invitation.
func NewUserInvitationDataSource() datasource.DataSource { return &userInvitationDataSource{} }

// userInvitationDataSource reads an invitation.
type userInvitationDataSource struct{ dataSourceBase }

// userInvitationModel is an invitation.
type userInvitationModel struct {
	ID     types.String            `tfsdk:"id"`
	Email  types.String            `tfsdk:"email"`
	Fields map[string]types.String `tfsdk:"fields"`
}

// Metadata names the data source.
func (d *userInvitationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_invitation"
}

// Schema describes the data source.
func (d *userInvitationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An invitation that was sent and is not accepted yet. Not available in instances that use LDAP or SAML.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required: true, Sensitive: true,
				MarkdownDescription: "The UUID of the invitation. It is treated as a secret, because it may be all that is needed to accept the invitation.",
				Validators:          []validator.String{invitationIDValidator{}},
			},
			"email": schema.StringAttribute{Computed: true, MarkdownDescription: "The e-mail address that was invited."},
			"fields": schema.MapAttribute{
				Computed: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "Everything that IriusRisk answers about the invitation: texts as they are, all else as JSON. It is sensitive, because the answer may hold what is needed to accept the invitation.",
			},
		},
	}
}

// Read reads the invitation.
func (d *userInvitationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model userInvitationModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	invitation, err := d.client.GetInvitation(ctx, model.ID.ValueString())
	if err != nil {
		addAPIError(&resp.Diagnostics, "read the invitation", err)

		return
	}

	model.Email = types.StringPointerValue(invitation.Email)
	model.Fields = make(map[string]types.String, len(invitation.Fields))

	for name, raw := range invitation.Fields {
		content := string(raw)

		// What is a text is shown without quotes; what is not stays JSON.
		var plain string
		if json.Unmarshal(raw, &plain) == nil && content != "null" {
			content = plain
		}

		model.Fields[name] = types.StringValue(content)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// NewCurrentUserDataSource returns the data source iriusrisk_current_user.
func NewCurrentUserDataSource() datasource.DataSource { return &currentUserDataSource{} }

// currentUserDataSource tells who the provider runs as.
type currentUserDataSource struct{ dataSourceBase }

// currentUserModel is the user that the provider runs as.
type currentUserModel struct {
	Username    types.String   `tfsdk:"username"`
	Email       types.String   `tfsdk:"email"`
	Permissions []types.String `tfsdk:"permissions"`
}

// Metadata names the data source.
func (d *currentUserDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_current_user"
}

// Schema describes the data source.
func (d *currentUserDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The user that the provider runs as, and what they may do.",
		Attributes: map[string]schema.Attribute{
			"username":    schema.StringAttribute{Computed: true, MarkdownDescription: "The username."},
			"email":       schema.StringAttribute{Computed: true, MarkdownDescription: "The e-mail address."},
			"permissions": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of the permissions, such as `ALL_USERS_UPDATE`."},
		},
	}
}

// Read reads profile and permissions.
func (d *currentUserDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	self, err := d.directory.Profile(ctx)
	if err != nil {
		addAPIError(&resp.Diagnostics, "read the user that the provider runs as", err)

		return
	}

	permissions, err := d.client.ListUserProfilePermissions(ctx)
	if err != nil {
		addAPIError(&resp.Diagnostics, "read the permissions of the user that the provider runs as", err)

		return
	}

	model := currentUserModel{Username: types.StringValue(self.Username), Email: types.StringPointerValue(self.Email), Permissions: []types.String{}}
	for _, permission := range permissions {
		model.Permissions = append(model.Permissions, types.StringValue(permission))
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
