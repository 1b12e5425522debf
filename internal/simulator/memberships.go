package simulator

import (
	"net/http"
	"slices"
)

func (s *Server) listUserRoles(r *request) response {
	return s.forUser(r, func(u *user) response {
		return paged(s, r, findAll(u.RoleIDs, s.tenant.role), roleProperties, roleJSON)
	})
}

// listUserUnits lists "the business units the requested user is assigned to" (documented: UsersApi,
// get_user_business_units), which is all of them. Whether a manager sees those among them that are not theirs is open.
func (s *Server) listUserUnits(r *request) response {
	return s.forUser(r, func(u *user) response {
		units := findAll(u.BusinessUnitIDs, s.tenant.unit)
		if s.options.HideForeignUnits {
			units = r.visibleUnits(units)
		}

		return paged(s, r, units, unitProperties, unitJSON)
	})
}

// findAll returns the things with the given ids.
func findAll[T any](ids []string, find func(string) (T, bool)) []T {
	var things []T

	for _, id := range ids {
		if thing, found := find(id); found {
			things = append(things, thing)
		}
	}

	return things
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
		if !found || !r.caller.managesUnit(unit.ID) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		return s.addMember(&u.BusinessUnitIDs, unit.ID)
	})
}

func (s *Server) deleteUserUnit(r *request) response {
	return s.forUser(r, func(u *user) response {
		id := fold(r.segments["business-unit-id"])
		if !r.caller.managesUnit(id) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		return s.removeMember(&u.BusinessUnitIDs, id)
	})
}

func (s *Server) addMember(members *[]string, id string) response {
	if slices.Contains(*members, id) {
		return already(s.options.DuplicateMembership, "The user has it already")
	}

	*members = appendUnique(*members, id)

	return s.noContent()
}

func (s *Server) removeMember(members *[]string, id string) response {
	if !slices.Contains(*members, id) {
		return already(s.options.MissingMembership, "The user does not have it")
	}

	*members = without(*members, id)

	return s.noContent()
}

// GrantRole gives a user a role.
func (s *Server) GrantRole(username, roleID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.RoleIDs = appendUnique(u.RoleIDs, roleID) })
}

// RevokeRole takes a role from a user.
func (s *Server) RevokeRole(username, roleID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.RoleIDs = without(u.RoleIDs, roleID) })
}

// JoinBusinessUnit puts a user into a business unit.
func (s *Server) JoinBusinessUnit(username, unitID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.BusinessUnitIDs = appendUnique(u.BusinessUnitIDs, unitID) })
}

// LeaveBusinessUnit takes a user out of a business unit.
func (s *Server) LeaveBusinessUnit(username, unitID string) {
	s.withTenant(func(t *tenant) { u := t.mustUser(username); u.BusinessUnitIDs = without(u.BusinessUnitIDs, unitID) })
}

// with adds a value to a set.
func appendUnique(values []string, value string) []string {
	if slices.Contains(values, value) {
		return values
	}

	return append(values, value)
}

// without takes a value out of a set.
func without(values []string, value string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(other string) bool { return other == value })
}
