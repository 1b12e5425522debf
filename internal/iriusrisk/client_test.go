package iriusrisk

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	token  = "0a1b2c3d-token-of-the-caller"
	roleID = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
	odd    = `o d/d?x#y%z+w@q'é`
	ada    = `{"id":"1","username":"ada","email":"ada@example.com","firstName":"Ada","lastName":"Lovelace","enabled":true,"passwordExpired":false}`
)

// seen is a request as a server saw it.
type seen struct {
	method, path, query string
	header              http.Header
	body                string
}

// server answers with a handler and notes the requests.
type server struct {
	*httptest.Server

	mu       sync.Mutex
	requests []seen
}

func (s *server) all() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()

	return slices.Clone(s.requests)
}

func serve(t *testing.T, handler http.HandlerFunc) *server {
	t.Helper()

	s := &server{}
	s.Server = httptest.NewServer(s.noting(handler))
	t.Cleanup(s.Close)

	return s
}

func (s *server) noting(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}

		s.mu.Lock()
		s.requests = append(s.requests, seen{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Clone(), string(body)})
		s.mu.Unlock()

		handler(w, r)
	}
}

// answers is a handler that always answers the same.
func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// connect returns a client of a server, with waits that do not hold a test up.
func connect(t *testing.T, address string, change func(*Config)) *Client {
	t.Helper()

	endpoint, err := ParseEndpoint(address)
	if err != nil {
		t.Fatal(err)
	}

	config := Config{Endpoint: endpoint, APIToken: token, UserAgent: "test", RetryWaitMin: time.Microsecond, RetryWaitMax: 2 * time.Microsecond}
	if change != nil {
		change(&config)
	}

	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}

	return client
}

func pageOf(items string, number, size, totalPages, totalElements int) string {
	encoded, _ := json.Marshal(map[string]any{
		"_embedded": map[string]any{"items": json.RawMessage("[" + items + "]")},
		"page":      map[string]int{"number": number, "size": size, "totalPages": totalPages, "totalElements": totalElements},
	})

	return string(encoded)
}

