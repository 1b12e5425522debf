package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
)

// Entry is one received request.
type Entry struct {
	// Operation is the vendor's name of the operation, "" for an unknown path.
	Operation string

	// Method, Path (escaped, as sent) and Query come from the request line.
	Method, Path, Query string

	// Username is the user the request is about, or "".
	Username string

	// Status is the status of the response, 0 until there is one.
	Status int

	// Caller is the username of the caller, "" if the token was rejected.
	Caller string

	UserAgent string
	Body      []byte
	Header    http.Header
}

// RequestInfo is the part of a request that hooks see.
type RequestInfo struct{ Operation, Method, Path, Query, Username string }

// journal records requests in the order they arrive.
type journal struct {
	mu                    sync.Mutex
	entries               []*Entry
	hooks                 map[string]func(RequestInfo)
	rewriters             map[string]func(*Answer)
	inFlight, maxInFlight int
}

// begin records a request.
func (j *journal) begin(in *request) *Entry {
	entry := &Entry{
		Method: in.Method, Path: in.URL.EscapedPath(), Query: in.URL.RawQuery, UserAgent: in.UserAgent(), Body: in.body, Header: in.Header.Clone(),
	}

	if in.route != nil {
		entry.Operation = in.route.name
		entry.Username = in.segments["username"]
	}

	if entry.Operation == "create_user" {
		var body struct {
			Username string `json:"username"`
		}
		if json.Unmarshal(in.body, &body) == nil {
			entry.Username = body.Username
		}
	}

	j.mu.Lock()
	defer j.mu.Unlock()

	j.entries = append(j.entries, entry)
	j.inFlight++
	j.maxInFlight = max(j.maxInFlight, j.inFlight)

	return entry
}

// end records that a request has ended.
func (j *journal) end() {
	j.mu.Lock()
	defer j.mu.Unlock()

	j.inFlight--
}

// answered records the caller and the status of the response.
func (j *journal) answered(in *request, status int) {
	j.mu.Lock()
	defer j.mu.Unlock()

	in.entry.Caller, in.entry.Status = in.callerName, status
}

// hook calls the hooks registered for the operation. No lock is held meanwhile.
func (j *journal) hook(in *request) {
	j.mu.Lock()
	hooks := []func(RequestInfo){j.hooks[anyOperation]}

	if in.entry.Operation != anyOperation {
		hooks = append(hooks, j.hooks[in.entry.Operation])
	}
	j.mu.Unlock()

	for _, hook := range hooks {
		if hook != nil {
			hook(in.info())
		}
	}
}

// anyOperation matches every operation.
const anyOperation = ""

// OnRequest registers a hook that is called before each request of an operation is handled; "" stands for all
// operations. A nil hook removes the registered one. The hook may change the tenant. It runs on the server's
// goroutines, concurrently if requests are concurrent.
func (s *Server) OnRequest(operation string, hook func(RequestInfo)) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	if s.journal.hooks == nil {
		s.journal.hooks = make(map[string]func(RequestInfo))
	}

	s.journal.hooks[operation] = hook
}

// Journal returns all recorded requests.
func (s *Server) Journal() []Entry {
	return s.journal.selected(func(*Entry) bool { return true })
}

// Writes returns all recorded requests except GET.
func (s *Server) Writes() []Entry {
	return s.journal.selected(func(entry *Entry) bool { return entry.Method != http.MethodGet })
}

// Count returns how often an operation was requested.
func (s *Server) Count(operation string) int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	count := 0

	for _, entry := range s.journal.entries {
		if entry.Operation == operation {
			count++
		}
	}

	return count
}

func (j *journal) selected(want func(*Entry) bool) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()

	var entries []Entry

	for _, entry := range j.entries {
		if want(entry) {
			copied := *entry
			copied.Body, copied.Header = bytes.Clone(entry.Body), entry.Header.Clone()
			entries = append(entries, copied)
		}
	}

	return entries
}

// ResetJournal clears the journal.
func (s *Server) ResetJournal() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	s.journal.entries, s.journal.maxInFlight = nil, s.journal.inFlight
}

// MaxConcurrent returns the highest number of concurrent requests.
func (s *Server) MaxConcurrent() int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	return s.journal.maxInFlight
}
