package iriusrisk

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// forgetful passes connections on to a server, until it forgets those that are there: it keeps them open and passes
// nothing on, as a NAT gateway or a load balancer may. New connections are served.
type forgetful struct {
	net.Listener

	backend string

	mu    sync.Mutex
	links []*link
}

type link struct {
	dead        atomic.Bool
	front, back net.Conn
}

func forgetting(t *testing.T, backend string) *forgetful {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	f := &forgetful{Listener: listener, backend: backend}

	var group sync.WaitGroup

	group.Go(func() {
		for {
			front, err := listener.Accept()
			if err != nil {
				return
			}

			back, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", backend)
			if err != nil {
				_ = front.Close()

				continue
			}

			l := &link{front: front, back: back}

			f.mu.Lock()
			f.links = append(f.links, l)
			f.mu.Unlock()

			group.Go(func() { l.pass(back, front) })
			group.Go(func() { l.pass(front, back) })
		}
	})

	t.Cleanup(func() {
		_ = listener.Close()

		f.each(func(l *link) {
			_ = l.front.Close()
			_ = l.back.Close()
		})
		group.Wait()
	})

	return f
}

func (f *forgetful) each(do func(*link)) int {
	f.mu.Lock()
	defer f.mu.Unlock()

	for _, l := range f.links {
		do(l)
	}

	return len(f.links)
}

// pass copies from one side to the other, into the void once the link is dead.
func (l *link) pass(to, from net.Conn) {
	buffer := make([]byte, 4096)

	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}

		if !l.dead.Load() {
			_, _ = to.Write(buffer[:n])
		}
	}
}

// A connection that died silently is replaced within the retries of the request that finds it dead.
func TestDeadConnection_isReplaced(t *testing.T) {
	t.Parallel()

	for name, http2 := range map[string]bool{"HTTP/1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := httptest.NewUnstartedServer(answers(200, ada))
			s.EnableHTTP2 = http2
			s.StartTLS()
			t.Cleanup(s.CloseClientConnections)

			between := forgetting(t, strings.TrimPrefix(s.URL, "https://"))
			client := connect(t, "https://"+between.Addr().String(), func(config *Config) {
				config.InsecureSkipTLSVerify, config.MaxRetries, config.RequestTimeout = true, 4, time.Second
			})

			if err := second(client.GetUser(t.Context(), "ada")); err != nil {
				t.Fatal(err)
			}

			between.each(func(l *link) { l.dead.Store(true) })

			if err := second(client.GetUser(t.Context(), "ada")); err != nil {
				t.Error(err)
			}

			if links := between.each(func(*link) {}); links < 2 {
				t.Errorf("%d connections were made", links)
			}
		})
	}
}

// step is what becomes of an attempt: a status, or an error before or after it is sent.
type step struct {
	status     int
	retryAfter string
	sent       bool
	err        error
}

// scripted makes attempts end as scripted, and tells the trace as the real transport does.
type scripted struct {
	mu    sync.Mutex
	steps []step
	after func(attempt int)
	made  int
}

func (s *scripted) RoundTrip(request *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	next := s.steps[min(s.made, len(s.steps)-1)]
	s.made++

	if s.after != nil {
		defer s.after(s.made)
	}

	trace(request, next.sent || next.err == nil)

	if next.err != nil {
		return nil, next.err
	}

	return &http.Response{
		StatusCode: next.status, Header: http.Header{"Retry-After": {next.retryAfter}}, Body: io.NopCloser(strings.NewReader("")), Request: request,
	}, nil
}

