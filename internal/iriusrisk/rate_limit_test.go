package iriusrisk

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// Exactly as many attempts run concurrently as allowed.
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

				return &http.Response{Body: io.NopCloser(strings.NewReader(""))}, nil
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
				t.Errorf("%d attempts run when %d are left", now, left)
			}

			release <- struct{}{}
		}

		synctest.Wait()
	})
}

// The limits of the configuration are those of the attempts.
func TestHTTPClient_limits(t *testing.T) {
	t.Parallel()

	client, err := Config{MaxConcurrentRequests: 3, RequestsPerSecond: 7, RequestTimeout: time.Hour}.HTTPClient()
	if err != nil {
		t.Fatal(err)
	}

	attempts, ok := client.Transport.(*attemptTransport)
	if !ok {
		t.Fatalf("the transport is a %T", client.Transport)
	}

	if cap(attempts.slots) != 3 || attempts.limiter.Limit() != 7 || attempts.limiter.Burst() != 1 || attempts.timeout != time.Hour {
		t.Errorf("%d slots, %v attempts per second in bursts of %d, each for %s", cap(attempts.slots), attempts.limiter.Limit(), attempts.limiter.Burst(), attempts.timeout)
	}
}

// An attempt that waits for the rate limit holds no slot, and attempts that waited for slots do not start faster than the
// limit when slots become free.
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

				return &http.Response{Body: io.NopCloser(strings.NewReader(""))}, nil
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
			t.Errorf("%d slots are held while one attempt runs and one waits for the rate limit", held)
		}

		for range 5 {
			attempt()
		}

		// The rate limit would admit all of them before a slot is free.
		<-time.After(time.Minute)
		close(release)
		group.Wait()

		if len(began) != 7 {
			t.Fatalf("%d attempts started", len(began))
		}

		// The third attempt was admitted before a slot was free, and the limiter allows the fourth as its burst.
		for i := 4; i < len(began); i++ {
			if gap := began[i].Sub(began[i-1]); gap < time.Second {
				t.Errorf("attempt %d started %v after the one before", i+1, gap)
			}
		}
	})
}

// Requests do not start faster than allowed.
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
