package simulator

import (
	"slices"
	"strings"
	"testing"
)

// The reference ID of a business unit is unique and cannot be changed.
func TestBusinessUnits_referenceIDs(t *testing.T) {
	t.Parallel()

	for status, duplicate := range map[int]int{0: 409, 400: 400} {
		s := start(t, Options{DuplicateReferenceID: status})
		unit := s.AddBusinessUnit("pay", "Payments")
		s.AddBusinessUnit("mob", "Mobile")

		expectStatus(t, call(t, s, "POST", "/business-units", `{"referenceId":"pay","name":"Other"}`), duplicate)
		expectStatus(t, call(t, s, "POST", "/business-units", `{"referenceId":"","name":"Other"}`), 400)
		expectStatus(t, call(t, s, "POST", "/business-units", `{"referenceId":"x","name":""}`), 400)
		expectStatus(t, call(t, s, "POST", "/business-units", `{"referenceId":"pay2","name":"Payments"}`), 200)
		expectStatus(t, call(t, s, "PUT", "/business-units/"+unit.ID, `{"name":""}`), 400)
		expectStatus(t, call(t, s, "PUT", "/business-units/"+uuid, `{"name":"x"}`), 404)

		for _, body := range []string{`{"name":"Cards","description":"d"}`, `{"referenceId":"mob","name":"Cards","description":"d"}`} {
			expectStatus(t, call(t, s, "PUT", "/business-units/"+unit.ID, body), 200)

			if changed, _ := s.BusinessUnit(unit.ID); changed != (BusinessUnit{unit.ID, "pay", "Cards", "d"}) {
				t.Errorf("after %s the unit is %+v", body, changed)
			}
		}

		if len(s.BusinessUnits()) != 3 {
			t.Errorf("the units are %v", s.BusinessUnits())
		}
	}
}

func TestBusinessUnits_deletionRemovesMembers(t *testing.T) {
	t.Parallel()

	for status, kept := range map[int]bool{0: false, 409: true} {
		s := startWithUsers(t, Options{DeleteHeldUnit: status})
		held, free := s.AddBusinessUnit("held", "Held"), s.AddBusinessUnit("free", "Free")
		s.JoinBusinessUnit("ada", held.ID)

		expectStatus(t, call(t, s, "DELETE", "/business-units/"+free.ID, ""), 200)
		expectStatus(t, call(t, s, "DELETE", "/business-units/"+held.ID, ""), map[bool]int{true: 409, false: 200}[kept])
		expectStatus(t, call(t, s, "DELETE", "/business-units/"+free.ID, ""), 404)

		if ada, _ := s.User("ada"); (len(ada.BusinessUnitIDs) == 1) != kept || slices.Contains(s.BusinessUnits(), held) != kept {
			t.Errorf("ada has %v, the units are %v", ada.BusinessUnitIDs, s.BusinessUnits())
		}

		s.RemoveBusinessUnit(held.ID)

		if ada, _ := s.User("ada"); len(ada.BusinessUnitIDs)+len(s.BusinessUnits()) > 0 {
			t.Errorf("ada has %v, the units are %v", ada.BusinessUnitIDs, s.BusinessUnits())
		}
	}
}

// A membership is the same from both sides.
func TestBusinessUnits_membersFromTheOtherSide(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{DuplicateMembership: 409})
	unit, other := s.AddBusinessUnit("pay", "Payments"), s.AddBusinessUnit("mob", "Mobile")
	manager := s.AddCaller("manager", permUnitUsers)
	s.JoinBusinessUnit("manager", unit.ID)
	s.JoinBusinessUnit("ada", unit.ID)

	for _, test := range []struct {
		token, method, path string
		status              int
	}{
		{manager, "DELETE", "/business-units/" + other.ID + "/users/ada", 404},
		{manager, "POST", "/business-units/" + other.ID + "/users/ada", 404},
		{manager, "POST", "/business-units/" + unit.ID + "/users/grace", 404},
		{s.AdminToken(), "POST", "/business-units/" + unit.ID + "/users/grace", 200},
		{s.AdminToken(), "POST", "/users/grace/business-units/" + unit.ID, 409},
		{s.AdminToken(), "POST", "/business-units/" + unit.ID + "/users/absent", 404},
		{s.AdminToken(), "POST", "/business-units/" + uuid + "/users/grace", 404},
		{s.AdminToken(), "POST", "/business-units/pay/users/grace", 400},
		{manager, "DELETE", "/business-units/" + unit.ID + "/users/ada", 200},
		{s.AdminToken(), "DELETE", "/users/ada/business-units/" + unit.ID, 404},
	} {
		if answer := callAs(t, s, test.token, test.method, test.path, ""); answer.status != test.status {
			t.Errorf("%s %s: %d, want %d: %s", test.method, test.path, answer.status, test.status, answer.raw)
		}
	}

	members := call(t, s, "GET", "/business-units/"+unit.ID+"/users?sort=username", "")
	if names := usernames(t, members); !slices.Equal(names, []string{"grace", "manager"}) {
		t.Errorf("the members are %q", names)
	}

	for token, want := range map[string]string{manager: "grace,manager", s.AdminToken(): "ada,admin,alan,grace,manager"} {
		answer := callAs(t, s, token, "GET", "/business-units/assignable-users?sort=username", "")
		if names := strings.Join(usernames(t, answer), ","); names != want || strings.Contains(answer.raw, "@") {
			t.Errorf("assignable are %s", answer.raw)
		}
	}
}

// Permissions to manage all users or all units allow changing units.
func TestBusinessUnits_requirePermissions(t *testing.T) {
	t.Parallel()

	for permission, status := range map[string]int{permAllUsers: 200, permUnits: 200, permUnitUsers: 403, permRoles: 403} {
		s := start(t, Options{})
		unit := s.AddBusinessUnit("pay", "Payments")
		token := s.AddCaller("caller", permission)
		s.JoinBusinessUnit("caller", unit.ID)

		expectStatus(t, callAs(t, s, token, "POST", "/business-units", `{"referenceId":"r","name":"n"}`), status)
		expectStatus(t, callAs(t, s, token, "PUT", "/business-units/"+unit.ID, `{"name":"n"}`), status)
		expectStatus(t, callAs(t, s, token, "DELETE", "/business-units/"+unit.ID, ""), status)
	}
}

func TestUpdateBusinessUnit_changesOneUnit(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	unit, other := s.AddBusinessUnit("pay", "Payments"), s.AddBusinessUnit("mob", "Mobile")
	s.UpdateBusinessUnit(unit.ID, func(unit *BusinessUnit) { unit.Name, unit.Description = "Cards", "" })

	if !slices.Equal(s.BusinessUnits(), []BusinessUnit{{unit.ID, "pay", "Cards", ""}, other}) {
		t.Errorf("the units are %v", s.BusinessUnits())
	}

	if _, found := s.BusinessUnit(uuid); found {
		t.Error("an unknown unit is found")
	}
}
