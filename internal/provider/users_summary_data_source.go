package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userSummaryModel is what every signed-in user can see of another user.
type userSummaryModel struct {
	ID        types.String `tfsdk:"id"`
	Username  types.String `tfsdk:"username"`
	FirstName types.String `tfsdk:"first_name"`
	LastName  types.String `tfsdk:"last_name"`
}

func (m *userSummaryModel) fill(user *iriusrisk.UserSummary) {
	m.ID = types.StringPointerValue(nonEmpty(user.ID))
	m.Username = types.StringValue(user.Username)
	m.FirstName = types.StringPointerValue(user.FirstName)
	m.LastName = types.StringPointerValue(user.LastName)
}

// nonEmpty returns nil for an empty text.
func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}

	return &text
}

// NewUsersSummaryDataSource returns the data source iriusrisk_users_summary.
func NewUsersSummaryDataSource() datasource.DataSource {
	return &listDataSource[iriusrisk.UserSummary, userSummaryModel]{
		typeName: "users_summary", attribute: "users", nouns: "users", defaultSort: "`username,asc`", example: "'lastName'='Lovelace'",
		description: "Lists users with their names only, as every signed-in user can see them. It requires no permission, so it also works with API tokens that have no permissions for users.",
		attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the user."},
			"username":   schema.StringAttribute{Computed: true, MarkdownDescription: "The name that the user signs in with."},
			"first_name": schema.StringAttribute{Computed: true, MarkdownDescription: "The user's first name."},
			"last_name":  schema.StringAttribute{Computed: true, MarkdownDescription: "The user's last name."},
		},
		list: (*directory.Directory).UsersSummary,
		fill: (*userSummaryModel).fill,
	}
}
