package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// listAll lists the permissions that roles can have.
func (p permissionScope) listAll(s *Server, r *request) response {
	return paged(s, r, p.catalog(&s.tenant), permissionProperties, permissionJSON)
}

// listOfRole lists the permissions of a role.
func (p permissionScope) listOfRole(s *Server, r *request) response {
	return s.forRole(r, func(found *role) response {
		permissions := findAll(*p.held(&found.rolePermissions), func(name string) (Permission, bool) { return p.named(&s.tenant, name) })

		return paged(s, r, permissions, permissionProperties, permissionJSON)
	})
}

// assignRequest is AssignPermissionToRoleRequest (observed).
type assignRequest struct {
	Permissions []string `json:"permissions" rule:"required"`
}

// assign adds permissions to a role. An unknown ID rejects the whole request (inferred); permissions that the role already
// has are accepted (inferred).
func (p permissionScope) assign(s *Server, r *request) response {
	return s.forChangeableRole(r, func(found *role) response {
		body, refusal := decode[assignRequest](r)
		if refusal != nil {
			return *refusal
		}

		names, refusal := p.names(&s.tenant, body.Permissions)
		if refusal != nil {
			return *refusal
		}

		held := p.held(&found.rolePermissions)
		*held = sortedUnique(slices.Concat(*held, names))

		return s.noContent()
	})
}

// unassign removes permissions from a role. They are named in the query: "permission" is repeated (documented: RolesApi,
// "Collection format: multi"). An unknown ID rejects the whole request (inferred).
func (p permissionScope) unassign(s *Server, r *request) response {
	return s.forChangeableRole(r, func(found *role) response {
		ids, err := permissionParameters(r.URL.RawQuery)
		if err != nil {
			return problem(http.StatusBadRequest, err.Error())
		}

		names, refusal := p.names(&s.tenant, ids)
		if refusal != nil {
			return *refusal
		}

		held := p.held(&found.rolePermissions)

		missing := slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(*held, name) })
		if missing && s.options.MissingPermission >= http.StatusBadRequest {
			return problem(s.options.MissingPermission, "The role does not have the permission")
		}

		*held = slices.DeleteFunc(slices.Clone(*held), func(name string) bool { return slices.Contains(names, name) })

		return s.noContent()
	})
}

// names returns the names of permissions.
func (p permissionScope) names(t *tenant, ids []string) ([]string, *response) {
	names := make([]string, len(ids))

	for i, id := range ids {
		permission, found := p.identified(t, id)
		if !found {
			out := problem(http.StatusNotFound, "Permission not found")

			return nil, &out
		}

		names[i] = permission.Name
	}

	return names, nil
}

// permissionParameters returns the values of the parameter "permission", which is required.
func permissionParameters(raw string) ([]string, error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errors.New("the query is malformed")
	}

	for name := range query {
		if name != "permission" {
			return nil, fmt.Errorf("the parameter %q is unknown", name)
		}
	}

	if len(query["permission"]) == 0 {
		return nil, errors.New(`the parameter "permission" is required`)
	}

	return query["permission"], nil
}

// checked returns a copy of permissions, sorted. It panics if one of them does not exist.
func (t *tenant) checked(permissions rolePermissions) rolePermissions {
	for _, scope := range []permissionScope{globalScope, projectScope} {
		held := scope.held(&permissions)
		*held = sortedUnique(*held)

		for _, name := range *held {
			if _, found := scope.named(t, name); !found {
				panic(fmt.Sprintf("simulator: permission %q does not exist", name))
			}
		}
	}

	return permissions
}

// sortedUnique returns the values sorted and without duplicates.
func sortedUnique(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
