package iriusrisk

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// Logs and errors never contain the id of an invitation and the password that accepts it, neither in the address nor in the
// messages of the server.
func TestInvitation_idAndPasswordAreSecrets(t *testing.T) {
	t.Parallel()

	const (
		id       = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
		password = "the-secret-Passw0rd"
	)

	for name, handler := range map[string]http.HandlerFunc{
		"refused":  answers(400, `{"detail":"`+id+` and `+password+` are wrong"}`),
		"retried":  answers(429, `{"detail":"`+id+`"}`),
		"HTML":     answers(200, "<html>"),
		"not JSON": answers(200, id),
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/"+id+"/"+password, http.StatusFound)
		},
		"no response": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var log bytes.Buffer

			server := serve(t, handler)
			// Each operation has a client of its own, which knows no secrets of the other one.
			start := func() *Client {
				return connect(t, server.URL, func(config *Config) {
					config.Logger, config.MaxRetries = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), 1
				})
			}

			accepting := AcceptInvitationRequest{Username: "ada", Password: password}
			refused := []error{
				second(start().AcceptInvitation(t.Context(), id, accepting)),
				second(start().GetInvitation(t.Context(), id)),
			}

			for i, err := range refused {
				// Only the first operation sends the password.
				for _, secret := range []string{id, password}[:2-i] {
					if shown := fmt.Sprint(err); strings.Contains(shown, secret) {
						t.Errorf("%s contains %q", shown, secret)
					}
				}

				expectError(t, err, server.URL+"/api/v2/users/invitations/{invitation-id}")
			}

			for _, secret := range []string{id, password} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log contains %q: %s", secret, log.String())
				}
			}

			if !strings.Contains(log.String(), "/users/invitations/{invitation-id}") {
				t.Errorf("the log does not contain the path of the operation: %s", log.String())
			}

			// The request itself contains the id.
			if requests := server.all(); len(requests) < 2 || !strings.Contains(requests[0].path, id) {
				t.Errorf("the requests are %+v", requests)
			}
		})
	}

	client := connect(t, noServer, nil)
	if err := second(client.GetInvitation(t.Context(), "secret\nid")); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an id that cannot be sent: %v", err)
	}
}

// The password that accepts an invitation is redacted.
func TestAcceptInvitation_passwordIsRedacted(t *testing.T) {
	t.Parallel()

	client := connect(t, serve(t, answers(400, `{"detail":"Tr1cky-Passw0rd is weak"}`)).URL, nil)
	err := second(client.AcceptInvitation(t.Context(), roleID, AcceptInvitationRequest{Password: "Tr1cky-Passw0rd"}))
	expectError(t, err, ": (redacted) is weak")
}
