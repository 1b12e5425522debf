package simulator

import (
	"net/http"
	"strings"
	"testing"
)

// A client with a wrong JSON tag, or a missing field, learns which one.
func TestBodies(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	unit := s.AddBusinessUnit("pay", "Payments")
	invitation := s.AddInvitation("new@example.com")
	accept := "/users/invitations/" + invitation.ID + "/accept"

	for _, test := range []struct{ method, path, body, detail string }{
		{"POST", "/users", `{"userName":"x"}`, `"userName" is not known`},
		{"PUT", "/users/ada", `{"firstname":"x"}`, `"firstname" is not known`},
		{"PUT", "/users/ada", `{"username":"x"}`, `"username" is not known`},
		{"PUT", "/users/ada", `{"email":"a","email":"b"}`, `"email" is there twice`},
		{"PUT", "/users/ada", `{"email":7}`, `"email" has the wrong type`},
		{"PUT", "/users/ada", `{"passwordExpired":"true"}`, `"passwordExpired" has the wrong type`},
		{"PUT", "/users/ada", `{"email":"a"} {}`, "not one JSON object"},
		{"PUT", "/users/ada", `{"email":"a"`, "not one JSON object"},
		{"PUT", "/users/ada", `{"email":}`, "not one JSON object"},
		{"PUT", "/users/ada", `null`, "not one JSON object"},
		{"PUT", "/users/ada", `[]`, "not one JSON object"},
		{"POST", "/users", `{"email":"e","firstName":"f","lastName":"l"}`, `"username" is required`},
		{"POST", "/users", `{"username":"u","firstName":"f","lastName":"l"}`, `"email" is required`},
		{"POST", "/users", `{"username":"u","email":"e","lastName":"l"}`, `"firstName" is required`},
		{"POST", "/users", `{"username":"u","email":"e","firstName":"f","lastName":null}`, `"lastName" is required`},
		{"POST", "/users", `{"username":"","email":"e","firstName":"f","lastName":"l"}`, "must not be empty"},
		{"POST", "/users/invite", `{}`, `"email" is required`},
		{"POST", "/users/invite", `{"email":""}`, "must not be empty"},
		{"POST", accept, `{"username":"u","firstName":"f","lastName":"l"}`, `"password" is required`},
		{"POST", "/business-units", `{"name":"n"}`, `"referenceId" is required`},
		{"PUT", "/business-units/" + unit.ID, `{"referenceId":"r"}`, `"name" is required`},
	} {
		answer := ask(t, s, test.method, test.path, test.body)
		expectStatus(t, answer, 400)

		if detail, _ := answer.json["detail"].(string); !strings.Contains(detail, test.detail) {
			t.Errorf("%s %s: %q, want %q", test.path, test.body, detail, test.detail)
		}
	}

	if answer := ask(t, s, "POST", "/users", `{"password":{"hush":1}}`); strings.Contains(answer.raw, "hush") {
		t.Errorf("the answer repeats the password: %s", answer.raw)
	}

	expectStatus(t, ask(t, s, "PUT", "/users/ada", `{"email":"`+strings.Repeat("x", maxRequestBody)+`"}`), 413)
}

// What is not sent in an update is empty afterwards where that is accepted, but the password.
func TestUpdateReplaces(t *testing.T) {
	t.Parallel()

	s := start(t, Options{LenientProfiles: true})
	before := s.AddUser(User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "L", Enabled: true, PasswordExpired: true, Password: "old", RoleIDs: []string{s.AddRole("ROLE_READ_ONLY").ID}})

	expectStatus(t, ask(t, s, "PUT", "/users/ada", `{}`), 200)

	after, _ := s.User("ada")
	if after.Email != "" || after.FirstName != "" || after.LastName != "" || after.PasswordExpired || after.Password != "old" || !after.Enabled || after.ID != before.ID || len(after.RoleIDs) != 1 {
		t.Errorf("the user is %+v", after)
	}

	expectStatus(t, ask(t, s, "PUT", "/users/ada", `{"password":"weak"}`), 400)
	expectStatus(t, ask(t, s, "PUT", "/users/ada", `{"password":"correct-Horse7-battery","passwordExpired":true}`), 200)

	if after, _ = s.User("ada"); after.Password != "correct-Horse7-battery" || !after.PasswordExpired {
		t.Errorf("the user is %+v", after)
	}
}

func TestRequestLines(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
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

		if answer := askAs(t, s, token, test.method, test.path, ""); answer.status != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, answer.status, test.status)
		}
	}

	if allow := ask(t, s, "PATCH", "/users/ada", "").header.Get("Allow"); allow != "GET, PUT, DELETE" {
		t.Errorf("Allow is %q", allow)
	}

	for accept, status := range map[string]int{"": 406, "application/json": 406, "text/html, */*;q=0.1": 200, "application/hal+json": 200} {
		answer, err := try(t, s, s.AdminToken(), "GET", "/info", "", http.Header{"Accept": {accept}})
		if err != nil {
			t.Fatal(err)
		}

		expectStatus(t, answer, status)
	}
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()

	for password, strong := range map[string]bool{
		"correct-Horse7-battery": true,
		"Ünïcödé-Wörter!":        true,
		"Twelve-Chars":           false,
		"Thirteen-Char":          true,
		"nouppercase-at-all":     false,
		"NOLOWERCASE-AT-ALL":     false,
		"NothingSpecialHere1":    false,
		"Nothing Special Here 1": false,
		"Écrit sans ponctuation": false,
		"pASSWORD12345!":         false,
		"Has-ADA-inside-it":      false,
		"":                       false,
	} {
		if weakness := passwordWeakness(&password, "ada"); (weakness == "") != strong {
			t.Errorf("%q: %q", password, weakness)
		}
	}

	if weakness := passwordWeakness(nil, "ada"); weakness != "" {
		t.Errorf("no password: %q", weakness)
	}
}
