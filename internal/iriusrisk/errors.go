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
	// maxMessageLength limits each message of the server in an error, in characters.
	maxMessageLength = 500

	// maxMessages limits how many messages of a list are read.
	maxMessages = 10
)

// Error is the error of a response that is not 2xx.
type Error struct {
	// Operation is the attempted operation.
	Operation Operation

	// URL is the address without its query.
	URL string

	// StatusCode is the HTTP status.
	StatusCode int

	// Title, Detail and Messages are the messages of the server, truncated and without secrets.
	Title, Detail string
	Messages      []string

	// RetryAfter is the Retry-After header.
	RetryAfter string

	// Attempts is the number of attempts.
	Attempts int

	// EarlierOutcomeUnknown is true if the server may have acted on an attempt before the last one without reporting it.
	EarlierOutcomeUnknown bool
}

// Error implements error.
func (e *Error) Error() string {
	text := fmt.Sprintf("IriusRisk returned %d %s for %s %s (%s)", e.StatusCode, http.StatusText(e.StatusCode), e.Operation.Method, e.URL, e.Operation.Name)

	if e.Attempts > 1 {
		text += fmt.Sprintf(", after %d attempts", e.Attempts)
	}

	if message := e.serverMessage(); message != "" {
		text += ": " + message
	}

	return text
}

// serverMessage returns the messages of the server in one text, "" if there are none.
func (e *Error) serverMessage() string {
	var messages []string

	for _, message := range append([]string{e.Title, e.Detail}, e.Messages...) {
		if message != "" && !slices.Contains(messages, message) {
			messages = append(messages, message)
		}
	}

	if len(messages) > 1 {
		return messages[0] + ": " + strings.Join(messages[1:], "; ")
	}

	return strings.Join(messages, "")
}

// decode reads the messages of a problem document (RFC 7807) or of the older format with a list of errors (both observed).
// The error contains no other part of the body.
func (e *Error) decode(body []byte, secrets *redactor) {
	var problem struct {
		Title   lenient[string] `json:"title"`
		Detail  lenient[string] `json:"detail"`
		Message lenient[string] `json:"message"`
		Errors  lenient[[]struct {
			Message lenient[string] `json:"message"`
		}] `json:"errors"`
	}

	// If the body is not JSON, the status is the only information.
	if json.Unmarshal(trimmed(body), &problem) != nil {
		return
	}

	text := func(value lenient[string]) string {
		if value.value == nil {
			return ""
		}

		return secrets.sanitize(*value.value)
	}

	e.Title, e.Detail = text(problem.Title), text(problem.Detail)

	if message := text(problem.Message); message != "" {
		e.Messages = append(e.Messages, message)
	}

	if problem.Errors.value == nil {
		return
	}

	for i, item := range *problem.Errors.value {
		if i == maxMessages {
			e.Messages = append(e.Messages, "…")

			return
		}

		if message := text(item.Message); message != "" {
			e.Messages = append(e.Messages, message)
		}
	}
}

// AnswerError is the error of a response that the operation cannot return: HTML, truncated JSON, an empty body or an
// inconsistent page. It never contains the body.
type AnswerError struct {
	Operation  Operation
	URL        string
	StatusCode int

	// EarlierOutcomeUnknown is true if the server may have acted on an attempt before the last one without reporting it.
	EarlierOutcomeUnknown bool

	// Problem completes the sentence "the response …".
	Problem string
}

// Error implements error.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("the response to %s %s (%s, status %d) %s", e.Operation.Method, e.URL, e.Operation.Name, e.StatusCode, e.Problem)
}

// TransportError is the error of a request without a response.
type TransportError struct {
	Operation Operation
	URL       string

	// Sent is true if the server may have acted on the request: an attempt was sent, at least in part, and no response
	// reported its outcome.
	Sent bool

	// Attempts is the number of attempts.
	Attempts int

	// Err is the cause. Its text contains no secrets.
	Err error
}

