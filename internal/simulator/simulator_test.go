package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const uuid = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

// start starts a server that ends with the test.
func start(t *testing.T, options Options) *Server {
	t.Helper()

	server, err := Start(options)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)

	return server
}

// got is an answer.
type got struct {
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// ask sends a request as the administrator.
func ask(t *testing.T, s *Server, method, path, body string) got {
	t.Helper()

	return askAs(t, s, s.AdminToken(), method, path, body)
}

func askAs(t *testing.T, s *Server, token, method, path, body string) got {
	t.Helper()

	answer, err := try(t, s, token, method, path, body, nil)
	if err != nil {
		t.Fatal(err)
	}

	return answer
}

func try(t *testing.T, s *Server, token, method, path, body string, header http.Header) (got, error) {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/api/v2"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}

	request.Header = http.Header{"Api-Token": {token}, "Accept": {"application/hal+json"}}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}

	for name, values := range header {
		request.Header[name] = values
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return got{}, err
	}
	defer response.Body.Close() //nolint:errcheck // It is read whole.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return got{}, err
	}

	answer := got{status: response.StatusCode, header: response.Header, raw: string(content)}
	_ = json.Unmarshal(content, &answer.json)

	return answer, nil
}

func expectStatus(t *testing.T, answer got, status int) {
	t.Helper()

	if answer.status != status {
		t.Errorf("status %d, want %d: %s", answer.status, status, answer.raw)
	}
}

// usernames are those of the users on a page.
func usernames(t *testing.T, answer got) []string {
	t.Helper()
	expectStatus(t, answer, 200)

	embedded, _ := answer.json["_embedded"].(map[string]any)
	list, _ := embedded["items"].([]any)

	var values []string

	for _, item := range list {
		object, _ := item.(map[string]any)
		username, _ := object["username"].(string)
		values = append(values, username)
	}

	return values
}

