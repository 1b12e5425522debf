package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestOnAnswer_changesResponsesButNotTheTenant(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	change := func(answer *Answer) {
		body, ok := answer.Body.(map[string]any)
		if !ok {
			t.Errorf("%s: the body is %T", answer.Operation, answer.Body)

			return
		}

		body["enabled"] = "true"
		delete(body, "email")
	}

	s.OnAnswer("get_user", change)

	if answer := call(t, s, "GET", "/users/ada", ""); answer.json["enabled"] != "true" || answer.json["email"] != nil || answer.json["username"] != "ada" {
		t.Errorf("the answer is %s", answer.raw)
	}

	s.OnAnswer("get_user", nil)

	if answer := call(t, s, "GET", "/users/ada", ""); answer.json["enabled"] != true || answer.json["email"] != "ada@example.com" {
		t.Errorf("the answer is %s", answer.raw)
	}

	// Lists are plain JSON, with numbers unchanged.
	s.OnAnswer("get_users", func(answer *Answer) {
		body, _ := answer.Body.(map[string]any)
		embedded, _ := body["_embedded"].(map[string]any)
		items, _ := embedded["items"].([]any)
		page, _ := body["page"].(map[string]any)

		if len(items) == 0 || page["size"] != json.Number("20") {
			t.Errorf("the body is %v", body)
		}

		embedded["items"] = items[:1]
	})

	if answer := call(t, s, "GET", "/users", ""); strings.Count(answer.raw, `"username"`) != 1 {
		t.Errorf("the answer is %s", answer.raw)
	}
}

func TestOnAnswer_seesEveryKindOfResponse(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})

	var seen []Answer

	s.OnAnswer("", func(answer *Answer) {
		seen = append(seen, *answer)
		answer.Status = http.StatusTeapot
	})

	expectStatus(t, call(t, s, "GET", "/users/none", ""), 418)
	expectStatus(t, call(t, s, "POST", "/users/ada/disable", ""), 418)

	s.Inject(Fault{Kind: FaultBody, Status: 200, Body: []byte("<html>")})
	expectStatus(t, call(t, s, "GET", "/info", ""), 200)

	s.Inject(Fault{Status: 503})
	expectStatus(t, call(t, s, "GET", "/info", ""), 418)

	if len(seen) != 3 || seen[0].Status != 404 || seen[1].Body != nil || seen[1].Username != "ada" || seen[2].Status != 503 {
		t.Errorf("the responses are %+v", seen)
	}

	if journal := s.Journal(); journal[0].Status != 418 {
		t.Errorf("the journal has %d", journal[0].Status)
	}
}
