package simulator

import (
	"bytes"
	"encoding/json"
)

// Answer is an answer before it is sent.
type Answer struct {
	RequestInfo

	// Status is the status, 200 for one.
	Status int

	// Body is the JSON of the answer, made of map[string]any, []any, string, json.Number, bool and nil; nil as a whole
	// for an answer without a body. Problem documents are bodies as well.
	Body any
}

// OnAnswer has a hook called with each answer to an operation, "" for any, which it may change before it is sent: its
// status, its fields and their types. nil removes the hook. It sees no answer that a fault replaces by raw bytes or by
// a broken connection. It runs on the server's goroutines, several at once when requests are.
func (s *Server) OnAnswer(operation string, rewrite func(*Answer)) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()

	if s.journal.rewriters == nil {
		s.journal.rewriters = make(map[string]func(*Answer))
	}

	s.journal.rewriters[operation] = rewrite
}

// info is what a hook learns of the request.
func (r *request) info() RequestInfo {
	return RequestInfo{r.entry.Operation, r.entry.Method, r.entry.Path, r.entry.Query, r.entry.Username}
}

// rewrite calls the hooks that are for the answer, with no lock held.
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

// plain is a copy of an answer as a reader of its JSON sees it, which a hook may change without changing the tenant.
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
