package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// enabledAsText turns the enabled field of the user "grace" into a string.
func enabledAsText(user map[string]any) {
	if user["username"] == "grace" {
		user["enabled"] = fmt.Sprint(user["enabled"])
	}
}

// A list with a value of the wrong type confirms no state and does not prevent reading other users. Reading that user,
// or the list itself, is an error that names the field.
func TestRead_listWithAWrongType(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	for _, username := range []string{"ada", "alan", "grace"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", FirstName: "First", LastName: "Last", Enabled: true})
	}

	answering(server, enabledAsText)

	p := newConfigured(t, server)

	for _, username := range []string{"ada", "alan", "grace"} {
		state := values{
			"id": text(mustUser(t, server, username).ID), "username": text(username), "email": text(username + "@example.com"),
			"first_name": text("First"), "last_name": text("Last"), "enabled": boolean(true),
		}
		read, after := p.read("iriusrisk_user", state)

		if username == "grace" {
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, `Unable to read user "grace"`, "has a string in the field enabled, where a boolean is expected")
		} else {
			p.requireNoErrors(read.Diagnostics)
		}

		if after == nil {
			t.Errorf("user %q was removed from the state", username)
		}
	}

	if lists := server.Count("get_users"); lists != 1 {
		t.Errorf("%d lists were read", lists)
	}

	diagnostics, _ := p.data("iriusrisk_users", values{})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to list users", "in the field _embedded.items.enabled")
}