// people fills a tenant with three users who have what filters are about.
func people(t *testing.T, options Options) *Server {
	t.Helper()

	s := start(t, options)
	s.RemoveUser("nobody")
	s.AddUser(User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	s.AddUser(User{Username: "grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true, APIToken: "x-1234"})
	s.AddUser(User{Username: "alan", Email: "alan@other.org", FirstName: "Alan", LastName: "Turing"})

	return s
}

func TestFilterAndSort(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})

	for _, test := range []struct{ filter, sort, want string }{
		{"", "", "admin ada grace alan"},
		{"", "username", "ada admin alan grace"},
		{"", "username,desc", "grace alan admin ada"},
		{"", "enabled,desc username,asc", "ada admin grace alan"},
		{"'username'='ada'", "", "ada"},
		{"'username'<>'ada'", "", "admin grace alan"},
		{"'username'>'alan'", "", "grace"},
		{"'username'>='alan'", "", "grace alan"},
		{"'username'<'admin'", "", "ada"},
		{"'username'<='admin'", "", "admin ada"},
		{"'email'~'EXAMPLE.com'", "", "ada grace"},
		{"'username'IN'ada,alan,nobody'", "", "ada alan"},
		{"'enabled'='true'", "", "admin ada grace"},
		{"'apiToken'=NULL", "", "ada alan"},
		{"'apiToken'<>NULL", "", "admin grace"},
		{"'username'='ada':OR:'username'='alan':AND:'enabled'='true'", "", "ada"},
		{"('username'='ada':OR:'username'='alan'):AND:'enabled'='false'", "", "alan"},
		{"('username'='ada')", "", "ada"},
		{"'username'='o'", "", ""},
		{"'username'='q'é'", "", "400"},
		{"username='ada'", "", "400"},
		{"'username'=ada", "", "400"},
		{"'username'='ada", "", "400"},
		{"'nickname'='ada'", "", "400"},
		{"('username'='ada'", "", "400"},
		{"'username'='ada')", "", "400"},
		{"'username'='ada':AND:", "", "400"},
		{"", "nickname", "400"},
		{"", "username,up", "400"},
	} {
		query := url.Values{}
		if test.filter != "" {
			query.Set("filter", test.filter)
		}

		for criterion := range strings.FieldsSeq(test.sort) {
			query.Add("sort", criterion)
		}

		answer := ask(t, s, "GET", "/users?"+query.Encode(), "")

		if test.want == "400" {
			expectStatus(t, answer, 400)
		} else if names := strings.Join(usernames(t, answer), " "); names != test.want {
			t.Errorf("filter %q, sort %q: %q, want %q", test.filter, test.sort, names, test.want)
		}
	}

	expectStatus(t, ask(t, s, "GET", "/users?filter=&filter=", ""), 400)
}

func TestPages(t *testing.T) {
	t.Parallel()

	s := start(t, Options{PageCap: 7, OmitEmptyEmbedded: true})
	s.Seed(19, 0, 0)

	all := make(map[string]bool)

	for page, size := range []int{7, 7, 6, 0} {
		answer := ask(t, s, "GET", "/users?size=1000&page="+strconv.Itoa(page), "")
		names := usernames(t, answer)

		if len(names) != size {
			t.Errorf("page %d has %d items, want %d", page, len(names), size)
		}

		for _, name := range names {
			all[name] = true
		}

		meta, _ := answer.json["page"].(map[string]any)
		if meta["size"] != 7.0 || meta["totalPages"] != 3.0 || meta["totalElements"] != 20.0 || meta["number"] != float64(page) {
			t.Errorf("page %d says %v", page, meta)
		}

		if _, embedded := answer.json["_embedded"]; embedded != (size > 0) {
			t.Errorf("page %d: _embedded is there: %t", page, embedded)
		}

		links, _ := answer.json["_links"].(map[string]any)
		if _, next := links["next"]; next != (page < 2) {
			t.Errorf("page %d: there is a next one: %t", page, next)
		}
	}

	if len(all) != 20 {
		t.Errorf("the pages hold %d users", len(all))
	}

	for _, bad := range []string{"page=-1", "page=x", "size=0", "size=x"} {
		expectStatus(t, ask(t, s, "GET", "/users?"+bad, ""), 400)
	}

	wide := start(t, Options{})
	wide.Seed(30, 0, 0)

	if names := usernames(t, ask(t, wide, "GET", "/users", "")); len(names) != 20 {
		t.Errorf("a page has %d items when no size is asked for", len(names))
	}
}

// Every operation exists, with its method only, and answers in its own shape.
func TestOperations(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	role, unit := s.AddRole("ROLE_READ_ONLY"), s.AddBusinessUnit("pay", "Payments")
	s.UpdateUser("ada", func(u *User) { u.Sessions = 2 })

	called := make(map[string]bool)
	expect := func(operation, method, path, body string, status int, holds string) {
		t.Helper()

		called[operation] = true
		before := s.Count(operation)
		answer := ask(t, s, method, path, body)

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
	expect("get_roles", "GET", "/roles", "", 200, "ROLE_READ_ONLY")
	expect("get_role", "GET", "/roles/"+role.ID, "", 200, "ROLE_READ_ONLY")
	expect("get_business_units", "GET", "/business-units", "", 200, "Payments")
	expect("get_business_units_summary", "GET", "/business-units/summary", "", 200, "Payments")
	expect("get_business_unit", "GET", "/business-units/"+unit.ID, "", 200, `"referenceId":"pay"`)
	expect("create_business_unit", "POST", "/business-units", `{"referenceId":"r","name":"n","description":"d"}`, 200, `"description":"d"`)
	expect("update_business_unit", "PUT", "/business-units/"+unit.ID, `{"referenceId":"r","name":"n"}`, 200, `"description":""`)
	expect("delete_business_unit", "DELETE", "/business-units/"+unit.ID, "", 200, "")
	expect("get_global_permissions", "GET", "/roles/global-permissions", "", 200, `"name":"ROLES_UPDATE"`)
	expect("get_project_permissions", "GET", "/roles/project-permissions", "", 200, `"name":"RISK_VIEW"`)
	expect("create_role", "POST", "/roles", `{"name":"Auditors","description":"d"}`, 200, `"name":"Auditors"`)
	expect("update_role", "PUT", "/roles/"+role.ID, `{"name":"Readers"}`, 200, `"description":"","id":"`+role.ID)
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

// What the API does not document is refused.
func TestStrictness(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})

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
		{"GET", "/users/nobody", "", nil, 404},
		{"POST", "/roles", `{"description":"x"}`, nil, 400},
		{"POST", "/roles", `{"name":""}`, nil, 400},
		{"PUT", "/roles/" + uuid, `{"name":"x"}`, nil, 404},
		{"DELETE", "/roles/" + uuid, "", nil, 404},
		{"DELETE", "/roles/global-permissions", "", nil, 400},
	} {
		answer, err := try(t, s, s.AdminToken(), test.method, test.path, test.body, test.header)
		if err != nil {
			t.Fatal(err)
		}

		expectStatus(t, answer, test.status)

		if answer.header.Get("Content-Type") != "application/problem+json" || answer.json["status"] != float64(test.status) {
			t.Errorf("%s %s: %s", test.method, test.path, answer.raw)
		}
	}
}

