package simulator

import (
	"net/http"
	"strings"
	"testing"
)

// Every operation exists with its documented method and returns its own kind of body.
func TestRoutes_everyOperationResponds(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	role, unit := s.AddRole("ROLE_READ_ONLY"), s.AddBusinessUnit("pay", "Payments")
	s.UpdateUser("ada", func(u *User) { u.Sessions = 2 })

	called := make(map[string]bool)
	expect := func(operation, method, path, body string, status int, holds string) {
		t.Helper()

		called[operation] = true
		before := s.Count(operation)
		answer := call(t, s, method, path, body)

		expectStatus(t, answer, status)

		if !strings.Contains(answer.raw, holds) || s.Count(operation) != before+1 {
			t.Errorf("%s: %s, journal %d", operation, answer.raw, s.Count(operation)-before)
		}
	}

	const odd = `/users/o%20d%2Fd%3Fx`

	expect("create_user", "POST", "/users", `{"username":"o d/d?x","email":"o@example.com","firstName":"O","lastName":"D","password":"correct-Horse7-battery","passwordExpired":true}`, 200, `"passwordExpired":true`)
	expect("get_user", "GET", odd, "", 200, `"username":"o d/d?x"`)
	expect("update_user", "PUT", odd, `{"email":"p@example.com","firstName":"P","lastName":"E"}`, 200, `"firstName":"P"`)
	expect("get_users", "GET", "/users", "", 200, `"p@example.com"`)
	expect("get_all_users_summary", "GET", "/users/summary", "", 200, `"o d/d?x"`)
	expect("disable_user", "POST", odd+"/disable", "", 200, "")
	expect("enable_user", "POST", odd+"/enable", "", 200, "")
	expect("add_user_role", "POST", odd+"/roles/"+role.ID, "", 200, "")
	expect("get_user_roles", "GET", odd+"/roles", "", 200, "ROLE_READ_ONLY")
	expect("delete_user_role", "DELETE", odd+"/roles/"+role.ID, "", 200, "")
	expect("add_user_business_unit", "POST", odd+"/business-units/"+unit.ID, "", 200, "")
	expect("get_user_business_units", "GET", odd+"/business-units", "", 200, "Payments")
	expect("get_business_unit_users", "GET", "/business-units/"+unit.ID+"/users", "", 200, "o d/d?x")
	expect("delete_business_units_users", "DELETE", odd+"/business-units/"+unit.ID, "", 200, "")
	expect("generate_user_api_token", "POST", odd+"/api-token/generate", "", 200, "apiToken")
	expect("delete_user_api_token", "DELETE", odd+"/api-token", "", 200, "")
	expect("get_user_sessions_count_by_username", "GET", "/users/ada/sessions/count", "", 200, `{"count":2}`)
	expect("delete_user_sessions", "DELETE", "/users/ada/sessions", "", 200, "")
	expect("send_reset_password_email", "POST", "/users/ada/reset-password-email/send", "", 200, "")
	expect("get_user_avatar", "GET", "/users/ada/avatar", "", 200, "image")
	expect("invite", "POST", "/users/invite", `{"email":"new@example.com"}`, 200, "")

	invitation := s.Invitations()[0].ID
	expect("get_invite", "GET", "/users/invitations/"+invitation, "", 200, "new@example.com")
	expect("accept_invite", "POST", "/users/invitations/"+invitation+"/accept", `{"username":"new","firstName":"N","lastName":"W","password":"correct-Horse7-battery"}`, 200, `"new"`)
	expect("get_all_roles", "GET", "/roles", "", 200, "ROLE_READ_ONLY")
	expect("get_role", "GET", "/roles/"+role.ID, "", 200, "ROLE_READ_ONLY")
	expect("get_filtered_business_units", "GET", "/business-units", "", 200, "Payments")
	expect("get_all_business_unit_summary", "GET", "/business-units/summary", "", 200, "Payments")
	expect("get_business_unit", "GET", "/business-units/"+unit.ID, "", 200, `"referenceId":"pay"`)
	expect("get_all_assignable_users", "GET", "/business-units/assignable-users", "", 200, "o d/d?x")
	expect("add_business_unit_user", "POST", "/business-units/"+unit.ID+odd, "", 200, "")
	expect("delete_business_units_users1", "DELETE", "/business-units/"+unit.ID+odd, "", 200, "")
	expect("create_business_units1", "POST", "/business-units", `{"referenceId":"r","name":"n","description":"d"}`, 200, `"description":"d"`)
	expect("create_business_units", "PUT", "/business-units/"+unit.ID, `{"name":"n"}`, 200, `"description":"","id":"`+unit.ID+`","name":"n","referenceId":"pay"`)
	expect("delete_business_unit", "DELETE", "/business-units/"+unit.ID, "", 200, "")
	expect("get_global_permissions", "GET", "/roles/global-permissions", "", 200, `"name":"ROLES_UPDATE"`)
	expect("get_project_permissions", "GET", "/roles/project-permissions", "", 200, `"name":"RISK_VIEW"`)
	expect("create_role", "POST", "/roles", `{"name":"Auditors","description":"d"}`, 200, `"name":"Auditors"`)
	expect("update_role", "PUT", "/roles/"+role.ID, `{"name":"Readers"}`, 200, `"description":"","id":"`+role.ID)
	expect("add_user_role1", "POST", "/roles/"+role.ID+odd, "", 200, "")
	expect("delete_role_user", "DELETE", "/roles/"+role.ID+odd, "", 200, "")

	global, project := s.GlobalPermissions()[0], s.ProjectPermissions()[0]
	expect("assign_global_permissions_to_role", "POST", "/roles/"+role.ID+"/global-permissions/bulk", `{"permissions":["`+global.ID+`"]}`, 200, "")
	expect("get_global_permissions_by_role_id", "GET", "/roles/"+role.ID+"/global-permissions", "", 200, `{"id":"`+global.ID+`","name":"`+global.Name+`"}`)
	expect("unassign_global_permissions_to_role", "DELETE", "/roles/"+role.ID+"/global-permissions/bulk?permission="+global.ID, "", 200, "")
	expect("assign_project_permissions_to_role", "POST", "/roles/"+role.ID+"/project-permissions/bulk", `{"permissions":["`+project.ID+`"]}`, 200, "")
	expect("get_project_permissions_by_role_id", "GET", "/roles/"+role.ID+"/project-permissions", "", 200, `{"id":"`+project.ID+`","name":"`+project.Name+`"}`)
	expect("unassign_project_permissions_to_role", "DELETE", "/roles/"+role.ID+"/project-permissions/bulk?permission="+project.ID, "", 200, "")
	expect("duplicate_role", "POST", "/roles/"+role.ID+"/duplicate", `{"name":"Copy of Readers"}`, 200, `"name":"Copy of Readers"`)
	expect("delete_role", "DELETE", "/roles/"+role.ID, "", 200, "")
	expect("get_all_event_types", "GET", "/audit-logs/types", "", 200, `"LOGIN_SUCCESS"`)
	expect("get_filtered_audits", "GET", "/audit-logs", "", 200, `"eventType":"USER_DISABLED"`)
	expect("get_user_profile", "GET", "/user-profile", "", 200, `"username":"admin"`)
	expect("get_user_profile_permissions", "GET", "/user-profile/permissions", "", 200, "ALL_USERS_UPDATE")
	expect("get_info", "GET", "/info", "", 200, `"loginType":"standard"`)
	expect("delete_user", "DELETE", odd, "", 200, "")

	if user, _ := s.User("ada"); user.Sessions != 0 || s.ResetMails("ada") != 1 || !s.Invitations()[0].Accepted {
		t.Errorf("ada has %d sessions and was sent %d mails", user.Sessions, s.ResetMails("ada"))
	}

	for _, r := range routes {
		if !called[r.name] {
			t.Errorf("no case covers %s", r.name)
		}
	}
}

