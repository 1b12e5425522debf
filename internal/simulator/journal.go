package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
)

// Entry is one request that arrived.
type Entry struct {
	// Operation is the vendor's name of the operation, "" for an unknown path.
	Operation string

	// Method, Path (as sent, escaped) and Query are of the request line.
	Method, Path, Query string

	// Username is the user that the request is about, "" for none.
	Username string

	// Status is what was answered, 0 while nothing was.
	Status int

	// Caller is the username of the caller, "" when the token was refused.
	Caller string

	UserAgent string
	Body      []byte
	Header    http.Header
}

// RequestInfo is what a hook learns of a request.
type RequestInfo struct{ Operation, Method, Path, Query, Username string }

// journal holds the requests in the order of their arrival.
type journal struct {
	mu            sync.Mutex
	entries       []*Entry
	hooks         map[string]func(RequestInfo)
	rewriters     map[string]func(*Answer)
	inFlight, maxInFlight int
}

// begin notes a request.
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

// end notes that a request is over.
func (j *journal) end() {
	j.mu.Lock()
	defer j.mu.Unlock()

	j.inFlight--
}

// answered notes the caller and the status of the answer.
func (j *journal) answered(in *request, status int) {
	j.mu.Lock()
	defer j.mu.Unlock()

	in.entry.Caller, in.entry.Status = in.callerName, status
}

// hook calls the hooks that are for the request, with no lock held.
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

// anyOperation stands for every operation where one can be named.
const anyOperation = ""

// OnRequest has a hook called before each request of an operation, "" for any, is handled; nil removes it. The hook may
// change the tenant. It runs on the server's goroutines, several at once when requests are.
func (s *Server) OnRequest(operation string, hook func(RequestInfo)) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	if s.journal.hooks == nil {
		s.journal.hooks = make(map[string]func(RequestInfo))
	}

	s.journal.hooks[operation] = hook
}

// Journal returns the requests that have arrived.
func (s *Server) Journal() []Entry {
	return s.journal.selected(func(*Entry) bool { return true })
}

// Writes returns the requests that were not reads.
func (s *Server) Writes() []Entry {
	return s.journal.selected(func(entry *Entry) bool { return entry.Method != http.MethodGet })
}

// Count is how often an operation was requested.
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

// ResetJournal forgets the requests so far.
func (s *Server) ResetJournal() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	s.journal.entries, s.journal.maxInFlight = nil, s.journal.inFlight
}

// MaxConcurrent is how many requests were under way at once at the most.
func (s *Server) MaxConcurrent() int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	return s.journal.maxInFlight
}
