package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

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
