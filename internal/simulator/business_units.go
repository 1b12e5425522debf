package simulator

import (
	"net/http"
	"slices"
)

// BusinessUnit is a business unit.
type BusinessUnit struct{ ID, ReferenceID, Name, Description string }

// AddBusinessUnit adds a business unit.
func (s *Server) AddBusinessUnit(referenceID, name string) (unit BusinessUnit) {
	s.withTenant(func(t *tenant) {
		unit = BusinessUnit{ID: t.newID("business unit"), ReferenceID: referenceID, Name: name, Description: "Everything about " + name}
		t.units = append(t.units, unit)
	})

	return unit
}

// BusinessUnits returns all business units in the order of their creation.
func (s *Server) BusinessUnits() (units []BusinessUnit) {
	s.withTenant(func(t *tenant) { units = slices.Clone(t.units) })

	return units
}

func (t *tenant) unit(id string) (BusinessUnit, bool) {
	at := slices.IndexFunc(t.units, func(unit BusinessUnit) bool { return unit.ID == fold(id) })
	if at < 0 {
		return BusinessUnit{}, false
	}

	return t.units[at], true
}

func (s *Server) listUnits(r *request) response {
	return paged(s, r, r.visibleUnits(s.tenant.units), unitProperties, unitJSON)
}

// visibleUnits returns the business units that the caller sees.
func (r *request) visibleUnits(units []BusinessUnit) []BusinessUnit {
	return slices.DeleteFunc(slices.Clone(units), func(unit BusinessUnit) bool { return !r.caller.seesUnit(unit.ID) })
}

// forUnit runs f with the business unit named in the path.
func (s *Server) forUnit(r *request, f func(BusinessUnit) response) response {
	unit, found := s.tenant.unit(r.segments["business-unit-id"])
	if !found || !r.caller.seesUnit(unit.ID) {
		return problem(http.StatusNotFound, "Business unit not found")
	}

	return f(unit)
}

func (s *Server) getUnit(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response { return response{status: http.StatusOK, body: unitJSON(unit)} })
}

func (s *Server) listUnitUsers(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response {
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

// unitRequest is the body that creates or updates a business unit (observed).
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

	return s.written(unitJSON(unit))
}

func (s *Server) updateUnit(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response {
		body, refusal := decode[unitRequest](r)
		if refusal != nil {
			return *refusal
		}

		unit.ReferenceID, unit.Name, unit.Description = *body.ReferenceID, *body.Name, orEmpty(body.Description)
		s.tenant.units[slices.IndexFunc(s.tenant.units, func(other BusinessUnit) bool { return other.ID == unit.ID })] = unit

		return s.written(unitJSON(unit))
	})
}

func (s *Server) deleteUnit(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response {
		s.tenant.units = slices.DeleteFunc(s.tenant.units, func(other BusinessUnit) bool { return other.ID == unit.ID })
		for _, u := range s.tenant.users {
			u.BusinessUnitIDs = without(u.BusinessUnitIDs, unit.ID)
		}

		return s.noContent()
	})
}
