package iriusrisk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// breakConnection ends a request without an answer.
func breakConnection(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}

	_ = connection.Close()
}

// Which requests are repeated depends on the method, and for a POST on whether it surely had no effect.
func TestRetries_byMethodAndStatus(t *testing.T) {
	t.Parallel()

	calls := map[string]func(c *Client) error{
		http.MethodGet:    func(c *Client) error { return second(c.GetUser(t.Context(), "ada")) },
		http.MethodPut:    func(c *Client) error { return second(c.UpdateUser(t.Context(), "ada", UpdateUserRequest{})) },
		http.MethodDelete: func(c *Client) error { return c.DeleteUser(t.Context(), "ada") },
		http.MethodPost:   func(c *Client) error { return c.DisableUser(t.Context(), "ada") },
	}

	const lost = 0

	for _, test := range []struct {
		method, retryAfter string
		status, attempts   int
	}{
		{http.MethodGet, "", 429, 3},
		{http.MethodGet, "", 500, 3},
		{http.MethodGet, "", 502, 3},
		{http.MethodGet, "", 503, 3},
		{http.MethodGet, "", 504, 3},
		{http.MethodGet, "", lost, 3},
		{http.MethodGet, "", 400, 1},
		{http.MethodGet, "", 401, 1},
		{http.MethodGet, "", 403, 1},
		{http.MethodGet, "", 404, 1},
		{http.MethodGet, "", 409, 1},
		{http.MethodGet, "", 501, 1},
		{http.MethodPut, "", 500, 1},
		{http.MethodPut, "", 502, 3},
		{http.MethodPut, "", 400, 1},
		{http.MethodPut, "", lost, 3},
		{http.MethodDelete, "", 500, 1},
		{http.MethodDelete, "", 503, 3},
		{http.MethodDelete, "", lost, 3},
		{http.MethodPost, "", 429, 3},
		{http.MethodPost, "0", 503, 3},
		{http.MethodPost, "", 503, 1},
		{http.MethodPost, "", 500, 1},
		{http.MethodPost, "0", 502, 1},
		{http.MethodPost, "", 504, 1},
		{http.MethodPost, "", lost, 1},
	} {
		t.Run(fmt.Sprintf("%s %d %q", test.method, test.status, test.retryAfter), func(t *testing.T) {
			t.Parallel()

			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.status == lost {
					breakConnection(w)

					return
				}

				if test.retryAfter != "" {
					w.Header().Set("Retry-After", test.retryAfter)
				}

				w.WriteHeader(test.status)
			})

			err := calls[test.method](connect(t, server.URL, func(config *Config) { config.MaxRetries = 2 }))
			if err == nil {
				t.Fatal("there is no error")
			}

			if attempts := len(server.all()); attempts != test.attempts {
				t.Errorf("%d attempts, want %d", attempts, test.attempts)
			}

			if test.status != lost && StatusCode(err) != test.status {
				t.Errorf("%v is not about the last answer", err)
			}

			if test.attempts > 1 {
				expectError(t, err, "after 3 attempts")
			}

			if test.status == lost && (!asTransport(t, err).Sent || !OutcomeUnknown(err)) {
				t.Errorf("%v was sent", err)
			}
		})
	}
}

// A request that succeeds on a further attempt succeeds, and its body is sent each time.
func TestRetries_recover(t *testing.T) {
	t.Parallel()

	var count atomic.Int32

	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if count.Add(1) < 3 {
			w.WriteHeader(http.StatusTooManyRequests)
		} else {
			answers(200, ada)(w, r)
		}
	})

	user, err := connect(t, server.URL, func(config *Config) { config.MaxRetries = 2 }).CreateUser(t.Context(), CreateUserRequest{Username: "ada"})
	if err != nil || user.Username != "ada" {
		t.Fatal(user, err)
	}

	for _, request := range server.all() {
		if !strings.Contains(request.body, `"username":"ada"`) {
			t.Errorf("body %q", request.body)
		}
	}
}

// A POST that was never sent is repeated.
func TestRetries_postThatWasNotSent(t *testing.T) {
	t.Parallel()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}

	err = connect(t, "http://"+listener.Addr().String(), func(config *Config) { config.MaxRetries = 2 }).DisableUser(t.Context(), "ada")
	if transport := asTransport(t, err); transport.Sent || transport.Attempts != 3 || OutcomeUnknown(err) {
		t.Errorf("got %+v", transport)
	}
}

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()

	longest := time.Duration(math.MaxInt64).Truncate(time.Second)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	for value, wanted := range map[string]time.Duration{
		"0": 0, "3": 3 * time.Second, "86400": 24 * time.Hour,
		"Fri, 02 Jan 2026 03:04:35 GMT": 30 * time.Second,
		"Fri, 02 Jan 2026 03:00:00 GMT": 0,
		"":                              -1, "-3": -1, "soon": -1, "1.5": -1, "9223372037": longest, "99999999999999999999": longest,
	} {
		got, ok := parseRetryAfter(value, now)
		if ok != (wanted >= 0) || (ok && got != wanted) {
			t.Errorf("%q: %v, %t", value, got, ok)
		}
	}
}

