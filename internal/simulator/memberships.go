package simulator

import (
	"net/http"
	"slices"
)

func (t *tenant) role(id string) (Role, bool) {
	at := slices.IndexFunc(t.roles, func(role Role) bool { return role.ID == fold(id) })
	if at < 0 {
		return Role{}, false
	}

	return t.roles[at], true
}

func (t *tenant) unit(id string) (BusinessUnit, bool) {
	at := slices.IndexFunc(t.units, func(unit BusinessUnit) bool { return unit.ID == fold(id) })
	if at < 0 {
		return BusinessUnit{}, false
	}

	return t.units[at], true
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

func (s *Server) listUserRoles(r *request) response {
	return s.toUser(r, func(u *user) response {
		return paged(s, r, chosen(u.RoleIDs, s.tenant.role), roleProperties, roleJSON)
	})
}

// listUserUnits lists "the business units the requested user is assigned to" (documented: UsersApi,
// get_user_business_units), which is all of them. Whether a manager sees those among them that are not theirs is open.
func (s *Server) listUserUnits(r *request) response {
	return s.toUser(r, func(u *user) response {
		units := chosen(u.BusinessUnitIDs, s.tenant.unit)
		if s.options.HideForeignUnits {
			units = r.visibleUnits(units)
		}

		return paged(s, r, units, unitProperties, unitJSON)
	})
}

// chosen returns the things with the given ids.
func chosen[T any](ids []string, find func(string) (T, bool)) []T {
	var things []T

	for _, id := range ids {
		if thing, found := find(id); found {
			things = append(things, thing)
		}
	}

	return things
}

func (s *Server) addUserRole(r *request) response {
	return s.toUser(r, func(u *user) response {
		role, found := s.tenant.role(r.segments["role-id"])
		if !found {
			return problem(http.StatusNotFound, "Role not found")
		}

		return s.addMember(&u.RoleIDs, role.ID)
	})
}

func (s *Server) deleteUserRole(r *request) response {
	return s.toUser(r, func(u *user) response { return s.removeMember(&u.RoleIDs, fold(r.segments["role-id"])) })
}

func (s *Server) addUserUnit(r *request) response {
	return s.toUser(r, func(u *user) response {
		unit, found := s.tenant.unit(r.segments["business-unit-id"])
		if !found || !r.caller.managesUnit(unit.ID) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		return s.addMember(&u.BusinessUnitIDs, unit.ID)
	})
}

func (s *Server) deleteUserUnit(r *request) response {
	return s.toUser(r, func(u *user) response {
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

	*members = with(*members, id)

	return s.voidDone()
}

func (s *Server) removeMember(members *[]string, id string) response {
	if !slices.Contains(*members, id) {
		return already(s.options.MissingMembership, "The user does not have it")
	}

	*members = without(*members, id)

	return s.voidDone()
}

func (s *Server) listUnits(r *request) response {
	return paged(s, r, r.visibleUnits(s.tenant.units), unitProperties, unitJSON)
}

// visibleUnits returns those of the business units that the caller sees.
func (r *request) visibleUnits(units []BusinessUnit) []BusinessUnit {
	return slices.DeleteFunc(slices.Clone(units), func(unit BusinessUnit) bool { return !r.caller.seesUnit(unit.ID) })
}

// toUnit does something with the business unit that the path names.
func (s *Server) toUnit(r *request, do func(BusinessUnit) response) response {
	unit, found := s.tenant.unit(r.segments["business-unit-id"])
	if !found || !r.caller.seesUnit(unit.ID) {
		return problem(http.StatusNotFound, "Business unit not found")
	}

	return do(unit)
}

func (s *Server) getUnit(r *request) response {
	return s.toUnit(r, func(unit BusinessUnit) response { return response{status: http.StatusOK, body: unitJSON(unit)} })
}

func (s *Server) listUnitUsers(r *request) response {
	return s.toUnit(r, func(unit BusinessUnit) response {
		if !r.caller.managesUnit(unit.ID) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		var members []*user

		for _, u := range s.tenant.users {
			if slices.Contains(u.BusinessUnitIDs, unit.ID) {
				members = append(members, u)
			}
		}

		return paged(s, r, members, memberProperties, memberJSON)
	})
}

// unitRequest is a business unit to create or to update (observed).
type unitRequest struct {
	ReferenceID *string `json:"referenceId" rule:"required"`
	Name        *string `json:"name" rule:"required"`
	Description *string `json:"description"`
}

func (s *Server) createUnit(r *request) response {
	body, refusal := decode[unitRequest](r)
	if refusal != nil {
		return *refusal
	}

	unit := BusinessUnit{ID: s.tenant.newID("business unit"), ReferenceID: *body.ReferenceID, Name: *body.Name, Description: orEmpty(body.Description)}
	s.tenant.units = append(s.tenant.units, unit)

	return s.shown(unitJSON(unit))
}

func (s *Server) updateUnit(r *request) response {
	return s.toUnit(r, func(unit BusinessUnit) response {
		body, refusal := decode[unitRequest](r)
		if refusal != nil {
			return *refusal
		}

		unit.ReferenceID, unit.Name, unit.Description = *body.ReferenceID, *body.Name, orEmpty(body.Description)
		s.tenant.units[slices.IndexFunc(s.tenant.units, func(other BusinessUnit) bool { return other.ID == unit.ID })] = unit

		return s.shown(unitJSON(unit))
	})
}

func (s *Server) deleteUnit(r *request) response {
	return s.toUnit(r, func(unit BusinessUnit) response {
		s.tenant.units = slices.DeleteFunc(s.tenant.units, func(other BusinessUnit) bool { return other.ID == unit.ID })
		for _, u := range s.tenant.users {
			u.BusinessUnitIDs = without(u.BusinessUnitIDs, unit.ID)
		}

		return s.voidDone()
	})
}
