package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// createUserRequest is CreateUserRequest (names observed).
type createUserRequest struct {
	Username        *string `json:"username"`
	Email           *string `json:"email"`
	FirstName       *string `json:"firstName"`
	LastName        *string `json:"lastName"`
	Password        *string `json:"password"`
	PasswordExpired *bool   `json:"passwordExpired"`
}

// updateUserRequest is UpdateUserRequest (inferred).
type updateUserRequest struct {
	Email           *string `json:"email"`
	FirstName       *string `json:"firstName"`
	LastName        *string `json:"lastName"`
	Password        *string `json:"password"`
	PasswordExpired *bool   `json:"passwordExpired"`
}

// orEmpty is what an optional text stands for.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}

	return *text
}

// voidDone is the answer to a write without anything to show.
func (s *Server) voidDone() response { return response{status: s.options.WriteStatus} }

// shown is the answer to a write that shows what became of it.
func (s *Server) shown(body object) response {
	if s.options.EmptyWriteBodies || s.options.WriteStatus == http.StatusNoContent {
		return s.voidDone()
	}

	return response{status: s.options.WriteStatus, body: body}
}

// target returns the user that the path names, or the 404 that stands for absence and for invisibility alike.
func (s *Server) target(r *request) (*user, *response) {
	username := r.segments["username"]
	found := s.tenant.byName[fold(username)]

	if found == nil || (found.Username != username && !s.options.FoldUsernames) || !r.caller.sees(found) {
		out := problem(http.StatusNotFound, "User not found")

		return nil, &out
	}

	return found, nil
}

// sees tells whether a caller sees a user: all of them with ALL_USERS_UPDATE, else those of their own business units.
func (u *user) sees(other *user) bool {
	if u == other || u.may(permAllUsers) || u.may(permViewAll) {
		return true
	}

	return slices.ContainsFunc(other.BusinessUnitIDs, func(unit string) bool { return slices.Contains(u.BusinessUnitIDs, unit) })
}

// userProperty reads a property of a user for filters and sorting.
func userProperty(u *user, name string) (any, bool) {
	if u == nil {
		u = &user{}
	}

	switch name {
	case "id":
		return u.ID, true
	case "username":
		return u.Username, true
	case "email":
		return u.Email, true
	case "firstName":
		return u.FirstName, true
	case "lastName":
		return u.LastName, true
	case "enabled":
		return u.Enabled, true
	case "passwordExpired":
		return u.PasswordExpired, true
	case "apiToken":
		if u.APIToken == "" {
			return nil, true
		}

		return u.APIToken, true
	default:
		return nil, false
	}
}

func (s *Server) listUsers(r *request) response {
	visible := s.tenant.users
	if !r.caller.may(permAllUsers) {
		visible = slices.DeleteFunc(slices.Clone(visible), func(u *user) bool { return !r.caller.sees(u) })
	}

	return paged(s, r, visible, userProperty, s.userJSON)
}

func (s *Server) listSummary(r *request) response {
	return paged(s, r, s.tenant.users, userProperty, summaryJSON)
}

func (s *Server) getUser(r *request) response {
	found, refusal := s.target(r)
	if refusal != nil {
		return *refusal
	}

	return response{status: http.StatusOK, body: s.userJSON(found)}
}

// createUser obeys the documented rules: a unique username, a unique e-mail address, and the password policy.
func (s *Server) createUser(r *request) response {
	body, refusal := decode[createUserRequest](r)
	if refusal != nil {
		return *refusal
	}

	username, email := orEmpty(body.Username), orEmpty(body.Email)

	switch {
	case username == "" || email == "" || body.FirstName == nil || body.LastName == nil:
		return problem(http.StatusBadRequest, "username, email, firstName and lastName are required")
	case s.tenant.byName[fold(username)] != nil:
		return problem(s.options.DuplicateStatus, "The username is already in use")
	case s.tenant.byEmail[fold(email)] != nil:
		return problem(s.options.DuplicateStatus, "The email is already in use")
	}

	if weakness := passwordWeakness(body.Password, username); weakness != "" {
		return problem(http.StatusBadRequest, weakness)
	}

	added := s.tenant.add(User{
		Username: username, Email: email, FirstName: *body.FirstName, LastName: *body.LastName, Enabled: true,
		Password: orEmpty(body.Password), PasswordExpired: body.PasswordExpired != nil && *body.PasswordExpired,
	})

	return s.shown(s.userJSON(added))
}

// updateUser replaces the user's information: what is not sent is empty afterwards. The password is the exception.
func (s *Server) updateUser(r *request) response {
	found, refusal := s.target(r)
	if refusal != nil {
		return *refusal
	}

	body, refusal := decode[updateUserRequest](r)
	if refusal != nil {
		return *refusal
	}

	email := orEmpty(body.Email)
	if other := s.tenant.byEmail[fold(email)]; email != "" && other != nil && other != found {
		return problem(s.options.DuplicateStatus, "The email is already in use")
	}

	if weakness := passwordWeakness(body.Password, found.Username); weakness != "" {
		return problem(http.StatusBadRequest, weakness)
	}

	s.tenant.change(found, func(details *User) {
		details.Email, details.FirstName, details.LastName = email, orEmpty(body.FirstName), orEmpty(body.LastName)
		details.PasswordExpired = body.PasswordExpired != nil && *body.PasswordExpired

		if body.Password != nil {
			details.Password = *body.Password
		}
	})

	return s.shown(s.userJSON(found))
}

func (s *Server) deleteUser(r *request) response {
	return s.toUser(r, func(u *user) response {
		s.tenant.remove(u)

		return s.voidDone()
	})
}

// toUser does something to the user that the path names.
func (s *Server) toUser(r *request, do func(*user) response) response {
	found, refusal := s.target(r)
	if refusal != nil {
		return *refusal
	}

	return do(found)
}

func (s *Server) enableUser(r *request) response { return s.setEnabled(r, true) }

func (s *Server) disableUser(r *request) response { return s.setEnabled(r, false) }

func (s *Server) setEnabled(r *request, enabled bool) response {
	return s.toUser(r, func(u *user) response {
		u.Enabled = enabled

		return s.voidDone()
	})
}

// minPassword is the least length of a password, in characters (documented: UsersApi, create_user).
const minPassword = 13

// commonPasswords are passwords that everybody tries first, long enough to pass otherwise.
var commonPasswords = []string{"Password12345!", "Qwerty1234567!", "Administrator1!", "Welcome123456!"}

// passwordWeakness says what keeps a password from being strong enough (documented: UsersApi, create_user), "" when
// nothing does or there is none.
func passwordWeakness(password *string, username string) string {
	if password == nil {
		return ""
	}

	has := func(set string) bool { return strings.ContainsAny(*password, set) }

	const (
		upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		lower  = "abcdefghijklmnopqrstuvwxyz"
		digits = "0123456789"
	)

	special := strings.ContainsFunc(*password, func(r rune) bool { return !strings.ContainsRune(upper+lower+digits, r) })

	switch {
	case len([]rune(*password)) < minPassword:
		return "The password must have at least 13 characters"
	case !has(upper) || !has(lower):
		return "The password must have an uppercase and a lowercase character"
	case !special:
		return "The password must have a special character"
	case !has(upper + lower + digits):
		return "The password must have an alphanumeric character"
	case slices.Contains(commonPasswords, *password):
		return "The password is a commonly used one"
	case strings.Contains(fold(*password), fold(username)):
		return "The password is related to the username"
	default:
		return ""
	}
}
