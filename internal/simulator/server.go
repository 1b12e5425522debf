package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// maxRequestBody bounds the body of a request, in bytes.
const maxRequestBody = 1 << 20

// Server is a running simulator.
type Server struct {
	options Options
	address string
	http    *http.Server
	done    chan struct{}

	mu     sync.RWMutex
	tenant tenant

	// lists are the lists of the tenant as it is now, each in the order that was asked for. Whoever changes the tenant
	// clears them.
	lists sync.Map

	faults  faults
	journal journal
	writes  overlap

	// latency is a time.Duration: how long every answer is delayed.
	latency atomic.Int64

	// logMu keeps the lines of the log apart.
	logMu sync.Mutex
}

// Start listens on loopback and serves a tenant that has nobody but the administrator "admin".
func Start(options Options) (*Server, error) {
	options.applyDefaults()

	if err := options.check(); err != nil {
		return nil, err
	}

	host, _, err := net.SplitHostPort(options.Addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", options.Addr, err)
	}

	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("address %q: the simulator listens on loopback only", options.Addr)
	}

	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", options.Addr)
	if err != nil {
		return nil, err
	}

	s := &Server{options: options, address: listener.Addr().String(), done: make(chan struct{}), tenant: newTenant()}
	s.writes.inFlight = make(map[string]int)
	s.SetLatency(options.Latency)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}

	go func() {
		defer close(s.done)

		// Serve returns only once the server is closed.
		_ = s.http.Serve(listener)
	}()

	return s, nil
}

// URL is the address of the server, without a path.
func (s *Server) URL() string { return "http://" + s.address }

// Close ends the server and every request under way.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.done
}

// SetLatency delays the answer to every request that arrives from now on.
func (s *Server) SetLatency(latency time.Duration) { s.latency.Store(int64(latency)) }

// request is a request on its way through the server.
type request struct {
	*http.Request

	route    *route
	segments map[string]string
	body     []byte
	entry    *Entry

	// clash tells whether another write to the same user is under way.
	clash bool

	// caller is who the request's token belongs to. It is the tenant's own, to be read under its lock only; callerName
	// is for everybody else, "" while the caller is not known.
	caller     *user
	callerName string
}

// response is what a handler answers: a body to encode, or raw bytes.
type response struct {
	status      int
	body        any
	raw         []byte
	contentType string
	header      map[string]string
}

// ServeHTTP serves one request: journal, hooks, faults and latency first, then the API itself.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := &request{Request: r}

	// One byte more than what is allowed tells that it is too much.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}

	in.body = body
	in.route, in.segments = match(r.Method, r.URL.EscapedPath())
	out, delivery := s.process(in)

	switch delivery {
	case clientGone:
		panic(http.ErrAbortHandler)
	case connectionReset:
		reset(w)
	default:
		s.write(w, out)
	}
}

// delivery is what becomes of an answer.
type delivery int

const (
	delivered delivery = iota
	connectionReset
	clientGone
)

// process does everything about a request but answering it, and so is over before the client can learn of the answer: a
// client that waits for one answer before it sends the next request never overlaps with itself.
func (s *Server) process(in *request) (response, delivery) {
	in.entry = s.journal.begin(in)

	defer s.journal.end()
	defer s.log(in)

	s.journal.hook(in)

	// The latency belongs to the write, so that overlapping ones are found out.
	if in.route != nil && in.route.write {
		var end func()

		end, in.clash = s.writes.begin(in.entry.Username)
		defer end()
	}

	fault := s.faults.take(in.entry.Operation, in.entry.Username)
	if !s.delay(in.Context(), fault) {
		return response{}, clientGone
	}

	out, delivery := s.answer(in, fault)
	if delivery == delivered {
		s.journal.rewrite(in, &out)
	}

	s.journal.answered(in, out.status)

	return out, delivery
}