// Every operation sends its documented method, path and body, with the headers that all have in common.
func TestOperations_onTheWire(t *testing.T) {
	t.Parallel()

	secret := "secret"
	expired := true
	role := `{"id":"` + roleID + `","name":"ROLE_READ_ONLY"}`

	type operation struct {
		name, method, path, query, body, answer string

		call func(c *Client) (any, error)
	}

	user := "/api/v2/users/o%20d%2Fd%3Fx%23y%25z+w@q%27%C3%A9"
	oddUser := strings.Replace(ada, `"ada"`, `"`+odd+`"`, 1)
	listed := "page=0&size=1000&sort=name%2Casc"
	listedUsers := "page=0&size=1000&sort=username%2Casc"
	void := func(do func() error) (any, error) { return nil, do() }

	operations := []operation{
		{"create_user", "POST", "/api/v2/users", "", `{"username":"ada","email":"ada@example.com","firstName":"Ada","lastName":"Lovelace","password":"secret","passwordExpired":true}`, ada, func(c *Client) (any, error) {
			return c.CreateUser(t.Context(), CreateUserRequest{"ada", "ada@example.com", "Ada", "Lovelace", &secret, &expired})
		}},
		{"get_user", "GET", user, "", "", oddUser, func(c *Client) (any, error) { return c.GetUser(t.Context(), odd) }},
		{"update_user", "PUT", user, "", `{"email":"e","firstName":"f","lastName":"l","passwordExpired":true,"password":"secret"}`, oddUser, func(c *Client) (any, error) {
			return c.UpdateUser(t.Context(), odd, UpdateUserRequest{"e", "f", "l", &expired, &secret})
		}},
		{"delete_user", "DELETE", user, "", "", "", func(c *Client) (any, error) { return void(func() error { return c.DeleteUser(t.Context(), odd) }) }},
		{"get_users", "GET", "/api/v2/users", "filter=%27username%27%3D%27ada%27&page=0&size=1000&sort=email%2Cdesc&sort=username", "", pageOf(ada, 0, 20, 1, 1), func(c *Client) (any, error) {
			return c.ListUsers(t.Context(), ListOptions{"'username'='ada'", []string{"email,desc", "username"}})
		}},
		{"get_all_users_summary", "GET", "/api/v2/users/summary", listedUsers, "", pageOf(ada, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListUsersSummary(t.Context(), ListOptions{}) }},
		{"enable_user", "POST", user + "/enable", "", "", "", func(c *Client) (any, error) { return void(func() error { return c.EnableUser(t.Context(), odd) }) }},
		{"disable_user", "POST", user + "/disable", "", "", "", func(c *Client) (any, error) { return void(func() error { return c.DisableUser(t.Context(), odd) }) }},
		{"get_user_roles", "GET", user + "/roles", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListUserRoles(t.Context(), odd, ListOptions{}) }},
		{"add_user_role", "POST", user + "/roles/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.AddUserRole(t.Context(), odd, roleID) })
		}},
		{"delete_user_role", "DELETE", user + "/roles/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserRole(t.Context(), odd, roleID) })
		}},
		{"get_user_business_units", "GET", user + "/business-units", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListUserBusinessUnits(t.Context(), odd, ListOptions{}) }},
		{"add_user_business_unit", "POST", user + "/business-units/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.AddUserBusinessUnit(t.Context(), odd, roleID) })
		}},
		{"delete_business_units_users", "DELETE", user + "/business-units/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserBusinessUnit(t.Context(), odd, roleID) })
		}},
		{"generate_user_api_token", "POST", user + "/api-token/generate", "", "", `{"apiToken":"t"}`, func(c *Client) (any, error) { return c.GenerateUserAPIToken(t.Context(), odd) }},
		{"delete_user_api_token", "DELETE", user + "/api-token", "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserAPIToken(t.Context(), odd) })
		}},
		{"get_user_sessions_count_by_username", "GET", user + "/sessions/count", "", "", `{"count":3}`, func(c *Client) (any, error) { return c.CountUserSessions(t.Context(), odd) }},
		{"delete_user_sessions", "DELETE", user + "/sessions", "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserSessions(t.Context(), odd) })
		}},
		{"send_reset_password_email", "POST", user + "/reset-password-email/send", "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.SendResetPasswordEmail(t.Context(), odd) })
		}},
		{"get_user_avatar", "GET", user + "/avatar", "", "", `{"image":"x"}`, func(c *Client) (any, error) { return c.GetUserAvatar(t.Context(), odd) }},
		{"invite", "POST", "/api/v2/users/invite", "", `{"email":"ada@example.com"}`, "", func(c *Client) (any, error) {
			return void(func() error { return c.InviteUser(t.Context(), "ada@example.com") })
		}},
		{"get_invite", "GET", "/api/v2/users/invitations/" + roleID, "", "", `{"email":"ada@example.com","more":1}`, func(c *Client) (any, error) { return c.GetInvitation(t.Context(), roleID) }},
		{"accept_invite", "POST", "/api/v2/users/invitations/" + roleID + "/accept", "", `{"username":"ada","firstName":"f","lastName":"l","password":"secret"}`, ada, func(c *Client) (any, error) {
			return c.AcceptInvitation(t.Context(), roleID, AcceptInvitationRequest{"ada", "f", "l", secret})
		}},
		{"get_roles", "GET", "/api/v2/roles", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListRoles(t.Context(), ListOptions{}) }},
		{"get_role", "GET", "/api/v2/roles/" + roleID, "", "", role, func(c *Client) (any, error) { return c.GetRole(t.Context(), roleID) }},
		{"get_business_units", "GET", "/api/v2/business-units", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListBusinessUnits(t.Context(), ListOptions{}) }},
		{"get_business_units_summary", "GET", "/api/v2/business-units/summary", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListBusinessUnitsSummary(t.Context(), ListOptions{}) }},
		{"get_business_unit", "GET", "/api/v2/business-units/" + roleID, "", "", role, func(c *Client) (any, error) { return c.GetBusinessUnit(t.Context(), roleID) }},
		{"get_business_unit_users", "GET", "/api/v2/business-units/" + roleID + "/users", listedUsers, "", pageOf(`{"username":"ada"}`, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListBusinessUnitUsers(t.Context(), roleID, ListOptions{}) }},
		{"create_business_unit", "POST", "/api/v2/business-units", "", `{"referenceId":"r","name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.CreateBusinessUnit(t.Context(), BusinessUnitRequest{"r", "n", "d"})
		}},
		{"update_business_unit", "PUT", "/api/v2/business-units/" + roleID, "", `{"referenceId":"r","name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.UpdateBusinessUnit(t.Context(), roleID, BusinessUnitRequest{"r", "n", "d"})
		}},
		{"delete_business_unit", "DELETE", "/api/v2/business-units/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteBusinessUnit(t.Context(), roleID) })
		}},
		{"get_user_profile", "GET", "/api/v2/user-profile", "", "", ada, func(c *Client) (any, error) { return c.GetUserProfile(t.Context()) }},
		{"get_user_profile_permissions", "GET", "/api/v2/user-profile/permissions", "", "", `["API_ACCESS"]`, func(c *Client) (any, error) { return c.ListUserProfilePermissions(t.Context()) }},
		{"get_info", "GET", "/api/v2/info", "", "", `{"version":"4.47"}`, func(c *Client) (any, error) { return c.GetInfo(t.Context()) }},
	}

	covered := make(map[string]bool)

	for _, operation := range operations {
		covered[operation.name] = true

		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()

			for _, status := range []int{200, 201} {
				server := serve(t, answers(status, operation.answer))

				if _, err := operation.call(connect(t, server.URL, nil)); err != nil {
					t.Fatal(err)
				}

				wanted := seen{method: operation.method, path: operation.path, query: operation.query, body: operation.body}
				got := server.all()[0]
				header := got.header
				got.header = nil

				if got.method != wanted.method || got.path != wanted.path || got.query != wanted.query || got.body != wanted.body {
					t.Errorf("got  %+v\nwant %+v", got, wanted)
				}

				for name, value := range map[string]string{"Api-Token": token, "Accept": "application/hal+json", "User-Agent": "test"} {
					if header.Get(name) != value {
						t.Errorf("header %s is %q, want %q", name, header.Get(name), value)
					}
				}

				for name, values := range header {
					if name != "Api-Token" && strings.Contains(strings.Join(values, " "), token) {
						t.Errorf("the header %s holds the API token", name)
					}
				}

				if typed := header.Get("Content-Type") == "application/json"; typed != (operation.body != "") {
					t.Errorf("Content-Type is %q with the body %q", header.Get("Content-Type"), operation.body)
				}
			}
		})
	}

	for _, operation := range Operations() {
		if !covered[operation.Name] {
			t.Errorf("no case covers %s", operation.Name)
		}
	}

	if len(covered) != len(Operations()) {
		t.Errorf("%d cases, %d operations: %v", len(covered), len(Operations()), slices.Sorted(maps.Keys(covered)))
	}
}

