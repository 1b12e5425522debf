package provider

import "github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"

// answering has a server change every user in its answers, as a server of another version or one whose answers lag behind
// would; nil ends it.
func answering(server *simulator.Server, change func(user map[string]any)) {
	if change == nil {
		server.OnAnswer("", nil)

		return
	}

	server.OnAnswer("", func(answer *simulator.Answer) {
		body, isObject := answer.Body.(map[string]any)
		if !isObject {
			return
		}

		if body["username"] != nil {
			change(body)
		}

		embedded, _ := body["_embedded"].(map[string]any)
		items, _ := embedded["items"].([]any)

		for _, item := range items {
			if user, isUser := item.(map[string]any); isUser && user["username"] != nil {
				change(user)
			}
		}
	})
}

// withoutHints is a server that shows the hint of no token, not even of the caller's.
func withoutHints(user map[string]any) { delete(user, "apiToken") }

// withLinksOnly is a server that shows of a token only that it can be deleted.
func withLinksOnly(user map[string]any) {
	if token, shown := user["apiToken"].(map[string]any); shown {
		delete(token, "hint")
	}
}
