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

// maxRequestBody is the maximum size of a request body in bytes.
const maxRequestBody = 1 << 20

// Server is a running simulator.
type Server struct {
	options Options
	address string
	http    *http.Server
	done    chan struct{}

	mu     sync.RWMutex
	tenant tenant

	// lists caches filtered and sorted lists of the tenant. Every change of the tenant clears it.
	lists sync.Map

	faults  faults
	journal journal
	writes  overlap

	// latency is the time.Duration by which every response is delayed.
	latency atomic.Int64

	// logMu serializes the lines of the log.
	logMu sync.Mutex
}

// Start listens on a loopback address and serves a tenant whose only user is the administrator "admin".
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

	s := &Server{options: options, address: listener.Addr().String(), done: make(chan struct{}), tenant: newTenant(newCatalog(listener.Addr().String(), options.PermissionNamesAsIDs))}
	s.writes.inFlight = make(map[string]int)
	s.SetLatency(options.Latency)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}

	go func() {
		defer close(s.done)

		// Serve always returns an error; after Close it is http.ErrServerClosed.
		_ = s.http.Serve(listener)
	}()

	return s, nil
}

// URL returns the address of the server, without a path.
func (s *Server) URL() string { return "http://" + s.address }

// Close stops the server and aborts requests in progress.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.done
}

// SetLatency delays the response to every request that arrives afterwards.
func (s *Server) SetLatency(latency time.Duration) { s.latency.Store(int64(latency)) }

// request is a request that is being processed.
type request struct {
	*http.Request

	route    *route
	segments map[string]string
	body     []byte
	entry    *Entry

	// clash reports whether another write to the same user is in progress.
	clash bool

	// caller is the user the request's token belongs to. It is part of the tenant and must only be read under its lock.
	// callerName can be read without it; it is "" while the caller is unknown.
	caller     *user
	callerName string

	// permissions are the caller's, those of their roles included.
	permissions map[string]struct{}
}

// response is the result of a handler: a body to encode, or raw bytes.
type response struct {
	status      int
	body        any
	raw         []byte
	contentType string
	header      map[string]string
}

// ServeHTTP serves one request: journal, hooks, faults and latency first, then the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := &request{Request: r}

	// One byte more than allowed shows that the body is too large.
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

// delivery says how a response is delivered.
type delivery int

const (
	delivered delivery = iota
	connectionReset
	clientGone
)

// process does everything except sending the response, so it ends before the client can see the response: a client that
// waits for each response never overlaps with itself.
func (s *Server) process(in *request) (response, delivery) {
	in.entry = s.journal.begin(in)

	defer s.journal.end()
	defer s.log(in)

	s.journal.hook(in)

	// The latency counts as part of the write, so that overlapping writes are detected.
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

// delay waits for the latency and a slow fault. It returns false if the client disconnects first.
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

// answer returns the response to a request, with the fault applied, and how it is delivered.
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

// handle makes the checks that all operations share, then calls the handler. Reads run concurrently.
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

	in.callerName, in.permissions = in.caller.Username, s.tenant.permissionsOf(in.caller)

	if s.options.RequireAPIAccess && !in.may(permAPIAccess) {
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

// overlap detects concurrent writes to one user.
type overlap struct {
	mu       sync.Mutex
	inFlight map[string]int
	clashes  int
}

// begin records a write to a user and reports whether another one is in progress. An empty username is not recorded.
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

// OverlappingWrites returns how many writes began while another write to the same user was in progress.
func (s *Server) OverlappingWrites() int {
	s.writes.mu.Lock()
	defer s.writes.mu.Unlock()

	return s.writes.clashes
}

// write sends a response.
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

	// Write errors are ignored: the client has disconnected.
	_, _ = io.Copy(w, bytes.NewReader(content))
}

// log writes a line about a request. The status is 0 if there was no response.
func (s *Server) log(in *request) {
	if s.options.Log == nil {
		return
	}

	s.logMu.Lock()
	defer s.logMu.Unlock()

	fmt.Fprintf(s.options.Log, "%s %s %d %s\n", in.Method, in.URL.RequestURI(), in.entry.Status, url.PathEscape(in.callerName)) //nolint:errcheck // Errors of the log are ignored.
}

// reset closes the connection so that the client sees "connection reset by peer".
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}

	if tcp, ok := connection.(*net.TCPConn); ok {
		err = tcp.SetLinger(0)
	}

	// Either error means that the connection is already closed.
	_ = errors.Join(err, connection.Close())
}
