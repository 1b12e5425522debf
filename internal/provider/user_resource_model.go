package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// createRequest builds the request that creates the user.
func (m *userResourceModel) createRequest(password *string) iriusrisk.CreateUserRequest {
	return iriusrisk.CreateUserRequest{
		Username:        m.Username.ValueString(),
		Email:           m.Email.ValueString(),
		FirstName:       m.FirstName.ValueString(),
		LastName:        m.LastName.ValueString(),
		Password:        password,
		PasswordExpired: boolPointer(m.PasswordExpired),
	}
}

// created fills the id and the unknown values of the plan from the new user.
func (m *userResourceModel) created(user *iriusrisk.User) {
	m.ID = types.StringNull()
	if user.ID != "" {
		m.ID = types.StringValue(user.ID)
	}

	m.fillUnknown(user)
}

// fillUnknown sets the values that are still unknown after a write to what the server shows.
func (m *userResourceModel) fillUnknown(user *iriusrisk.User) {
	if m.PasswordExpired.IsUnknown() {
		m.PasswordExpired = types.BoolPointerValue(user.PasswordExpired)
	}
}

// keepProfile restores the profile and the password of the prior state after a failed update.
func (m *userResourceModel) keepProfile(state *userResourceModel) {
	m.Email, m.FirstName, m.LastName, m.PasswordExpired = state.Email, state.FirstName, state.LastName, state.PasswordExpired
	m.Password, m.PasswordWOVersion = state.Password, state.PasswordWOVersion
}

// importedUser returns the initial state of an import: the username, and the defaults of attributes that exist only in
// Terraform.
func importedUser(username string) userResourceModel {
	return userResourceModel{
		userProfileModel:       userProfileModel{Username: types.StringValue(username)},
		RoleIDs:                types.SetNull(types.StringType),
		RoleNames:              types.SetNull(types.StringType),
		BusinessUnitIDs:        types.SetNull(types.StringType),
		BusinessUnitNames:      types.SetNull(types.StringType),
		AdoptExisting:          types.BoolValue(false),
		DeletionPolicy:         types.StringValue(policyDelete),
		SendResetPasswordEmail: types.BoolValue(false),
		RevokeOnDisable:        defaultRevocations,
	}
}

// managedMembers is a set of roles or business units that a user resource may manage.
type managedMembers struct {
	kind membershipKind

	// set holds the UUIDs, names the names.
	set, names *types.Set
}

// views returns both views.
func (m managedMembers) views() memberViews { return memberViews{ids: *m.set, names: *m.names} }

// setViews sets both views.
func (m managedMembers) setViews(views memberViews) { *m.set, *m.names = views.ids, views.names }

// members returns the two sets in the order in which they are changed.
func (m *userResourceModel) members() []managedMembers {
	return []managedMembers{
		{roleMembership, &m.RoleIDs, &m.RoleNames},
		{businessUnitMembership, &m.BusinessUnitIDs, &m.BusinessUnitNames},
	}
}

// sameAs reports whether two models have the same profile, password and access.
func (m *userResourceModel) sameAs(other *userResourceModel) bool {
	return m.userProfileModel == other.userProfileModel &&
		m.Password.Equal(other.Password) && m.PasswordWOVersion.Equal(other.PasswordWOVersion) &&
		m.RoleIDs.Equal(other.RoleIDs) && m.BusinessUnitIDs.Equal(other.BusinessUnitIDs)
}

// sameNames reports whether two models have the same names of roles and business units. Names alone need no write.
func (m *userResourceModel) sameNames(other *userResourceModel) bool {
	return m.RoleNames.Equal(other.RoleNames) && m.BusinessUnitNames.Equal(other.BusinessUnitNames)
}

// policy returns the deletion policy. It is delete if the state has none.
func (m *userResourceModel) policy() string {
	if m.DeletionPolicy.IsNull() {
		return policyDelete
	}

	return m.DeletionPolicy.ValueString()
}

// revocations returns what disabling the user revokes. A state from before the argument existed has none, which means the
// default.
func (m *userResourceModel) revocations() []string {
	if m.RevokeOnDisable.IsNull() {
		return setStrings(defaultRevocations)
	}

	return setStrings(m.RevokeOnDisable)
}

// read copies the fields that the server reports, but keeps the letter case of the username, e-mail address and id in the
// state.
func (m *userResourceModel) read(user *iriusrisk.User) {
	id, username, email := m.ID, m.Username, m.Email
	m.fill(user)
	m.Username = username

	if strings.EqualFold(id.ValueString(), m.ID.ValueString()) && !id.IsNull() {
		m.ID = id
	}

	// A server may store an e-mail address in a different letter case. It is still the same address.
	if strings.EqualFold(email.ValueString(), m.Email.ValueString()) && !email.IsNull() {
		m.Email = email
	}
}

// matches reports whether a list shows every field of the profile with the value in the state.
func (m *userResourceModel) matches(user *iriusrisk.User) bool {
	listed := *m
	listed.read(user)

	return !m.ID.IsNull() && user.Email != nil && user.FirstName != nil && user.LastName != nil && user.Enabled != nil &&
		(user.PasswordExpired != nil || m.PasswordExpired.IsNull()) && listed.userProfileModel == m.userProfileModel
}

// isDifferentUser reports whether the user on the server is a different one than the user in the state. Right after an
// import the state has only a username, so any user with that name matches. A partially created user who could not be read
// has no id, and is recognized by the profile that was sent.
func (m *userResourceModel) isDifferentUser(user *iriusrisk.User) bool {
	if m.ID.IsNull() {
		return !m.Email.IsNull() && !hasProfile(user, m.createRequest(nil))
	}

	return !strings.EqualFold(m.ID.ValueString(), user.ID)
}

// idForMessage returns the id in the state for use in messages.
func (m *userResourceModel) idForMessage() string {
	if m.ID.IsNull() {
		return "(unknown)"
	}

	return m.ID.ValueString()
}

// configuredPassword returns the configured password, or nil if there is none.
func (m *userResourceModel) configuredPassword(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *string {
	if !m.Password.IsNull() {
		return m.Password.ValueStringPointer()
	}

	var writeOnly types.String

	diags.Append(config.GetAttribute(ctx, path.Root("password_wo"), &writeOnly)...)

	return writeOnly.ValueStringPointer()
}

// newPassword returns the password that an update must send, or nil if it must not send one.
func (m *userResourceModel) newPassword(ctx context.Context, state userResourceModel, config tfsdk.Config, diags *diag.Diagnostics) *string {
	if m.Password.Equal(state.Password) && m.PasswordWOVersion.Equal(state.PasswordWOVersion) {
		return nil
	}

	if m.Password.IsNull() && m.PasswordWOVersion.IsNull() {
		return nil
	}

	return m.configuredPassword(ctx, config, diags)
}
