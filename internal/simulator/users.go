package simulator

import (
	"net/http"
	"slices"
)

// createUserRequest is CreateUserRequest (names observed).
type createUserRequest struct {
	Username        *string `json:"username" rule:"required"`
	Email           *string `json:"email" rule:"required"`
	FirstName       *string `json:"firstName" rule:"required"`
	LastName        *string `json:"lastName" rule:"required"`
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

// orEmpty returns the value of an optional string.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}

	return *text
}

// noContent returns the response to a successful write that returns no object.
func (s *Server) noContent() response { return response{status: s.options.WriteStatus} }

// already returns the response to a write that has no effect, with the status configured in the options.
func already(status int, detail string) response {
	if status >= http.StatusBadRequest {
		return problem(status, detail)
	}

	return response{status: status}
}

// written returns the response to a write that returns the object written.
func (s *Server) written(body object) response {
	if s.options.EmptyWriteBodies || s.options.WriteStatus == http.StatusNoContent {
		return s.noContent()
	}

	return response{status: s.options.WriteStatus, body: body}
}

// target returns the user named in the path. A user that does not exist and one that the caller does not see give the
// same 404.
func (s *Server) target(r *request) (*user, *response) {
	username := r.segments["username"]
	found := s.tenant.byName[fold(username)]

	if found == nil || (found.Username != username && !s.options.FoldUsernames) || !r.sees(found) || found.lag.hides(r.route.write) {
		out := problem(http.StatusNotFound, "User not found")

		return nil, &out
	}

	return found, nil
}

func (s *Server) listUsers(r *request) response {
	return paged(s, r, s.visibleUsers(r), userProperties, s.userJSON)
}

// visibleUsers returns the users that the caller sees in this operation.
func (s *Server) visibleUsers(r *request) []*user {
	if r.seesAll() {
		return s.tenant.users
	}

	return slices.DeleteFunc(slices.Clone(s.tenant.users), func(u *user) bool { return !r.sees(u) })
}

func (s *Server) listSummary(r *request) response {
	visible := s.tenant.users
	if !r.selectsAll() {
		visible = slices.DeleteFunc(slices.Clone(visible), func(u *user) bool { return !r.selects(u) })
	}

	return paged(s, r, visible, summaryProperties, summaryJSON)
}

func (s *Server) getUser(r *request) response {
	found, refusal := s.target(r)
	if refusal != nil {
		return *refusal
	}

	return s.read(found)
}

// read returns the response to a read of one user.
func (s *Server) read(u *user) response {
	shown := s.userJSON(u)
	countDown(&u.lag.hints)

	return response{status: http.StatusOK, body: shown}
}

// createUser enforces the documented rules: a unique username, a unique e-mail address, and the password policy.
func (s *Server) createUser(r *request) response {
	body, refusal := decode[createUserRequest](r)
	if refusal != nil {
		return *refusal
	}

	username, sent := *body.Username, s.requestProfile(body.Email, body.FirstName, body.LastName)
	if refusal := s.rejectInvalid(validateUsername(username), sent.validate()); refusal != nil {
		return *refusal
	}

	switch {
	case s.tenant.byName[fold(username)] != nil:
		return problem(s.options.DuplicateStatus, "The username is already in use")
	case s.tenant.emailTaken(sent.email, nil):
		return problem(s.options.DuplicateStatus, "The email is already in use")
	}

	if weakness := passwordWeakness(body.Password, username); weakness != "" {
		return problem(http.StatusBadRequest, weakness)
	}

	added := s.tenant.add(User{
		Username: username, Email: sent.email, FirstName: sent.firstName, LastName: sent.lastName, Enabled: true,
		Password:        orEmpty(body.Password),
		PasswordExpired: body.PasswordExpired != nil && *body.PasswordExpired && !s.options.IgnorePasswordExpired,
	})
	added.lag.hold(s.options.LagReads, s.options.LagWrites)

	return s.written(s.userJSON(added))
}

// updateUser replaces the profile, so the names and the e-mail address must be sent. Only the password is kept if it is
// not sent.
func (s *Server) updateUser(r *request) response {
	found, refusal := s.target(r)
	if refusal != nil {
		return *refusal
	}

	body, refusal := decode[updateUserRequest](r)
	if refusal != nil {
		return *refusal
	}

	sent := s.requestProfile(body.Email, body.FirstName, body.LastName)
	if refusal := s.rejectInvalid(sent.validate()); refusal != nil {
		return *refusal
	}

	if s.tenant.emailTaken(sent.email, found) {
		return problem(s.options.DuplicateStatus, "The email is already in use")
	}

	if weakness := passwordWeakness(body.Password, found.Username); weakness != "" {
		return problem(http.StatusBadRequest, weakness)
	}

	if s.options.IgnoreUpdates {
		return s.written(s.userJSON(found))
	}

	s.tenant.change(found, func(details *User) {
		details.Email, details.FirstName, details.LastName = sent.email, sent.firstName, sent.lastName
		details.PasswordExpired = body.PasswordExpired != nil && *body.PasswordExpired

		if body.Password != nil {
			details.Password = *body.Password
		}
	})

	return s.written(s.userJSON(found))
}

func (s *Server) deleteUser(r *request) response {
	return s.forUser(r, func(u *user) response {
		if u == r.caller && !s.options.AllowSelfDelete {
			return problem(http.StatusForbidden, "You cannot delete yourself")
		}

		s.tenant.remove(u)

		return s.noContent()
	})
}

// forUser runs f with the user named in the path.
func (s *Server) forUser(r *request, f func(*user) response) response {
	found, refusal := s.target(r)
	if refusal != nil {
		return *refusal
	}

	return f(found)
}

func (s *Server) enableUser(r *request) response { return s.setEnabled(r, true) }

func (s *Server) disableUser(r *request) response { return s.setEnabled(r, false) }

func (s *Server) setEnabled(r *request, enabled bool) response {
	return s.forUser(r, func(u *user) response {
		u.Enabled = enabled
		s.recordEvent(u.Username, map[bool]string{true: "USER_ENABLED", false: "USER_DISABLED"}[enabled])

		return s.noContent()
	})
}