// A write may answer without a body; a read may not.
func TestBodies_missing(t *testing.T) {
	t.Parallel()

	client := connect(t, serve(t, answers(204, "")).URL, nil)

	if user, err := client.CreateUser(t.Context(), CreateUserRequest{Username: "ada"}); user != nil || err != nil {
		t.Errorf("create: %v, %v", user, err)
	}

	if user, err := client.UpdateUser(t.Context(), "ada", UpdateUserRequest{}); user != nil || err != nil {
		t.Errorf("update: %v, %v", user, err)
	}

	expectError(t, second(client.GetUser(t.Context(), "ada")), "is empty")
	expectError(t, second(client.ListUserRoles(t.Context(), "ada", ListOptions{})), "is empty")
	expectError(t, second(client.GenerateUserAPIToken(t.Context(), "ada")), "is empty")
}

func second[T any](_ T, err error) error { return err }

func expectError(t *testing.T, err error, texts ...string) {
	t.Helper()

	if err == nil {
		t.Fatalf("there is no error, want one that says %q", texts)
	}

	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q does not say %q", err, text)
		}
	}
}

func TestGetUser_decoding(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		body, hint, fails string
		unknown           bool
	}{
		"no token":            {body: ada},
		"null token":          {body: withToken(`null`)},
		"token without hint":  {body: withToken(`{"_links":{}}`)},
		"empty hint":          {body: withToken(`{"hint":""}`)},
		"hint":                {body: withToken(`{"hint":"0a2e"}`), hint: "0a2e"},
		"empty hint, no link": {body: withToken(`{"hint":"","_links":{"deleteApiToken":null,"regenerateApiToken":{"href":"x"}}}`)},
		"links of odd shape":  {body: withToken(`{"_links":[]}`)},
		"link but no hint":    {body: withToken(`{"_links":{"deleteApiToken":{"href":"x"}}}`), unknown: true},
		"link but null hint":  {body: withToken(`{"hint":null,"_links":{"deleteApiToken":{"href":"x"}}}`), unknown: true},
		"link beside a hint":  {body: withToken(`{"hint":"0a2e","_links":{"deleteApiToken":{"href":"x"}}}`), hint: "0a2e"},
		"unknown fields":      {body: strings.Replace(ada, "{", `{"unknown":{"deep":[1,null]},`, 1)},
		"no id":               {body: `{"username":"ada"}`, fails: "lacks the field id"},
		"no username":         {body: `{"id":"1"}`, fails: "lacks the field username"},
		"another user":        {body: strings.Replace(ada, `"ada"`, `"grace"`, 1), fails: `is about the user "grace"`},
		"another case":        {body: strings.Replace(ada, `"ada"`, `"ADA"`, 1)},
		"a list":              {body: "[]", fails: "another shape"},
		"cut short":           {body: ada[:40], fails: "cut short"},
		"HTML":                {body: "\n<!DOCTYPE html><title>Sign in</title>", fails: "HTML page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			user, err := connect(t, serve(t, answers(200, test.body)).URL, nil).GetUser(t.Context(), "ada")
			if test.fails != "" {
				expectError(t, err, test.fails, "/api/v2/users/ada", "get_user")

				return
			}

			if err != nil {
				t.Fatal(err)
			}

			if *user.Email != "ada@example.com" || *user.FirstName != "Ada" || *user.LastName != "Lovelace" || !*user.Enabled || *user.PasswordExpired || user.ID != "1" {
				t.Errorf("got %+v", user)
			}

			if (user.APITokenHint == nil) != (test.hint == "") || (user.APITokenHint != nil && *user.APITokenHint != test.hint) {
				t.Errorf("hint is %v, want %q", user.APITokenHint, test.hint)
			}

			if user.APITokenUnknown != test.unknown {
				t.Errorf("the token is unknown: %t", user.APITokenUnknown)
			}
		})
	}
}

