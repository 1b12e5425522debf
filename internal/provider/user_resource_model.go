package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
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
		PasswordExpired: known(m.PasswordExpired),
	}
}

// updateRequest builds the request that updates the user, and reports whether it differs from what the server has. The
// API replaces the whole user, so what the configuration leaves out is filled from the fresh read.
func (m *userResourceModel) updateRequest(user *iriusrisk.User, expired types.Bool, password *string) (iriusrisk.UpdateUserRequest, bool) {
	request := iriusrisk.UpdateUserRequest{
		Email:           m.Email.ValueString(),
		FirstName:       m.FirstName.ValueString(),
		LastName:        m.LastName.ValueString(),
		PasswordExpired: user.PasswordExpired,
		Password:        password,
	}

	if value := known(expired); value != nil {
		request.PasswordExpired = value
	}

	same := password == nil &&
		equal(user.Email, &request.Email) &&
		equal(user.FirstName, &request.FirstName) &&
		equal(user.LastName, &request.LastName) &&
		equal(user.PasswordExpired, request.PasswordExpired)

	return request, !same
}

// created completes the plan from the new user. What was planned stays as planned.
func (m *userResourceModel) created(user *iriusrisk.User) {
	m.ID = types.StringNull()
	if user.ID != "" {
		m.ID = types.StringValue(user.ID)
	}

	m.settle(user)
}

// settle gives what is still unknown after a write the value that the server shows.
func (m *userResourceModel) settle(user *iriusrisk.User) {
	if m.PasswordExpired.IsUnknown() {
		m.PasswordExpired = types.BoolPointerValue(user.PasswordExpired)
	}
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

// sameOnServer reports whether two models differ at most in what only the provider knows of.
func (m *userResourceModel) sameOnServer(other *userResourceModel) bool {
	return m.Email.Equal(other.Email) && m.FirstName.Equal(other.FirstName) && m.LastName.Equal(other.LastName) &&
		m.Enabled.Equal(other.Enabled) && m.PasswordExpired.Equal(other.PasswordExpired) &&
		m.Password.Equal(other.Password) && m.PasswordWOVersion.Equal(other.PasswordWOVersion) &&
		m.RoleIDs.Equal(other.RoleIDs) && m.BusinessUnitIDs.Equal(other.BusinessUnitIDs)
}

// isSame reports whether two models show the same user with the same access.
func (m *userResourceModel) isSame(other *userResourceModel) bool {
	return m.userProfileModel == other.userProfileModel && m.sameOnServer(other)
}

// read takes over what the server reports, but keeps the spelling of username and e-mail address that is in state.
func (m *userResourceModel) read(user *iriusrisk.User) {
	username, email := m.Username, m.Email
	m.fill(user)
	m.Username = username

	// A server that keeps e-mail addresses in another case has the same address all the same.
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

// isAnother reports whether the server's user is another person than the one in state. Right after an import the state
// holds nothing but a username, and everybody is welcome. A half-made user who could not even be read has no id yet, and is
// known by the profile that was sent.
func (m *userResourceModel) isAnother(user *iriusrisk.User) bool {
	if m.ID.IsNull() {
		return !m.Email.IsNull() && !hasProfile(user, m.createRequest(nil))
	}

	return !strings.EqualFold(m.ID.ValueString(), user.ID)
}

// shownID is the id in state, in words when there is none.
func (m *userResourceModel) shownID() string {
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

// newPassword returns the password to send in an update: the configured one if it is to be sent anew, else nil.
func (m *userResourceModel) newPassword(ctx context.Context, state userResourceModel, config tfsdk.Config, diags *diag.Diagnostics) *string {
	if m.Password.Equal(state.Password) && m.PasswordWOVersion.Equal(state.PasswordWOVersion) {
		return nil
	}

	if m.Password.IsNull() && m.PasswordWOVersion.IsNull() {
		return nil
	}

	return m.configuredPassword(ctx, config, diags)
}

// known returns the value of a bool, nil when it is null or unknown.
func known(value types.Bool) *bool {
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

// keepTokenHint plans the hint that is in state, and none for a user who is yet to be created: this resource never
// changes it.
type keepTokenHint struct{}

func (keepTokenHint) Description(context.Context) string { return "The hint is only ever read." }

func (m keepTokenHint) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepTokenHint) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() {
		resp.PlanValue = types.StringNull()
	} else {
		resp.PlanValue = req.StateValue
	}
}