// Requests that the API does not document are rejected.
func TestRoutes_rejectUndocumentedRequests(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})

	for _, test := range []struct {
		method, path, body string
		header             http.Header
		status             int
	}{
		{"GET", "/nothing", "", nil, 404},
		{"GET", "/users//roles", "", nil, 404},
		{"PATCH", "/users/ada", "", nil, 405},
		{"GET", "/users/invite", "", nil, 405},
		{"GET", "/users/ada/roles/" + uuid, "", nil, 405},
		{"GET", "/users/ada", "", http.Header{"Accept": {"text/html"}}, 406},
		{"POST", "/users/ada/disable", `{"x":1}`, nil, 400},
		{"POST", "/users/ada/disable", "[]", nil, 400},
		{"GET", "/users/ada", "{}", nil, 400},
		{"POST", "/users", "", nil, 400},
		{"POST", "/users", "{}", http.Header{"Content-Type": {"text/plain"}}, 415},
		{"POST", "/users", `{"username":"x"}`, nil, 400},
		{"POST", "/users", `{"nickname":"x"}`, nil, 400},
		{"POST", "/users/ada/roles/ROLE_READ_ONLY", "", nil, 400},
		{"POST", "/users/ada/roles/" + uuid, "", nil, 404},
		{"DELETE", "/users/ada/roles/" + uuid, "", nil, 404},
		{"GET", "/users/ADA", "", nil, 404},
		{"GET", "/users/absent", "", nil, 404},
		{"POST", "/roles", `{"description":"x"}`, nil, 400},
		{"POST", "/roles", `{"name":""}`, nil, 400},
		{"PUT", "/roles/" + uuid, `{"name":"x"}`, nil, 404},
		{"DELETE", "/roles/" + uuid, "", nil, 404},
		{"DELETE", "/roles/global-permissions", "", nil, 400},
	} {
		answer, err := tryCall(t, s, s.AdminToken(), test.method, test.path, test.body, test.header)
		if err != nil {
			t.Fatal(err)
		}

		expectStatus(t, answer, test.status)

		if answer.header.Get("Content-Type") != "application/problem+json" || answer.json["status"] != float64(test.status) {
			t.Errorf("%s %s: %s", test.method, test.path, answer.raw)
		}
	}
}

