package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Behind an endpoint that leads elsewhere everything answers 404, which says nothing about anybody.
func TestRead_wrongEndpointIsNotAbsence(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	server.RotateToken("bot")

	lost := newUnconfigured(t)
	lost.requireNoErrors(lost.configure(values{"endpoint": text(server.URL() + "/elsewhere"), "api_token": text(server.AdminToken())}))

	for typeName, state := range map[string]values{
		"iriusrisk_user":                 {"id": text("1"), "username": text("bot")},
		"iriusrisk_user_role":            {"id": text("x"), "username": text("bot"), "role_id": text(ids["role_id"])},
		"iriusrisk_user_roles_exclusive": {"id": text("bot"), "username": text("bot"), "role_ids": texts(ids["role_id"])},
		tokenType:                        {"id": text("bot"), "username": text("bot"), "hint": text(server.Hint("bot"))},
	} {
		read, remaining := lost.read(typeName, state)
		lost.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "404", "check the endpoint")

		if fmt.Sprint(remaining) != fmt.Sprint(state) {
			t.Errorf("%s: the state is %v", typeName, remaining)
		}
	}

	diagnostics, _ := lost.data("iriusrisk_users", values{})
	lost.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "no IriusRisk API v2 at this URL")
}

// A membership that this run has given under another address is not taken again by the old one.
func TestMembership_renamedWithoutMoved(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			config := values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}

			p := newConfigured(t, server)
			_, old := p.apply(t.Context(), kind.typeName, nil, config)

			run := newConfigured(t, server)
			created, _ := run.apply(t.Context(), kind.typeName, nil, config)
			run.requireNoErrors(created.Diagnostics)

			deleted, _ := run.apply(t.Context(), kind.typeName, old, nil)
			run.requireNoErrors(deleted.Diagnostics)
			run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, `User "bot" keeps a`, "moved block")

			if err := kind.check(server, "bot", ids[kind.attribute])(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// With create_before_destroy the successor of a token survives the destruction of the old one, even where the server
// shows no hints.
func TestUserAPIToken_createBeforeDestroy(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	bot := mustUser(t, server, "bot")

	p := newConfigured(t, server)
	_, old := p.apply(t.Context(), tokenType, nil, values{"username": text("bot")})

	// From here on the server shows no hint of anybody.
	server.Inject(simulator.Fault{
		Operation: "get_user", Times: -1, Kind: simulator.FaultBody, Status: 200,
		Body: fmt.Appendf(nil, `{"id":%q,"username":"bot"}`, bot.ID), ContentType: "application/hal+json",
	})
	delete(old, "hint")

	run := newConfigured(t, server)
	created, successor := run.apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	run.requireNoErrors(created.Diagnostics)

	deleted, _ := run.apply(t.Context(), tokenType, old, nil)
	run.requireNoErrors(deleted.Diagnostics)

	if got := messages(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics); got != "" {
		t.Errorf("warned: %s", got)
	}

	if token := mustUser(t, server, "bot").APIToken; token == "" || token != run.stringOf(successor, "token") {
		t.Error("the successor was deleted")
	}
}

// Two resources for one user fight, and the plan says what is about to happen.
func TestUserAPIToken_twoResourcesForOneUser(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	_, first := newConfigured(t, server).apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	_, second := newConfigured(t, server).apply(t.Context(), tokenType, nil, values{"username": text("bot")})

	for _, order := range [][]values{{first, second}, {second, first}} {
		run := newConfigured(t, server)

		for _, state := range order {
			run.read(tokenType, state)
		}

		planned := run.plan(tokenType, nil, values{"username": text("bot")})
		run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "already has an API token", server.Hint("bot"))
	}
}

// A token whose hint could not be read back is told from one that somebody else has replaced.
func TestUserAPIToken_unreadHintIsReadLater(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.OnRequest("generate_user_api_token", func(simulator.RequestInfo) {
		server.Inject(simulator.Fault{Operation: "get_user", Kind: simulator.FaultStatus, Status: 403})
	})

	p := newConfigured(t, server)
	subject := &instance{typeName: tokenType}
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, values{"username": text("bot")}), "read back the hint")

	read, err := p.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: tokenType, CurrentState: p.object(p.schema.ResourceSchemas[tokenType], subject.state), Private: subject.private,
	})
	p.noError(err)

	if state := p.decode(p.schema.ResourceSchemas[tokenType], read.NewState); p.stringOf(state, "hint") != server.Hint("bot") || len(read.Diagnostics) > 0 {
		t.Errorf("state %v, %s", state, messages(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics))
	}
}

// What the server does not report of the provider's own user is not taken for harmless.
func TestUser_lockOutWithoutPasswordExpired(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	admin := mustUser(t, server, "admin")
	body := fmt.Sprintf(`{"id":%q,"username":"admin","email":"admin@iriusrisk.example","firstName":"Ad","lastName":"Min","enabled":true}`, admin.ID)
	server.Inject(simulator.Fault{Operation: "get_user", Times: -1, Kind: simulator.FaultBody, Status: 200, Body: []byte(body), ContentType: "application/hal+json"})

	p := newConfigured(t, server)
	_, state := p.read("iriusrisk_user", values{"username": text("admin")})
	config := values{
		"username": text("admin"), "email": text(admin.Email), "first_name": text("Ad"), "last_name": text("Min"), "enabled": boolean(true), "password_expired": boolean(true),
	}

	updated, _ := p.apply(t.Context(), "iriusrisk_user", state, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, `The provider runs as user "admin"`)

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("a write was sent: %v", writes)
	}
}

// A server that makes another username of the one it was sent has created somebody, and the error says so.
func TestUser_usernameNormalisedByTheServer(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultBody, Status: 200, Body: []byte(`{"id":"1","username":"trimmed"}`)})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "may have been created", `"trimmed"`)

	if state != nil || strings.Contains(messages(tfprotov6.DiagnosticSeverityError, created.Diagnostics), "nothing was created") {
		t.Errorf("state %v", state)
	}
}

// A server that keeps e-mail addresses in another case is no drift.
func TestUser_emailInAnotherCase(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	server.UpdateUser("ada", func(user *simulator.User) { user.Email = "ADA@example.com" })

	if _, read := p.read("iriusrisk_user", state); p.stringOf(read, "email") != "ada@example.com" {
		t.Errorf("the state has the address %q", p.stringOf(read, "email"))
	}
}
