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
		expectError(t, err, "timed out 15m0s after its first attempt started")

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