// delay waits for the latency and for a slow fault; it returns false when the client is gone before.
func (s *Server) delay(ctx context.Context, fault *Fault) bool {
	wait := time.Duration(s.latency.Load())

	if fault != nil && fault.Kind == FaultSlow {
		if fault.Delay == 0 {
			<-ctx.Done()

			return false
		}

		wait += fault.Delay
	}

	if wait == 0 {
		return true
	}

	timer := time.NewTimer(wait)
	defer timer.Stop()

	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// answer makes the answer to a request, with the fault's part in it, and tells what becomes of it.
func (s *Server) answer(in *request, fault *Fault) (response, delivery) {
	switch {
	case fault == nil || fault.Kind == FaultSlow:
		return s.handle(in), delivered
	case fault.Kind == FaultReset:
		return response{}, connectionReset
	case fault.Kind == FaultLostAnswer:
		return s.handle(in), connectionReset
	case fault.Kind == FaultActThenStatus:
		s.handle(in)
	}

	return fault.response(in), delivered
}

// handle checks what every operation has in common, and then calls the operation's handler. Reads go side by side.
func (s *Server) handle(in *request) response {
	if in.route != nil && in.route.write {
		s.mu.Lock()
		defer s.mu.Unlock()
		defer s.lists.Clear()
	} else {
		s.mu.RLock()
		defer s.mu.RUnlock()
	}

	if in.caller = s.tenant.authenticate(in.Header.Get("api-token"), s.options.KeepDisabledTokens); in.caller == nil {
		return problem(http.StatusUnauthorized, "The API token is missing or not valid, or the API is not enabled")
	}

	in.callerName = in.caller.Username

	if s.options.RequireAPIAccess && !in.caller.may(permAPIAccess) {
		return problem(http.StatusForbidden, "You do not have the permission to use the API")
	}

	if out := in.validate(); out != nil {
		return *out
	}

	if in.clash && s.options.FailOverlappingWrites {
		return problem(http.StatusConflict, "Another request is changing the same user")
	}

	if !in.allowed() {
		return problem(http.StatusForbidden, "You do not have the permissions for this operation")
	}

	return in.route.handler(s, in)
}

// overlap counts writes to one user that are under way at once.
type overlap struct {
	mu       sync.Mutex
	inFlight map[string]int
	clashes  int
}

// begin notes a write to a user, "" being nobody, and tells whether another one is under way.
func (o *overlap) begin(username string) (end func(), clash bool) {
	if username == "" {
		return func() {}, false
	}

	key := fold(username)

	o.mu.Lock()
	defer o.mu.Unlock()

	clash = o.inFlight[key] > 0
	if clash {
		o.clashes++
	}

	o.inFlight[key]++

	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()

		o.inFlight[key]--
	}, clash
}

// OverlappingWrites is how many writes began while another write to the same user was under way.
func (s *Server) OverlappingWrites() int {
	s.writes.mu.Lock()
	defer s.writes.mu.Unlock()

	return s.writes.clashes
}

// write sends an answer.
func (s *Server) write(w http.ResponseWriter, out response) {
	content := out.raw

	if out.body != nil {
		if out.contentType == "" {
			out.contentType = "application/hal+json"
		}

		if s.options.ExtraFields {
			out.body = withExtraFields(out.body)
		}

		var err error
		if content, err = json.Marshal(out.body); err != nil {
			out.status, content = http.StatusInternalServerError, nil
		}
	}

	for name, value := range out.header {
		w.Header().Set(name, value)
	}

	if out.contentType != "" {
		w.Header().Set("Content-Type", out.contentType)
	}

	w.WriteHeader(out.status)

	// A client that has gone away is its own affair.
	_, _ = io.Copy(w, bytes.NewReader(content))
}

// log writes a line about a request; the status is 0 when there was nobody or nothing to answer.
func (s *Server) log(in *request) {
	if s.options.Log == nil {
		return
	}

	s.logMu.Lock()
	defer s.logMu.Unlock()

	fmt.Fprintf(s.options.Log, "%s %s %d %s\n", in.Method, in.URL.RequestURI(), in.entry.Status, url.PathEscape(in.callerName)) //nolint:errcheck // A log that cannot be written has nowhere to complain.
}

// reset breaks the connection so that the client reads "connection reset by peer".
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}

	if tcp, ok := connection.(*net.TCPConn); ok {
		err = tcp.SetLinger(0)
	}

	// Whichever of the two fails, the connection is gone.
	_ = errors.Join(err, connection.Close())
}
