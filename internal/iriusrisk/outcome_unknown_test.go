package iriusrisk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// step is the result of an attempt: a status, or an error before or after the attempt is sent.
type step struct {
	status     int
	retryAfter string
	body       string
	sent       bool
	err        error
}

// scripted is a transport whose attempts have scripted results. It calls the trace like the real transport.
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
		StatusCode: next.status, Header: http.Header{"Retry-After": {next.retryAfter}}, Body: io.NopCloser(strings.NewReader(next.body)), Request: request,
	}, nil
}

// The outcome of a write is unknown if any attempt was sent without a response, or with a response that does not report the
// outcome, however the later attempts end.
func TestOutcomeUnknown_anyAttempt(t *testing.T) {
	t.Parallel()

	lost, unsent := errors.New("the connection broke"), errors.New("connection refused")

	for name, test := range map[string]struct {
		steps   []step
		cancel  int
		unknown bool
	}{
		"lost, then not sent":               {steps: []step{{sent: true, err: lost}, {err: unsent}}, unknown: true},
		"lost, then rejected":               {steps: []step{{sent: true, err: lost}, {status: 429}}, unknown: true},
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

			client := connect(t, noServer, func(config *Config) { config.MaxRetries = 4 })
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

// A response that arrives when the run has been interrupted counts: a write has taken effect, or was refused, and the error
// says why.
func TestInterruption_keepsTheResponse(t *testing.T) {
	t.Parallel()

	for _, status := range []int{http.StatusNoContent, http.StatusForbidden} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()

		client := connect(t, noServer, nil)
		client.retries.client = &http.Client{Transport: &scripted{steps: []step{{status: status, body: `{"message":"not allowed"}`}}, after: func(int) { cancel() }}}

		err := client.DisableUser(ctx, "ada")
		if refused := status != http.StatusNoContent; (err != nil) != refused || IsForbidden(err) != refused || (refused && !strings.Contains(err.Error(), "not allowed")) {
			t.Errorf("after %d: %v", status, err)
		}
	}
}

func TestOutcomeUnknown(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		err     error
		unknown bool
	}{
		{nil, false},
		{errors.New("x"), false},
		{&Error{StatusCode: 400}, false},
		{&Error{StatusCode: 404}, false},
		{&Error{StatusCode: 429}, false},
		{&Error{StatusCode: 302}, false},
		{&Error{StatusCode: 408}, true},
		{&Error{StatusCode: 500}, true},
		{&Error{StatusCode: 502}, true},
		{&Error{StatusCode: 503}, true},
		{&Error{StatusCode: 503, RetryAfter: "1"}, false},
		{&Error{StatusCode: 504}, true},
		{&AnswerError{StatusCode: 200}, true},
		{&AnswerError{StatusCode: 400}, false},
		{&AnswerError{StatusCode: 502}, true},
		{&TransportError{Sent: true, Err: context.Canceled}, true},
		{&TransportError{Sent: false, Err: context.Canceled}, false},
	} {
		if OutcomeUnknown(test.err) != test.unknown {
			t.Errorf("%#v: %t", test.err, !test.unknown)
		}
	}
}
