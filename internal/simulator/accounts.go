package simulator

import (
	"maps"
	"net/http"
	"slices"
)

func (s *Server) countSessions(r *request) response {
	return s.forUser(r, func(u *user) response {
		return response{status: http.StatusOK, body: object{"count": u.Sessions}}
	})
}

func (s *Server) deleteSessions(r *request) response {
	return s.forUser(r, func(u *user) response {
		if u.Sessions > 0 {
			s.recordEvent(u.Username, "USER_LOGGED_OUT_BY_ADMIN")
		}

		u.Sessions = 0

		return s.noContent()
	})
}

// sendResetEmail requires the same permissions as other writes to a user (inferred): the documentation names none.
func (s *Server) sendResetEmail(r *request) response {
	return s.forUser(r, func(u *user) response {
		u.resetMails++

		return response{status: http.StatusOK}
	})
}

func (s *Server) getAvatar(r *request) response {
	return s.forUser(r, func(u *user) response {
		return response{status: http.StatusOK, body: object{"image": "iVBORw0KGgo=", "username": u.Username}}
	})
}

func (s *Server) getProfile(r *request) response {
	return s.read(r.caller)
}

func (s *Server) listPermissions(r *request) response {
	return response{status: http.StatusOK, body: append([]string{}, slices.Sorted(maps.Keys(r.permissions))...)}
}

func (s *Server) getInfo(*request) response {
	return response{status: http.StatusOK, body: object{
		"version": "4.47.0", "apiVersion": "1.29.0", "edition": "ENTERPRISE", "loginType": s.options.LoginType,
		"allowManageUsers": s.options.LoginType == "standard", "allowManageRoles": true,
	}}
}
