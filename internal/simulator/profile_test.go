package simulator

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// What the vendor's own client sends has to be accepted: {} with every write that documents no body.
func TestBodilessWrites_acceptNoneAndAnEmptyObject(t *testing.T) {
	t.Parallel()

	tried := 0

	for _, route := range routes {
		if route.bodied || !route.write {
			continue
		}

		tried++

		// Each request meets a tenant of its own, because most of them succeed once.
		for _, body := range []string{"", "{}", " {}\n"} {
			s := people(t, Options{})
			unit, role := s.AddBusinessUnit("pay", "Payments"), s.AddRole("ROLE_READ_ONLY")

			if route.method == "DELETE" {
				s.JoinBusinessUnit("grace", unit.ID)
				s.GrantRole("grace", role.ID)
			}

			path := strings.NewReplacer("{username}", "grace", "{role-id}", role.ID, "{business-unit-id}", unit.ID).Replace(route.path)
			if answer := ask(t, s, route.method, path, body); answer.status != 200 {
				t.Errorf("%s with the body %q: %d: %s", route.name, body, answer.status, answer.raw)
			}
		}
	}

	if tried < 12 {
		t.Errorf("%d operations were tried", tried)
	}
}

func TestProfiles_refuseWhatIsNone(t *testing.T) {
	t.Parallel()

	const name = `"firstName":"F","lastName":"L"`

	for body, fault := range map[string]string{
		`{"email":"",` + name + `}`:                                 "email must not be empty",
		`{` + name + `}`:                                            "email must not be empty",
		`{"email":"none",` + name + `}`:                             "not a valid address",
		`{"email":" x@example.com",` + name + `}`:                   "not a valid address",
		`{"email":"X <x@example.com>",` + name + `}`:                "not a valid address",
		`{"email":"x@example.com","firstName":"","lastName":"L"}`:   "first name and the last name",
		`{"email":"x@example.com","firstName":"F","lastName":null}`: "first name and the last name",
		`{}`: "must not be empty",
	} {
		s := people(t, Options{})
		answer := ask(t, s, "PUT", "/users/ada", body)
		expectStatus(t, answer, 400)

		if !strings.Contains(answer.raw, fault) {
			t.Errorf("PUT %s: %s", body, answer.raw)
		}

		expectStatus(t, ask(t, s, "POST", "/users", strings.Replace(body, "{", `{"username":"new",`, 1)), 400)

		if user, _ := s.User("ada"); user.Email != "ada@example.com" || len(s.Users()) != 4 {
			t.Errorf("after %s the user is %+v of %d", body, user, len(s.Users()))
		}

		expectStatus(t, ask(t, people(t, Options{LenientProfiles: true}), "PUT", "/users/ada", body), 200)
	}
}

func TestUsernames_refuseBlankAndReservedOnes(t *testing.T) {
	t.Parallel()

	for _, username := range []string{"", " ", " new", "new\t", "summary", "invite", "invitations"} {
		for lenient, status := range map[bool]int{false: 400, true: 200} {
			s := start(t, Options{LenientProfiles: lenient})
			invitation := s.AddInvitation("invited@example.com")

			for path, extra := range map[string]string{"/users": `"email":"new@example.com"`, "/users/invitations/" + invitation.ID + "/accept": `"password":"correct-Horse7-battery"`} {
				quoted, err := json.Marshal(username)
				if err != nil {
					t.Fatal(err)
				}

				expectStatus(t, ask(t, s, "POST", path, `{"username":`+string(quoted)+`,"firstName":"F","lastName":"L",`+extra+`}`), status)
				s.RemoveUser(username)
			}
		}
	}
}

func TestInvite_refusesWhatWasInvitedAlready(t *testing.T) {
	t.Parallel()

	s := start(t, Options{DuplicateStatus: 409})
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"NEW@example.com"}`), 409)
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"none"}`), 400)

	if len(s.Invitations()) != 1 {
		t.Errorf("the invitations are %v", s.Invitations())
	}

	// Once accepted, and the user deleted, the address is free.
	expectStatus(t, ask(t, s, "POST", "/users/invitations/"+s.Invitations()[0].ID+"/accept", `{"username":"new","firstName":"F","lastName":"L","password":"correct-Horse7-battery"}`), 200)
	expectStatus(t, ask(t, s, "DELETE", "/users/new", ""), 200)
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)

	s = start(t, Options{RepeatInvitations: true})
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)
}

