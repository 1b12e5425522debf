package simulator

import (
	"net/http"
	"slices"
)

// GrantRole assigns a role to a user.
func (s *Server) GrantRole(username, roleID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.RoleIDs = appendUnique(u.RoleIDs, roleID) })
}

// RevokeRole unassigns a role from a user.
func (s *Server) RevokeRole(username, roleID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.RoleIDs = without(u.RoleIDs, roleID) })
}

// JoinBusinessUnit adds a user to a business unit.
func (s *Server) JoinBusinessUnit(username, unitID string) {
	s.withTenant(func(t *tenant) {
		u := t.mustUser(username)
		u.BusinessUnitIDs = appendUnique(u.BusinessUnitIDs, unitID)
	})
}

// LeaveBusinessUnit removes a user from a business unit.
func (s *Server) LeaveBusinessUnit(username, unitID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.BusinessUnitIDs = without(u.BusinessUnitIDs, unitID) })
}

func (s *Server) listUserRoles(r *request) response {
	return s.forUser(r, func(u *user) response {
		return paged(s, r, findAll(u.RoleIDs, s.tenant.role), roleProperties, s.roleJSON)
	})
}

// listUserUnits lists "the business units the requested user is assigned to" (documented: UsersApi,
// get_user_business_units). Whether a manager also sees units of other managers in it is unknown: see
// Options.HideForeignUnits.
func (s *Server) listUserUnits(r *request) response {
	return s.forUser(r, func(u *user) response {
		units := findAll(u.BusinessUnitIDs, s.tenant.unit)
		if s.options.HideForeignUnits {
			units = r.visibleUnits(units)
		}

		return paged(s, r, units, unitProperties, unitJSON)
	})
}

// findAll returns the items with the given IDs.
func findAll[T any](ids []string, find func(string) (T, bool)) []T {
	var items []T

	for _, id := range ids {
		if item, found := find(id); found {
			items = append(items, item)
		}
	}

	return items
}

func (s *Server) addUserRole(r *request) response {
	return s.forUser(r, func(u *user) response {
		role, found := s.tenant.role(r.segments["role-id"])
		if !found {
			return problem(http.StatusNotFound, "Role not found")
		}

		return s.addMember(&u.RoleIDs, role.ID)
	})
}

func (s *Server) deleteUserRole(r *request) response {
	return s.forUser(r, func(u *user) response { return s.removeMember(&u.RoleIDs, fold(r.segments["role-id"])) })
}

func (s *Server) addUserUnit(r *request) response {
	return s.forUser(r, func(u *user) response {
		unit, found := s.tenant.unit(r.segments["business-unit-id"])
		if !found || !r.managesUnit(unit.ID) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		return s.addMember(&u.BusinessUnitIDs, unit.ID)
	})
}

func (s *Server) deleteUserUnit(r *request) response {
	return s.forUser(r, func(u *user) response {
		id := fold(r.segments["business-unit-id"])
		if !r.managesUnit(id) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		return s.removeMember(&u.BusinessUnitIDs, id)
	})
}

func (s *Server) addMember(members *[]string, id string) response {
	if slices.Contains(*members, id) {
		return already(s.options.DuplicateMembership, "The user is already assigned")
	}

	*members = appendUnique(*members, id)

	return s.noContent()
}

func (s *Server) removeMember(members *[]string, id string) response {
	if !slices.Contains(*members, id) {
		return already(s.options.MissingMembership, "The user is not assigned")
	}

	*members = without(*members, id)

	return s.noContent()
}

// appendUnique appends a value unless the list contains it.
func appendUnique(values []string, value string) []string {
	if slices.Contains(values, value) {
		return values
	}

	return append(values, value)
}

// without returns the values except one.
func without(values []string, value string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(other string) bool { return other == value })
}