// Retry-After is obeyed up to a bound; without it waits double, are jittered, and stay within their bounds.
func TestRetries_waits(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	policy := retryPolicy{log: slog.New(slog.NewTextHandler(&log, nil)), waitMin: time.Second, waitMax: 30 * time.Second, now: time.Now}
	limited := func(value string) *http.Response {
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {value}}}
	}

	if wait := policy.wait(t.Context(), &requestState{}, 0, limited("3")); wait != 3*time.Second {
		t.Errorf("waits %v", wait)
	}

	if !strings.Contains(log.String(), "rate limited, waiting 3s") {
		t.Errorf("the log says %q", log.String())
	}

	for _, long := range []string{"3600", "2147483648", "99999999999", "99999999999999999999999"} {
		if wait := policy.wait(t.Context(), &requestState{}, 0, limited(long)); wait != 30*time.Second {
			t.Errorf("waits %v when asked for %s seconds", wait, long)
		}
	}

	distinct := make(map[time.Duration]bool)

	for attempt := range 100 {
		wait := policy.wait(t.Context(), &requestState{}, attempt, nil)
		most := min(time.Second<<min(attempt, 10), 30*time.Second)

		if wait < most/2 || wait > most {
			t.Errorf("attempt %d waits %v, not between %v and %v", attempt, wait, most/2, most)
		}

		distinct[wait] = true
	}

	if len(distinct) < 50 {
		t.Errorf("only %d waits differ", len(distinct))
	}
}

// An interruption ends a request at once, while it waits for its answer as well as while it waits for its next attempt.
func TestCancellation(t *testing.T) {
	t.Parallel()

	for name, handler := range map[string]http.HandlerFunc{
		"during an answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"during a wait":    answers(429, ""),
		"during a wait that the server asked for": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if name != "during an answer" {
					defer cancel()
				} else {
					cancel()
				}

				handler(w, r)
			})

			client := connect(t, server.URL, func(config *Config) {
				config.MaxRetries, config.RetryWaitMin, config.RetryWaitMax = 4, time.Hour, time.Hour
			})

			began := time.Now()
			err := client.DisableUser(ctx, "ada")

			if !errors.Is(err, context.Canceled) || time.Since(began) > time.Second {
				t.Errorf("%v after %v", err, time.Since(began))
			}

			if unknown := OutcomeUnknown(err); unknown != (name == "during an answer") && len(server.all()) > 1 {
				t.Errorf("%v: outcome unknown %t", err, unknown)
			}
		})
	}
}

// An interruption ends a request at once that waits to be sent, behind others or behind the rate limit; nothing is sent.
func TestCancellation_beforeSending(t *testing.T) {
	t.Parallel()

	for name, configure := range map[string]func(*Config){
		"behind another request": func(config *Config) { config.MaxConcurrentRequests = 1 },
		"behind the rate limit":  func(config *Config) { config.RequestsPerSecond = 0.001 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			arrived := make(chan struct{}, 2)
			server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				arrived <- struct{}{}

				<-r.Context().Done()
			})
			client := connect(t, server.URL, configure)

			first, end := context.WithCancel(t.Context())
			ended := make(chan struct{})

			go func() {
				defer close(ended)

				_ = client.DisableUser(first, "ada")
			}()

			<-arrived

			ctx, cancel := context.WithCancel(t.Context())
			waited := make(chan error)

			go func() { waited <- client.DisableUser(ctx, "grace") }()

			cancel()

			began := time.Now()
			err := <-waited

			if !errors.Is(err, context.Canceled) || OutcomeUnknown(err) || time.Since(began) > time.Second {
				t.Errorf("%v after %v", err, time.Since(began))
			}

			end()
			<-ended

			if sent := len(server.all()); sent != 1 {
				t.Errorf("%d requests were sent", sent)
			}
		})
	}
}

// RequestTimeout bounds each attempt, and waiting for a slot does not count.
func TestRequestTimeout_boundsAnAttempt(t *testing.T) {
	t.Parallel()

	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := connect(t, server.URL, func(config *Config) { config.RequestTimeout, config.MaxRetries = 20*time.Millisecond, 2 })

	err := second(client.GetUser(t.Context(), "ada"))

	// On a busy machine an attempt may end before it arrives.
	if lost, ok := errors.AsType[*TransportError](err); !ok || !IsTimeout(err) || lost.Attempts != 3 {
		t.Errorf("the error is %v", err)
	}
}