// What became of a write is in doubt when any of its attempts was sent and not answered, or answered without saying so,
// whatever became of the later ones.
func TestOutcomeUnknown_anyAttempt(t *testing.T) {
	t.Parallel()

	lost, unsent := errors.New("the connection broke"), errors.New("connection refused")

	for name, test := range map[string]struct {
		steps   []step
		cancel  int
		unknown bool
	}{
		"lost, then not sent":               {steps: []step{{sent: true, err: lost}, {err: unsent}}, unknown: true},
		"lost, then turned away":            {steps: []step{{sent: true, err: lost}, {status: 429}}, unknown: true},
		"lost, then refused":                {steps: []step{{sent: true, err: lost}, {status: 400}}, unknown: true},
		"lost, then interrupted":            {steps: []step{{sent: true, err: lost}, {err: unsent}}, cancel: 1, unknown: true},
		"timed out behind, then not sent":   {steps: []step{{status: 504}, {err: unsent}}, unknown: true},
		"timed out behind, turned away":     {steps: []step{{status: 504}, {status: 429}}, unknown: true},
		"timed out behind, interrupted":     {steps: []step{{status: 504}, {status: 429}}, cancel: 1, unknown: true},
		"turned away, then not sent":        {steps: []step{{status: 429}, {err: unsent}}},
		"turned away, then interrupted":     {steps: []step{{status: 429}, {err: unsent}}, cancel: 1},
		"told to come back, then not sent":  {steps: []step{{status: 503, retryAfter: "0"}, {err: unsent}}},
		"told to come back, then refused":   {steps: []step{{status: 503, retryAfter: "0"}, {status: 400}}},
		"not sent, then refused":            {steps: []step{{err: unsent}, {status: 400}}},
		"never sent":                        {steps: []step{{err: unsent}}},
		"not sent, then lost, then refused": {steps: []step{{err: unsent}, {sent: true, err: lost}, {status: 409}}, unknown: true},
	} {
		for method, call := range map[string]func(ctx context.Context, c *Client) error{
			"PUT": func(ctx context.Context, c *Client) error {
				return second(c.UpdateUser(ctx, "ada", UpdateUserRequest{}))
			},
			"DELETE": func(ctx context.Context, c *Client) error { return c.DeleteUser(ctx, "ada") },
		} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			client := connect(t, "http://127.0.0.1:1", func(config *Config) { config.MaxRetries = 4 })
			client.retries.client = &http.Client{Transport: &scripted{steps: test.steps, after: func(attempt int) {
				if attempt == test.cancel {
					cancel()
				}
			}}}

			if err := call(ctx, client); err == nil || OutcomeUnknown(err) != test.unknown {
				t.Errorf("%s, %s: %v: unknown is %t", method, name, err, OutcomeUnknown(err))
			}
		}
	}
}

// All attempts of a request and the waits between them end after a time, however many retries are left.
func TestRequestTime_isBounded(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		client := connect(t, "http://127.0.0.1:1", func(config *Config) {
			config.MaxRetries, config.RequestTimeout, config.RetryWaitMin, config.RetryWaitMax = 20, 2*time.Minute, 30*time.Second, 30*time.Second
		})
		client.retries.client = &http.Client{Transport: timingOut(2 * time.Minute)}

		began := time.Now()
		err := second(client.UpdateUser(t.Context(), "ada", UpdateUserRequest{}))
		expectError(t, err, "given up 15m0s after its first attempt began")

		if took := time.Since(began); took != MaxRequestTime {
			t.Errorf("took %v", took)
		}

		if !IsTimeout(err) || errors.Is(err, context.Canceled) || !OutcomeUnknown(err) {
			t.Errorf("%v is taken for something else", err)
		}
	})
}

// An attempt that may take longer than all of them together usually do is not cut short.
func TestRequestTime_allowsOneAttempt(t *testing.T) {
	t.Parallel()

	client := connect(t, "http://127.0.0.1:1", func(config *Config) { config.RequestTimeout = time.Hour })
	if client.retries.timeLimit != time.Hour {
		t.Errorf("the bound is %v", client.retries.timeLimit)
	}
}

// timingOut makes attempts time out.
func timingOut(timeout time.Duration) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		trace(request, true)

		ctx, cancel := context.WithTimeout(request.Context(), timeout)
		defer cancel()

		<-ctx.Done()

		return nil, ctx.Err()
	})
}

