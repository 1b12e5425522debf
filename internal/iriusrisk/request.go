package iriusrisk

import (
	"bytes"
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

// call is one request with all its attempts.
type call struct {
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
	doubt, earlier bool
}

// answer is a 2xx answer, read whole.
type answer struct {
	call   *call
	status int
	body   []byte
}

// void sends a request whose answer holds nothing of interest.
func (c *Client) void(ctx context.Context, operation Operation, body any, segments ...string) error {
	_, err := c.send(ctx, operation, nil, body, segments...)

	return err
}

// send sends a request and returns a 2xx answer. The segments fill the placeholders of the operation's path.
func (c *Client) send(ctx context.Context, operation Operation, query url.Values, body any, segments ...string) (*answer, error) {
	path, err := operation.fill(segments)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation.Name, err)
	}

	sending := &call{operation: operation, address: c.base + path, url: c.base + path, began: time.Now(), secrets: c.secrets}

	if operation.hasSecretPath() {
		sending.url = c.base + operation.Path
	}

	bounded, end := sending.bounded(ctx, c.retries.bound)
	defer end()

	request, err := c.request(bounded, sending, query, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation.Name, err)
	}

	response, err := c.retrying(ctx, sending).Do(request)
	if err != nil {
		return nil, c.failed(bounded, sending, err)
	}

	defer response.Body.Close() //nolint:errcheck // The body is in memory.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, c.failed(bounded, sending, err)
	}

	c.logAnswer(ctx, sending, response.StatusCode)

	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, c.refused(ctx, sending, response, content)
	}

	// A proxy or a sign-in form in front of IriusRisk answers 200 as well, and has done nothing of what was asked for.
	if looksLikeHTML(response.Header.Get("Content-Type"), content) {
		return nil, sending.unusable(response.StatusCode, "is an HTML page, perhaps of a proxy or a sign-in form in front of IriusRisk, not JSON")
	}

	return &answer{call: sending, status: response.StatusCode, body: trimmed(content)}, nil
}

// bounded returns a context that notes when the header of an attempt is written, and that ends the request when it has
// taken too long since its first attempt began. Waiting for a slot or for the rate limit before that does not count.
func (s *call) bounded(ctx context.Context, bound time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)

	var (
		begin sync.Once
		timer atomic.Pointer[time.Timer]
	)

	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			begin.Do(func() {
				timer.Store(time.AfterFunc(bound, func() { cancel(&requestTimeError{bound}) }))
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
type requestTimeError struct{ bound time.Duration }

// Error implements error.
func (e *requestTimeError) Error() string {
	return fmt.Sprintf("the request was given up %s after its first attempt began", e.bound)
}

// Unwrap makes the error one of a deadline.
func (e *requestTimeError) Unwrap() error { return context.DeadlineExceeded }

// request builds the HTTP request.
func (c *Client) request(ctx context.Context, sending *call, query url.Values, body any) (*retryablehttp.Request, error) {
	var content any

	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}

		content = encoded
	}

	address := sending.address
	if len(query) > 0 {
		address += "?" + query.Encode()
	}

	request, err := retryablehttp.NewRequestWithContext(ctx, sending.operation.Method, address, content)
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

// failed turns the error of a request without an answer into a TransportError, or into an AnswerError if the answer was
// too large.
func (c *Client) failed(ctx context.Context, sending *call, err error) error {
	if large, ok := errors.AsType[*tooLargeError](err); ok {
		return sending.unusable(large.status, fmt.Sprintf("is larger than %d MiB", maxAnswer>>20))
	}

	// The error of an attempt, or of the wait for the next one, says only that it was cancelled.
	if late, ok := errors.AsType[*requestTimeError](context.Cause(ctx)); ok {
		err = late
	}

	// A url.Error repeats method and URL, which the TransportError has anyway.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}

	c.log.DebugContext(ctx, "no answer", "operation", sending.operation.Name, "method", sending.operation.Method, "url", sending.url,
		"attempts", sending.attempts, "duration", time.Since(sending.began).String())

	return &TransportError{
		Operation: sending.operation,
		URL:       sending.url,
		Sent:      sending.doubt || sending.sent.Load(),
		Attempts:  sending.attempts,
		Err:       &scrubbedError{text: c.secrets.words(err.Error()), cause: err},
	}
}

func (c *Client) logAnswer(ctx context.Context, sending *call, status int) {
	c.log.DebugContext(ctx, "answer", "operation", sending.operation.Name, "method", sending.operation.Method, "url", sending.url,
		"status", status, "attempts", sending.attempts, "duration", time.Since(sending.began).String())
}

// refused turns an answer that is not 2xx into an Error.
func (c *Client) refused(ctx context.Context, sending *call, response *http.Response, content []byte) error {
	refusal := &Error{
		Operation:  sending.operation,
		URL:        sending.url,
		StatusCode: response.StatusCode,
		Attempts:   sending.attempts,
		RetryAfter: response.Header.Get("Retry-After"),
		InDoubt:    sending.earlier,
	}

	if response.StatusCode >= 300 && response.StatusCode <= 399 {
		refusal.Title = c.secrets.words(redirectRefusal(response))

		return refusal
	}

	if looksLikeHTML(response.Header.Get("Content-Type"), content) {
		// What is not found by a proxy says nothing about what IriusRisk has.
		if response.StatusCode == http.StatusNotFound {
			return sending.unusable(response.StatusCode, "is an HTML page, so it does not come from the API: check the endpoint")
		}

		refusal.Title = "an HTML page, perhaps from a proxy in front of IriusRisk"

		return refusal
	}

	refusal.read(ctx, content, c.secrets)

	return refusal
}

// trimmed is a body without white space around it and without a byte order mark, which JSON allows a reader to ignore.
func trimmed(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff")))
}

// looksLikeHTML tells a page of a proxy or a sign-in form from an answer of the API.
func looksLikeHTML(contentType string, content []byte) bool {
	return (len(content) > 0 && strings.Contains(strings.ToLower(contentType), "html")) || bytes.HasPrefix(trimmed(content), []byte("<"))
}

// decode decodes the body of an answer that has to have one.
func (a *answer) decode(target any) error {
	if len(a.body) == 0 {
		return a.unusable("is empty")
	}

	// What the decoder says of the error may quote the body, so it is left out.
	if err := json.Unmarshal(a.body, target); err != nil {
		if !json.Valid(a.body) {
			return a.unusable("is not JSON, or was cut short")
		}

		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return a.unusable(wrongType(mismatch))
		}

		return a.unusable("is JSON of another shape than this operation has")
	}

	return nil
}

// unusable returns an AnswerError about this answer.
func (a *answer) unusable(problem string) error { return a.call.unusable(a.status, problem) }

// unusable returns an AnswerError. The problem may quote what the server sent, such as a name.
func (s *call) unusable(status int, problem string) error {
	return &AnswerError{Operation: s.operation, URL: s.url, StatusCode: status, InDoubt: s.earlier, Problem: s.secrets.words(problem)}
}
