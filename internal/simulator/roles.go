package simulator

import (
	"fmt"
	"net/http"
	"slices"
)

// Role is a role as tests see it. RolePermissions returns its permissions.
type Role struct{ ID, Name, Description string }

// role is a role as the server stores it.
type role struct {
	Role
	rolePermissions
}

// AddRole adds a role. A built-in role such as ROLE_READ_ONLY has the permissions that it has in a new instance, every other
// one has none.
func (s *Server) AddRole(name string) (added Role) {
	s.withTenant(func(t *tenant) {
		added = t.addRole(Role{Name: name, Description: "Permissions of " + name}, builtInPermissions[name]).Role
	})

	return added
}

// Role returns a role and whether it exists.
func (s *Server) Role(id string) (details Role, found bool) {
	s.withTenant(func(t *tenant) {
		if role, exists := t.role(id); exists {
			details, found = role.Role, true
		}
	})

	return details, found
}

// Roles returns all roles in the order of their creation.
func (s *Server) Roles() (roles []Role) {
	s.withTenant(func(t *tenant) {
		for _, role := range t.roles {
			roles = append(roles, role.Role)
		}
	})

	return roles
}

// UpdateRole changes a role, a protected one too. It panics if the role does not exist. The server is locked meanwhile, so f
// must not call it.
func (s *Server) UpdateRole(id string, f func(*Role)) {
	s.withTenant(func(t *tenant) { f(&t.mustRole(id).Role) })
}

// RolePermissions returns the names of the permissions of a role, sorted. It panics if the role does not exist.
func (s *Server) RolePermissions(id string) (global, project []string) {
	s.withTenant(func(t *tenant) {
		role := t.mustRole(id)
		global, project = slices.Clone(role.global), slices.Clone(role.project)
	})

	return global, project
}

// SetRolePermissions replaces the permissions of a role, a protected one too. The permissions are named. It panics if the
// role or one of the permissions does not exist.
func (s *Server) SetRolePermissions(id string, global, project []string) {
	s.withTenant(func(t *tenant) { t.mustRole(id).rolePermissions = t.checked(rolePermissions{global, project}) })
}

// RemoveRole deletes a role and unassigns it from all users.
func (s *Server) RemoveRole(id string) {
	s.withTenant(func(t *tenant) { t.removeRole(id) })
}

// addRole adds a role and returns it with its ID.
func (t *tenant) addRole(details Role, permissions rolePermissions) *role {
	details.ID = t.newID("role")
	added := &role{details, t.checked(permissions)}
	t.roles = append(t.roles, added)

	return added
}

// role returns a role and whether it exists.
func (t *tenant) role(id string) (*role, bool) {
	at := slices.IndexFunc(t.roles, func(r *role) bool { return r.ID == fold(id) })
	if at < 0 {
		return nil, false
	}

	return t.roles[at], true
}

// mustRole returns a role that must exist and panics otherwise.
func (t *tenant) mustRole(id string) *role {
	found, exists := t.role(id)
	if !exists {
		panic(fmt.Sprintf("simulator: role %q does not exist", id))
	}

	return found
}

// removeRole deletes a role and unassigns it from all users.
func (t *tenant) removeRole(id string) {
	t.roles = slices.DeleteFunc(t.roles, func(r *role) bool { return r.ID == id })
	for _, u := range t.users {
		u.RoleIDs = without(u.RoleIDs, id)
	}
}

func (s *Server) listRoles(r *request) response {
	return paged(s, r, s.tenant.roles, roleProperties, s.roleJSON)
}

func (s *Server) getRole(r *request) response {
	return s.forRole(r, func(found *role) response { return response{status: http.StatusOK, body: s.roleJSON(found)} })
}

// adminRole is the built-in role that the server protects (observed: the vendor's support pages).
const adminRole = "ROLE_ADMIN"

// roleRequest is RoleRequest (observed).
type roleRequest struct {
	Name        *string `json:"name" rule:"required"`
	Description *string `json:"description"`
}

// createRole creates a role without permissions.
func (s *Server) createRole(r *request) response {
	return s.createRoleWith(r, rolePermissions{})
}

// duplicateRole creates a role with the permissions of another one, which may be protected. That DuplicateRoleRequest is
// like RoleRequest is inferred.
func (s *Server) duplicateRole(r *request) response {
	return s.forRole(r, func(model *role) response { return s.createRoleWith(r, model.rolePermissions) })
}

// createRoleWith creates a role with permissions.
func (s *Server) createRoleWith(r *request, permissions rolePermissions) response {
	body, refusal := s.decodeRole(r, "")
	if refusal != nil {
		return *refusal
	}

	return s.written(s.roleJSON(s.tenant.addRole(Role{Name: *body.Name, Description: orEmpty(body.Description)}, permissions)))
}

// decodeRole reads the RoleRequest of the role with an ID, which is "" for a new one. The name must not be empty (inferred).
// Whether it must be unique is unknown: see Options.DuplicateRoleName.
func (s *Server) decodeRole(r *request, id string) (roleRequest, *response) {
	body, refusal := decode[roleRequest](r)
	if refusal != nil {
		return body, refusal
	}

	taken := slices.ContainsFunc(s.tenant.roles, func(other *role) bool { return other.Name == *body.Name && other.ID != id })

	switch {
	case *body.Name == "":
		out := problem(http.StatusBadRequest, "The name must not be empty")
		refusal = &out
	case taken && s.options.DuplicateRoleName >= http.StatusBadRequest:
		out := problem(s.options.DuplicateRoleName, "The name is already in use")
		refusal = &out
	}

	return body, refusal
}

// forRole runs f with the role named in the path.
func (s *Server) forRole(r *request, f func(*role) response) response {
	found, exists := s.tenant.role(r.segments["role-id"])
	if !exists {
		return problem(http.StatusNotFound, "Role not found")
	}

	return f(found)
}

// forChangeableRole runs f with the role named in the path, unless it is protected.
func (s *Server) forChangeableRole(r *request, f func(*role) response) response {
	return s.forRole(r, func(found *role) response {
		if found.Name == adminRole {
			return problem(http.StatusForbidden, "The role is protected")
		}

		return f(found)
	})
}

func (s *Server) updateRole(r *request) response {
	return s.forChangeableRole(r, func(found *role) response {
		body, refusal := s.decodeRole(r, found.ID)
		if refusal != nil {
			return *refusal
		}

		found.Name, found.Description = *body.Name, orEmpty(body.Description)

		return s.written(s.roleJSON(found))
	})
}

// deleteRole deletes a role. The effect on its members is unknown: see Options.DeleteHeldRole.
func (s *Server) deleteRole(r *request) response {
	return s.forChangeableRole(r, func(found *role) response {
		id := found.ID

		held := slices.ContainsFunc(s.tenant.users, func(u *user) bool { return slices.Contains(u.RoleIDs, id) })
		if held && s.options.DeleteHeldRole != 0 {
			return already(s.options.DeleteHeldRole, "The role has members")
		}

		s.tenant.removeRole(id)

		return s.noContent()
	})
}
