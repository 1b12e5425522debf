package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUserAPIToken_planWarnsOfAnExistingToken(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.RotateToken("bot")
	server.AddUser(simulator.User{Username: "bare", Email: "bare@example.com"})

	p := newConfigured(t, server)
	warnings := func(username string) string {
		return messages(tfprotov6.DiagnosticSeverityWarning, p.plan(tokenType, nil, values{"username": text(username)}).Diagnostics)
	}

	planned := p.plan(tokenType, nil, values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, server.Hint("bot"), "import {")

	for _, silent := range []string{"bare", "missing"} {
		if got := warnings(silent); got != "" {
			t.Errorf("user %q: %s", silent, got)
		}
	}

	if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(tokenType, nil, values{"username": unknownText()}).Diagnostics); got != "" {
		t.Errorf("unknown user: %s", got)
	}

	server.Inject(simulator.Fault{Operation: "get_user", Kind: simulator.FaultStatus, Status: 403})

	planned = newConfigured(t, server).plan(tokenType, nil, values{"username": text("bot")})
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "could not be determined", "403")

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("a plan wrote: %v", writes)
	}
}

// Terraform plans the second half of a replacement as a creation, which must not warn.
func TestUserAPIToken_planOfItsOwnReplacementIsSilent(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	config := func(quarter string) values {
		return values{"username": text("bot"), "rotate_when_changed": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"quarter": text(quarter)})}
	}

	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), tokenType, nil, config("Q1"))

	for name, before := range map[string]func(p *protocol) (private []byte){
		"tainted": func(p *protocol) []byte {
			p.read(tokenType, state)

			return nil
		},
		"replaced, without refresh": func(p *protocol) []byte { return p.plan(tokenType, state, config("Q2")).PlannedPrivate },
	} {
		fresh := newConfigured(t, server)
		private := before(fresh)

		if got := messages(tfprotov6.DiagnosticSeverityWarning, fresh.planPrivate(tokenType, nil, config("Q2"), private).Diagnostics); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// If IriusRisk does not report whether a user has a token, the plan of a creation warns that there may be one, except
// for a token of the same block.
func TestUserAPIToken_planWarnsOfAnUnknownToken(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(user map[string]any){"no hints": withoutHints, "links only": withLinksOnly} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			server.RotateToken("bot")

			answering(server, change)

			p := newConfigured(t, server)
			planned := p.plan(tokenType, nil, botToken)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `User "bot" may already have an API token`, "revokes an existing one", "import {")

			subject := &instance{typeName: tokenType}
			p.requireNoErrors(subject.converge(p, botToken))

			tainted := newConfigured(t, server)
			tainted.read(tokenType, subject.state)

			if got := messages(tfprotov6.DiagnosticSeverityWarning, tainted.plan(tokenType, nil, botToken).Diagnostics); got != "" {
				t.Errorf("replacing its own token warns: %s", got)
			}
		})
	}
}

func TestUserAPIToken_moveToAUserWithATokenWarns(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.AddUser(simulator.User{Username: "eve", Email: "eve@example.com", Enabled: true})
	server.RotateToken("eve")
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	planned := newConfigured(t, server).plan(tokenType, state, values{"username": text("eve")})
	if !strings.Contains(messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics), server.Hint("eve")) {
		t.Error("the plan does not warn that eve's token is revoked, but", messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics))
	}
}

// Two resources for one user revoke each other's token, and the plan warns of it.
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
