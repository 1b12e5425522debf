package simulator

import (
	"strings"
	"testing"
)

// A wrong JSON tag or a missing field in the client gives an error that names the field.
func TestRequestBody_errorNamesTheField(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	unit, role := s.AddBusinessUnit("pay", "Payments"), s.AddRole("Auditors")
	invitation := s.AddInvitation("new@example.com")
	accept := "/users/invitations/" + invitation.ID + "/accept"

	for _, test := range []struct{ method, path, body, detail string }{
		{"POST", "/users", `{"userName":"x"}`, `"userName" is unknown`},
		{"PUT", "/users/ada", `{"firstname":"x"}`, `"firstname" is unknown`},
		{"PUT", "/users/ada", `{"username":"x"}`, `"username" is unknown`},
		{"PUT", "/users/ada", `{"email":"a","email":"b"}`, `"email" is duplicated`},
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
		{"POST", "/roles/" + role.ID + "/global-permissions/bulk", `{}`, `"permissions" is required`},
		{"POST", "/roles/" + role.ID + "/global-permissions/bulk", `{"permissions":[1]}`, `"permissions" has the wrong type`},
		{"POST", "/roles/" + role.ID + "/duplicate", `{"description":"d"}`, `"name" is required`},
	} {
		answer := call(t, s, test.method, test.path, test.body)
		expectStatus(t, answer, 400)

		if detail, _ := answer.json["detail"].(string); !strings.Contains(detail, test.detail) {
			t.Errorf("%s %s: %q, want %q", test.path, test.body, detail, test.detail)
		}
	}

	if answer := call(t, s, "POST", "/users", `{"password":{"hush":1}}`); strings.Contains(answer.raw, "hush") {
		t.Errorf("the response contains the password: %s", answer.raw)
	}

	expectStatus(t, call(t, s, "PUT", "/users/ada", `{"email":"`+strings.Repeat("x", maxRequestBody)+`"}`), 413)
}
