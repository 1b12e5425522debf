package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// No other block of the run revokes a token generated in the run.
func TestTokens_ofThisRunAreKept(t *testing.T) {
	t.Parallel()

	replacing := values{"username": text("bot"), "replace_existing": boolean(true)}

	create := func(p *protocol) []*tfprotov6.Diagnostic {
		created, _ := p.apply(p.t.Context(), tokenType, nil, botToken)

		return created.Diagnostics
	}
	open := func(p *protocol) []*tfprotov6.Diagnostic {
		opened, _ := p.open(replacing)

		return opened.Diagnostics
	}

	for name, test := range map[string]struct {
		first, second func(p *protocol) []*tfprotov6.Diagnostic
	}{
		"two resources":              {create, create},
		"ephemeral, then resource":   {open, create},
		"resource, then ephemeral":   {create, open},
		"two of the ephemeral kinds": {open, open},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			p := newConfigured(t, server)
			p.requireNoErrors(test.first(p))

			token := mustUser(t, server, "bot").APIToken
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, test.second(p), "was generated in this run", "would revoke the other")

			if mustUser(t, server, "bot").APIToken != token || server.Count("generate_user_api_token") != 1 {
				t.Error("the first token was replaced")
			}
		})
	}
}

// Destroying a token resource revokes nothing if the run has already generated another token for the user.
func TestTokens_ofThisRunSurviveADestroyedResource(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	_, old := newConfigured(t, server).apply(t.Context(), tokenType, nil, botToken)

	p := newConfigured(t, server)
	opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
	p.requireNoErrors(opened.Diagnostics)

	token := mustUser(t, server, "bot").APIToken
	deleted, _ := p.apply(t.Context(), tokenType, old, nil)
	p.requireNoErrors(deleted.Diagnostics)

	if mustUser(t, server, "bot").APIToken != token {
		t.Error("the token of this run was revoked")
	}

	// After it is closed, its user can have another token.
	p.requireNoErrors(p.close(opened.Private))

	created, state := p.apply(t.Context(), tokenType, nil, botToken)
	p.requireNoErrors(created.Diagnostics)

	if mustUser(t, server, "bot").APIToken != p.stringOf(state, "token") {
		t.Errorf("the state is %v", state)
	}
}

// The plan warns of two blocks for the token of one user in either order, but not of one block that is replaced.
func TestTokens_twoBlocksForOneUserWarn(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	config := values{"username": text("BOT")}
	subject := &instance{typeName: tokenType}
	first := newConfigured(t, server)
	first.requireNoErrors(subject.converge(first, botToken))

	const warning = `Two blocks manage the API token of user`

	existing := func(p *protocol) []*tfprotov6.Diagnostic {
		return p.plan(tokenType, subject.state, botToken).Diagnostics
	}
	added := func(p *protocol) []*tfprotov6.Diagnostic { return p.plan(tokenType, nil, config).Diagnostics }
	ephemeral := func(p *protocol) []*tfprotov6.Diagnostic {
		opened, _ := p.open(botToken)

		return opened.Diagnostics
	}

	for name, order := range map[string][]func(p *protocol) []*tfprotov6.Diagnostic{
		"existing, added": {existing, added}, "added, existing": {added, existing}, "both added": {added, added}, "both existing": {existing, existing},
		"ephemeral, existing": {ephemeral, existing}, "existing, ephemeral": {existing, ephemeral},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newConfigured(t, server)

			if got := messages(tfprotov6.DiagnosticSeverityWarning, order[0](p)); strings.Contains(got, warning) {
				t.Errorf("the first block warns: %s", got)
			}

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, order[1](p), warning)

			if got := messages(tfprotov6.DiagnosticSeverityWarning, order[1](p)); strings.Contains(got, warning) {
				t.Errorf("a third block warns again: %s", got)
			}
		})
	}
}

// Terraform plans a replacement in two calls, which do not count as two blocks.
func TestTokens_replacedBlockIsOneBlock(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.AddUser(simulator.User{Username: "robot", Email: "robot@example.com", Enabled: true})

	config := func(username, quarter string) string {
		return blockHCL("resource", tokenType, `username = "`+username+`"`, `rotate_when_changed = { quarter = "`+quarter+`" }`)
	}

	runSteps(t, server, resource.TestStep{Config: config("bot", "Q1")})

	workspace := newWorkspace(t, server, "variable \"quarter\" {\n}\n"+strings.ReplaceAll(config("robot", "Q"), `"Q"`, "var.quarter"), nil)

	for _, arguments := range [][]string{{"-var=quarter=1"}, {"-var=quarter=2"}, {"-var=quarter=2", "-replace=" + tokenAddress}} {
		output, err := workspace.Run(t.Context(), append([]string{"apply", "-auto-approve", "-input=false"}, arguments...)...)
		if err != nil {
			t.Fatal(err)
		}

		if strings.Contains(string(output), "Two blocks") {
			t.Errorf("%v warns of two blocks:\n%s", arguments, output)
		}
	}

	if count := server.Count("generate_user_api_token"); count != 4 {
		t.Errorf("%d tokens were generated", count)
	}
}

// With create_before_destroy, destroying the old token does not revoke its successor, even if the server does not
// report hints.
func TestUserAPIToken_createBeforeDestroy(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	bot := mustUser(t, server, "bot")

	p := newConfigured(t, server)
	_, old := p.apply(t.Context(), tokenType, nil, values{"username": text("bot")})

	// From here on the server reports no hint of any user.
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
