package provider

import (
	"errors"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// profileChange holds the values of a user's profile that a write sets. A nil value is not changed.
type profileChange struct {
	email, firstName, lastName *string
	passwordExpired            *bool
	password                   *string
}

// wholeProfile sets everything that the plan declares, as creation and adoption do.
func (m *userResourceModel) wholeProfile(password *string) profileChange {
	return profileChange{
		email: m.Email.ValueStringPointer(), firstName: m.FirstName.ValueStringPointer(), lastName: m.LastName.ValueStringPointer(),
		passwordExpired: boolPointer(m.PasswordExpired), password: password,
	}
}

// plannedChange sets what differs between the plan and the prior state, and nothing else.
func (m *userResourceModel) plannedChange(state *userResourceModel, password *string) profileChange {
	change := profileChange{password: password}

	if !m.Email.Equal(state.Email) {
		change.email = m.Email.ValueStringPointer()
	}

	if !m.FirstName.Equal(state.FirstName) {
		change.firstName = m.FirstName.ValueStringPointer()
	}

	if !m.LastName.Equal(state.LastName) {
		change.lastName = m.LastName.ValueStringPointer()
	}

	if !m.PasswordExpired.Equal(state.PasswordExpired) {
		change.passwordExpired = boolPointer(m.PasswordExpired)
	}

	return change
}

// differences returns the names of the attributes that the server shows with other values than the change sets. An
// attribute that the server does not report counts as different only if unreported does. A password is never shown.
func (c profileChange) differences(user *iriusrisk.User, unreported bool) []string {
	var names []string

	differs := func(name string, wanted, shown *string, same func(a, b string) bool) {
		if wanted != nil && ((shown == nil && unreported) || (shown != nil && !same(*wanted, *shown))) {
			names = append(names, name)
		}
	}
	exactly := func(a, b string) bool { return a == b }

	differs("email", c.email, user.Email, exactly)
	differs("first_name", c.firstName, user.FirstName, exactly)
	differs("last_name", c.lastName, user.LastName, exactly)

	if c.passwordExpired != nil && ((user.PasswordExpired == nil && unreported) || (user.PasswordExpired != nil && *user.PasswordExpired != *c.passwordExpired)) {
		names = append(names, "password_expired")
	}

	return names
}

// ignored returns the names of the attributes that the answer to a write shows with other values than were sent. A server
// may store an e-mail address in another case.
func (c profileChange) ignored(user *iriusrisk.User) []string {
	if c.email != nil && user.Email != nil && strings.EqualFold(*c.email, *user.Email) {
		c.email = nil
	}

	return c.differences(user, false)
}

// request builds the request that makes the change. The API replaces the whole profile (documented: UsersApi,
// update_user), so what does not change is taken from a fresh read, or from the state where the server does not report it.
func (c profileChange) request(user *iriusrisk.User, state *userResourceModel) (iriusrisk.UpdateUserRequest, error) {
	email, emailErr := profileValue("email", c.email, user.Email, state.Email.ValueStringPointer())
	firstName, firstErr := profileValue("firstName", c.firstName, user.FirstName, state.FirstName.ValueStringPointer())
	lastName, lastErr := profileValue("lastName", c.lastName, user.LastName, state.LastName.ValueStringPointer())

	request := iriusrisk.UpdateUserRequest{
		Email: email, FirstName: firstName, LastName: lastName, PasswordExpired: user.PasswordExpired, Password: c.password,
	}

	if c.passwordExpired != nil {
		request.PasswordExpired = c.passwordExpired
	}

	return request, errors.Join(emailErr, firstErr, lastErr)
}

// profileValue returns the first of the given values that is known.
func profileValue(field string, values ...*string) (string, error) {
	for _, value := range values {
		if value != nil {
			return *value, nil
		}
	}

	return "", errors.New("the server does not report the field " + field + ", which the request has to repeat so that it is not erased")
}
