package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is the way a request fails.
type FaultKind int

const (
	// FaultStatus returns Status with a problem document. The request has no effect.
	FaultStatus FaultKind = iota

	// FaultReset closes the connection. The request has no effect.
	FaultReset

	// FaultLostAnswer carries the request out, then closes the connection.
	FaultLostAnswer

	// FaultActThenStatus carries the request out, then returns Status.
	FaultActThenStatus

	// FaultSlow waits for Delay, then carries the request out. Without Delay it waits until the client disconnects. If the
	// client disconnects, the request has no effect.
	FaultSlow

	// FaultBody returns Status with Body and ContentType unchanged. The request has no effect.
	FaultBody

	// FaultEchoBody returns Status with a problem document that quotes the request body. The request has no effect.
	FaultEchoBody
)

// Fault makes matching requests fail.
type Fault struct {
	// Operation is the vendor's name of the operation, and Username the user the request is about; "" matches any.
	Operation, Username string

	// Nth is the first matching request that fails, counted from 1; 0 means 1.
	Nth int

	// Times is how many requests fail from there on; 0 means 1, -1 means all.
	Times int

	Kind FaultKind

	// Status is the HTTP status code, 500 by default. RetryAfter and Location are response headers.
	Status               int
	RetryAfter, Location string

	Delay       time.Duration
	Body        []byte
	ContentType string
}

// faults holds the pending faults.
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

// PendingFaults returns how many faults are still pending.
func (s *Server) PendingFaults() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	return len(s.faults.pending)
}

// take returns the fault that applies to a request, or nil. At most one fault applies, the first that is due, but a
// request counts for every fault that it matches.
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

// response builds the response of the fault.
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
