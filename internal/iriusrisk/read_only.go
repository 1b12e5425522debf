package iriusrisk

import (
	"errors"
	"fmt"
	"net/http"
)

// ReadOnlyError is the error of a request that a read-only client refuses to send. It has no effect on the server, so it
// needs neither a retry nor a lookup of its outcome.
type ReadOnlyError struct {
	// Operation is the attempted operation.
	Operation Operation

	// URL is the address without its query.
	URL string
}

// Error implements error.
func (e *ReadOnlyError) Error() string {
	return fmt.Sprintf("%s %s (%s) was not sent, because the client is read-only", e.Operation.Method, e.URL, e.Operation.Name)
}

// IsReadOnly reports whether a read-only client refused to send the request.
func IsReadOnly(err error) bool {
	_, refused := errors.AsType[*ReadOnlyError](err)

	return refused
}

// ReadOnly reports whether the client refuses every request other than GET.
func (c *Client) ReadOnly() bool { return c.readOnly }

// refuse returns the error of a request that the client must not send, or nil.
func (c *Client) refuse(state *requestState) error {
	if !c.readOnly || state.operation.Method == http.MethodGet {
		return nil
	}

	return &ReadOnlyError{Operation: state.operation, URL: state.url}
}