// trace tells the trace of a request what the real transport would.
func trace(request *http.Request, sent bool) {
	tracing := httptrace.ContextClientTrace(request.Context())
	tracing.GetConn("")

	if sent {
		tracing.WroteHeaders()
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// No more attempts are under way at once than allowed, and as many as are.
func TestMaxConcurrentRequests(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var underWay atomic.Int32

		release := make(chan struct{})
		transport := &attemptTransport{
			starting: make(chan struct{}, 1), slots: make(chan struct{}, 3), limiter: rate.NewLimiter(rate.Inf, 1), timeout: time.Hour,
			next: roundTripper(func(*http.Request) (*http.Response, error) {
				underWay.Add(1)
				defer underWay.Add(-1)

				<-release

				return &http.Response{Body: http.NoBody}, nil
			}),
		}

		for range 10 {
			go func() {
				_, _ = transport.RoundTrip(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
			}()
		}

		for left := 10; left > 0; left-- {
			synctest.Wait()

			if now := underWay.Load(); int(now) != min(3, left) {
				t.Errorf("%d attempts are under way when %d are left", now, left)
			}

			release <- struct{}{}
		}

		synctest.Wait()
	})
}

// An attempt that waits for the rate limit holds no slot, and attempts that waited for slots do not begin faster than the
// limit allows once slots are free.
func TestRequestsPerSecond_holdsNoSlot(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var (
			mu    sync.Mutex
			began []time.Time
		)

		release := make(chan struct{})
		transport := &attemptTransport{
			starting: make(chan struct{}, 1), slots: make(chan struct{}, 2), limiter: rate.NewLimiter(1, 1), timeout: time.Hour,
			next: roundTripper(func(*http.Request) (*http.Response, error) {
				mu.Lock()
				began = append(began, time.Now())
				mu.Unlock()

				<-release

				return &http.Response{Body: http.NoBody}, nil
			}),
		}

		var group sync.WaitGroup

		attempt := func() {
			group.Go(func() {
				_, _ = transport.RoundTrip(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
			})
		}

		attempt()
		attempt()
		synctest.Wait()

		if held := len(transport.slots); held != 1 {
			t.Errorf("%d slots are held while one attempt is under way and one waits for the rate limit", held)
		}

		for range 5 {
			attempt()
		}

		// They have all the time that the limit asks for before a slot is free.
		<-time.After(time.Minute)
		close(release)
		group.Wait()

		if len(began) != 7 {
			t.Fatalf("%d attempts began", len(began))
		}

		// The third had the leave of the limit long before, and the fourth is the one that the limit has in store.
		for i := 4; i < len(began); i++ {
			if gap := began[i].Sub(began[i-1]); gap < time.Second {
				t.Errorf("attempt %d began %v after the one before", i+1, gap)
			}
		}
	})
}

// What is no TLS at all is not asked again.
func TestRetries_noTLS(t *testing.T) {
	t.Parallel()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = listener.Close() })

	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}

			_, _ = io.WriteString(connection, "SSH-2.0-OpenSSH_9.9\r\n")
			_, _ = connection.Read(make([]byte, 1))
			_ = connection.Close()
		}
	}()

	for name, address := range map[string]string{
		"plain HTTP": strings.Replace(serve(t, answers(200, ada)).URL, "http:", "https:", 1), "SSH": "https://" + listener.Addr().String(),
	} {
		err := second(connect(t, address, func(config *Config) { config.MaxRetries = 2 }).GetUser(t.Context(), "ada"))
		if lost := asTransport(t, err); lost.Attempts != 1 {
			t.Errorf("%s: %v: %d attempts", name, err, lost.Attempts)
		}
	}
}

// A redirect that is not followed says where it points to, and an answer that is none of the API's says so.
func TestRedirects_words(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		status   int
		location string
		write    bool
		says     string
		requests int
	}{
		"read in circles": {307, "/irius/api/v2/users/ada", false, "more than 5 redirects in a row, the last one from the path /irius/api/v2/users/ada to the path /irius/api/v2/users/ada of the same server", 6},
		"write":           {307, "/irius/api/v2/users/ada/disable?hush", true, "a redirect from the path /api/v2/users/ada/disable to the path /irius/api/v2/users/ada/disable of the same server", 1},
		"another server":  {302, "https://sso.example.com/hush", false, "a redirect to https://sso.example.com, which is not followed", 1},
		"not modified":    {304, "", false, "neither an answer of the API nor a redirect", 1},
		"choices":         {300, "", true, "neither an answer of the API nor a redirect", 1},
		"no address":      {307, "", false, "neither an answer of the API nor a redirect", 1},
		"bad address":     {300, "http://[::1", true, "an address that cannot be read", 1},
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if test.location != "" {
				w.Header().Set("Location", test.location)
			}

			w.WriteHeader(test.status)
		})
		client := connect(t, server.URL, nil)

		err := client.DisableUser(t.Context(), "ada")
		if !test.write {
			server.requests = nil
			err = second(client.GetUser(t.Context(), "ada"))
		}

		expectError(t, err, test.says)

		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "endpoint") != (name == "another server" || name == "write") {
			t.Errorf("%s: %v", name, err)
		}

		if made := len(server.all()); made != test.requests {
			t.Errorf("%s: %d requests", name, made)
		}
	}
}
