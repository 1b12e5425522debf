package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*userInvitationDataSource)(nil)

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
				Validators:          []validator.String{invitationIDValidator()},
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
