package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userProfileModel holds the attributes that the resource and the data sources of users have in common.
type userProfileModel struct {
	ID              types.String `tfsdk:"id"`
	Username        types.String `tfsdk:"username"`
	Email           types.String `tfsdk:"email"`
	FirstName       types.String `tfsdk:"first_name"`
	LastName        types.String `tfsdk:"last_name"`
	Enabled         types.Bool   `tfsdk:"enabled"`
	PasswordExpired types.Bool   `tfsdk:"password_expired"`
}

// userElementModel is a user in a data source. The sets are null unless the configuration includes them.
type userElementModel struct {
	userProfileModel

	APITokenHint    types.String `tfsdk:"api_token_hint"`
	RoleIDs         types.Set    `tfsdk:"role_ids"`
	BusinessUnitIDs types.Set    `tfsdk:"business_unit_ids"`
	Permissions     types.Set    `tfsdk:"permissions"`
}

// attributes returns the attributes of the element by name.
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
		"permissions":       m.Permissions,
	}
}

// fill copies the fields that the server reports, including its spelling of the username. Fields that the server does not
// report keep their values.
func (m *userProfileModel) fill(user *iriusrisk.User) {
	m.ID = types.StringValue(user.ID)
	m.Username = types.StringValue(user.Username)
	m.Email = stringOr(user.Email, m.Email)
	m.FirstName = stringOr(user.FirstName, m.FirstName)
	m.LastName = stringOr(user.LastName, m.LastName)
	m.Enabled = boolOr(user.Enabled, m.Enabled)
	m.PasswordExpired = boolOr(user.PasswordExpired, m.PasswordExpired)
}

// fill copies the fields that the server reports, including the hint of the API token.
func (m *userElementModel) fill(user *iriusrisk.User) {
	m.userProfileModel.fill(user)
	m.APITokenHint = types.StringPointerValue(user.APITokenHint)
}

// userElementAttributes returns the schema of a user in a data source. members is the format of the description of the
// sets; its argument is the noun of the members. noPermissions says when the set of permissions is null.
func userElementAttributes(members, noPermissions string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID of the user."},
		"username":         schema.StringAttribute{Computed: true, MarkdownDescription: "The name that the user signs in with."},
		"email":            schema.StringAttribute{Computed: true, MarkdownDescription: "The e-mail address of the user."},
		"first_name":       schema.StringAttribute{Computed: true, MarkdownDescription: "The first name of the user."},
		"last_name":        schema.StringAttribute{Computed: true, MarkdownDescription: "The last name of the user."},
		"enabled":          schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user is enabled. A disabled user cannot sign in."},
		"password_expired": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user must set a new password at the next sign-in."},
		"api_token_hint":   schema.StringAttribute{Computed: true, MarkdownDescription: "The part of the user's API token that IriusRisk shows. Null if the user has no token, or if IriusRisk does not report the hint."},

		"role_ids":          schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: fmt.Sprintf(members, "role")},
		"business_unit_ids": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: fmt.Sprintf(members, "business unit")},

		"permissions": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The names of the global permissions that the user has through their roles. " + noPermissions},
	}
}

// set returns the set of a kind of membership.
func (m *userElementModel) set(kind membershipKind) *types.Set {
	if kind.attribute == roleMembership.attribute {
		return &m.RoleIDs
	}

	return &m.BusinessUnitIDs
}
