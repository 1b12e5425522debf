package iriusrisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	// maxMessageLength bounds, in characters, each of the server's sentences that an error repeats.
	maxMessageLength = 500

	// maxMessages bounds how many of a list of messages an error repeats.
	maxMessages = 10
)

// Error is an answer that is not 2xx.
type Error struct {
	// Operation is what was attempted.
	Operation Operation

	// URL is the address, without a query.
	URL string

	// StatusCode is the HTTP status.
	StatusCode int

	// Title, Detail and Messages are the server's own words, cut and scrubbed of secrets.
	Title, Detail string
	Messages      []string

	// RetryAfter is the Retry-After header.
	RetryAfter string

	// Attempts is how often the request was sent.
	Attempts int

	// EarlierOutcomeUnknown tells whether the server may have acted on an earlier attempt, whose outcome it did not say.
	EarlierOutcomeUnknown bool
}

// Error implements error.
func (e *Error) Error() string {
	text := fmt.Sprintf("IriusRisk answered %d %s to %s %s (%s)", e.StatusCode, http.StatusText(e.StatusCode), e.Operation.Method, e.URL, e.Operation.Name)

	if e.Attempts > 1 {
		text += fmt.Sprintf(", after %d attempts", e.Attempts)
	}

	if words := e.serverMessage(); words != "" {
		text += ": " + words
	}

	return text
}

// serverMessage returns what the server said, "" when it said nothing.
func (e *Error) serverMessage() string {
	var words []string

	for _, sentence := range append([]string{e.Title, e.Detail}, e.Messages...) {
		if sentence != "" && !slices.Contains(words, sentence) {
			words = append(words, sentence)
		}
	}

	if len(words) > 1 {
		return words[0] + ": " + strings.Join(words[1:], "; ")
	}

	return strings.Join(words, "")
}

// decode takes the server's words from a problem document (RFC 7807) or from the older shape with a list of errors (both
// observed). Whatever else the body holds is not repeated.
func (e *Error) decode(ctx context.Context, body []byte, secrets *redactor) {
	var problem struct {
		Title   lenient[string] `json:"title"`
		Detail  lenient[string] `json:"detail"`
		Message lenient[string] `json:"message"`
		Errors  lenient[[]struct {
			Message lenient[string] `json:"message"`
		}] `json:"errors"`
	}

	// A body that is no JSON leaves the status to speak for itself.
	if json.Unmarshal(trimmed(body), &problem) != nil {
		return
	}

	words := func(value lenient[string]) string {
		if value.value == nil || ctx.Err() != nil {
			return ""
		}

		return secrets.sanitize(*value.value)
	}

	e.Title, e.Detail = words(problem.Title), words(problem.Detail)

	if message := words(problem.Message); message != "" {
		e.Messages = append(e.Messages, message)
	}

	if problem.Errors.value == nil {
		return
	}

	for _, item := range *problem.Errors.value {
		if len(e.Messages) == maxMessages {
			e.Messages = append(e.Messages, "…")

			return
		}

		if message := words(item.Message); message != "" {
			e.Messages = append(e.Messages, message)
		}
	}
}

// AnswerError is an answer that cannot be what the operation answers: HTML, JSON cut short, nothing at all, a page
// that cannot be. It never repeats the body.
type AnswerError struct {
	Operation  Operation
	URL        string
	StatusCode int

	// EarlierOutcomeUnknown tells whether the server may have acted on an earlier attempt, whose outcome it did not say.
	EarlierOutcomeUnknown bool

	// Problem completes "the answer …".
	Problem string
}

// Error implements error.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("the answer to %s %s (%s, status %d) %s", e.Operation.Method, e.URL, e.Operation.Name, e.StatusCode, e.Problem)
}

// TransportError says that no answer arrived.
type TransportError struct {
	Operation Operation
	URL       string

	// Sent tells whether the server may have acted on the request: whether any of its attempts was sent, at least in part,
	// and got no answer that says what became of it.
	Sent bool

	// Attempts is how often the request was tried.
	Attempts int

	// Err is the cause, its text scrubbed of secrets.
	Err error
}

