package iriusrisk

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// answer is a 2xx answer, read whole.
type answer struct {
	state  *requestState
	status int
	body   []byte
}

// decode decodes the body of an answer that has to have one.
func (a *answer) decode(target any) error {
	if len(a.body) == 0 {
		return a.invalid("is empty")
	}

	// What the decoder says of the error may quote the body, so it is left out.
	if err := json.Unmarshal(a.body, target); err != nil {
		if !json.Valid(a.body) {
			return a.invalid("is not JSON, or was cut short")
		}

		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return a.invalid(wrongType(mismatch))
		}

		return a.invalid("is JSON of another shape than this operation has")
	}

	return nil
}

// fields returns the fields of an object that is not known in full.
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

// invalid returns an AnswerError about this answer.
func (a *answer) invalid(problem string) error { return a.state.invalid(a.status, problem) }

// invalid returns an AnswerError. The problem may quote what the server sent, such as a name.
func (s *requestState) invalid(status int, problem string) error {
	return &AnswerError{Operation: s.operation, URL: s.url, StatusCode: status, EarlierOutcomeUnknown: s.earlierUnknown, Problem: s.secrets.sanitize(problem)}
}

// trimmed is a body without white space around it and without a byte order mark, which JSON allows a reader to ignore.
func trimmed(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\ufeff")))
}

// looksLikeHTML tells a page of a proxy or a sign-in form from an answer of the API.
func looksLikeHTML(contentType string, content []byte) bool {
	return (len(content) > 0 && strings.Contains(strings.ToLower(contentType), "html")) || bytes.HasPrefix(trimmed(content), []byte("<"))
}
