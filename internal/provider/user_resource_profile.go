package provider

import (
	"cmp"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// profileChange holds the profile values that a write sets. A nil value is not changed.
type profileChange struct {
	email, firstName, lastName *string
	passwordExpired            *bool
	password                   *string
}

// wholeProfile returns the change for a creation or adoption, which sets everything that is planned.
func (m *userResourceModel) wholeProfile(password *string) profileChange {
	return profileChange{
		email: m.Email.ValueStringPointer(), firstName: m.FirstName.ValueStringPointer(), lastName: m.LastName.ValueStringPointer(),
		passwordExpired: boolPointer(m.PasswordExpired), password: password,
	}
}

// plannedChange returns the change for an update, which sets only what differs between the plan and the prior state.
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

// differences returns the names of the attributes whose values on the server differ from those that the change sets.
// unreported tells whether an attribute that the server does not report counts as different. The server never shows a
// password.
func (c profileChange) differences(user *iriusrisk.User, unreported bool) []string {
	var names []string

	compare := func(name string, differs bool) {
		if differs {
			names = append(names, name)
		}
	}

	compare("email", differs(c.email, user.Email, unreported))
	compare("first_name", differs(c.firstName, user.FirstName, unreported))
	compare("last_name", differs(c.lastName, user.LastName, unreported))
	compare("password_expired", differs(c.passwordExpired, user.PasswordExpired, unreported))

	return names
}

// differs reports whether a value that a change sets differs from the one that the server shows.
func differs[T comparable](wanted, shown *T, unreported bool) bool {
	switch {
	case wanted == nil:
		return false
	case shown == nil:
		return unreported
	default:
		return *shown != *wanted
	}
}

// ignored returns the names of the attributes that have different values in the response to a write than were sent. A
// server may store an e-mail address in a different letter case.
func (c profileChange) ignored(user *iriusrisk.User) []string {
	if c.email != nil && user.Email != nil && strings.EqualFold(*c.email, *user.Email) {
		c.email = nil
	}

	return c.differences(user, false)
}

// request builds the request that makes the change. The API replaces the whole profile (documented: UsersApi,
// update_user), so unchanged fields come from a fresh read, or from the state if the server does not report them. unknown
// lists the fields that neither has: the request would erase them.
func (c profileChange) request(user *iriusrisk.User, state *userResourceModel) (request iriusrisk.UpdateUserRequest, unknown []string) {
	value := func(field string, values ...*string) string {
		known := cmp.Or(values...)
		if known == nil {
			unknown = append(unknown, field)

			return ""
		}

		return *known
	}

	request = iriusrisk.UpdateUserRequest{
		Email:           value("email", c.email, user.Email, state.Email.ValueStringPointer()),
		FirstName:       value("firstName", c.firstName, user.FirstName, state.FirstName.ValueStringPointer()),
		LastName:        value("lastName", c.lastName, user.LastName, state.LastName.ValueStringPointer()),
		PasswordExpired: cmp.Or(c.passwordExpired, user.PasswordExpired),
		Password:        c.password,
	}

	return request, unknown
}
