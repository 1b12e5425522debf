package simulator

import (
	"net/http"
	"slices"
)

// Role is a role.
type Role struct{ ID, Name, Description string }

// AddRole adds a role.
func (s *Server) AddRole(name string) (role Role) {
	s.withTenant(func(t *tenant) {
		role = Role{ID: t.newID("role"), Name: name, Description: "Permissions of " + name}
		t.roles = append(t.roles, role)
	})

	return role
}

// RemoveRole deletes a role and unassigns it from all users.
func (s *Server) RemoveRole(id string) {
	s.withTenant(func(t *tenant) { t.removeRole(id) })
}

// Roles returns all roles in the order of their creation.
func (s *Server) Roles() (roles []Role) {
	s.withTenant(func(t *tenant) { roles = slices.Clone(t.roles) })

	return roles
}

func (t *tenant) role(id string) (Role, bool) {
	at := slices.IndexFunc(t.roles, func(role Role) bool { return role.ID == fold(id) })
	if at < 0 {
		return Role{}, false
	}

	return t.roles[at], true
}

// removeRole deletes a role and unassigns it from all users.
func (t *tenant) removeRole(id string) {
	t.roles = slices.DeleteFunc(t.roles, func(role Role) bool { return role.ID == id })
	for _, u := range t.users {
		u.RoleIDs = without(u.RoleIDs, id)
	}
}

func (s *Server) listRoles(r *request) response {
	return paged(s, r, s.tenant.roles, roleProperties, roleJSON)
}

func (s *Server) getRole(r *request) response {
	role, found := s.tenant.role(r.segments["role-id"])
	if !found {
		return problem(http.StatusNotFound, "Role not found")
	}

	return response{status: http.StatusOK, body: roleJSON(role)}
}

// adminRole is the built-in role that the server protects (observed: the vendor's support pages).
const adminRole = "ROLE_ADMIN"

// roleRequest is RoleRequest (observed).
type roleRequest struct {
	Name        *string `json:"name" rule:"required"`
	Description *string `json:"description"`
}

// createRole creates a role without permissions. Duplicate names are accepted, because the actual behavior is unknown.
func (s *Server) createRole(r *request) response {
	body, refusal := s.decodeRole(r)
	if refusal != nil {
		return *refusal
	}

	role := Role{ID: s.tenant.newID("role"), Name: *body.Name, Description: orEmpty(body.Description)}
	s.tenant.roles = append(s.tenant.roles, role)

	return s.written(roleJSON(role))
}

// decodeRole reads a RoleRequest, whose name must not be empty (inferred).
func (s *Server) decodeRole(r *request) (roleRequest, *response) {
	body, refusal := decode[roleRequest](r)
	if refusal == nil && *body.Name == "" {
		out := problem(http.StatusBadRequest, "The name must not be empty")
		refusal = &out
	}

	return body, refusal
}

// forRole runs f with the role named in the path, unless it is protected.
func (s *Server) forRole(r *request, f func(*Role) response) response {
	at := slices.IndexFunc(s.tenant.roles, func(role Role) bool { return role.ID == fold(r.segments["role-id"]) })

	switch {
	case at < 0:
		return problem(http.StatusNotFound, "Role not found")
	case s.tenant.roles[at].Name == adminRole:
		return problem(http.StatusForbidden, "The role is protected")
	default:
		return f(&s.tenant.roles[at])
	}
}

func (s *Server) updateRole(r *request) response {
	return s.forRole(r, func(role *Role) response {
		body, refusal := s.decodeRole(r)
		if refusal != nil {
			return *refusal
		}

		role.Name, role.Description = *body.Name, orEmpty(body.Description)

		return s.written(roleJSON(*role))
	})
}

// deleteRole deletes a role. The effect on its members is unknown: see Options.DeleteHeldRole.
func (s *Server) deleteRole(r *request) response {
	return s.forRole(r, func(role *Role) response {
		id := role.ID

		held := slices.ContainsFunc(s.tenant.users, func(u *user) bool { return slices.Contains(u.RoleIDs, id) })
		if held && s.options.DeleteHeldRole != 0 {
			return already(s.options.DeleteHeldRole, "The role has members")
		}

		s.tenant.removeRole(id)

		return s.noContent()
	})
}
