package simulator

import (
	"bytes"
	"encoding/json"
)

// Answer is a response before it is sent.
type Answer struct {
	RequestInfo

	// Status is the HTTP status code.
	Status int

	// Body is the JSON body, made of map[string]any, []any, string, json.Number, bool and nil; nil for a response
	// without a body. Problem documents are included.
	Body any
}

// OnAnswer registers a hook that may change the status and body of each response to an operation before it is sent; ""
// stands for all operations. A nil hook removes the registered one. The hook is not called for raw bodies and broken
// connections that a fault causes. It runs on the server's goroutines, concurrently if requests are concurrent.
func (s *Server) OnAnswer(operation string, rewrite func(*Answer)) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	if s.journal.rewriters == nil {
		s.journal.rewriters = make(map[string]func(*Answer))
	}

	s.journal.rewriters[operation] = rewrite
}

// info returns the part of the request that hooks see.
func (r *request) info() RequestInfo {
	return RequestInfo{r.entry.Operation, r.entry.Method, r.entry.Path, r.entry.Query, r.entry.Username}
}

// rewrite calls the hooks registered for the operation. No lock is held meanwhile.
func (j *journal) rewrite(in *request, out *response) {
	j.mu.Lock()
	rewriters := []func(*Answer){j.rewriters[anyOperation]}

	if in.entry.Operation != anyOperation {
		rewriters = append(rewriters, j.rewriters[in.entry.Operation])
	}
	j.mu.Unlock()

	for _, rewrite := range rewriters {
		if rewrite == nil || out.raw != nil {
			continue
		}

		answer := Answer{RequestInfo: in.info(), Status: out.status, Body: plain(out.body)}
		rewrite(&answer)
		out.status, out.body = answer.Status, answer.Body
	}
}

// plain returns a copy of a body as decoded JSON, so that a hook cannot change the tenant.
func plain(body any) any {
	if body == nil {
		return nil
	}

	content, err := json.Marshal(body)
	if err != nil {
		return nil
	}

	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()

	var copied any
	if decoder.Decode(&copied) != nil {
		return nil
	}

	return copied
}
