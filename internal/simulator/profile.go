package simulator

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"
)

// profile is the profile in a request, as the server stores it.
type profile struct{ email, firstName, lastName string }

// requestProfile returns the profile in a request. Fields that were not sent are empty.
func (s *Server) requestProfile(email, firstName, lastName *string) profile {
	stored := orEmpty
	if s.options.TrimProfiles {
		stored = func(value *string) string { return strings.TrimSpace(orEmpty(value)) }
	}

	return profile{stored(email), stored(firstName), stored(lastName)}
}

// validate describes what is wrong with a profile (inferred). It returns "" for a valid one.
func (p profile) validate() string {
	if p.firstName == "" || p.lastName == "" {
		return "The first name and the last name must not be empty"
	}

	return validateEmail(p.email)
}

// validateEmail describes what is wrong with an e-mail address (inferred). It returns "" for a valid one.
func validateEmail(email string) string {
	if email == "" {
		return "The email must not be empty"
	}

	if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
		return "The email is not a valid address"
	}

	return ""
}

// validateUsername describes what is wrong with the username of a new user (inferred). It returns "" for a valid one.
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

// rejectInvalid returns 400 for the first problem that is not "". It returns nil if there is none, and always with
// Options.LenientProfiles.
func (s *Server) rejectInvalid(problems ...string) *response {
	at := slices.IndexFunc(problems, func(text string) bool { return text != "" })
	if at < 0 || s.options.LenientProfiles {
		return nil
	}

	out := problem(http.StatusBadRequest, problems[at])

	return &out
}
