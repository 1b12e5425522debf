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

	// FaultSlow waits for Delay, or until the client is gone, and then goes on.
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

// take returns the fault that a request meets, nil when it meets none.
func (f *faults) take(operation, username string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()

	for i, fault := range f.pending {
		if (fault.Operation != "" && fault.Operation != operation) || (fault.Username != "" && !strings.EqualFold(fault.Username, username)) {
			continue
		}

		if fault.Nth > 1 {
			fault.Nth--

			continue
		}

		met := *fault

		if fault.Times > 0 {
			fault.Times--
		}

		if fault.Times == 0 {
			f.pending = slices.Delete(f.pending, i, i+1)
		}

		return &met
	}

	return nil
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
