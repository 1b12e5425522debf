package iriusrisk

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
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

	// noServer is an address without a server: nothing listens on port 1, and the system gives it to no other test, as it may
	// do with the port of a closed server.
	noServer = "http://127.0.0.1:1"
)

// seen is a request that a server received.
type seen struct {
	method, path, query string
	header              http.Header
	body                string
}

// server responds with a handler and records the requests.
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
	s.Server = httptest.NewServer(s.recording(handler))
	t.Cleanup(s.Close)

	return s
}

func (s *server) recording(handler http.HandlerFunc) http.HandlerFunc {
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

// answers returns a handler that always sends the same response.
func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// connect returns a client of a server with short waits between attempts.
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

func second[T any](_ T, err error) error { return err }

func expectError(t *testing.T, err error, texts ...string) {
	t.Helper()

	if err == nil {
		t.Fatalf("there is no error, want one that contains %q", texts)
	}

	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%q does not contain %q", err, text)
		}
	}
}

// expectProblem expects an error that contains a text, or no error if the text is empty.
func expectProblem(t *testing.T, value string, err error, want string) {
	t.Helper()

	switch {
	case want == "" && err != nil:
		t.Errorf("%q: %v", value, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%q: got %v, want an error with %q", value, err, want)
	}
}

// breakConnection closes the connection of a request without a response.
func breakConnection(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}

	_ = connection.Close()
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func asTransport(t *testing.T, err error) *TransportError {
	t.Helper()

	transport, ok := errors.AsType[*TransportError](err)
	if !ok {
		t.Fatalf("%v is not a TransportError", err)
	}

	return transport
}
