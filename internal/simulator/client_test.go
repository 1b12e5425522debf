package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

const uuid = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

// start starts a server that is closed when the test ends.
func start(t *testing.T, options Options) *Server {
	t.Helper()

	server, err := Start(options)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)

	return server
}

// reply is a decoded response.
type reply struct {
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// call sends a request as the administrator.
func call(t *testing.T, s *Server, method, path, body string) reply {
	t.Helper()

	return callAs(t, s, s.AdminToken(), method, path, body)
}

func callAs(t *testing.T, s *Server, token, method, path, body string) reply {
	t.Helper()

	answer, err := tryCall(t, s, token, method, path, body, nil)
	if err != nil {
		t.Fatal(err)
	}

	return answer
}

func tryCall(t *testing.T, s *Server, token, method, path, body string, header http.Header) (reply, error) {
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
		return reply{}, err
	}
	defer response.Body.Close() //nolint:errcheck // The body is read completely.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, err
	}

	answer := reply{status: response.StatusCode, header: response.Header, raw: string(content)}
	_ = json.Unmarshal(content, &answer.json)

	return answer, nil
}

func expectStatus(t *testing.T, answer reply, status int) {
	t.Helper()

	if answer.status != status {
		t.Errorf("status %d, want %d: %s", answer.status, status, answer.raw)
	}
}

// usernames returns the usernames on a page.
func usernames(t *testing.T, answer reply) []string {
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

// propertyOf returns a property of every item on a page.
func propertyOf(answer reply, property string) []string {
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

// startWithUsers starts a server with three users that differ in what filters compare.
func startWithUsers(t *testing.T, options Options) *Server {
	t.Helper()

	s := start(t, options)
	s.RemoveUser("absent")
	s.AddUser(User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	s.AddUser(User{Username: "grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true, APIToken: "x-1234"})
	s.AddUser(User{Username: "alan", Email: "alan@other.org", FirstName: "Alan", LastName: "Turing"})

	return s
}