func TestCreateRules(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 409} {
		s := people(t, Options{DuplicateStatus: status})
		create := func(username, email, password string) got {
			body, err := json.Marshal(map[string]string{"username": username, "email": email, "firstName": "F", "lastName": "L", "password": password})
			if err != nil {
				t.Fatal(err)
			}

			return ask(t, s, "POST", "/users", string(body))
		}

		expectStatus(t, create("ADA", "free@example.com", "correct-Horse7-battery"), status)
		expectStatus(t, create("free", "ADA@example.com", "correct-Horse7-battery"), status)

		for _, weak := range []string{"Sh0rt!", "no-upper-case-1", "NO-LOWER-CASE-1", "NoSpecialCharacter1", "Password12345!", "Free-and-easy-1", "-------------!"} {
			answer := create("free", "free@example.com", weak)
			expectStatus(t, answer, 400)

			if strings.Contains(answer.raw, weak) {
				t.Errorf("the answer repeats the password: %s", answer.raw)
			}
		}

		expectStatus(t, create("free", "free@example.com", "correct-Horse7-battery"), 200)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	unit, other, role := s.AddBusinessUnit("pay", "Payments"), s.AddBusinessUnit("mob", "Mobile"), s.AddRole("ROLE_READ_ONLY")
	s.JoinBusinessUnit("ada", unit.ID)

	manager := s.AddCaller("manager", permUnitUsers)
	s.JoinBusinessUnit("manager", unit.ID)

	nobody := s.AddCaller("nobody")
	disabled := s.AddCaller("disabled", permAllUsers)
	s.UpdateUser("disabled", func(u *User) { u.Enabled = false })

	for _, test := range []struct {
		token, method, path string
		status              int
	}{
		{"", "GET", "/info", 401},
		{"wrong", "GET", "/info", 401},
		{disabled, "GET", "/info", 401},
		{nobody, "GET", "/info", 200},
		{nobody, "GET", "/users/summary", 200},
		{nobody, "GET", "/user-profile", 200},
		{nobody, "GET", "/user-profile/permissions", 200},
		{nobody, "GET", "/users", 403},
		{nobody, "GET", "/users/ada", 403},
		{nobody, "DELETE", "/users/ada", 403},
		{nobody, "GET", "/roles", 403},
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
		answer := askAs(t, s, test.token, test.method, test.path, "")
		if answer.status != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, answer.status, test.status)
		}
	}

	if names := usernames(t, askAs(t, s, manager, "GET", "/users?sort=username", "")); !slices.Equal(names, []string{"ada", "manager"}) {
		t.Errorf("the manager sees %q", names)
	}

	s.SetAPIEnabled(false)
	expectStatus(t, ask(t, s, "GET", "/info", ""), 401)
}

