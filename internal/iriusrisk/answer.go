package iriusrisk

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// answer is a 2xx response whose body has been read.
type answer struct {
	state  *requestState
	status int
	body   []byte
}

// decode decodes the body. An empty body is an error.
func (a *answer) decode(target any) error {
	if len(a.body) == 0 {
		return a.invalid("is empty")
	}

	// The error of the decoder may quote the body, so it is not included.
	if err := json.Unmarshal(a.body, target); err != nil {
		if !json.Valid(a.body) {
			return a.invalid("is not JSON or is truncated")
		}

		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return a.invalid(wrongType(mismatch))
		}

		return a.invalid("has a different structure from the one that this operation returns")
	}

	return nil
}

// fields returns the fields of a JSON object whose fields are not all known.
func (a *answer) fields() (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := a.decode(&fields); err != nil {
		return nil, err
	}

	if len(fields) == 0 {
		return nil, a.invalid("has no fields")
	}

	return fields, nil
}

// invalid returns the AnswerError of this answer.
func (a *answer) invalid(problem string) error { return a.state.invalid(a.status, problem) }

// invalid returns an AnswerError. The problem may quote values that the server sent, such as a name.
func (s *requestState) invalid(status int, problem string) error {
	return &AnswerError{Operation: s.operation, URL: s.url, StatusCode: status, EarlierOutcomeUnknown: s.earlierUnknown, Problem: s.secrets.sanitize(problem)}
}

// trimmed removes surrounding white space and a byte order mark, which JSON parsers may ignore.
func trimmed(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff")))
}

// looksLikeHTML reports whether a response is an HTML page, for example of a proxy or a sign-in form.
func looksLikeHTML(contentType string, content []byte) bool {
	return (len(content) > 0 && strings.Contains(strings.ToLower(contentType), "html")) || bytes.HasPrefix(trimmed(content), []byte("<"))
}
