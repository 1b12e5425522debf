package simulator

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What a test holds and what the server holds are never the same memory.
func TestTenantSharesNothing(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	first, second, third := s.AddRole("A").ID, s.AddRole("B").ID, s.AddRole("C").ID

	shared := append(make([]string, 0, 8), first)
	s.AddUser(User{Username: "ada", RoleIDs: shared})
	s.AddUser(User{Username: "grace", RoleIDs: shared})
	s.GrantRole("ada", second)
	s.GrantRole("grace", third)

	var kept *User

	s.UpdateUser("ada", func(u *User) { kept = u })
	kept.Enabled, kept.RoleIDs[0] = true, "spoilt"
	held, _ := s.User("grace")
	held.RoleIDs[0] = "spoilt"

	ada, _ := s.User("ada")
	grace, _ := s.User("grace")

	if ada.Enabled || !reflect.DeepEqual(ada.RoleIDs, []string{first, second}) || !reflect.DeepEqual(grace.RoleIDs, []string{first, third}) {
		t.Errorf("ada is %+v, grace %+v", ada, grace)
	}
}

// Behind the provider's back two people may have one e-mail address; it is free once neither has it.
func TestEmails(t *testing.T) {
	t.Parallel()

	s := start(t, Options{LenientProfiles: true})
	s.AddUser(User{Username: "a", Email: "Same@example.com"})
	s.AddUser(User{Username: "b", Email: "same@example.com"})

	const body = `{"username":"c","email":"SAME@example.com","firstName":"F","lastName":"L"}`

	s.RemoveUser("b")
	expectStatus(t, ask(t, s, "POST", "/users", body), 400)
	expectStatus(t, ask(t, s, "PUT", "/users/a", `{"email":"same@example.com"}`), 200)
	expectStatus(t, ask(t, s, "POST", "/users/invite", `{"email":"SAME@example.com"}`), 400)
	expectStatus(t, ask(t, s, "PUT", "/users/a", `{}`), 200)

	invitation := s.AddInvitation("same@example.com")
	expectStatus(t, ask(t, s, "POST", "/users", body), 200)
	expectStatus(t, ask(t, s, "POST", "/users/invitations/"+invitation.ID+"/accept", `{"username":"d","firstName":"F","lastName":"L","password":"correct-Horse7-battery"}`), 400)
	expectStatus(t, ask(t, s, "PUT", "/users/admin", `{"email":""}`), 200)
}

func TestMistakesPanic(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})

	for name, mistake := range map[string]func(){
		"add":    func() { s.AddUser(User{Username: "ADA"}) },
		"rename": func() { s.UpdateUser("ada", func(u *User) { u.Username = "Grace" }) },
		"update": func() { s.UpdateUser("absent", func(*User) {}) },
		"rotate": func() { s.RotateToken("absent") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			mistake()
		}()
	}

	// The server goes on after each, and a rename to another case is none.
	s.UpdateUser("ada", func(u *User) { u.Username = "Ada" })
	expectStatus(t, ask(t, s, "GET", "/users/Ada", ""), 200)
	expectStatus(t, ask(t, s, "GET", "/users/ada", ""), 404)
}

// Everything a test can do behind the provider's back shows at once.
func TestBehindTheBack(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	role, unit := s.AddRole("ROLE_READ_ONLY"), s.AddBusinessUnit("pay", "Payments")

	expect := func(path, holds string, want bool) {
		t.Helper()

		if answer := ask(t, s, "GET", path, ""); answer.status != 200 || strings.Contains(answer.raw, holds) != want {
			t.Errorf("%s: %s", path, answer.raw)
		}
	}

	s.GrantRole("ada", role.ID)
	s.JoinBusinessUnit("ada", unit.ID)
	expect("/users/ada/roles", role.ID, true)
	expect("/users/ada/business-units", unit.ID, true)
	expect("/business-units/"+unit.ID+"/users", `"ada"`, true)

	s.RevokeRole("ada", role.ID)
	s.LeaveBusinessUnit("ada", unit.ID)
	expect("/users/ada/roles", role.ID, false)
	expect("/users/ada/business-units", unit.ID, false)

	s.GrantRole("ada", role.ID)
	s.RemoveRole(role.ID)
	expect("/users/ada/roles", role.ID, false)
	expectStatus(t, ask(t, s, "GET", "/roles/"+role.ID, ""), 404)

	token := s.RotateToken("ada")
	expectStatus(t, askAs(t, s, token, "GET", "/info", ""), 200)
	expect("/users/ada", `"hint":"`+s.Hint("ada")+`"`, true)
	s.DeleteToken("ada")
	expectStatus(t, askAs(t, s, token, "GET", "/info", ""), 401)
	expect("/users/ada", "hint", false)
	expectStatus(t, ask(t, s, "DELETE", "/users/ada/api-token", ""), 404)

	expectStatus(t, ask(t, s, "POST", "/users/ada/reset-password-email/send", ""), 200)

	if mails := s.Mails(); !reflect.DeepEqual(mails, map[string]int{"ada": 1}) {
		t.Errorf("the mails are %v", mails)
	}

	admin := s.AdminToken()
	s.RemoveUser("admin")
	expectStatus(t, askAs(t, s, admin, "GET", "/info", ""), 401)

	if s.AdminToken() != "" {
		t.Error("the administrator is still there")
	}
}

