package iriusrisk

import (
	"net/http"
	"strings"
	"testing"
)

// The error of a redirect that is not followed contains its target; the error of another 3xx response says that it is not
// from the API.
func TestRedirects_errors(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		status   int
		location string
		write    bool
		says     string
		requests int
	}{
		"redirect loop":  {307, "/irius/api/v2/users/ada", false, "more than 5 redirects in a row, the last one from the path /irius/api/v2/users/ada to the path /irius/api/v2/users/ada of the same server", 6},
		"write":          {307, "/irius/api/v2/users/ada/disable?hush", true, "a redirect from the path /api/v2/users/ada/disable to the path /irius/api/v2/users/ada/disable of the same server", 1},
		"another server": {302, "https://sso.example.com/hush", false, "a redirect to https://sso.example.com, which is not followed", 1},
		"not modified":   {304, "", false, "neither a response of the API nor a redirect", 1},
		"choices":        {300, "", true, "neither a response of the API nor a redirect", 1},
		"no address":     {307, "", false, "neither a response of the API nor a redirect", 1},
		"bad address":    {300, "http://[::1", true, "an address that cannot be read", 1},
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if test.location != "" {
				w.Header().Set("Location", test.location)
			}

			w.WriteHeader(test.status)
		})
		client := connect(t, server.URL, nil)

		err := client.DisableUser(t.Context(), "ada")
		if !test.write {
			server.requests = nil
			err = second(client.GetUser(t.Context(), "ada"))
		}

		expectError(t, err, test.says)

		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "endpoint") != (name == "another server" || name == "write") {
			t.Errorf("%s: %v", name, err)
		}

		if made := len(server.all()); made != test.requests {
			t.Errorf("%s: %d requests", name, made)
		}
	}
}

// A redirect of a read to the same server is followed. No other server receives the API token.
func TestRedirects(t *testing.T) {
	t.Parallel()

	other := serve(t, answers(200, ada))

	for name, test := range map[string]struct {
		target   func(own string) string
		write    bool
		followed bool
	}{
		"same server":             {func(string) string { return "/api/v2/users/other" }, false, true},
		"same server, absolute":   {func(own string) string { return own + "/api/v2/users/other" }, false, true},
		"write, same server":      {func(string) string { return "/api/v2/users/other" }, true, false},
		"different port":          {func(string) string { return other.URL + "/api/v2/users/other?secret=x" }, false, false},
		"different host":          {func(own string) string { return strings.Replace(own, "127.0.0.1", "localhost", 1) + "/users/other" }, false, false},
		"different scheme":        {func(own string) string { return strings.Replace(own, "http:", "https:", 1) + "/users/other" }, false, false},
		"write, different server": {func(string) string { return other.URL + "/api/v2/users/other" }, true, false},
		"no Location":             {func(string) string { return "" }, false, false},
		"loop":                    {func(string) string { return "/api/v2/users/ada" }, false, false},
		"invalid address":         {func(string) string { return "http://[::1" }, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var own *server

			own = serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "other") {
					answers(200, ada)(w, r)

					return
				}

				if target := test.target(own.URL); target != "" {
					w.Header().Set("Location", target)
				}

				w.WriteHeader(http.StatusTemporaryRedirect)
			})

			client := connect(t, own.URL, nil)

			var err error
			if test.write {
				err = client.DisableUser(t.Context(), "ada")
			} else {
				err = second(client.GetUser(t.Context(), "ada"))
			}

			if (err == nil) != test.followed {
				t.Errorf("got %v", err)
			}

			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v contains the query", err)
			}
		})
	}

	t.Cleanup(func() {
		if requests := other.all(); len(requests) > 0 {
			t.Errorf("the other server received %+v", requests)
		}
	})
}