// withToken is ada with an apiToken.
func withToken(shape string) string { return strings.Replace(ada, "{", `{"apiToken":`+shape+`,`, 1) }

// A value of another type than the contract's is an error that names the field and both types, and not the value.
func TestAnswers_ofWrongTypes(t *testing.T) {
	t.Parallel()

	const hush = "1357924680"

	withField := func(field, value string) string {
		return fmt.Sprintf(`{"id":"1","username":"ada","name":"Ada",%q:%s}`, field, value)
	}
	getUser := func(c *Client) error { return second(c.GetUser(t.Context(), "ada")) }
	getRole := func(c *Client) error { return second(c.GetRole(t.Context(), roleID)) }
	getUnit := func(c *Client) error { return second(c.GetBusinessUnit(t.Context(), roleID)) }
	getInfo := func(c *Client) error { return second(c.GetInfo(t.Context())) }
	getInvitation := func(c *Client) error { return second(c.GetInvitation(t.Context(), roleID)) }
	listUsers := func(c *Client) error { return second(c.ListUsers(t.Context(), ListOptions{})) }
	listSummaries := func(c *Client) error { return second(c.ListUsersSummary(t.Context(), ListOptions{})) }
	listRoles := func(c *Client) error { return second(c.ListUserRoles(t.Context(), "ada", ListOptions{})) }
	countSessions := func(c *Client) error { return second(c.CountUserSessions(t.Context(), "ada")) }

	for _, test := range []struct {
		call                     func(c *Client) error
		body, found, field, want string
	}{
		{getUser, withField("id", hush), "a number", "id", "a string"},
		{getUser, withField("username", `["`+hush+`"]`), "an array", "username", "a string"},
		{getUser, withField("enabled", `"`+hush+`"`), "a string", "enabled", "a boolean"},
		{getUser, withField("enabled", hush), "a number", "enabled", "a boolean"},
		{getUser, withField("passwordExpired", `{"x":`+hush+`}`), "an object", "passwordExpired", "a boolean"},
		{getUser, withField("email", "true"), "a boolean", "email", "a string"},
		{getUser, withField("firstName", hush), "a number", "firstName", "a string"},
		{getUser, withField("lastName", "[]"), "an array", "lastName", "a string"},
		{getUser, withToken(`"` + hush + `"`), "a string", "apiToken", "an object"},
		{getUser, withToken(`[]`), "an array", "apiToken", "an object"},
		{getUser, withToken(`{"hint":` + hush + `}`), "a number", "apiToken.hint", "a string"},
		{getUser, withToken(`{"hint":["` + hush + `"]}`), "an array", "apiToken.hint", "a string"},
		{func(c *Client) error { return second(c.GetUserProfile(t.Context())) }, withField("enabled", `"true"`), "a string", "enabled", "a boolean"},
		{listUsers, pageOf(withField("enabled", `"true"`), 0, 20, 1, 1), "a string", "_embedded.items.enabled", "a boolean"},
		{listUsers, pageOf(withField("apiToken", `{"hint":`+hush+`}`), 0, 20, 1, 1), "a number", "_embedded.items.apiToken.hint", "a string"},
		{listUsers, pageOf(hush, 0, 20, 1, 1), "a number", "_embedded.items", "an object"},
		{listUsers, `{"page":{"number":0,"totalPages":"1","totalElements":1}}`, "a string", "page.totalPages", "a whole number"},
		{listSummaries, pageOf(withField("firstName", hush), 0, 20, 1, 1), "a number", "_embedded.items.firstName", "a string"},
		{listRoles, pageOf(withField("id", hush), 0, 20, 1, 1), "a number", "_embedded.items.id", "a string"},
		{getRole, withField("description", hush), "a number", "description", "a string"},
		{getUnit, withField("referenceId", hush), "a number", "referenceId", "a string"},
		{getInfo, `{"allowManageUsers":"true"}`, "a string", "allowManageUsers", "a boolean"},
		{getInvitation, withField("email", hush), "a number", "email", "a string"},
		{countSessions, `{"count":"` + hush + `","size":1}`, "a string", "count", "a whole number"},
		{countSessions, `{"count":1.5}`, "a number", "count", "a whole number"},
	} {
		err := test.call(connect(t, serve(t, answers(200, test.body)).URL, nil))
		expectError(t, err, "has "+test.found+" in the field "+test.field+", where "+test.want+" is expected")

		if _, invalid := errors.AsType[*AnswerError](err); !invalid {
			t.Errorf("%s: %T", test.body, err)
		}

		if err != nil && strings.Contains(err.Error(), hush) {
			t.Errorf("the error shows a value: %v", err)
		}
	}
}

