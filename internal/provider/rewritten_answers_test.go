package provider

import "github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"

// answering makes a server change every user in its answers, like another version or a server with outdated answers.
// Nil restores its own answers.
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

// withoutHints removes the hints of all tokens, including the caller's.
func withoutHints(user map[string]any) { delete(user, "apiToken") }

// withLinksOnly reduces a token to the link that deletes it.
func withLinksOnly(user map[string]any) {
	if token, shown := user["apiToken"].(map[string]any); shown {
		delete(token, "hint")
	}
}
