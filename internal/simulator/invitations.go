package simulator

import (
	"net/http"
	"slices"
)

// Invitation is an invitation that was sent.
type Invitation struct {
	ID, Email string
	Accepted  bool
}

// Invitations returns all invitations, including accepted ones.
func (s *Server) Invitations() (invitations []Invitation) {
	s.withTenant(func(t *tenant) {
		for _, invitation := range t.invitations {
			invitations = append(invitations, *invitation)
		}
	})

	return invitations
}

// AddInvitation adds a pending invitation.
func (s *Server) AddInvitation(email string) (invitation Invitation) {
	s.withTenant(func(t *tenant) {
		added := &Invitation{ID: t.newID("invitation"), Email: email}
		t.invitations = append(t.invitations, added)
		invitation = *added
	})

	return invitation
}

// invited reports whether an address has a pending invitation.
func (t *tenant) invited(email string) bool {
	return slices.ContainsFunc(t.invitations, func(invitation *Invitation) bool {
		return !invitation.Accepted && fold(invitation.Email) == fold(email)
	})
}

// externalLogin rejects invitations if users come from LDAP or SAML. It returns nil otherwise.
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
	if refusal := s.rejectInvalid(validateEmail(email)); refusal != nil {
		return *refusal
	}

	switch {
	case s.tenant.emailTaken(email, nil):
		return problem(s.options.DuplicateStatus, "The email is already in use")
	case s.tenant.invited(email) && !s.options.RepeatInvitations:
		return problem(s.options.DuplicateStatus, "The email has been invited already")
	default:
		s.tenant.invitations = append(s.tenant.invitations, &Invitation{ID: s.tenant.newID("invitation"), Email: email})

		return s.noContent()
	}
}

// forInvitation runs f with the pending invitation named in the path.
func (s *Server) forInvitation(r *request, f func(*Invitation) response) response {
	if refusal := s.externalLogin(); refusal != nil {
		return *refusal
	}

	at := slices.IndexFunc(s.tenant.invitations, func(invitation *Invitation) bool {
		return invitation.ID == fold(r.segments["invitation-id"]) && !invitation.Accepted
	})
	if at < 0 {
		return problem(http.StatusNotFound, "Invitation not found")
	}

	return f(s.tenant.invitations[at])
}

func (s *Server) getInvitation(r *request) response {
	return s.forInvitation(r, func(invitation *Invitation) response {
		return response{status: http.StatusOK, body: object{"id": invitation.ID, "email": invitation.Email}}
	})
}

func (s *Server) acceptInvitation(r *request) response {
	return s.forInvitation(r, func(invitation *Invitation) response {
		body, refusal := decode[struct {
			Username  *string `json:"username" rule:"required"`
			FirstName *string `json:"firstName" rule:"required"`
			LastName  *string `json:"lastName" rule:"required"`
			Password  *string `json:"password" rule:"required"`
		}](r)
		if refusal != nil {
			return *refusal
		}

		username, sent := *body.Username, s.requestProfile(&invitation.Email, body.FirstName, body.LastName)
		if refusal := s.rejectInvalid(validateUsername(username), sent.validate()); refusal != nil {
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

		return s.written(s.userJSON(added))
	})
}