// What the server does not report is nil, never a zero value.
func TestGetUser_notReportedIsNil(t *testing.T) {
	t.Parallel()

	user, err := connect(t, serve(t, answers(200, `{"id":"1","username":"ada","enabled":null,"email":null}`)).URL, nil).GetUser(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}

	if user.Email != nil || user.FirstName != nil || user.LastName != nil || user.Enabled != nil || user.PasswordExpired != nil || user.APITokenHint != nil {
		t.Errorf("got %+v", user)
	}
}

func TestGenerateUserAPIToken_fields(t *testing.T) {
	t.Parallel()

	for body, wanted := range map[string]string{
		`{"apiToken":"abc"}`: "abc", `{"token":"abc","x":1}`: "abc", `{"apiToken":{"hint":"x"},"token":"abc"}`: "abc",
		`{"secretValue":"hush"}`: "", `{"apiToken":""}`: "", `{"apiToken":{"value":"hush"}}`: "", `{}`: "",
	} {
		got, err := connect(t, serve(t, answers(200, body)).URL, nil).GenerateUserAPIToken(t.Context(), "ada")
		if got != wanted || (err == nil) != (wanted != "") {
			t.Errorf("%s: %q, %v", body, got, err)
		}

		if wanted == "" {
			expectError(t, err, "holds no token; its keys are")

			if strings.Contains(err.Error(), "hush") {
				t.Errorf("the error shows a value: %v", err)
			}
		}
	}
}

