package simulator

import (
	"net/http"
	"slices"
)

func (s *Server) generateToken(r *request) response {
	return s.toUser(r, func(u *user) response {
		status := s.options.WriteStatus
		if status == http.StatusNoContent {
			status = http.StatusOK
		}

		earlier := u.APIToken
		token := s.tenant.giveToken(u)

		if s.options.LateHints {
			u.lag.earlierToken = earlier
			u.lag.hints.Store(1)
		}

		return response{status: status, body: object{s.options.TokenField: token}}
	})
}

func (s *Server) deleteToken(r *request) response {
	return s.toUser(r, func(u *user) response {
		if u.APIToken == "" {
			return problem(http.StatusNotFound, "The user has no API token")
		}

		s.tenant.change(u, func(details *User) { details.APIToken = "" })

		return s.voidDone()
	})
}

func (s *Server) countSessions(r *request) response {
	return s.toUser(r, func(u *user) response {
		return response{status: http.StatusOK, body: object{"count": u.Sessions}}
	})
}

func (s *Server) deleteSessions(r *request) response {
	return s.toUser(r, func(u *user) response {
		u.Sessions = 0

		return s.voidDone()
	})
}

// sendResetEmail needs what every other write to a user needs; the documentation names no permission.
func (s *Server) sendResetEmail(r *request) response {
	return s.toUser(r, func(u *user) response {
		u.resetMails++

		return response{status: http.StatusOK}
	})
}

func (s *Server) getAvatar(r *request) response {
	return s.toUser(r, func(u *user) response {
		return response{status: http.StatusOK, body: object{"image": "iVBORw0KGgo=", "username": u.Username}}
	})
}

// externalLogin refuses invitations where users come from LDAP or SAML; nil means that they do not.
func (s *Server) externalLogin() *response {
	if s.options.LoginType == "standard" {
		return nil
	}

	out := problem(http.StatusBadRequest, "Invitations are not available with "+s.options.LoginType)

	return &out
}

func (s *Server) invite(r *request) response {
	if refusal := s.externalLogin(); refusal != nil {
		return *refusal
	}

	body, refusal := decode[struct {
		Email *string `json:"email" rule:"required"`
	}](r)
	if refusal != nil {
		return *refusal
	}

	email := *body.Email
	if refusal := s.unfit(emailFault(email)); refusal != nil {
		return *refusal
	}

	switch {
	case s.tenant.emailTaken(email, nil):
		return problem(s.options.DuplicateStatus, "The email is already in use")
	case s.tenant.invited(email) && !s.options.RepeatInvitations:
		return problem(s.options.DuplicateStatus, "The email has been invited already")
	default:
		s.tenant.invitations = append(s.tenant.invitations, &Invitation{ID: s.tenant.newID("invitation"), Email: email})

		return s.voidDone()
	}
}

// toInvitation does something with the invitation that the path names.
func (s *Server) toInvitation(r *request, do func(*Invitation) response) response {
	if refusal := s.externalLogin(); refusal != nil {
		return *refusal
	}

	at := slices.IndexFunc(s.tenant.invitations, func(invitation *Invitation) bool {
		return invitation.ID == fold(r.segments["invitation-id"]) && !invitation.Accepted
	})
	if at < 0 {
		return problem(http.StatusNotFound, "Invitation not found")
	}

	return do(s.tenant.invitations[at])
}

func (s *Server) getInvitation(r *request) response {
	return s.toInvitation(r, func(invitation *Invitation) response {
		return response{status: http.StatusOK, body: object{"id": invitation.ID, "email": invitation.Email}}
	})
}

func (s *Server) acceptInvitation(r *request) response {
	return s.toInvitation(r, func(invitation *Invitation) response {
		body, refusal := decode[struct {
			Username  *string `json:"username" rule:"required"`
			FirstName *string `json:"firstName" rule:"required"`
			LastName  *string `json:"lastName" rule:"required"`
			Password  *string `json:"password" rule:"required"`
		}](r)
		if refusal != nil {
			return *refusal
		}

		username, sent := *body.Username, s.profileSent(&invitation.Email, body.FirstName, body.LastName)
		if refusal := s.unfit(usernameFault(username), sent.fault()); refusal != nil {
			return *refusal
		}

		switch {
		case s.tenant.emailTaken(invitation.Email, nil):
			return problem(s.options.DuplicateStatus, "The email is already in use")
		case s.tenant.byName[fold(username)] != nil:
			return problem(s.options.DuplicateStatus, "The username is already in use")
		}

		if weakness := passwordWeakness(body.Password, username); weakness != "" {
			return problem(http.StatusBadRequest, weakness)
		}

		invitation.Accepted = true
		added := s.tenant.add(User{
			Username: username, Email: sent.email, FirstName: sent.firstName, LastName: sent.lastName, Password: *body.Password, Enabled: true,
		})
		added.lag.hold(s.options.LagReads, s.options.LagWrites)

		return s.shown(s.userJSON(added))
	})
}

func (s *Server) getProfile(r *request) response {
	return s.read(r.caller)
}

func (s *Server) listPermissions(r *request) response {
	return response{status: http.StatusOK, body: append([]string{}, r.caller.permissionNames()...)}
}

func (s *Server) getInfo(*request) response {
	return response{status: http.StatusOK, body: object{
		"version": "4.47.0", "apiVersion": "1.29.0", "edition": "ENTERPRISE", "loginType": s.options.LoginType,
		"allowManageUsers": s.options.LoginType == "standard", "allowManageRoles": true,
	}}
}
