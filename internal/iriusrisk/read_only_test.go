package iriusrisk

import (
	"strings"
	"testing"
)

// The error of a refused request names the operation. The request has had no effect, so its outcome is known.
func TestReadOnlyError_namesTheOperation(t *testing.T) {
	t.Parallel()

	server := serve(t, answers(200, ada))
	client := connect(t, server.URL, func(config *Config) { config.ReadOnly, config.MaxRetries = true, 3 })
	secret := "correct-Horse7-battery"

	_, err := client.CreateUser(t.Context(), CreateUserRequest{Username: "ada", Password: &secret})
	expectError(t, err, "create_user", "POST", server.URL, "was not sent", "read-only")

	if OutcomeUnknown(err) || IsUnreachable(err) || IsNotFound(err) || IsRejected(err) || WasRetried(err) {
		t.Errorf("the error %v looks like that of a request that was sent", err)
	}

	_, err = client.AcceptInvitation(t.Context(), roleID, AcceptInvitationRequest{"ada", "f", "l", secret})
	if !IsReadOnly(err) || strings.Contains(err.Error(), roleID) || strings.Contains(err.Error(), secret) {
		t.Errorf("the error %v shows a secret, or is a different one", err)
	}

	if !client.ReadOnly() || connect(t, server.URL, nil).ReadOnly() || len(server.all()) > 0 {
		t.Errorf("%d requests were sent", len(server.all()))
	}
}