// A token that no request could carry is none, and is not shown.
func TestGenerateUserAPIToken_unusable(t *testing.T) {
	t.Parallel()

	for _, invalid := range []string{"  ", "hush\n", " hush", "hush hush", "hush\t", "hüsh", "hush\u0000"} {
		encoded, err := json.Marshal(map[string]string{"apiToken": invalid})
		if err != nil {
			t.Fatal(err)
		}

		_, err = connect(t, serve(t, answers(200, string(encoded))).URL, nil).GenerateUserAPIToken(t.Context(), "ada")
		expectError(t, err, "holds a token with white space")

		if err != nil && (strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "hüsh")) {
			t.Errorf("the error shows the token: %v", err)
		}

		if _, isAnswer := errors.AsType[*AnswerError](err); !isAnswer {
			t.Errorf("%q: %T", invalid, err)
		}
	}
}

func TestCountUserSessions_fields(t *testing.T) {
	t.Parallel()

	for body, wanted := range map[string]int64{`{"count":3,"other":4}`: 3, `{"tokens":2,"x":"y","n":null}`: 2, `{"a":1,"b":2}`: -1, `{"x":"3"}`: -1} {
		got, err := connect(t, serve(t, answers(200, body)).URL, nil).CountUserSessions(t.Context(), "ada")
		if (err == nil) != (wanted >= 0) || (err == nil && got != wanted) {
			t.Errorf("%s: %d, %v", body, got, err)
		}
	}
}

// What cannot be one segment of a path is refused without a request.
func TestSegments_refused(t *testing.T) {
	t.Parallel()

	server := serve(t, answers(200, ada))
	client := connect(t, server.URL, nil)

	for _, username := range []string{"", ".", "..", "a\x00b", "a\nb"} {
		expectError(t, second(client.GetUser(t.Context(), username)), "cannot be used in a path")
	}

	if len(server.all()) > 0 {
		t.Error("requests were made")
	}
}

