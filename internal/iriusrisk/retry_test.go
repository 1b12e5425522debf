package iriusrisk

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A server that does not use TLS is not retried.
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

// The method decides which failures are retried; a POST is retried only if it certainly had no effect.
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
				t.Errorf("%v is not about the last response", err)
			}

			if test.attempts > 1 {
				expectError(t, err, "after 3 attempts")
			}

			if test.status == lost && (!asTransport(t, err).Sent || !OutcomeUnknown(err)) {
				t.Errorf("%v does not report that the request was sent", err)
			}
		})
	}
}

// A request that succeeds after retries returns no error, and each attempt sends the body.
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

// A POST that was never sent is retried.
func TestRetries_postThatWasNotSent(t *testing.T) {
	t.Parallel()

	err := connect(t, noServer, func(config *Config) { config.MaxRetries = 2 }).DisableUser(t.Context(), "ada")
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

// Retry-After is followed up to a limit. Without it the waits double, have jitter, and stay within their limits.
func TestRetries_waits(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	policy := retryPolicy{log: slog.New(slog.NewTextHandler(&log, nil)), waitMin: time.Second, waitMax: 30 * time.Second, now: time.Now}
	limited := func(value string) *http.Response {
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {value}}}
	}

	if wait := policy.wait(t.Context(), &requestState{}, 0, limited("3")); wait != 3*time.Second {
		t.Errorf("waits %v, want 3s", wait)
	}

	if !strings.Contains(log.String(), "rate limited, waiting 3s") {
		t.Errorf("the log contains %q", log.String())
	}

	for _, long := range []string{"3600", "2147483648", "99999999999", "99999999999999999999999"} {
		if wait := policy.wait(t.Context(), &requestState{}, 0, limited(long)); wait != 30*time.Second {
			t.Errorf("waits %v for a Retry-After of %s seconds", wait, long)
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

// A POST without a response may have taken effect, so it is sent once; a DELETE is sent again.
func TestRetries_withoutResponse(t *testing.T) {
	t.Parallel()

	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { breakConnection(w) })
	client := connect(t, server.URL, func(config *Config) { config.MaxRetries = 2 })

	for want, call := range map[int]func() error{
		1: func() error { return client.DisableUser(t.Context(), "ada") },
		3: func() error { return client.DeleteUser(t.Context(), "ada") },
	} {
		before := len(server.all())

		if lost := asTransport(t, call()); !lost.Sent {
			t.Errorf("%v: the request was sent", lost)
		}

		if requests := len(server.all()) - before; requests != want {
			t.Errorf("got %d requests, want %d", requests, want)
		}
	}
}
