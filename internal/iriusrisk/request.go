package iriusrisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// requestState is the state of one request and all its attempts.
type requestState struct {
	operation Operation

	// address is the requested address; url is the address in logs and errors, without secrets.
	address, url string

	attempts int
	began    time.Time
	secrets  *redactor

	// sent is true once the header of the current attempt has been written, so that the server may have acted on it.
	sent atomic.Bool

	// outcomeUnknown is true if the server may have acted on an attempt without reporting it; earlierUnknown is the same
	// for the attempts before the last one.
	outcomeUnknown, earlierUnknown bool
}

// exec sends a request and ignores the body of the response.
func (c *Client) exec(ctx context.Context, operation Operation, body any, segments ...string) error {
	_, err := c.send(ctx, operation, nil, body, segments...)

	return err
}

// send sends a request and returns its answer, a 2xx response. The segments replace the placeholders of the operation's
// path.
func (c *Client) send(ctx context.Context, operation Operation, query url.Values, body any, segments ...string) (*answer, error) {
	path, err := operation.fill(segments)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation.Name, err)
	}

	state := &requestState{operation: operation, address: c.base + path, url: c.base + path, began: time.Now(), secrets: c.secrets}

	if operation.hasSecretPath() {
		state.url = c.base + operation.Path
	}

	if err := c.refuse(state); err != nil {
		return nil, err
	}

	bounded, end := state.withTimeLimit(ctx, c.retries.timeLimit)
	defer end()

	request, err := c.request(bounded, state, query, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation.Name, err)
	}

	response, err := c.retryClient(ctx, state).Do(request)
	if err != nil {
		return nil, c.transportError(bounded, state, err)
	}

	defer response.Body.Close() //nolint:errcheck // The body has been read into memory.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, c.transportError(bounded, state, err)
	}

	c.logAnswer(ctx, state, response.StatusCode)

	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, c.statusError(state, response, content)
	}

	// A proxy or a sign-in form in front of IriusRisk also returns 200, but has not performed the operation.
	if looksLikeHTML(response.Header.Get("Content-Type"), content) {
		return nil, state.invalid(response.StatusCode, "is an HTML page, perhaps from a proxy or a sign-in form in front of IriusRisk, not JSON")
	}

	return &answer{state: state, status: response.StatusCode, body: trimmed(content)}, nil
}

// withTimeLimit returns a context that records when the header of an attempt is written, and that cancels the request
// when the limit has passed since its first attempt started. Waiting for the rate limit and for a slot before the first
// attempt does not count.
func (s *requestState) withTimeLimit(ctx context.Context, limit time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)

	var (
		begin sync.Once
		timer atomic.Pointer[time.Timer]
	)

	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			begin.Do(func() {
				timer.Store(time.AfterFunc(limit, func() { cancel(&requestTimeError{limit}) }))
			})
		},
		WroteHeaders: func() { s.sent.Store(true) },
	})

	return ctx, func() {
		cancel(nil)

		if armed := timer.Load(); armed != nil {
			armed.Stop()
		}
	}
}

// requestTimeError is the error of a request whose attempts took too long in total.
type requestTimeError struct{ limit time.Duration }

// Error implements error.
func (e *requestTimeError) Error() string {
	return fmt.Sprintf("the request timed out %s after its first attempt started", e.limit)
}

// Unwrap makes errors.Is report an exceeded deadline.
func (e *requestTimeError) Unwrap() error { return context.DeadlineExceeded }

// request builds the HTTP request.
func (c *Client) request(ctx context.Context, state *requestState, query url.Values, body any) (*retryablehttp.Request, error) {
	var content any

	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}

		content = encoded
	}

	address := state.address
	if len(query) > 0 {
		address += "?" + query.Encode()
	}

	request, err := retryablehttp.NewRequestWithContext(ctx, state.operation.Method, address, content)
	if err != nil {
		return nil, err
	}

	request.Header.Set("Api-Token", c.token)
	request.Header.Set("Accept", "application/hal+json")
	request.Header.Set("User-Agent", c.userAgent)

	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}

	return request, nil
}

// fill replaces the placeholders of the path by segments and escapes each of them.
func (o Operation) fill(segments []string) (string, error) {
	path := o.Path

	for _, segment := range segments {
		if err := validateSegment(segment); err != nil {
			if o.hasSecretPath() {
				return "", fmt.Errorf("the id of the invitation cannot be used in a path: %w", err)
			}

			return "", fmt.Errorf("%q cannot be used in a path: %w", segment, err)
		}

		start, end := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		path = path[:start] + url.PathEscape(segment) + path[end+1:]
	}

	return path, nil
}

// transportError returns the TransportError of a request without a response, or an AnswerError if the response was too
// large.
func (c *Client) transportError(ctx context.Context, state *requestState, err error) error {
	if large, ok := errors.AsType[*tooLargeError](err); ok {
		return state.invalid(large.status, fmt.Sprintf("is larger than %d MiB", maxAnswer>>20))
	}

	// The error only reports a cancelled context; its cause is the time limit.
	if late, ok := errors.AsType[*requestTimeError](context.Cause(ctx)); ok {
		err = late
	}

	// A url.Error repeats method and URL, which the TransportError contains already.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}

	c.log.DebugContext(ctx, "no response", "operation", state.operation.Name, "method", state.operation.Method, "url", state.url,
		"attempts", state.attempts, "duration", time.Since(state.began).String())

	return &TransportError{
		Operation: state.operation,
		URL:       state.url,
		Sent:      state.outcomeUnknown || state.sent.Load(),
		Attempts:  state.attempts,
		Err:       &scrubbedError{text: c.secrets.sanitize(err.Error()), cause: err},
	}
}

func (c *Client) logAnswer(ctx context.Context, state *requestState, status int) {
	c.log.DebugContext(ctx, "response", "operation", state.operation.Name, "method", state.operation.Method, "url", state.url,
		"status", status, "attempts", state.attempts, "duration", time.Since(state.began).String())
}

// statusError returns the Error of a response that is not 2xx.
func (c *Client) statusError(state *requestState, response *http.Response, content []byte) error {
	failure := &Error{
		Operation:             state.operation,
		URL:                   state.url,
		StatusCode:            response.StatusCode,
		Attempts:              state.attempts,
		RetryAfter:            response.Header.Get("Retry-After"),
		EarlierOutcomeUnknown: state.earlierUnknown,
	}

	if response.StatusCode >= 300 && response.StatusCode <= 399 {
		failure.Title = c.secrets.sanitize(describeRedirect(response))

		return failure
	}

	if looksLikeHTML(response.Header.Get("Content-Type"), content) {
		// A 404 from a proxy does not mean that the object does not exist in IriusRisk.
		if response.StatusCode == http.StatusNotFound {
			return state.invalid(response.StatusCode, "is an HTML page, so it does not come from the API; check the endpoint")
		}

		failure.Title = "an HTML page, perhaps from a proxy in front of IriusRisk"

		return failure
	}

	failure.decode(content, c.secrets)

	return failure
}
