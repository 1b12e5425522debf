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

// created completes the plan from the new user. What was planned stays as planned.
func (m *userResourceModel) created(user *iriusrisk.User) {
	m.ID = types.StringNull()
	if user.ID != "" {
		m.ID = types.StringValue(user.ID)
	}

	m.fillUnknown(user)
}

// fillUnknown gives what is still unknown after a write the value that the server shows.
func (m *userResourceModel) fillUnknown(user *iriusrisk.User) {
	if m.PasswordExpired.IsUnknown() {
		m.PasswordExpired = types.BoolPointerValue(user.PasswordExpired)
	}
}

// keepProfile keeps the profile of the prior state, and with it the password, after an update of it that failed.
func (m *userResourceModel) keepProfile(state *userResourceModel) {
	m.Email, m.FirstName, m.LastName, m.PasswordExpired = state.Email, state.FirstName, state.LastName, state.PasswordExpired
	m.Password, m.PasswordWOVersion = state.Password, state.PasswordWOVersion
}

// importedUser is what an import begins with: the username, and the defaults of what only the provider knows of.
func importedUser(username string) userResourceModel {
	return userResourceModel{
		userProfileModel:       userProfileModel{Username: types.StringValue(username)},
		RoleIDs:                types.SetNull(types.StringType),
		BusinessUnitIDs:        types.SetNull(types.StringType),
		AdoptExisting:          types.BoolValue(false),
		DeletionPolicy:         types.StringValue(policyDelete),
		SendResetPasswordEmail: types.BoolValue(false),
	}
}

// managedMembers is a set of roles or business units that a user resource may manage.
type managedMembers struct {
	kind membershipKind
	set  *types.Set
}

// members are the two sets, in the order in which they are changed.
func (m *userResourceModel) members() []managedMembers {
	return []managedMembers{{roleMembership, &m.RoleIDs}, {businessUnitMembership, &m.BusinessUnitIDs}}
}

// sameAs reports whether two models show the same user with the same profile, password and access.
func (m *userResourceModel) sameAs(other *userResourceModel) bool {
	return m.userProfileModel == other.userProfileModel &&
		m.Password.Equal(other.Password) && m.PasswordWOVersion.Equal(other.PasswordWOVersion) &&
		m.RoleIDs.Equal(other.RoleIDs) && m.BusinessUnitIDs.Equal(other.BusinessUnitIDs)
}

// policy returns the deletion policy. An object that an older import left without one is deleted.
func (m *userResourceModel) policy() string {
	if m.DeletionPolicy.IsNull() {
		return policyDelete
	}

	return m.DeletionPolicy.ValueString()
}

// read takes over what the server reports, but keeps the spelling of username, e-mail address and id that is in state.
func (m *userResourceModel) read(user *iriusrisk.User) {
	id, username, email := m.ID, m.Username, m.Email
	m.fill(user)
	m.Username = username

	if strings.EqualFold(id.ValueString(), m.ID.ValueString()) && !id.IsNull() {
		m.ID = id
	}

	// A server that stores e-mail addresses in another case has the same address.
	if strings.EqualFold(email.ValueString(), m.Email.ValueString()) && !email.IsNull() {
		m.Email = email
	}
}

// isConfirmedBy reports whether a list shows the user exactly as the state has them.
func (m *userResourceModel) isConfirmedBy(user *iriusrisk.User) bool {
	listed := *m
	listed.read(user)

	return !m.ID.IsNull() && user.Email != nil && user.FirstName != nil && user.LastName != nil && user.Enabled != nil &&
		(user.PasswordExpired != nil || m.PasswordExpired.IsNull()) && listed.userProfileModel == m.userProfileModel
}

// isDifferentUser reports whether the server's user is a different one than the user in state. Right after an import the
// state has only a username, so any user with that name matches. A partially created user who could not be read has no id
// yet, and is recognised by the profile that was sent.
func (m *userResourceModel) isDifferentUser(user *iriusrisk.User) bool {
	if m.ID.IsNull() {
		return !m.Email.IsNull() && !hasProfile(user, m.createRequest(nil))
	}

	return !strings.EqualFold(m.ID.ValueString(), user.ID)
}

// idForMessage is the id in state, in words when there is none.
func (m *userResourceModel) idForMessage() string {
	if m.ID.IsNull() {
		return "that could not be read"
	}

	return m.ID.ValueString()
}

// configuredPassword returns the password of the configuration, nil when it has none.
func (m *userResourceModel) configuredPassword(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *string {
	if !m.Password.IsNull() {
		return m.Password.ValueStringPointer()
	}

	var writeOnly types.String

	diags.Append(config.GetAttribute(ctx, path.Root("password_wo"), &writeOnly)...)

	return writeOnly.ValueStringPointer()
}

// newPassword returns the password to send in an update: the configured one if it is to be sent again, else nil.
func (m *userResourceModel) newPassword(ctx context.Context, state userResourceModel, config tfsdk.Config, diags *diag.Diagnostics) *string {
	if m.Password.Equal(state.Password) && m.PasswordWOVersion.Equal(state.PasswordWOVersion) {
		return nil
	}

	if m.Password.IsNull() && m.PasswordWOVersion.IsNull() {
		return nil
	}

	return m.configuredPassword(ctx, config, diags)
}

// boolPointer returns the value of a bool, nil when it is null or unknown.
func boolPointer(value types.Bool) *bool {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}

	return value.ValueBoolPointer()
}

// equal reports whether two optional values are the same.
func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}

	return *a == *b
}
