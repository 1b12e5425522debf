package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// openToAll are the operations that require no permission.
var openToAll = []string{"get_all_users_summary", "get_invite", "accept_invite", "get_user_profile", "get_user_profile_permissions", "get_info"}

// Every other operation returns 403 to a caller without permissions, and 404 to a manager of other business units.
func TestPermissions_areRequiredByEveryOperation(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	unprivileged := s.AddCaller("no permissions")
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
		if route.hasBody {
			body = "{}"
		}

		if status := callAs(t, s, unprivileged, route.method, path, body).status; (status == http.StatusForbidden) == open[route.name] {
			t.Errorf("%s returns %d to a caller without permissions", route.name, status)
		}

		if strings.Contains(route.path, "{username}") {
			expectStatus(t, callAs(t, s, manager, route.method, path, body), 404)
		}
	}

	if after, found := s.User("ada"); !found || after.Enabled != before.Enabled || after.Email != before.Email || s.ResetMails("ada") > 0 {
		t.Errorf("ada is %+v", after)
	}
}

func TestPermissions_limitVisibility(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	unit, role := s.AddBusinessUnit("pay", "Payments"), s.AddRole("ROLE_READ_ONLY")
	s.JoinBusinessUnit("ada", unit.ID)

	callers := map[string]string{
		"unprivileged": s.AddCaller("unprivileged"),
		"manager":      s.AddCaller("manager", permUnitUsers, permAPIAccess),
		"viewer":       s.AddCaller("viewer", permViewAll, permUnitUsers),
		"same unit":    s.AddCaller("same unit", permViewSameUnit),
		"no token op":  s.AddCaller("no token op", permAllUsers),
	}
	s.JoinBusinessUnit("manager", unit.ID)
	s.JoinBusinessUnit("same unit", unit.ID)

	for _, test := range []struct {
		caller, method, path, body string
		status                     int
	}{
		{"unprivileged", "GET", "/users/unprivileged/avatar", "", 200},
		{"unprivileged", "GET", "/users/ada/avatar", "", 403},
		{"unprivileged", "GET", "/users/unprivileged", "", 403},
		{"unprivileged", "POST", "/users/unprivileged/reset-password-email/send", "", 403},
		{"unprivileged", "GET", "/business-units", "", 403},
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
		if answer := callAs(t, s, callers[test.caller], test.method, test.path, test.body); answer.status != test.status {
			t.Errorf("%s, %s %s: %d, want %d: %s", test.caller, test.method, test.path, answer.status, test.status, answer.raw)
		}
	}

	// AddCaller replaces the permissions, and deleting or disabling a user makes the token invalid at once.
	replaced := s.AddCaller("manager")
	expectStatus(t, callAs(t, s, replaced, "GET", "/users", ""), 403)
	expectStatus(t, callAs(t, s, callers["manager"], "GET", "/info", ""), 401)

	expectStatus(t, call(t, s, "POST", "/users/manager/disable", ""), 200)
	expectStatus(t, callAs(t, s, replaced, "GET", "/info", ""), 401)
	expectStatus(t, call(t, s, "POST", "/users/manager/enable", ""), 200)
	expectStatus(t, callAs(t, s, replaced, "GET", "/info", ""), 200)

	if answer := callAs(t, s, callers["viewer"], "GET", "/user-profile/permissions", ""); answer.raw != `["MANAGE_USERS_BU","VIEW_USERS_ALL"]` {
		t.Errorf("the permissions are %s", answer.raw)
	}
}

func TestPermissions_byRole(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	unit, other, role := s.AddBusinessUnit("pay", "Payments"), s.AddBusinessUnit("mob", "Mobile"), s.AddRole("ROLE_READ_ONLY")
	s.JoinBusinessUnit("ada", unit.ID)

	manager := s.AddCaller("manager", permUnitUsers)
	s.JoinBusinessUnit("manager", unit.ID)

	unprivileged := s.AddCaller("unprivileged")
	disabled := s.AddCaller("disabled", permAllUsers)
	s.UpdateUser("disabled", func(u *User) { u.Enabled = false })

	for _, test := range []struct {
		token, method, path string
		status              int
	}{
		{"", "GET", "/info", 401},
		{"wrong", "GET", "/info", 401},
		{disabled, "GET", "/info", 401},
		{unprivileged, "GET", "/info", 200},
		{unprivileged, "GET", "/users/summary", 200},
		{unprivileged, "GET", "/user-profile", 200},
		{unprivileged, "GET", "/user-profile/permissions", 200},
		{unprivileged, "GET", "/users", 403},
		{unprivileged, "GET", "/users/ada", 403},
		{unprivileged, "DELETE", "/users/ada", 403},
		{unprivileged, "GET", "/roles", 403},
		{manager, "GET", "/users/ada", 200},
		{manager, "GET", "/users/grace", 404},
		{manager, "DELETE", "/users/grace", 404},
		{manager, "GET", "/users/grace/sessions/count", 404},
		{manager, "POST", "/users/grace/disable", 404},
		{manager, "POST", "/users/ada/roles/" + role.ID, 200},
		{manager, "POST", "/users/ada/business-units/" + other.ID, 404},
		{manager, "POST", "/users/ada/api-token/generate", 403},
		{manager, "GET", "/roles", 200},
		{manager, "GET", "/roles/" + role.ID, 403},
		{manager, "GET", "/business-units/" + unit.ID + "/users", 200},
		{manager, "GET", "/business-units/" + other.ID + "/users", 404},
	} {
		answer := callAs(t, s, test.token, test.method, test.path, "")
		if answer.status != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, answer.status, test.status)
		}
	}

	if names := usernames(t, callAs(t, s, manager, "GET", "/users?sort=username", "")); !slices.Equal(names, []string{"ada", "manager"}) {
		t.Errorf("the manager sees %q", names)
	}

	s.SetAPIEnabled(false)
	expectStatus(t, call(t, s, "GET", "/info", ""), 401)
}

