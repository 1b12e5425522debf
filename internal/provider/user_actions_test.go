package provider

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestActions_progressAndErrors(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.UpdateUser("bot", func(user *simulator.User) { user.Sessions = 3 })

	p := newConfigured(t, server)

	for _, test := range []struct {
		typeName, operation, argument, value string
		done                                 func() bool
	}{
		{"iriusrisk_send_reset_password_email", "send_reset_password_email", "username", "bot", func() bool { return server.ResetMails("bot") == 1 }},
		{"iriusrisk_revoke_user_sessions", "delete_user_sessions", "username", "bot", func() bool { return mustUser(t, server, "bot").Sessions == 0 }},
		{"iriusrisk_invite_user", "invite", "email", "new@example.com", func() bool {
			return len(server.Invitations()) == 1 && server.Invitations()[0].Email == "new@example.com"
		}},
	} {
		config := values{test.argument: text(test.value)}

		progress, diagnostics := p.invoke(test.typeName, config)
		p.requireNoErrors(diagnostics)

		if !test.done() || len(progress) != 2 || !strings.Contains(progress[0], test.value) || !strings.Contains(progress[1], test.value) {
			t.Errorf("%s: progress %q", test.typeName, progress)
		}

		server.Inject(simulator.Fault{Operation: test.operation, Kind: simulator.FaultStatus, Status: 403})

		_, diagnostics = p.invoke(test.typeName, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to", test.value, "403")

		// Ending sessions is idempotent, so the client retries it. It does not retry sending an e-mail.
		server.Inject(simulator.Fault{Operation: test.operation, Kind: simulator.FaultLostAnswer})

		_, diagnostics = p.invoke(test.typeName, config)
		if test.operation == "delete_user_sessions" {
			p.requireNoErrors(diagnostics)
		} else {
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "may have taken effect")
		}
	}
}

// An action locks its user, and invalidates the cached reads of that user.
func TestActions_lockAndInvalidate(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	config := values{"username": text("bot")}

	read := func() int {
		server.ResetJournal()

		diagnostics, _ := p.data("iriusrisk_user", config)
		p.requireNoErrors(diagnostics)

		return server.Count("get_user")
	}

	if first, second := read(), read(); first != 1 || second != 0 {
		t.Fatalf("%d requests, then %d", first, second)
	}

	interrupted, cancel := context.WithCancel(t.Context())
	cancel()

	// While the first action holds the lock, a second one with a cancelled context fails.
	server.OnRequest("delete_user_sessions", func(simulator.RequestInfo) {
		_, diagnostics := p.invokeWith(interrupted, "iriusrisk_revoke_user_sessions", config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "interrupted while this change was waiting")
	})

	_, diagnostics := p.invoke("iriusrisk_revoke_user_sessions", config)
	p.requireNoErrors(diagnostics)

	if after := read(); after != 1 {
		t.Errorf("%d requests after an action", after)
	}
}

// A lifecycle trigger invokes an action.
func TestActions_trigger(t *testing.T) {
	t.Parallel()
	needs(t, actions)

	server := startServer(t, simulator.Options{})
	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: block + userHCL("ada", "ada", "  lifecycle {\n    action_trigger {\n      events  = [after_create]\n      actions = [action.iriusrisk_send_reset_password_email.ada]\n    }\n  }") +
				"action \"iriusrisk_send_reset_password_email\" \"ada\" {\n  config {\n    username = \"ada\"\n  }\n}\n",
			Check: onServer(func() error { return want("mails", server.ResetMails("ada"), 1) }),
		}},
	})
}
