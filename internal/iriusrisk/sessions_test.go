package iriusrisk

import "testing"

func TestCountUserSessions_fields(t *testing.T) {
	t.Parallel()

	for body, wanted := range map[string]int64{`{"count":3,"other":4}`: 3, `{"tokens":2,"x":"y","n":null}`: 2, `{"a":1,"b":2}`: -1, `{"x":"3"}`: -1} {
		got, err := connect(t, serve(t, answers(200, body)).URL, nil).CountUserSessions(t.Context(), "ada")
		if (err == nil) != (wanted >= 0) || (err == nil && got != wanted) {
			t.Errorf("%s: %d, %v", body, got, err)
		}
	}
}
