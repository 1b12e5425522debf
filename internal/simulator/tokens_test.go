package simulator

import (
	"strings"
	"testing"
)

// A user has one token. Generating another one revokes it, and so does deleting the user.
func TestTokens_onePerUser(t *testing.T) {
	t.Parallel()

	for _, part := range []HintPart{HintTail, HintHead} {
		s := startWithUsers(t, Options{TokenField: "token", HintFrom: part})
		first, _ := call(t, s, "POST", "/users/ada/api-token/generate", "").json["token"].(string)
		expectStatus(t, callAs(t, s, first, "GET", "/info", ""), 200)

		second, _ := call(t, s, "POST", "/users/ada/api-token/generate", "").json["token"].(string)
		expectStatus(t, callAs(t, s, first, "GET", "/info", ""), 401)
		expectStatus(t, callAs(t, s, second, "GET", "/info", ""), 200)

		hint := second[len(second)-4:]
		if part == HintHead {
			hint = second[:4]
		}

		if answer := call(t, s, "GET", "/users/ada", ""); !strings.Contains(answer.raw, `"hint":"`+hint+`"`) || s.Hint("ada") != hint || strings.Contains(answer.raw, second) {
			t.Errorf("hint %q is not in %s", hint, answer.raw)
		}

		expectStatus(t, call(t, s, "DELETE", "/users/ada", ""), 200)
		expectStatus(t, callAs(t, s, second, "GET", "/info", ""), 401)
	}
}
