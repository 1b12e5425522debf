package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is the way in which a request goes wrong.
type FaultKind int

const (
	// FaultStatus answers a status, with a problem document, and does not act.
	FaultStatus FaultKind = iota

	// FaultReset breaks the connection and does not act.
	FaultReset

	// FaultLostAnswer acts, and then breaks the connection.
	FaultLostAnswer

	// FaultActThenStatus acts, and then answers a status.
	FaultActThenStatus

	// FaultSlow waits for Delay and then goes on, unless the client is gone before; without Delay it waits for that.
	FaultSlow

	// FaultBody answers Status with Body and ContentType as they stand, and does not act.
	FaultBody

	// FaultEchoBody answers Status with a problem that quotes the request's body, and does not act.
	FaultEchoBody
)

// Fault makes requests go wrong.
type Fault struct {
	// Operation is the vendor's name of the operation, "" for any; Username the user it is about, "" for any.
	Operation, Username string

	// Nth is which of the matching requests is the first to fail, 0 and 1 both being the next one.
	Nth int

	// Times is how many requests fail from there: 0 is one, -1 is all.
	Times int

	Kind FaultKind

	// Status is the status to answer, 500 by default; RetryAfter and Location are headers to answer with.
	Status               int
	RetryAfter, Location string

	Delay       time.Duration
	Body        []byte
	ContentType string
}

// faults are those still to come.
type faults struct {
	mu      sync.Mutex
	pending []*Fault
}

// Inject adds a fault.
func (s *Server) Inject(fault Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	fault.Nth, fault.Times = max(fault.Nth, 1), max(fault.Times, -1)
	if fault.Times == 0 {
		fault.Times = 1
	}

	s.faults.pending = append(s.faults.pending, &fault)
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	s.faults.pending = nil
}

// PendingFaults is how many faults are still to come.
func (s *Server) PendingFaults() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	return len(s.faults.pending)
}

// take returns the fault that a request meets, nil when it meets none. A request meets one fault, the first that is due,
// and counts for all that it matches.
func (f *faults) take(operation, username string) (met *Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()

	var at int

	for i, fault := range f.pending {
		switch {
		case !fault.matches(operation, username):
		case fault.Nth > 1:
			fault.Nth--
		case met == nil:
			copied := *fault
			met, at = &copied, i
		}
	}

	if met == nil {
		return nil
	}

	if fault := f.pending[at]; fault.Times > 0 {
		if fault.Times--; fault.Times == 0 {
			f.pending = slices.Delete(f.pending, at, at+1)
		}
	}

	return met
}

func (f *Fault) matches(operation, username string) bool {
	return (f.Operation == anyOperation || f.Operation == operation) && (f.Username == "" || strings.EqualFold(f.Username, username))
}

// response is what the fault answers.
func (f *Fault) response(in *request) response {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}

	var out response

	switch f.Kind {
	case FaultBody:
		out = response{status: status, raw: f.Body, contentType: f.ContentType}
	case FaultEchoBody:
		out = problem(status, "Cannot process "+string(in.body))
	default:
		out = problem(status, "Fault number "+strconv.Itoa(status)+" was injected")
	}

	out.header = map[string]string{}
	if f.RetryAfter != "" {
		out.header["Retry-After"] = f.RetryAfter
	}

	if f.Location != "" {
		out.header["Location"] = f.Location
	}

	return out
}