func TestParseEndpoint(t *testing.T) {
	t.Parallel()

	for value, wanted := range map[string]string{
		"https://acme.iriusrisk.com":              "https://acme.iriusrisk.com",
		"https://acme.iriusrisk.com/":             "https://acme.iriusrisk.com",
		"https://acme.iriusrisk.com/api/v2":       "https://acme.iriusrisk.com",
		"https://acme.iriusrisk.com/api/v2/":      "https://acme.iriusrisk.com",
		"https://host:8443/prefix/api/v2//":       "https://host:8443/prefix",
		"http://localhost:8080":                   "http://localhost:8080",
		"acme.iriusrisk.com":                      "https://acme.iriusrisk.com",
		"localhost:8080":                          "https://localhost:8080",
		"https://[::1]:8080/a%2Fb":                "https://[::1]:8080/a%2Fb",
		"https://[fe80::1%25eth0]:8443/x/api/v2/": "https://[fe80::1%25eth0]:8443/x",
		"https://host/../x":                       "",
		"https://host/x/./y":                      "",
		"https://host/x/%2e%2E/api/v2":            "",
		"//host":                                  "",
		"":                                        "",
		"https://":                                "",
		"ftp://host":                              "",
		"https://user:hush@host":                  "",
		"user:hush@host":                          "",
		"https://host?x=hush":                     "",
		"https://host?":                           "",
		"https://host#":                           "",
		"https://host#hush":                       "",
		"http:/127.0.0.1:8080":                    "",
		"https:/host":                             "",
		"https://ho st":                           "",
		"https://host:port":                       "",
		"https://acme.iriusrisk.com/api/v2?hush=": "",
	} {
		endpoint, err := ParseEndpoint(value)
		if (err == nil) != (wanted != "") || (err == nil && endpoint.String() != wanted) {
			t.Errorf("%q: %v, %v; want %q", value, endpoint, err, wanted)
		}

		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: the error shows what may be secret: %v", value, err)
		}
	}
}

// The error of an endpoint says what is wrong with it.
func TestParseEndpoint_errors(t *testing.T) {
	t.Parallel()

	for value, wanted := range map[string]string{
		"//acme.iriusrisk.com": "scheme is missing", "https://": "no host name", "https:///x": "no host name", "https://host/..": ". or ..",
		"https://[fe80::1%eth0]": "not an address such as", "ftp://host": `"ftp", not https`, "https:/host": "a slash is missing", "https://host:99999": "0 to 65535",
	} {
		_, err := ParseEndpoint(value)
		expectError(t, err, wanted)
	}
}

func TestIsLoopback(t *testing.T) {
	t.Parallel()

	for address, wanted := range map[string]bool{
		"http://localhost": true, "http://LOCALHOST:80": true, "http://127.8.8.8": true, "http://[::1]:80": true,
		"http://10.0.0.1": false, "http://localhost.example.com": false, "http://127.0.0.1.example.com": false,
	} {
		endpoint, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}

		if IsLoopback(endpoint) != wanted {
			t.Errorf("%s: %t", address, !wanted)
		}
	}
}

// A configuration that cannot work is refused, and the error never shows the token.
func TestNew_refuses(t *testing.T) {
	t.Parallel()

	good, err := ParseEndpoint("https://acme.iriusrisk.com")
	if err != nil {
		t.Fatal(err)
	}

	for name, config := range map[string]Config{
		"no endpoint":      {APIToken: "hush"},
		"no token":         {Endpoint: good},
		"token with space": {Endpoint: good, APIToken: "hush hush"},
		"token with break": {Endpoint: good, APIToken: "hush\n"},
		"retries":          {Endpoint: good, APIToken: "hush", MaxRetries: -1},
		"timeout":          {Endpoint: good, APIToken: "hush", RequestTimeout: -1},
		"certificates":     {Endpoint: good, APIToken: "hush", CACertificates: []byte("hush")},
	} {
		if _, err := New(config); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TLS is verified, against a private authority if one is given, and is 1.2 or newer.
func TestTLS(t *testing.T) {
	t.Parallel()

	s := &server{}
	s.Server = httptest.NewUnstartedServer(s.noting(answers(200, ada)))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)

	_, err := connect(t, s.URL, func(config *Config) { config.MaxRetries = 3 }).GetUser(t.Context(), "ada")
	expectError(t, err, "certificate")

	if transport := asTransport(t, err); transport.Attempts != 1 {
		t.Errorf("a certificate that is not trusted was tried %d times", transport.Attempts)
	}

	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})

	for name, change := range map[string]func(*Config){
		"private authority": func(config *Config) { config.CACertificates = authority },
		"skip":              func(config *Config) { config.InsecureSkipTLSVerify = true },
	} {
		if _, err := connect(t, s.URL, change).GetUser(t.Context(), "ada"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}

	old := httptest.NewUnstartedServer(answers(200, ada))
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.Config.ErrorLog = discardLog()
	old.StartTLS()
	t.Cleanup(old.Close)

	_, err = connect(t, old.URL, func(config *Config) { config.InsecureSkipTLSVerify = true }).GetUser(t.Context(), "ada")
	expectError(t, err, "protocol version")
}

