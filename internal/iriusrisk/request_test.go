package iriusrisk

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"
)

// A time limit ends all attempts of a request and the waits between them, even if retries are left.
func TestRequestTime_isLimited(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		client := connect(t, noServer, func(config *Config) {
			config.MaxRetries, config.RequestTimeout, config.RetryWaitMin, config.RetryWaitMax = 20, 2*time.Minute, 30*time.Second, 30*time.Second
		})
		client.retries.client = &http.Client{Transport: timingOut(2 * time.Minute)}

		began := time.Now()
		err := second(client.UpdateUser(t.Context(), "ada", UpdateUserRequest{}))
		expectError(t, err, "timed out 15m0s after its first attempt started")

		if took := time.Since(began); took != MaxRequestTime {
			t.Errorf("the request took %v, want %v", took, MaxRequestTime)
		}

		if !IsTimeout(err) || errors.Is(err, context.Canceled) || !OutcomeUnknown(err) {
			t.Errorf("%v is not a timeout with an unknown outcome", err)
		}
	})
}

// A RequestTimeout longer than MaxRequestTime also becomes the limit of the whole request.
func TestRequestTime_allowsOneAttempt(t *testing.T) {
	t.Parallel()

	client := connect(t, noServer, func(config *Config) { config.RequestTimeout = time.Hour })
	if client.retries.timeLimit != time.Hour {
		t.Errorf("the time limit is %v", client.retries.timeLimit)
	}
}

// timingOut is a transport whose attempts time out.
func timingOut(timeout time.Duration) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		trace(request, true)

		ctx, cancel := context.WithTimeout(request.Context(), timeout)
		defer cancel()

		<-ctx.Done()

		return nil, ctx.Err()
	})
}

// trace calls the trace of a request like the real transport.
func trace(request *http.Request, sent bool) {
	tracing := httptrace.ContextClientTrace(request.Context())
	tracing.GetConn("")

	if sent {
		tracing.WroteHeaders()
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// Cancellation ends a request immediately, both while it waits for a response and while it waits for its next attempt.
func TestCancellation(t *testing.T) {
	t.Parallel()

	for name, handler := range map[string]http.HandlerFunc{
		"during a response": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"during a wait":     answers(429, ""),
		"during a Retry-After wait": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if name != "during a response" {
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

			if unknown := OutcomeUnknown(err); unknown != (name == "during a response") && len(server.all()) > 1 {
				t.Errorf("%v: outcome unknown %t", err, unknown)
			}
		})
	}
}

// Cancellation ends a request immediately that waits for a slot or for the rate limit, and nothing is sent.
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
			done := make(chan struct{})

			go func() {
				defer close(done)

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
			<-done

			if sent := len(server.all()); sent != 1 {
				t.Errorf("%d requests were sent", sent)
			}
		})
	}
}

// RequestTimeout limits each attempt; waiting for a slot does not count.
func TestRequestTimeout_limitsAnAttempt(t *testing.T) {
	t.Parallel()

	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := connect(t, server.URL, func(config *Config) { config.RequestTimeout, config.MaxRetries = 20*time.Millisecond, 2 })

	err := second(client.GetUser(t.Context(), "ada"))

	// On a busy machine an attempt may end before it reaches the server.
	if lost, ok := errors.AsType[*TransportError](err); !ok || !IsTimeout(err) || lost.Attempts != 3 {
		t.Errorf("the error is %v", err)
	}
}
