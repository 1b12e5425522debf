package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestOptions_changeResponses(t *testing.T) {
	t.Parallel()

	for shape, holds := range map[NoTokenShape]string{NoTokenAbsent: `{"_links"`, NoTokenNull: `"apiToken":null`, NoTokenEmpty: `"apiToken":{"_links"`} {
		answer := call(t, startWithUsers(t, Options{NoToken: shape}), "GET", "/users/ada", "")
		if !strings.Contains(answer.raw, holds) || strings.Contains(answer.raw, "hint") {
			t.Errorf("shape %d: %s", shape, answer.raw)
		}
	}

	const update = `{"email":"x@example.com","firstName":"F","lastName":"L"}`

	for _, status := range []int{201, 204} {
		s := startWithUsers(t, Options{WriteStatus: status})
		answer := call(t, s, "PUT", "/users/ada", update)
		expectStatus(t, answer, status)
		expectStatus(t, call(t, s, "POST", "/users/ada/disable", ""), status)

		if (answer.raw == "") != (status == 204) {
			t.Errorf("%d with %q", status, answer.raw)
		}
	}

	if answer := call(t, startWithUsers(t, Options{EmptyWriteBodies: true}), "PUT", "/users/ada", update); answer.status != 200 || answer.raw != "" {
		t.Errorf("an empty body is %q", answer.raw)
	}

	if answer := call(t, startWithUsers(t, Options{ExtraFields: true}), "GET", "/users", ""); strings.Count(answer.raw, "xUnknown") < 5 {
		t.Errorf("unknown fields are missing in %s", answer.raw)
	}

	expectStatus(t, call(t, startWithUsers(t, Options{FoldUsernames: true}), "GET", "/users/ADA", ""), 200)

	for _, status := range []int{200, 400, 409} {
		s := startWithUsers(t, Options{DuplicateMembership: status, MissingMembership: status})
		role := s.AddRole("ROLE_READ_ONLY")

		expectStatus(t, call(t, s, "DELETE", "/users/ada/roles/"+role.ID, ""), status)
		expectStatus(t, call(t, s, "POST", "/users/ada/roles/"+role.ID, ""), 200)
		expectStatus(t, call(t, s, "POST", "/users/ada/roles/"+role.ID, ""), status)
	}

	expectStatus(t, call(t, startWithUsers(t, Options{LoginType: "saml"}), "POST", "/users/invite", `{"email":"a@example.com"}`), 400)

	if _, err := Start(Options{Addr: "0.0.0.0:0"}); err == nil {
		t.Error("an address other than loopback is accepted")
	}
}

func TestOptions_membershipStatuses(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		options             Options
		missing, add, again int
	}{
		{Options{}, 404, 200, 200},
		{Options{WriteStatus: 201}, 404, 201, 201},
		{Options{MissingMembership: 204, DuplicateMembership: 409}, 204, 200, 409},
		{Options{MissingMembership: 200, DuplicateMembership: 400, WriteStatus: 204}, 200, 204, 400},
	} {
		s := startWithUsers(t, test.options)

		for _, path := range []string{"/users/ada/roles/" + s.AddRole("ROLE_READ_ONLY").ID, "/users/ada/business-units/" + s.AddBusinessUnit("pay", "Payments").ID} {
			expectStatus(t, call(t, s, "DELETE", path, ""), test.missing)
			expectStatus(t, call(t, s, "POST", path, ""), test.add)
			expectStatus(t, call(t, s, "POST", path, ""), test.again)
		}
	}
}

func TestOptions_rejectInvalidValues(t *testing.T) {
	t.Parallel()

	for _, options := range []Options{
		{WriteStatus: 202},
		{PageCap: -1},
		{AuditPageCap: -1},
		{AuditRetention: -time.Hour},
		{Latency: -time.Second},
		{Addr: "0.0.0.0:0"},
		{Addr: ":0"},
		{Addr: "[::]:0"},
		{Addr: "192.0.2.1:0"},
		{Addr: "127.0.0.1"},
		{Addr: "example.com:0"},
	} {
		if s, err := Start(options); err == nil {
			s.Close()
			t.Errorf("%+v is accepted", options)
		}
	}
}

// Extra fields are in problems and pages too, and add no second number to a count.
func TestOptions_extraFieldsAreInEveryObject(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{ExtraFields: true})

	if answer := call(t, s, "GET", "/users/absent", ""); answer.json["xList"] == nil || answer.json["detail"] != "User not found" {
		t.Errorf("the problem is %s", answer.raw)
	}

	page, _ := call(t, s, "GET", "/users", "").json["page"].(map[string]any)
	if page["xUnknown"] == nil || page["totalElements"] != 4.0 {
		t.Errorf("the page is %v", page)
	}

	numbers := 0

	for _, value := range call(t, s, "GET", "/users/ada/sessions/count", "").json {
		if _, isNumber := value.(float64); isNumber {
			numbers++
		}
	}

	if numbers != 1 {
		t.Errorf("the count has %d numbers", numbers)
	}
}
