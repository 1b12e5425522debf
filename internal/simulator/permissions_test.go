package simulator

import (
	"net/http"
	"strings"
	"testing"
)

// openToAll are the operations that need no permission.
var openToAll = []string{"get_all_users_summary", "get_invite", "accept_invite", "get_user_profile", "get_user_profile_permissions", "get_info"}

// Every operation refuses a caller with no rights, but for a few, and the answer to a manager of other business units
// is that nobody is there.
func TestPermissionsOfEveryOperation(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	nobody := s.AddCaller("without rights")
	manager := s.AddCaller("manager", permUnitUsers, permAPIAccess)
	s.JoinBusinessUnit("manager", s.AddBusinessUnit("pay", "Payments").ID)
	s.JoinBusinessUnit("ada", s.AddBusinessUnit("mob", "Mobile").ID)

	open := make(map[string]bool)
	for _, name := range openToAll {
		open[name] = true
	}

	before, _ := s.User("ada")

	for _, route := range routes {
		path := strings.NewReplacer("{username}", "ada", "{role-id}", uuid, "{business-unit-id}", uuid, "{invitation-id}", uuid).Replace(route.path)

		body := ""
		if route.bodied {
			body = "{}"
		}

		if status := askAs(t, s, nobody, route.method, path, body).status; (status == http.StatusForbidden) == open[route.name] {
			t.Errorf("%s answers %d to a caller with no rights", route.name, status)
		}

		if strings.Contains(route.path, "{username}") {
			expectStatus(t, askAs(t, s, manager, route.method, path, body), 404)
		}
	}

	if after, found := s.User("ada"); !found || after.Enabled != before.Enabled || after.Email != before.Email || len(s.Mails()) > 0 {
		t.Errorf("ada is %+v", after)
	}
}

func TestPermissionsBeyondTheTable(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	unit, role := s.AddBusinessUnit("pay", "Payments"), s.AddRole("ROLE_READ_ONLY")
	s.JoinBusinessUnit("ada", unit.ID)

	callers := map[string]string{
		"nobody":      s.AddCaller("nobody"),
		"manager":     s.AddCaller("manager", permUnitUsers, permAPIAccess),
		"viewer":      s.AddCaller("viewer", permViewAll, permUnitUsers),
		"same unit":   s.AddCaller("same unit", permViewSameUnit),
		"no token op": s.AddCaller("no token op", permAllUsers),
	}
	s.JoinBusinessUnit("manager", unit.ID)
	s.JoinBusinessUnit("same unit", unit.ID)

	for _, test := range []struct {
		caller, method, path, body string
		status                     int
	}{
		{"nobody", "GET", "/users/nobody/avatar", "", 200},
		{"nobody", "GET", "/users/ada/avatar", "", 403},
		{"nobody", "GET", "/users/nobody", "", 403},
		{"nobody", "POST", "/users/nobody/reset-password-email/send", "", 403},
		{"nobody", "GET", "/business-units", "", 403},
		{"viewer", "GET", "/users/grace/avatar", "", 200},
		{"viewer", "GET", "/users/grace", "", 404},
		{"viewer", "DELETE", "/users/grace", "", 404},
		{"same unit", "GET", "/users/ada/avatar", "", 200},
		{"same unit", "GET", "/users/grace/avatar", "", 404},
		{"same unit", "GET", "/users/ada", "", 403},
		{"manager", "GET", "/users/manager", "", 200},
		{"manager", "POST", "/users", `{"username":"u","email":"e","firstName":"f","lastName":"l"}`, 403},
		{"manager", "POST", "/users/invite", `{"email":"e"}`, 403},
		{"manager", "POST", "/users/ada/api-token/generate", "", 200},
		{"manager", "DELETE", "/users/ada/api-token", "", 200},
		{"manager", "PUT", "/users/ada", `{"email":"ada@example.com","firstName":"A","lastName":"L"}`, 200},
		{"manager", "POST", "/users/ada/roles/" + role.ID, "", 200},
		{"manager", "DELETE", "/users/ada/roles/" + role.ID, "", 200},
		{"manager", "DELETE", "/users/ada/business-units/" + unit.ID, "", 200},
		{"manager", "GET", "/users/ada", "", 404},
		{"no token op", "POST", "/users/ada/api-token/generate", "", 403},
		{"no token op", "DELETE", "/users/ada/api-token", "", 403},
	} {
		if answer := askAs(t, s, callers[test.caller], test.method, test.path, test.body); answer.status != test.status {
			t.Errorf("%s, %s %s: %d, want %d: %s", test.caller, test.method, test.path, answer.status, test.status, answer.raw)
		}
	}

	// The permissions are exactly what was given last, and deleting or disabling a user ends their token at once.
	replaced := s.AddCaller("manager")
	expectStatus(t, askAs(t, s, replaced, "GET", "/users", ""), 403)
	expectStatus(t, askAs(t, s, callers["manager"], "GET", "/info", ""), 401)

	expectStatus(t, ask(t, s, "POST", "/users/manager/disable", ""), 200)
	expectStatus(t, askAs(t, s, replaced, "GET", "/info", ""), 401)
	expectStatus(t, ask(t, s, "POST", "/users/manager/enable", ""), 200)
	expectStatus(t, askAs(t, s, replaced, "GET", "/info", ""), 200)

	if answer := askAs(t, s, callers["viewer"], "GET", "/user-profile/permissions", ""); answer.raw != `["MANAGE_USERS_BU","VIEW_USERS_ALL"]` {
		t.Errorf("the permissions are %s", answer.raw)
	}
}