// Error implements error.
func (e *TransportError) Error() string {
	text := fmt.Sprintf("no response to %s %s (%s)", e.Operation.Method, e.URL, e.Operation.Name)
	if e.Attempts > 1 {
		text += fmt.Sprintf(" after %d attempts", e.Attempts)
	}

	return text + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// scrubbedError is an error without the secrets in its text.
type scrubbedError struct {
	text  string
	cause error
}

// Error implements error.
func (e *scrubbedError) Error() string { return e.text }

// Unwrap returns the original error.
func (e *scrubbedError) Unwrap() error { return e.cause }

// StatusCode returns the HTTP status of an Error, or 0 for any other error.
func StatusCode(err error) int {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure.StatusCode
	}

	return 0
}

// IsNotFound reports whether the server returned 404: the object does not exist or is not visible to the caller
// (documented).
func IsNotFound(err error) bool { return StatusCode(err) == http.StatusNotFound }

// IsWrongAddress reports whether the server returned 404 for a path without placeholders, which every instance has.
func IsWrongAddress(err error) bool {
	failure, ok := errors.AsType[*Error](err)

	return ok && failure.StatusCode == http.StatusNotFound && !strings.Contains(failure.Operation.Path, "{")
}

// IsUnauthorized reports whether the server returned 401: the API token is invalid or the API is not enabled (documented).
func IsUnauthorized(err error) bool { return StatusCode(err) == http.StatusUnauthorized }

// IsForbidden reports whether the server returned 403: a permission is missing (documented).
func IsForbidden(err error) bool { return StatusCode(err) == http.StatusForbidden }

// IsRejected reports whether the server returned 400 or 409, for example because of a duplicate. Which status it returns
// in which case is inferred; its messages are not documented.
func IsRejected(err error) bool {
	status := StatusCode(err)

	return status == http.StatusBadRequest || status == http.StatusConflict
}

// WasRetried reports whether an Error is about a request with several attempts, so that an earlier attempt may have taken
// effect.
func WasRetried(err error) bool {
	failure, ok := errors.AsType[*Error](err)

	return ok && failure.Attempts > 1
}

// IsTimeout reports whether an attempt took longer than RequestTimeout, or all attempts together longer than the time limit of a
// request, and there was no response.
func IsTimeout(err error) bool {
	_, unanswered := errors.AsType[*TransportError](err)

	return unanswered && errors.Is(err, context.DeadlineExceeded)
}

// IsUnreachable reports whether there was no response.
func IsUnreachable(err error) bool {
	_, unanswered := errors.AsType[*TransportError](err)

	return unanswered
}

// IsUntrusted reports whether there was no response because the server's certificate could not be verified.
func IsUntrusted(err error) bool {
	return IsUnreachable(err) && certificateRefused(err)
}

// NamedObjects returns the kinds of objects in the path of the request that an Error is about: "user", "role", "business
// unit" or "invitation".
func NamedObjects(err error) []string {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return nil
	}

	var objects []string

	for segment := range strings.SplitSeq(failure.Operation.Path, "/") {
		if object, named := pathParameters[segment]; named {
			objects = append(objects, object)
		}
	}

	return objects
}

// pathParameters are the kinds of objects by the placeholder of a path.
var pathParameters = map[string]string{"{username}": "user", "{role-id}": "role", "{business-unit-id}": "business unit", "{invitation-id}": "invitation"}

// Permissions describes the permissions that the operation of an Error needs, or returns "" if none is documented.
func Permissions(err error) string {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure.Operation.PermissionsText()
	}

	return ""
}

// MayBeUnderWay reports whether the server may still be acting on a write whose outcome is unknown: the connection was lost, or
// the response may be that of a proxy. A server that returns 500 itself has ended.
func MayBeUnderWay(err error) bool {
	return OutcomeUnknown(err) && StatusCode(err) != http.StatusInternalServerError
}

// OutcomeUnknown reports whether the server may have acted on any attempt of a write that failed with this error.
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
