package simulator

import (
	"net/http"
	"slices"
)

// adminRole is the built-in role that the server protects (observed: the vendor's support pages).
const adminRole = "ROLE_ADMIN"

// roleRequest is RoleRequest (observed).
type roleRequest struct {
	Name        *string `json:"name" rule:"required"`
	Description *string `json:"description"`
}

// createRole creates a role without permissions. Whether a name may be used twice is not known, so it may.
func (s *Server) createRole(r *request) response {
	body, refusal := s.roleSent(r)
	if refusal != nil {
		return *refusal
	}

	role := Role{ID: s.tenant.newID("role"), Name: *body.Name, Description: orEmpty(body.Description)}
	s.tenant.roles = append(s.tenant.roles, role)

	return s.shown(roleJSON(role))
}

// roleSent reads a RoleRequest, whose name must not be empty (inferred).
func (s *Server) roleSent(r *request) (roleRequest, *response) {
	body, refusal := decode[roleRequest](r)
	if refusal == nil && *body.Name == "" {
		out := problem(http.StatusBadRequest, "The name must not be empty")
		refusal = &out
	}

	return body, refusal
}

// toRole does something to the role that the path names, unless it is protected.
func (s *Server) toRole(r *request, do func(*Role) response) response {
	at := slices.IndexFunc(s.tenant.roles, func(role Role) bool { return role.ID == fold(r.segments["role-id"]) })

	switch {
	case at < 0:
		return problem(http.StatusNotFound, "Role not found")
	case s.tenant.roles[at].Name == adminRole:
		return problem(http.StatusForbidden, "The role is protected")
	default:
		return do(&s.tenant.roles[at])
	}
}

func (s *Server) updateRole(r *request) response {
	return s.toRole(r, func(role *Role) response {
		body, refusal := s.roleSent(r)
		if refusal != nil {
			return *refusal
		}

		role.Name, role.Description = *body.Name, orEmpty(body.Description)

		return s.shown(roleJSON(*role))
	})
}

// deleteRole deletes a role. What becomes of its members is not known: see Options.DeleteHeldRole.
func (s *Server) deleteRole(r *request) response {
	return s.toRole(r, func(role *Role) response {
		id := role.ID

		held := slices.ContainsFunc(s.tenant.users, func(u *user) bool { return slices.Contains(u.RoleIDs, id) })
		if held && s.options.DeleteHeldRole != 0 {
			return already(s.options.DeleteHeldRole, "The role has members")
		}

		s.tenant.removeRole(id)

		return s.voidDone()
	})
}

// removeRole deletes a role, and removes it from all users.
func (t *tenant) removeRole(id string) {
	t.roles = slices.DeleteFunc(t.roles, func(role Role) bool { return role.ID == id })
	for _, u := range t.users {
		u.RoleIDs = without(u.RoleIDs, id)
	}
}

// Permission is something that a role may allow.
type Permission struct{ ID, Name string }

// The permissions that roles may have. Which are global and which are those of projects is inferred, as are their ids,
// which differ between instances.
var (
	globalPermissions  = permissionsNamed("global", append([]string{"SYSTEM_SETTINGS_VIEW", "PRODUCT_CREATE", "LIBRARY_VIEW"}, allPermissions...))
	projectPermissions = permissionsNamed("project", []string{"PRODUCT_UPDATE", "RISK_VIEW", "MODEL_UPDATE", "THREAT_UPDATE", "COUNTERMEASURE_UPDATE", "TEST_UPDATE"})

	permissionProperties = properties[Permission]{
		"id":   textProperty(func(permission Permission) string { return permission.ID }),
		"name": textProperty(func(permission Permission) string { return permission.Name }),
	}
)

func permissionsNamed(kind string, names []string) []Permission {
	permissions := make([]Permission, len(names))
	for i, name := range slices.Sorted(slices.Values(names)) {
		permissions[i] = Permission{ID: idOf(kind+" permission", i), Name: name}
	}

	return permissions
}

func permissionJSON(permission Permission) object {
	return object{"id": permission.ID, "name": permission.Name}
}

func (s *Server) listGlobalPermissions(r *request) response {
	return paged(s, r, globalPermissions, permissionProperties, permissionJSON)
}

func (s *Server) listProjectPermissions(r *request) response {
	return paged(s, r, projectPermissions, permissionProperties, permissionJSON)
}
