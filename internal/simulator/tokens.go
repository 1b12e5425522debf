package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
)

// RotateToken replaces the API token of a user and returns the new one. The previous token is revoked.
func (s *Server) RotateToken(username string) (token string) {
	s.withTenant(func(t *tenant) { token = t.issueToken(t.mustUser(username)) })

	return token
}

// DeleteToken revokes the API token of a user.
func (s *Server) DeleteToken(username string) {
	s.UpdateUser(username, func(details *User) { details.APIToken = "" })
}

// Hint returns the hint of a user's API token, or "" if the user has none.
func (s *Server) Hint(username string) (hint string) {
	s.withTenant(func(t *tenant) { hint = s.hint(t.mustUser(username).APIToken) })

	return hint
}

func (s *Server) hint(token string) string {
	const length = 4

	switch {
	case len(token) < length:
		return ""
	case s.options.HintFrom == HintHead:
		return token[:length]
	default:
		return token[len(token)-length:]
	}
}

// SetAPIEnabled switches the API of the instance on or off. While it is off, every token is rejected.
func (s *Server) SetAPIEnabled(enabled bool) {
	s.withTenant(func(t *tenant) { t.disabledAPI = !enabled })
}

// newToken returns an API token, the only random value of the simulator.
func newToken() string {
	var bytes [16]byte

	// Read never returns an error.
	_, _ = rand.Read(bytes[:])
	digits := hex.EncodeToString(bytes[:])

	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}

// issueToken replaces the API token of a user, which revokes the previous one.
func (t *tenant) issueToken(u *user) string {
	token := newToken()
	t.change(u, func(details *User) { details.APIToken = token })

	return token
}

// authenticate returns the user a token belongs to. It returns nil if there is none, or if the user is disabled and
// acceptDisabled is false.
func (t *tenant) authenticate(token string, acceptDisabled bool) *user {
	u := t.byToken[token]
	if token == "" || t.disabledAPI || u == nil || (!u.Enabled && !acceptDisabled) {
		return nil
	}

	return u
}

func (s *Server) generateToken(r *request) response {
	return s.forUser(r, func(u *user) response {
		status := s.options.WriteStatus
		if status == http.StatusNoContent {
			status = http.StatusOK
		}

		earlier := u.APIToken
		token := s.tenant.issueToken(u)

		if s.options.LateHints {
			u.lag.earlierToken = earlier
			u.lag.hints.Store(1)
		}

		return response{status: status, body: object{s.options.TokenField: token}}
	})
}

func (s *Server) deleteToken(r *request) response {
	return s.forUser(r, func(u *user) response {
		if u.APIToken == "" {
			return problem(http.StatusNotFound, "The user has no API token")
		}

		s.tenant.change(u, func(details *User) { details.APIToken = "" })

		return s.noContent()
	})
}