// Requests begin no faster than allowed.
func TestRequestsPerSecond(t *testing.T) {
	t.Parallel()

	client := connect(t, serve(t, answers(200, ada)).URL, func(config *Config) { config.RequestsPerSecond = 100 })
	began := time.Now()

	for range 11 {
		if _, err := client.GetUser(t.Context(), "ada"); err != nil {
			t.Fatal(err)
		}
	}

	if took := time.Since(began); took < 95*time.Millisecond {
		t.Errorf("11 requests at 100 a second took %v", took)
	}
}

// An answer that is too large is refused without being read to its end, and not asked for again.
func TestAnswers_tooLarge(t *testing.T) {
	t.Parallel()

	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		for range 10 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})

	err := second(connect(t, server.URL, func(config *Config) { config.MaxRetries = 2 }).GetUser(t.Context(), "ada"))
	expectError(t, err, "is larger than 8 MiB")

	if len(server.all()) != 1 {
		t.Errorf("%d attempts", len(server.all()))
	}
}

// A body that breaks off is an attempt that failed.
func TestAnswers_brokenOff(t *testing.T) {
	t.Parallel()

	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, ada)
	})

	err := second(connect(t, server.URL, func(config *Config) { config.MaxRetries = 1 }).GetUser(t.Context(), "ada"))
	expectError(t, err, "unexpected EOF", "after 2 attempts")
}

// A redirect is followed for a read, on the same server; nothing else ever learns the token.
func TestRedirects(t *testing.T) {
	t.Parallel()

	elsewhere := serve(t, answers(200, ada))

	for name, test := range map[string]struct {
		target   func(own string) string
		write    bool
		followed bool
	}{
		"same server":            {func(string) string { return "/api/v2/users/elsewhere" }, false, true},
		"same server, by name":   {func(own string) string { return own + "/api/v2/users/elsewhere" }, false, true},
		"a write on the same":    {func(string) string { return "/api/v2/users/elsewhere" }, true, false},
		"another port":           {func(string) string { return elsewhere.URL + "/api/v2/users/elsewhere?secret=x" }, false, false},
		"another host":           {func(own string) string { return strings.Replace(own, "127.0.0.1", "localhost", 1) + "/users/elsewhere" }, false, false},
		"another scheme":         {func(own string) string { return strings.Replace(own, "http:", "https:", 1) + "/users/elsewhere" }, false, false},
		"a write to another":     {func(string) string { return elsewhere.URL + "/api/v2/users/elsewhere" }, true, false},
		"nowhere":                {func(string) string { return "" }, false, false},
		"in circles":             {func(string) string { return "/api/v2/users/ada" }, false, false},
		"an address that is bad": {func(string) string { return "http://[::1" }, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var own *server

			own = serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "elsewhere") {
					answers(200, ada)(w, r)

					return
				}

				if target := test.target(own.URL); target != "" {
					w.Header().Set("Location", target)
				}

				w.WriteHeader(http.StatusTemporaryRedirect)
			})

			client := connect(t, own.URL, nil)

			var err error
			if test.write {
				err = client.DisableUser(t.Context(), "ada")
			} else {
				err = second(client.GetUser(t.Context(), "ada"))
			}

			if (err == nil) != test.followed {
				t.Errorf("got %v", err)
			}

			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v shows the query", err)
			}
		})
	}

	t.Cleanup(func() {
		if requests := elsewhere.all(); len(requests) > 0 {
			t.Errorf("the other server was sent %+v", requests)
		}
	})
}

// The log names requests and never shows a token or a password.
func TestLog_showsNoSecret(t *testing.T) {
	t.Parallel()

	var (
		mu  sync.Mutex
		out bytes.Buffer
	)

	secret := "the-secret-Passw0rd"
	logger := slog.New(slog.NewTextHandler(writerFunc(func(line []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()

		return out.Write(line)
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))

	client := connect(t, serve(t, answers(429, `{"detail":"`+secret+`"}`)).URL, func(config *Config) { config.Logger, config.MaxRetries = logger, 1 })
	err := second(client.CreateUser(t.Context(), CreateUserRequest{Username: "ada", Password: &secret}))
	expectError(t, err, "429")

	for _, hidden := range []string{token, secret} {
		if strings.Contains(out.String()+err.Error(), hidden) {
			t.Errorf("%q shows in %s and %v", hidden, out.String(), err)
		}
	}

	for _, shown := range []string{"create_user", "status=429", "rate limited, waiting"} {
		if !strings.Contains(out.String(), shown) {
			t.Errorf("%q does not show in %s", shown, out.String())
		}
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(line []byte) (int, error) { return w(line) }

func discardLogger() *slog.Logger { return slog.New(slog.DiscardHandler) }