// Error implements error.
func (e *TransportError) Error() string {
	text := fmt.Sprintf("no answer to %s %s (%s)", e.Operation.Method, e.URL, e.Operation.Name)
	if e.Attempts > 1 {
		text += fmt.Sprintf(" after %d attempts", e.Attempts)
	}

	return text + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// scrubbedError is an error whose text has been scrubbed.
type scrubbedError struct {
	text  string
	cause error
}

// Error implements error.
func (e *scrubbedError) Error() string { return e.text }

// Unwrap returns the error that was scrubbed.
func (e *scrubbedError) Unwrap() error { return e.cause }

// StatusCode returns the HTTP status of an Error, 0 for any other error.
func StatusCode(err error) int {
	if answered, ok := errors.AsType[*Error](err); ok {
		return answered.StatusCode
	}

	return 0
}

// IsNotFound reports whether the server answered 404: gone, or not visible to the caller (documented).
func IsNotFound(err error) bool { return StatusCode(err) == http.StatusNotFound }

// IsWrongAddress reports whether the server answered 404 to an operation that exists wherever the API does.
func IsWrongAddress(err error) bool {
	failure, ok := errors.AsType[*Error](err)

	return ok && failure.StatusCode == http.StatusNotFound && !strings.Contains(failure.Operation.Path, "{")
}

// IsUnauthorized reports whether the server answered 401: a bad token, or the API is not enabled (documented).
func IsUnauthorized(err error) bool { return StatusCode(err) == http.StatusUnauthorized }

// IsForbidden reports whether the server answered 403: a permission is missing (documented).
func IsForbidden(err error) bool { return StatusCode(err) == http.StatusForbidden }

// IsRejected reports whether the server rejected what the request asks for, a duplicate among others. It answers 400 or
// 409 then; which of them to what is not documented (inferred), and neither are its words.
func IsRejected(err error) bool {
	status := StatusCode(err)

	return status == http.StatusBadRequest || status == http.StatusConflict
}

// WasRetried reports whether the answer that an Error is about came to a request that had been sent before, so that an
// earlier attempt may have taken effect.
func WasRetried(err error) bool {
	failure, ok := errors.AsType[*Error](err)

	return ok && failure.Attempts > 1
}

// IsTimeout reports whether an attempt took longer than RequestTimeout.
func IsTimeout(err error) bool {
	_, unanswered := errors.AsType[*TransportError](err)

	return unanswered && errors.Is(err, context.DeadlineExceeded)
}

// IsUnreachable reports whether no answer arrived.
func IsUnreachable(err error) bool {
	_, unanswered := errors.AsType[*TransportError](err)

	return unanswered
}

// IsUntrusted reports whether no answer arrived because the server's certificate could not be verified.
func IsUntrusted(err error) bool {
	return IsUnreachable(err) && certificateRefused(err)
}

// NamedObjects returns what the request named that an Error is about: "user", "role", "business unit", "invitation".
func NamedObjects(err error) []string {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return nil
	}

	var things []string

	for segment := range strings.SplitSeq(failure.Operation.Path, "/") {
		if thing, named := pathParameters[segment]; named {
			things = append(things, thing)
		}
	}

	return things
}

// pathParameters are the placeholders of paths, and what they name.
var pathParameters = map[string]string{"{username}": "user", "{role-id}": "role", "{business-unit-id}": "business unit", "{invitation-id}": "invitation"}

// Permissions says in words which permissions the operation needs that an Error is about, "" when none is documented.
func Permissions(err error) string {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure.Operation.PermissionsText()
	}

	return ""
}

// OutcomeUnknown reports whether the server may have acted on a write that failed with this error, on any of its attempts.
func OutcomeUnknown(err error) bool {
	if lost, ok := errors.AsType[*TransportError](err); ok {
		return lost.Sent
	}

	if invalid, ok := errors.AsType[*AnswerError](err); ok {
		return invalid.EarlierOutcomeUnknown || invalid.StatusCode < 300 || invalid.StatusCode >= 500
	}

	failure, ok := errors.AsType[*Error](err)

	return ok && (failure.EarlierOutcomeUnknown || leavesOutcomeUnknown(failure.StatusCode, failure.RetryAfter))
}