func TestSelfDelete_isRefused(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	expectStatus(t, ask(t, s, "DELETE", "/users/admin", ""), 403)

	if s.AdminToken() == "" {
		t.Error("the administrator was deleted")
	}

	s = start(t, Options{AllowSelfDelete: true})
	expectStatus(t, ask(t, s, "DELETE", "/users/admin", ""), 200)

	if s.AdminToken() != "" {
		t.Error("the administrator is still there")
	}
}

func TestVisibility_ofUnitsAndSummary(t *testing.T) {
	t.Parallel()

	for hide, listed := range map[bool]string{false: "Mobile,Payments", true: "Payments"} {
		s := people(t, Options{HideForeignUnits: hide})
		unit, other := s.AddBusinessUnit("pay", "Payments"), s.AddBusinessUnit("mob", "Mobile")

		manager := s.AddCaller("manager", permUnitUsers)
		s.JoinBusinessUnit("manager", unit.ID)
		s.JoinBusinessUnit("ada", unit.ID)
		s.JoinBusinessUnit("ada", other.ID)
		s.JoinBusinessUnit("grace", other.ID)

		sameUnit := s.AddCaller("same", permViewSameUnit)
		s.JoinBusinessUnit("same", unit.ID)

		units := s.AddCaller("units", permUnits)

		expectStatus(t, askAs(t, s, manager, "GET", "/business-units/"+unit.ID, ""), 200)
		expectStatus(t, askAs(t, s, manager, "GET", "/business-units/"+other.ID, ""), 404)
		expectStatus(t, askAs(t, s, manager, "GET", "/business-units/"+other.ID+"/users", ""), 404)
		expectStatus(t, askAs(t, s, units, "GET", "/business-units/"+other.ID, ""), 200)

		for _, test := range []struct{ token, path, property, want string }{
			{manager, "/business-units", "name", "Payments"},
			{manager, "/business-units/summary", "name", "Payments"},
			{manager, "/users/ada/business-units", "name", listed},
			{units, "/business-units", "name", "Mobile,Payments"},
			{s.AdminToken(), "/business-units", "name", "Mobile,Payments"},
			{manager, "/users", "username", "ada,manager,same"},
			{manager, "/business-units/" + unit.ID + "/users", "username", "ada,manager,same"},
			{manager, "/users/summary", "username", "ada,manager,same"},
			{sameUnit, "/users/summary", "username", "ada,manager,same"},
			{units, "/users/summary", "username", "units"},
			{s.AddCaller("viewer", permViewAll), "/users/summary", "username", "ada,admin,alan,grace,manager,same,units,viewer"},
		} {
			answer := askAs(t, s, test.token, "GET", test.path+"?size=100&sort="+url.QueryEscape(test.property), "")
			if got := strings.Join(propertyOf(answer, test.property), ","); got != test.want {
				t.Errorf("%s shows %s, want %s", test.path, got, test.want)
			}
		}
	}
}

// propertyOf reads a property of every item of a page.
func propertyOf(answer got, property string) []string {
	embedded, _ := answer.json["_embedded"].(map[string]any)
	items, _ := embedded["items"].([]any)

	var values []string

	for _, item := range items {
		fields, _ := item.(map[string]any)
		value, _ := fields[property].(string)
		values = append(values, value)
	}

	return values
}

func TestRequireAPIAccess_refusesEveryOperation(t *testing.T) {
	t.Parallel()

	s := start(t, Options{RequireAPIAccess: true})
	without, with := s.AddCaller("without", permAllUsers), s.AddCaller("with", permAPIAccess)

	for _, path := range []string{"/users", "/info", "/user-profile"} {
		expectStatus(t, askAs(t, s, without, "GET", path, ""), 403)
	}

	expectStatus(t, askAs(t, s, with, "GET", "/info", ""), 200)
	expectStatus(t, ask(t, s, "GET", "/users", ""), 200)
}