// A user has one token; another one ends it, and so does deleting the user.
func TestTokens(t *testing.T) {
	t.Parallel()

	for _, part := range []HintPart{HintTail, HintHead} {
		s := people(t, Options{TokenField: "token", HintFrom: part})
		first, _ := ask(t, s, "POST", "/users/ada/api-token/generate", "").json["token"].(string)
		expectStatus(t, askAs(t, s, first, "GET", "/info", ""), 200)

		second, _ := ask(t, s, "POST", "/users/ada/api-token/generate", "").json["token"].(string)
		expectStatus(t, askAs(t, s, first, "GET", "/info", ""), 401)
		expectStatus(t, askAs(t, s, second, "GET", "/info", ""), 200)

		hint := second[len(second)-4:]
		if part == HintHead {
			hint = second[:4]
		}

		if answer := ask(t, s, "GET", "/users/ada", ""); !strings.Contains(answer.raw, `"hint":"`+hint+`"`) || s.Hint("ada") != hint || strings.Contains(answer.raw, second) {
			t.Errorf("hint %q is not in %s", hint, answer.raw)
		}

		expectStatus(t, ask(t, s, "DELETE", "/users/ada", ""), 200)
		expectStatus(t, askAs(t, s, second, "GET", "/info", ""), 401)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()

	for shape, holds := range map[NoTokenShape]string{NoTokenAbsent: `{"_links"`, NoTokenNull: `"apiToken":null`, NoTokenEmpty: `"apiToken":{"_links"`} {
		answer := ask(t, people(t, Options{NoToken: shape}), "GET", "/users/ada", "")
		if !strings.Contains(answer.raw, holds) || strings.Contains(answer.raw, "hint") {
			t.Errorf("shape %d: %s", shape, answer.raw)
		}
	}

	const update = `{"email":"x@example.com","firstName":"F","lastName":"L"}`

	for _, status := range []int{201, 204} {
		s := people(t, Options{WriteStatus: status})
		answer := ask(t, s, "PUT", "/users/ada", update)
		expectStatus(t, answer, status)
		expectStatus(t, ask(t, s, "POST", "/users/ada/disable", ""), status)

		if (answer.raw == "") != (status == 204) {
			t.Errorf("%d with %q", status, answer.raw)
		}
	}

	if answer := ask(t, people(t, Options{EmptyWriteBodies: true}), "PUT", "/users/ada", update); answer.status != 200 || answer.raw != "" {
		t.Errorf("an empty body is %q", answer.raw)
	}

	if answer := ask(t, people(t, Options{ExtraFields: true}), "GET", "/users", ""); strings.Count(answer.raw, "xUnknown") < 5 {
		t.Errorf("unknown fields are missing in %s", answer.raw)
	}

	expectStatus(t, ask(t, people(t, Options{FoldUsernames: true}), "GET", "/users/ADA", ""), 200)

	for _, status := range []int{200, 400, 409} {
		s := people(t, Options{DuplicateMembership: status, MissingMembership: status})
		role := s.AddRole("ROLE_READ_ONLY")

		expectStatus(t, ask(t, s, "DELETE", "/users/ada/roles/"+role.ID, ""), status)
		expectStatus(t, ask(t, s, "POST", "/users/ada/roles/"+role.ID, ""), 200)
		expectStatus(t, ask(t, s, "POST", "/users/ada/roles/"+role.ID, ""), status)
	}

	expectStatus(t, ask(t, people(t, Options{LoginType: "saml"}), "POST", "/users/invite", `{"email":"a@example.com"}`), 400)

	if _, err := Start(Options{Addr: "0.0.0.0:0"}); err == nil {
		t.Error("it listens beyond loopback")
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	disable := func() (got, error) { return try(t, s, s.AdminToken(), "POST", "/users/ada/disable", "", nil) }
	enabled := func() bool { user, _ := s.User("ada"); return user.Enabled }
	expect := func(fault Fault, status int, acts bool) {
		t.Helper()

		s.UpdateUser("ada", func(u *User) { u.Enabled = true })
		s.Inject(fault)

		answer, err := disable()
		if (err != nil) != (status == 0) || (err != nil && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF)) || answer.status != status {
			t.Errorf("%+v: %d, %v", fault, answer.status, err)
		}

		if enabled() == acts {
			t.Errorf("%+v: acted: %t", fault, !acts)
		}

		if fault.RetryAfter != answer.header.Get("Retry-After") || fault.Location != answer.header.Get("Location") {
			t.Errorf("%+v: headers %v", fault, answer.header)
		}
	}

	expect(Fault{Operation: "disable_user", Status: 503, RetryAfter: "7"}, 503, false)
	expect(Fault{Kind: FaultReset}, 0, false)
	expect(Fault{Kind: FaultLostAnswer}, 0, true)
	expect(Fault{Kind: FaultActThenStatus, Status: 502}, 502, true)
	expect(Fault{Kind: FaultBody, Status: 200, Body: []byte("<html>"), ContentType: "text/html"}, 200, false)
	expect(Fault{Kind: FaultStatus, Status: 418, Location: "/elsewhere"}, 418, false)
	expect(Fault{Kind: FaultSlow, Delay: time.Millisecond}, 200, true)
	expect(Fault{Username: "ADA"}, 500, false)

	if s.PendingFaults() != 0 {
		t.Errorf("%d faults are left", s.PendingFaults())
	}

	// The second request of two fails, and then every other user's is left alone.
	s.Inject(Fault{Operation: "disable_user", Username: "ada", Nth: 2, Times: -1})

	for _, status := range []int{200, 500, 500} {
		answer, _ := disable()
		expectStatus(t, answer, status)
	}

	expectStatus(t, ask(t, s, "POST", "/users/grace/disable", ""), 200)
	s.ClearFaults()

	answer, _ := disable()
	expectStatus(t, answer, 200)

	s.Inject(Fault{Kind: FaultEchoBody, Status: 400})

	if answer := ask(t, s, "POST", "/users", `{"password":"hush"}`); !strings.Contains(answer.raw, "hush") {
		t.Errorf("the body is not echoed: %s", answer.raw)
	}
}

func TestJournalAndHooks(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	s.OnRequest("get_user", func(info RequestInfo) {
		if info.Username == "ada" {
			s.RemoveUser("ada")
		}
	})

	expectStatus(t, ask(t, s, "GET", "/users/ada", ""), 404)
	expectStatus(t, ask(t, s, "POST", "/users", `{"username":"new"}`), 400)

	journal := s.Journal()
	if len(journal) != 2 || journal[0].Operation != "get_user" || journal[0].Status != 404 || journal[0].Caller != "admin" ||
		journal[1].Username != "new" || string(journal[1].Body) != `{"username":"new"}` || len(s.Writes()) != 1 {
		t.Errorf("the journal is %+v", journal)
	}

	s.ResetJournal()

	if len(s.Journal()) != 0 {
		t.Error("the journal was not forgotten")
	}
}

// Writes to one user that overlap are refused; to different users they go side by side.
func TestOverlappingWrites(t *testing.T) {
	t.Parallel()

	s := people(t, Options{FailOverlappingWrites: true})

	end, clash := s.writes.begin("ADA")
	if clash {
		t.Error("the first write clashes")
	}

	expectStatus(t, ask(t, s, "POST", "/users/ada/disable", ""), 409)
	expectStatus(t, ask(t, s, "POST", "/users/grace/disable", ""), 200)
	end()
	expectStatus(t, ask(t, s, "POST", "/users/ada/disable", ""), 200)

	if s.OverlappingWrites() != 1 {
		t.Errorf("%d overlaps", s.OverlappingWrites())
	}
}

// The tenant stands many requests at once.
func TestConcurrency(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	s.Seed(100, 5, 5)

	var group sync.WaitGroup

	for i, user := range s.Users() {
		if user.Username == adminName {
			continue
		}

		group.Go(func() {
			path := "/users/" + url.PathEscape(user.Username)
			expectStatus(t, ask(t, s, "GET", path, ""), 200)
			expectStatus(t, ask(t, s, "POST", path+"/disable", ""), 200)
			s.UpdateUser(user.Username, func(u *User) { u.Sessions = i })
			_ = s.Journal()
		})
	}

	group.Wait()

	if s.MaxConcurrent() < 1 {
		t.Error("nothing was under way")
	}
}
