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

type userInvitationDataSource struct{ dataSourceBase }

type userInvitationModel struct {
	ID     types.String            `tfsdk:"id"`
	Email  types.String            `tfsdk:"email"`
	Fields map[string]types.String `tfsdk:"fields"`
}

func (d *userInvitationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_invitation"
}

func (d *userInvitationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads an invitation that is not accepted yet. It is not available on instances that use LDAP or SAML.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required: true, Sensitive: true,
				MarkdownDescription: "The UUID of the invitation. It is sensitive, because it may be sufficient to accept the invitation.",
				Validators:          []validator.String{invitationIDValidator()},
			},
			"email": schema.StringAttribute{Computed: true, MarkdownDescription: "The e-mail address that the invitation was sent to."},
			"fields": schema.MapAttribute{
				Computed: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "All fields of the invitation as returned by IriusRisk: strings unquoted, other values as JSON. It is sensitive, because it may contain what is needed to accept the invitation.",
			},
		},
	}
}

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
		d.addReadError(&resp.Diagnostics, "read the invitation", err)

		return
	}

	model.Email = types.StringPointerValue(invitation.Email)
	model.Fields = make(map[string]types.String, len(invitation.Fields))

	for name, raw := range invitation.Fields {
		content := string(raw)

		// Strings are unquoted; other values stay JSON.
		var plain string
		if json.Unmarshal(raw, &plain) == nil && content != "null" {
			content = plain
		}

		model.Fields[name] = types.StringValue(content)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
