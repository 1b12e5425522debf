package simulator

import (
	"fmt"
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

// BusinessUnit returns a business unit and whether it exists.
func (s *Server) BusinessUnit(id string) (unit BusinessUnit, found bool) {
	s.withTenant(func(t *tenant) { unit, found = t.unit(id) })

	return unit, found
}

// UpdateBusinessUnit changes a business unit. It panics if the unit does not exist. The server is locked meanwhile, so f must
// not call it.
func (s *Server) UpdateBusinessUnit(id string, f func(*BusinessUnit)) {
	s.withTenant(func(t *tenant) {
		at := t.unitAt(id)
		if at < 0 {
			panic(fmt.Sprintf("simulator: business unit %q does not exist", id))
		}

		f(&t.units[at])
	})
}

// RemoveBusinessUnit deletes a business unit and removes its members from it.
func (s *Server) RemoveBusinessUnit(id string) {
	s.withTenant(func(t *tenant) { t.removeUnit(id) })
}

// BusinessUnits returns all business units in the order of their creation.
func (s *Server) BusinessUnits() (units []BusinessUnit) {
	s.withTenant(func(t *tenant) { units = slices.Clone(t.units) })

	return units
}

// unitAt returns the index of a business unit, or -1 if it does not exist.
func (t *tenant) unitAt(id string) int {
	return slices.IndexFunc(t.units, func(unit BusinessUnit) bool { return unit.ID == fold(id) })
}

// membersOf returns the members of a business unit.
func (t *tenant) membersOf(unitID string) []*user {
	var members []*user

	for _, u := range t.users {
		if slices.Contains(u.BusinessUnitIDs, unitID) {
			members = append(members, u)
		}
	}

	return members
}

// removeUnit deletes a business unit and removes its members from it.
func (t *tenant) removeUnit(id string) {
	t.units = slices.DeleteFunc(t.units, func(unit BusinessUnit) bool { return unit.ID == id })
	for _, u := range t.users {
		u.BusinessUnitIDs = without(u.BusinessUnitIDs, id)
	}
}

func (t *tenant) unit(id string) (BusinessUnit, bool) {
	at := t.unitAt(id)
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
	return slices.DeleteFunc(slices.Clone(units), func(unit BusinessUnit) bool { return !r.seesUnit(unit.ID) })
}

// forUnit runs f with the business unit named in the path.
func (s *Server) forUnit(r *request, f func(BusinessUnit) response) response {
	unit, found := s.tenant.unit(r.segments["business-unit-id"])
	if !found || !r.seesUnit(unit.ID) {
		return problem(http.StatusNotFound, "Business unit not found")
	}

	return f(unit)
}

func (s *Server) getUnit(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response { return response{status: http.StatusOK, body: unitJSON(unit)} })
}

func (s *Server) listUnitUsers(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response {
		if !r.managesUnit(unit.ID) {
			return problem(http.StatusNotFound, "Business unit not found")
		}

		return paged(s, r, s.tenant.membersOf(unit.ID), memberProperties, memberJSON)
	})
}

// listAssignableUsers lists the users that the caller can add to business units: those that it sees (inferred).
func (s *Server) listAssignableUsers(r *request) response {
	return paged(s, r, s.visibleUsers(r), memberProperties, memberJSON)
}

// createUnitRequest is the body that creates a business unit (observed).
type createUnitRequest struct {
	ReferenceID *string `json:"referenceId" rule:"required"`
	Name        *string `json:"name" rule:"required"`
	Description *string `json:"description"`
}

// updateUnitRequest is the body that updates a business unit. The reference ID cannot be changed (observed); that it is
// ignored if it is sent is inferred.
type updateUnitRequest struct {
	ReferenceID *string `json:"referenceId"`
	Name        *string `json:"name" rule:"required"`
	Description *string `json:"description"`
}

// createUnit creates a business unit. That neither the reference ID nor the name may be empty and that the reference ID is
// unique are inferred.
func (s *Server) createUnit(r *request) response {
	body, refusal := decode[createUnitRequest](r)
	if refusal != nil {
		return *refusal
	}

	unit := BusinessUnit{ReferenceID: *body.ReferenceID, Name: *body.Name, Description: orEmpty(body.Description)}

	switch {
	case unit.ReferenceID == "":
		return problem(http.StatusBadRequest, "The reference id must not be empty")
	case unit.Name == "":
		return problem(http.StatusBadRequest, "The name must not be empty")
	case slices.ContainsFunc(s.tenant.units, func(other BusinessUnit) bool { return other.ReferenceID == unit.ReferenceID }):
		return problem(s.options.DuplicateReferenceID, "The reference id is already in use")
	}

	unit.ID = s.tenant.newID("business unit")
	s.tenant.units = append(s.tenant.units, unit)

	return s.written(unitJSON(unit))
}

func (s *Server) updateUnit(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response {
		body, refusal := decode[updateUnitRequest](r)
		if refusal != nil {
			return *refusal
		}

		if *body.Name == "" {
			return problem(http.StatusBadRequest, "The name must not be empty")
		}

		unit.Name, unit.Description = *body.Name, orEmpty(body.Description)
		s.tenant.units[s.tenant.unitAt(unit.ID)] = unit

		return s.written(unitJSON(unit))
	})
}

// deleteUnit deletes a business unit. The effect on its members is unknown: see Options.DeleteHeldUnit.
func (s *Server) deleteUnit(r *request) response {
	return s.forUnit(r, func(unit BusinessUnit) response {
		if s.options.DeleteHeldUnit != 0 && len(s.tenant.membersOf(unit.ID)) > 0 {
			return already(s.options.DeleteHeldUnit, "The business unit has members")
		}

		s.tenant.removeUnit(unit.ID)

		return s.noContent()
	})
}
