package provider

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// rewriting returns the address of a proxy that changes every user in the answers of a server: it stands for a server of
// another version, or for one whose answers lag behind.
func rewriting(t *testing.T, server *simulator.Server, change func(user map[string]any)) string {
	t.Helper()

	target, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(response *http.Response) error {
			content, err := io.ReadAll(response.Body)
			if err != nil {
				return err
			}

			var body map[string]any
			if json.Unmarshal(content, &body) == nil && response.StatusCode < http.StatusMultipleChoices {
				changeUsers(body, change)

				if content, err = json.Marshal(body); err != nil {
					return err
				}
			}

			response.Body = io.NopCloser(bytes.NewReader(content))
			response.ContentLength = int64(len(content))
			response.Header.Set("Content-Length", strconv.Itoa(len(content)))

			return nil
		},
	}

	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)

	return front.URL
}

// changeUsers changes a user, or the users of a page.
func changeUsers(body map[string]any, change func(user map[string]any)) {
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
}

// speakTo is a provider that reaches a server by another address, with the token of the server's administrator.
func speakTo(t *testing.T, address string, server *simulator.Server) *protocol {
	t.Helper()

	p := speakUnconfigured(t)
	p.succeed(p.configure(values{"endpoint": text(address), "api_token": text(server.AdminToken())}))

	return p
}

// withoutHints is a server that shows the hint of no token, not even of the caller's.
func withoutHints(user map[string]any) { delete(user, "apiToken") }

// withLinksOnly is a server that shows of a token only that it can be deleted.
func withLinksOnly(user map[string]any) {
	if token, shown := user["apiToken"].(map[string]any); shown {
		delete(token, "hint")
	}
}