// Each certificate of the file of authorities has to be readable, wherever in the file it is.
func TestNew_brokenCertificates(t *testing.T) {
	t.Parallel()

	s := httptest.NewTLSServer(answers(200, ada))
	t.Cleanup(s.Close)

	good := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	bad := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("hush")}))
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("hush")}))

	for name, test := range map[string]struct{ file, fails string }{
		"good":                  {file: good},
		"good behind words":     {file: "The authority:\r\n" + strings.ReplaceAll(good, "\n", "\r\n")},
		"good beside a key":     {file: key + good},
		"bad":                   {file: bad, fails: "certificate 1 of the CA certificate file cannot be read"},
		"bad before good":       {file: bad + good, fails: "certificate 1 of the CA certificate file cannot be read"},
		"bad behind good":       {file: good + bad, fails: "certificate 2 of the CA certificate file cannot be read"},
		"cut short":             {file: good[:len(good)-40], fails: "certificate 1 of the CA certificate file is no complete block"},
		"cut short behind good": {file: good + good[:len(good)-40], fails: "certificate 2 of the CA certificate file is no complete block"},
		"key only":              {file: key, fails: "holds no certificate"},
		"empty":                 {file: "", fails: "holds no certificate"},
	} {
		endpoint, err := ParseEndpoint(s.URL)
		if err != nil {
			t.Fatal(err)
		}

		client, err := New(Config{Endpoint: endpoint, APIToken: token, CACertificates: []byte(test.file)})

		switch {
		case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
			t.Errorf("%s: %v", name, err)
		case test.fails == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.fails == "":
			if _, err := client.GetUser(t.Context(), "ada"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The authorities of a file are trusted beside those of the system, which the environment of another process names here.
func TestTLS_systemAuthorities(t *testing.T) {
	t.Parallel()

	if address := os.Getenv("IRIUSRISK_TEST_SYSTEM_AUTHORITIES"); address != "" {
		// All test servers have the same certificate, so that the file has to hold another one.
		certificate, err := selfSigned()
		if err != nil {
			t.Fatal(err)
		}

		if _, err := connect(t, address, func(config *Config) { config.CACertificates = certificate }).GetUser(t.Context(), "ada"); err != nil {
			t.Error(err)
		}

		return
	}

	s := httptest.NewTLSServer(answers(200, ada))
	t.Cleanup(s.Close)

	system := filepath.Join(t.TempDir(), "system.pem")
	if err := os.WriteFile(system, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}

	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTLS_systemAuthorities$")
	command.Env = append(os.Environ(), "IRIUSRISK_TEST_SYSTEM_AUTHORITIES="+s.URL, "SSL_CERT_FILE="+system, "SSL_CERT_DIR="+t.TempDir())

	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, output)
	}
}

// selfSigned returns a certificate of its own in PEM.
func selfSigned() ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}

	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}

	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}

	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), nil
}

// Connections are kept for as many requests as may be under way, and not for longer than load balancers keep them.
func TestTransport_connections(t *testing.T) {
	t.Parallel()

	config := Config{MaxConcurrentRequests: 200, RequestTimeout: 3 * time.Second}

	transport, err := config.transport()
	if err != nil {
		t.Fatal(err)
	}

	if transport.MaxIdleConnsPerHost != 200 || transport.MaxIdleConns < 200 || transport.IdleConnTimeout <= 0 || transport.IdleConnTimeout >= time.Minute {
		t.Errorf("keeps %d connections to a host, %d in all, for %v", transport.MaxIdleConnsPerHost, transport.MaxIdleConns, transport.IdleConnTimeout)
	}

	if found := transport.HTTP2.SendPingTimeout + transport.HTTP2.PingTimeout; found <= 0 || found >= config.RequestTimeout {
		t.Errorf("a dead connection is found after %v", found)
	}
}