// The same numbers give the same tenant, but for its tokens, and seeding again adds to it.
func TestSeed(t *testing.T) {
	t.Parallel()

	first, second := start(t, Options{}), start(t, Options{})
	first.Seed(50, 20, 10)
	second.Seed(50, 20, 10)

	if !reflect.DeepEqual(first.Users()[1:], second.Users()[1:]) || !reflect.DeepEqual(first.Roles(), second.Roles()) || !reflect.DeepEqual(first.BusinessUnits(), second.BusinessUnits()) {
		t.Error("two seeds differ")
	}

	counts := make(map[string]int)

	for _, user := range first.Users() {
		counts["roles"] = max(counts["roles"], len(user.RoleIDs))
		counts["units"] = max(counts["units"], len(user.BusinessUnitIDs))

		if !user.Enabled {
			counts["disabled"]++
		}
	}

	if counts["roles"] != 3 || counts["units"] != 2 || counts["disabled"] == 0 || len(first.Roles()) != 20 || len(first.BusinessUnits()) != 10 {
		t.Errorf("the seed has %v", counts)
	}

	first.Seed(50, 0, 0)

	usernames := make(map[string]bool)
	for _, user := range first.Users() {
		usernames[user.Username] = true
	}

	if len(usernames) != 101 {
		t.Errorf("there are %d users", len(usernames))
	}
}

func TestOptionsOfMemberships(t *testing.T) {
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
		s := people(t, test.options)

		for _, path := range []string{"/users/ada/roles/" + s.AddRole("ROLE_READ_ONLY").ID, "/users/ada/business-units/" + s.AddBusinessUnit("pay", "Payments").ID} {
			expectStatus(t, ask(t, s, "DELETE", path, ""), test.missing)
			expectStatus(t, ask(t, s, "POST", path, ""), test.add)
			expectStatus(t, ask(t, s, "POST", path, ""), test.again)
		}
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	t.Parallel()

	for _, options := range []Options{
		{WriteStatus: 202},
		{PageCap: -1},
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

// With all fields unknown to clients, problems and pages have them too; the one number of a count stays the only one.
func TestExtraFieldsAreEverywhere(t *testing.T) {
	t.Parallel()

	s := people(t, Options{ExtraFields: true})

	if answer := ask(t, s, "GET", "/users/absent", ""); answer.json["xList"] == nil || answer.json["detail"] != "User not found" {
		t.Errorf("the problem is %s", answer.raw)
	}

	page, _ := ask(t, s, "GET", "/users", "").json["page"].(map[string]any)
	if page["xUnknown"] == nil || page["totalElements"] != 4.0 {
		t.Errorf("the page is %v", page)
	}

	numbers := 0

	for _, value := range ask(t, s, "GET", "/users/ada/sessions/count", "").json {
		if _, isNumber := value.(float64); isNumber {
			numbers++
		}
	}

	if numbers != 1 {
		t.Errorf("the count has %d numbers", numbers)
	}
}

// The log has every request, whatever became of it, and no secret.
func TestLog(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	s := people(t, Options{Log: &log})
	token := s.AdminToken()

	ask(t, s, "PUT", "/users/ada", `{"email":"ada@example.com","firstName":"A","lastName":"L","password":"correct-Horse7-battery"}`)
	askAs(t, s, "wrong-token", "GET", "/users/a%0Ab?page=1", "")
	s.Inject(Fault{Kind: FaultReset})

	if _, err := try(t, s, token, "POST", "/users/ada/enable", "", nil); err == nil {
		t.Error("the connection was not reset")
	}

	s.Close()

	if want := "PUT /api/v2/users/ada 200 admin\nGET /api/v2/users/a%0Ab?page=1 401 \nPOST /api/v2/users/ada/enable 0 \n"; log.String() != want {
		t.Errorf("the log is %q, want %q", log.String(), want)
	}
}

// What the journal gives away is the reader's own, and says how a request came.
func TestJournalEntries(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})

	var seen []string

	s.OnRequest("", func(info RequestInfo) { seen = append(seen, info.Operation) })
	ask(t, s, "PUT", "/users/a%2Fb?x=%20", `{"email":"e"}`)
	ask(t, s, "GET", "/nothing", "")

	entries := s.Journal()
	entries[0].Body[0], entries[0].Header["Api-Token"] = 'x', nil

	entry := s.Journal()[0]
	if entry.Operation != "update_user" || entry.Path != "/api/v2/users/a%2Fb" || entry.Query != "x=%20" || entry.Username != "a/b" || entry.Status != 404 ||
		string(entry.Body) != `{"email":"e"}` || entry.Header.Get("Api-Token") != s.AdminToken() || !strings.HasPrefix(entry.UserAgent, "Go-http-client") && entry.UserAgent != "" {
		t.Errorf("the entry is %+v", entry)
	}

	if !reflect.DeepEqual(seen, []string{"update_user", ""}) || s.Count("update_user") != 1 || len(s.Writes()) != 1 {
		t.Errorf("the hook saw %q", seen)
	}
}
