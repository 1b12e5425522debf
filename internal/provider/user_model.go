package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userProfileModel is what the resource and the data source of users have in common.
type userProfileModel struct {
	ID              types.String `tfsdk:"id"`
	Username        types.String `tfsdk:"username"`
	Email           types.String `tfsdk:"email"`
	FirstName       types.String `tfsdk:"first_name"`
	LastName        types.String `tfsdk:"last_name"`
	Enabled         types.Bool   `tfsdk:"enabled"`
	PasswordExpired types.Bool   `tfsdk:"password_expired"`
}

// userElementModel is a user as data sources show them. The sets are null where they were not asked for.
type userElementModel struct {
	userProfileModel

	APITokenHint    types.String `tfsdk:"api_token_hint"`
	RoleIDs         types.Set    `tfsdk:"role_ids"`
	BusinessUnitIDs types.Set    `tfsdk:"business_unit_ids"`
}

// attributes are the attributes of the element by name.
func (m *userElementModel) attributes() map[string]attr.Value {
	return map[string]attr.Value{
		"id":                m.ID,
		"username":          m.Username,
		"email":             m.Email,
		"first_name":        m.FirstName,
		"last_name":         m.LastName,
		"enabled":           m.Enabled,
		"password_expired":  m.PasswordExpired,
		"api_token_hint":    m.APITokenHint,
		"role_ids":          m.RoleIDs,
		"business_unit_ids": m.BusinessUnitIDs,
	}
}

// fill takes over what the server reports. What it does not report keeps its value. The spelling of the username is
// the server's.
func (m *userProfileModel) fill(user *iriusrisk.User) {
	m.ID = types.StringValue(user.ID)
	m.Username = types.StringValue(user.Username)
	m.Email = reported(user.Email, m.Email)
	m.FirstName = reported(user.FirstName, m.FirstName)
	m.LastName = reported(user.LastName, m.LastName)
	m.Enabled = reportedBool(user.Enabled, m.Enabled)
	m.PasswordExpired = reportedBool(user.PasswordExpired, m.PasswordExpired)
}

// fill takes over what the server reports, the hint of the API token included.
func (m *userElementModel) fill(user *iriusrisk.User) {
	m.userProfileModel.fill(user)
	m.APITokenHint = types.StringPointerValue(user.APITokenHint)
}

// reported returns the value that the server reports, or else the one known before.
func reported(value *string, before types.String) types.String {
	if value == nil {
		return before
	}

	return types.StringValue(*value)
}

func reportedBool(value *bool, before types.Bool) types.Bool {
	if value == nil {
		return before
	}

	return types.BoolValue(*value)
}
