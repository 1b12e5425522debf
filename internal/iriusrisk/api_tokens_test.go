package iriusrisk

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestGenerateUserAPIToken_fields(t *testing.T) {
	t.Parallel()

	for body, wanted := range map[string]string{
		`{"apiToken":"abc"}`: "abc", `{"token":"abc","x":1}`: "abc", `{"apiToken":{"hint":"x"},"token":"abc"}`: "abc",
		`{"secretValue":"hush"}`: "", `{"apiToken":""}`: "", `{"apiToken":{"value":"hush"}}`: "", `{}`: "",
	} {
		got, err := connect(t, serve(t, answers(200, body)).URL, nil).GenerateUserAPIToken(t.Context(), "ada")
		if got != wanted || (err == nil) != (wanted != "") {
			t.Errorf("%s: %q, %v", body, got, err)
		}

		if wanted == "" {
			expectError(t, err, "contains no token; its keys are")

			if strings.Contains(err.Error(), "hush") {
				t.Errorf("the error contains a value: %v", err)
			}
		}
	}
}

// A generated token that an HTTP header cannot contain is an error that does not contain the token.
func TestGenerateUserAPIToken_invalidToken(t *testing.T) {
	t.Parallel()

	for _, invalid := range []string{"  ", "hush\n", " hush", "hush hush", "hush\t", "hüsh", "hush\u0000"} {
		encoded, err := json.Marshal(map[string]string{"apiToken": invalid})
		if err != nil {
			t.Fatal(err)
		}

		_, err = connect(t, serve(t, answers(200, string(encoded))).URL, nil).GenerateUserAPIToken(t.Context(), "ada")
		expectError(t, err, "contains a token with white space")

		if err != nil && (strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "hüsh")) {
			t.Errorf("the error contains the token: %v", err)
		}

		if _, isAnswer := errors.AsType[*AnswerError](err); !isAnswer {
			t.Errorf("%q: %T", invalid, err)
		}
	}
}

func TestValidateAPIToken(t *testing.T) {
	t.Parallel()

	for token, want := range map[string]string{"0f-9_~": "", "": "is empty", "hush\n": "a line break", "hush hush": "contains a space", "hüsh": "another character"} {
		expectProblem(t, token, ValidateAPIToken(token), want)

		if err := ValidateAPIToken(token); err != nil && token != "" && strings.Contains(err.Error(), token) {
			t.Errorf("the error contains the token: %v", err)
		}
	}
}