func TestRequireAPIAccess_rejectsEveryOperation(t *testing.T) {
	t.Parallel()

	s := start(t, Options{RequireAPIAccess: true})
	without, with := s.AddCaller("without", permAllUsers), s.AddCaller("with", permAPIAccess)

	for _, path := range []string{"/users", "/info", "/user-profile"} {
		expectStatus(t, callAs(t, s, without, "GET", path, ""), 403)
	}

	expectStatus(t, callAs(t, s, with, "GET", "/info", ""), 200)
	expectStatus(t, call(t, s, "GET", "/users", ""), 200)
}

func TestVisibility_unitsAndSummary(t *testing.T) {
	t.Parallel()

	for hide, listed := range map[bool]string{false: "Mobile,Payments", true: "Payments"} {
		s := startWithUsers(t, Options{HideForeignUnits: hide})
		unit, other := s.AddBusinessUnit("pay", "Payments"), s.AddBusinessUnit("mob", "Mobile")

		manager := s.AddCaller("manager", permUnitUsers)
		s.JoinBusinessUnit("manager", unit.ID)
		s.JoinBusinessUnit("ada", unit.ID)
		s.JoinBusinessUnit("ada", other.ID)
		s.JoinBusinessUnit("grace", other.ID)

		sameUnit := s.AddCaller("same", permViewSameUnit)
		s.JoinBusinessUnit("same", unit.ID)

		units := s.AddCaller("units", permUnits)

		expectStatus(t, callAs(t, s, manager, "GET", "/business-units/"+unit.ID, ""), 200)
		expectStatus(t, callAs(t, s, manager, "GET", "/business-units/"+other.ID, ""), 404)
		expectStatus(t, callAs(t, s, manager, "GET", "/business-units/"+other.ID+"/users", ""), 404)
		expectStatus(t, callAs(t, s, units, "GET", "/business-units/"+other.ID, ""), 200)

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
			answer := callAs(t, s, test.token, "GET", test.path+"?size=100&sort="+url.QueryEscape(test.property), "")
			if got := strings.Join(propertyOf(answer, test.property), ","); got != test.want {
				t.Errorf("%s shows %s, want %s", test.path, got, test.want)
			}
		}
	}
}

// The documented permissions of the operations of roles (RolesApi): each of them is enough, and no other is.
func TestPermissions_ofRoles(t *testing.T) {
	t.Parallel()

	reads := map[string][]string{
		"/roles":                               {permAllUsers, permUnitUsers, permRoles, permWorkflowView, permWorkflowUpdate},
		"/roles/{role-id}":                     {permRoles},
		"/roles/global-permissions":            {permRoles, permSettingsView, permSettingsUpdate},
		"/roles/project-permissions":           {permRoles, permWorkflowView, permWorkflowUpdate},
		"/roles/{role-id}/global-permissions":  {permRoles},
		"/roles/{role-id}/project-permissions": {permRoles, permWorkflowView, permWorkflowUpdate},
	}

	s := start(t, Options{})
	role := s.AddRole("Auditors")

	for _, permission := range globalNames {
		token := s.AddCaller("caller", permission)

		for path, enough := range reads {
			status := map[bool]int{true: 200, false: 403}[slices.Contains(enough, permission)]
			if answer := callAs(t, s, token, "GET", strings.ReplaceAll(path, "{role-id}", role.ID), ""); answer.status != status {
				t.Errorf("%s with %s: %d, want %d", path, permission, answer.status, status)
			}
		}

		status := map[bool]int{true: 200, false: 403}[permission == permRoles]
		expectStatus(t, callAs(t, s, token, "PUT", "/roles/"+role.ID, `{"name":"Auditors"}`), status)

		for _, scope := range []string{"global", "project"} {
			bulk := "/roles/" + role.ID + "/" + scope + "-permissions/bulk"
			id := map[string]string{"global": s.GlobalPermissions()[0].ID, "project": s.ProjectPermissions()[0].ID}[scope]

			expectStatus(t, callAs(t, s, token, "POST", bulk, assignment(id)), status)
			expectStatus(t, callAs(t, s, token, "DELETE", bulk+unassignment(id), ""), status)
		}
	}
}

func TestPermissions_haveUniqueIDs(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	ids := make(map[string]bool)

	for _, path := range []string{"/roles/global-permissions", "/roles/project-permissions"} {
		answer := call(t, s, "GET", path+"?size=1000&sort=name", "")
		for _, id := range propertyOf(answer, "id") {
			if ids[id] || !uuidPattern.MatchString(id) {
				t.Errorf("%s: the id %q is duplicated or is not a UUID", path, id)
			}

			ids[id] = true
		}

		if names := propertyOf(answer, "name"); !slices.IsSorted(names) || slices.Contains(names, "") {
			t.Errorf("%s: the names are %q", path, names)
		}
	}

	if len(ids) != len(s.GlobalPermissions())+len(s.ProjectPermissions()) {
		t.Errorf("%d permissions are listed", len(ids))
	}
}
