package simulator

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"
)

// profile is what a request sends of a user's profile, as the server would store it.
type profile struct{ email, firstName, lastName string }

// requestProfile is the profile of a request. A field that was not sent is empty.
func (s *Server) requestProfile(email, firstName, lastName *string) profile {
	stored := orEmpty
	if s.options.TrimProfiles {
		stored = func(value *string) string { return strings.TrimSpace(orEmpty(value)) }
	}

	return profile{stored(email), stored(firstName), stored(lastName)}
}

// fault says what is wrong with a profile, "" when nothing is (inferred).
func (p profile) validate() string {
	if p.firstName == "" || p.lastName == "" {
		return "The first name and the last name must not be empty"
	}

	return validateEmail(p.email)
}

// validateEmail says what is wrong with an e-mail address, "" when nothing is (inferred).
func validateEmail(email string) string {
	if email == "" {
		return "The email must not be empty"
	}

	if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
		return "The email is not a valid address"
	}

	return ""
}

// validateUsername says what is wrong with the username of a new user, "" when nothing is (inferred).
func validateUsername(username string) string {
	switch {
	case username == "":
		return "The username must not be empty"
	case strings.TrimSpace(username) != username:
		return "The username must not begin or end with white space"
	case slices.Contains(fixedUsernames, username):
		return "The username is reserved"
	default:
		return ""
	}
}

// rejectInvalid refuses a request for the first of its faults; nil means that it has none, or that the server does not mind.
func (s *Server) rejectInvalid(faults ...string) *response {
	at := slices.IndexFunc(faults, func(fault string) bool { return fault != "" })
	if at < 0 || s.options.LenientProfiles {
		return nil
	}

	out := problem(http.StatusBadRequest, faults[at])

	return &out
}
