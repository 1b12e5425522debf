package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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

// userElementAttributes describes one user as data sources show them.
func userElementAttributes(members string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID that IriusRisk gave the user."},
		"username":         schema.StringAttribute{Computed: true, MarkdownDescription: "The name that the user signs in with."},
		"email":            schema.StringAttribute{Computed: true, MarkdownDescription: "The user's e-mail address."},
		"first_name":       schema.StringAttribute{Computed: true, MarkdownDescription: "The user's first name."},
		"last_name":        schema.StringAttribute{Computed: true, MarkdownDescription: "The user's last name."},
		"enabled":          schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user has access."},
		"password_expired": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user must choose a new password at the next sign-in."},
		"api_token_hint":   schema.StringAttribute{Computed: true, MarkdownDescription: "The part of the user's API token that IriusRisk shows; null while the user has none."},

		"role_ids":          schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: fmt.Sprintf(members, "role")},
		"business_unit_ids": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: fmt.Sprintf(members, "business unit")},
	}
}

// set is the set of a kind of membership.
func (m *userElementModel) set(kind membershipKind) *types.Set {
	if kind.attribute == roleMembership.attribute {
		return &m.RoleIDs
	}

	return &m.BusinessUnitIDs
}