func TestRoutes_matchPathsAndQueries(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	s.AddUser(User{Username: "a/b c", Email: "ab@example.com"})
	s.AddUser(User{Username: ".."})
	s.AddUser(User{Username: "."})

	for _, test := range []struct {
		token, method, path string
		status              int
	}{
		{"admin", "GET", "/users/a%2Fb%20c", 200},
		{"admin", "GET", "/users/a/b%20c", 404},
		{"admin", "GET", "/users/a%252Fb%20c", 404},
		{"admin", "GET", "/users/%2E%2E", 404},
		{"admin", "GET", "/users/%2E/roles", 404},
		{"admin", "GET", "/users/ada/", 404},
		{"admin", "GET", "//users/ada", 404},
		{"admin", "GET", "/users/summary/roles", 404},
		{"admin", "PUT", "/users/summary", 405},
		{"admin", "HEAD", "/users/ada", 405},
		{"", "GET", "/nothing", 401},
		{"", "PATCH", "/users/ada", 401},
		{"admin", "GET", "/users?page=", 400},
		{"admin", "GET", "/users?page=1.5", 400},
		{"admin", "GET", "/users?size=-1", 400},
		{"admin", "GET", "/users?page=0&page=1", 400},
		{"admin", "GET", "/users?pagesize=1", 400},
		{"admin", "GET", "/users?filter=%zz", 400},
		{"admin", "GET", "/users?page=9223372036854775807&size=1000", 200},
	} {
		token := test.token
		if token == adminName {
			token = s.AdminToken()
		}

		if answer := callAs(t, s, token, test.method, test.path, ""); answer.status != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, answer.status, test.status)
		}
	}

	if allow := call(t, s, "PATCH", "/users/ada", "").header.Get("Allow"); allow != "GET, PUT, DELETE" {
		t.Errorf("Allow is %q", allow)
	}

	for accept, status := range map[string]int{"": 406, "application/json": 406, "text/html, */*;q=0.1": 200, "application/hal+json": 200} {
		answer, err := tryCall(t, s, s.AdminToken(), "GET", "/info", "", http.Header{"Accept": {accept}})
		if err != nil {
			t.Fatal(err)
		}

		expectStatus(t, answer, status)
	}
}

// The vendor's own client sends {} with every write that documents no body, so it has to be accepted.
func TestRoutes_bodilessWritesAcceptAnEmptyObject(t *testing.T) {
	t.Parallel()

	tried := 0

	for _, route := range routes {
		if route.hasBody || !route.write {
			continue
		}

		tried++

		// Each request gets its own tenant, because most of them succeed only once.
		for _, body := range []string{"", "{}", " {}\n"} {
			s := startWithUsers(t, Options{})
			unit, role := s.AddBusinessUnit("pay", "Payments"), s.AddRole("ROLE_READ_ONLY")

			if route.method == "DELETE" {
				s.JoinBusinessUnit("grace", unit.ID)
				s.GrantRole("grace", role.ID)
			}

			path := strings.NewReplacer("{username}", "grace", "{role-id}", role.ID, "{business-unit-id}", unit.ID).Replace(route.path)
			if strings.HasSuffix(path, "/bulk") {
				path += "?permission=" + map[bool]string{false: s.GlobalPermissions()[0].ID, true: s.ProjectPermissions()[0].ID}[strings.Contains(path, "project")]
			}

			if answer := call(t, s, route.method, path, body); answer.status != 200 {
				t.Errorf("%s with the body %q: %d: %s", route.name, body, answer.status, answer.raw)
			}
		}
	}

	if tried < 12 {
		t.Errorf("%d operations were tried", tried)
	}
}
