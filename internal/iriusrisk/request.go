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

// requestState is one request with all its attempts.
type requestState struct {
	operation Operation

	// address is what is requested, url is what logs and errors show of it.
	address, url string

	attempts int
	began    time.Time
	secrets  *redactor

	// sent tells whether the header of the present attempt was written, so that the server may have acted on it.
	sent atomic.Bool

	// doubt tells whether the server may have acted on an attempt without having said so, earlier whether it may have
	// acted so on one before the last.
	outcomeUnknown, earlierUnknown bool
}

// exec sends a request whose answer holds nothing of interest.
func (c *Client) exec(ctx context.Context, operation Operation, body any, segments ...string) error {
	_, err := c.send(ctx, operation, nil, body, segments...)

	return err
}

// send sends a request and returns a 2xx answer. The segments fill the placeholders of the operation's path.
func (c *Client) send(ctx context.Context, operation Operation, query url.Values, body any, segments ...string) (*answer, error) {
	path, err := operation.fill(segments)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation.Name, err)
	}

	state := &requestState{operation: operation, address: c.base + path, url: c.base + path, began: time.Now(), secrets: c.secrets}

	if operation.hasSecretPath() {
		state.url = c.base + operation.Path
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

	defer response.Body.Close() //nolint:errcheck // The body is in memory.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, c.transportError(bounded, state, err)
	}

	c.logAnswer(ctx, state, response.StatusCode)

	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, c.statusError(ctx, state, response, content)
	}

	// A proxy or a sign-in form in front of IriusRisk answers 200 as well, and has done nothing of what was asked for.
	if looksLikeHTML(response.Header.Get("Content-Type"), content) {
		return nil, state.invalid(response.StatusCode, "is an HTML page, perhaps of a proxy or a sign-in form in front of IriusRisk, not JSON")
	}

	return &answer{state: state, status: response.StatusCode, body: trimmed(content)}, nil
}

// withTimeLimit returns a context that notes when the header of an attempt is written, and that ends the request when it has
// taken too long since its first attempt began. Waiting for a slot or for the rate limit before that does not count.
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

// requestTimeError says that a request took too long, all its attempts together.
type requestTimeError struct{ limit time.Duration }

// Error implements error.
func (e *requestTimeError) Error() string {
	return fmt.Sprintf("the request was given up %s after its first attempt began", e.limit)
}

// Unwrap makes the error one of a deadline.
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

// fill puts the segments into the path's placeholders, each escaped as one segment.
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

// transportError turns the error of a request without an answer into a TransportError, or into an AnswerError if the answer was
// too large.
func (c *Client) transportError(ctx context.Context, state *requestState, err error) error {
	if large, ok := errors.AsType[*tooLargeError](err); ok {
		return state.invalid(large.status, fmt.Sprintf("is larger than %d MiB", maxAnswer>>20))
	}

	// The error of an attempt, or of the wait for the next one, says only that it was cancelled.
	if late, ok := errors.AsType[*requestTimeError](context.Cause(ctx)); ok {
		err = late
	}

	// A url.Error repeats method and URL, which the TransportError has anyway.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}

	c.log.DebugContext(ctx, "no answer", "operation", state.operation.Name, "method", state.operation.Method, "url", state.url,
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
	c.log.DebugContext(ctx, "answer", "operation", state.operation.Name, "method", state.operation.Method, "url", state.url,
		"status", status, "attempts", state.attempts, "duration", time.Since(state.began).String())
}

// statusError turns an answer that is not 2xx into an Error.
func (c *Client) statusError(ctx context.Context, state *requestState, response *http.Response, content []byte) error {
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
		// What is not found by a proxy says nothing about what IriusRisk has.
		if response.StatusCode == http.StatusNotFound {
			return state.invalid(response.StatusCode, "is an HTML page, so it does not come from the API: check the endpoint")
		}

		failure.Title = "an HTML page, perhaps from a proxy in front of IriusRisk"

		return failure
	}

	failure.decode(ctx, content, c.secrets)

	return failure
}
