package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A 404 to the request that revokes a token counts only when a read shows no token either.
func TestUserAPIToken_deleteAnsweredNotFound(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	subject := &instance{typeName: tokenType}
	p := newConfigured(t, server)
	p.requireNoErrors(subject.converge(p, botToken))

	notFound := simulator.Fault{Operation: "delete_user_api_token", Status: http.StatusNotFound}
	server.Inject(notFound)

	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, nil), "so it still works", "IriusRisk shows that the user has a token")

	if subject.state == nil || mustUser(t, server, "bot").APIToken == "" {
		t.Errorf("the state is %v", subject.state)
	}

	// This time another administrator was faster.
	server.OnRequest("delete_user_api_token", func(simulator.RequestInfo) { server.DeleteToken("bot") })
	server.Inject(notFound)
	p.requireNoErrors(subject.converge(p, nil))

	if subject.state != nil {
		t.Errorf("the state is %v", subject.state)
	}
}

// While a gateway answers 404 to everything, no token counts as revoked.
func TestUserAPIToken_deleteBehindAGatewayThatAnswersNotFound(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.AddUser(simulator.User{Username: "other", Email: "other@example.com"})

	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), tokenType, nil, botToken)

	// One real absence proves nothing about what comes after it.
	_, other := p.apply(t.Context(), tokenType, nil, values{"username": text("other")})
	server.RemoveUser("other")

	run := newConfigured(t, server)
	deleted, _ := run.apply(t.Context(), tokenType, other, nil)
	run.requireNoErrors(deleted.Diagnostics)
	run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, `User "other" was not found`, "No request to revoke")

	server.Inject(simulator.Fault{Times: -1, Status: http.StatusNotFound})

	deleted, after := run.apply(t.Context(), tokenType, state, nil)
	run.expectDiagnostics(tfprotov6.DiagnosticSeverityError, deleted.Diagnostics, "Unable to read the API token", "404")

	read, stays := run.read(tokenType, state)
	run.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "Unable to read the API token", "404")

	if after == nil || stays == nil || mustUser(t, server, "bot").APIToken == "" {
		t.Errorf("the state is %v after the deletion, %v after the refresh", after, stays)
	}
}

// A request to revoke a token whose answer is lost is looked up.
func TestUserAPIToken_deleteWithUnknownOutcome(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		fault   simulator.FaultKind
		change  func(user map[string]any)
		revoked bool
	}{
		"acted":                    {simulator.FaultLostAnswer, nil, true},
		"did not act":              {simulator.FaultReset, nil, false},
		"acted, hints are hidden":  {simulator.FaultLostAnswer, withoutHints, false},
		"acted, links are visible": {simulator.FaultLostAnswer, withLinksOnly, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			answering(server, test.change)

			p := withoutRetries(t, server)
			_, state := p.apply(t.Context(), tokenType, nil, botToken)
			server.Inject(simulator.Fault{Operation: "delete_user_api_token", Kind: test.fault})

			deleted, after := p.apply(t.Context(), tokenType, state, nil)
			if failed(deleted.Diagnostics) == test.revoked || (after == nil) != test.revoked {
				t.Errorf("the state is %v, %s", after, messages(tfprotov6.DiagnosticSeverityError, deleted.Diagnostics))
			}

			if server.Count("delete_user_api_token") != 1 {
				t.Errorf("%d requests", server.Count("delete_user_api_token"))
			}
		})
	}
}

// An ephemeral token whose hint was not reported when it was generated is revoked at the end.
func TestEphemeralToken_closeWithoutHint(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		opening, closing func(user map[string]any)
	}{
		"reported since":    {withoutHints, nil},
		"never reported":    {withoutHints, withoutHints},
		"no longer":         {nil, withoutHints},
		"links only":        {withLinksOnly, withLinksOnly},
		"links only, later": {nil, withLinksOnly},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			answering(server, test.opening)

			p := newConfigured(t, server)
			opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
			p.requireNoErrors(opened.Diagnostics)
			answering(server, test.closing)

			if mustUser(t, server, "bot").APIToken == "" {
				t.Fatal("there is no token")
			}

			p.requireNoErrors(p.close(opened.Private))

			if mustUser(t, server, "bot").APIToken != "" {
				t.Error("the token still works")
			}
		})
	}
}

// An answer that shows the token from before the opening does not keep the new one from being revoked.
func TestEphemeralToken_closeWithAnOutdatedAnswer(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.RotateToken("bot")

	var lag lagging

	earlier := server.Hint("bot")
	answering(server, lag.change)

	p := newConfigured(t, server)
	opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
	p.requireNoErrors(opened.Diagnostics)
	lag.show(withHint(earlier))
	p.requireNoErrors(p.close(opened.Private))

	if mustUser(t, server, "bot").APIToken != "" {
		t.Error("the token still works")
	}
}

// A token that cannot be shown to be revoked is an error that says that it still works.
func TestEphemeralToken_closeUnproven(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"404 to everything":   {Times: -1, Status: http.StatusNotFound},
		"404 to the deletion": {Operation: "delete_user_api_token", Times: -1, Status: http.StatusNotFound},
		"outage":              {Operation: "delete_user_api_token", Times: -1, Kind: simulator.FaultReset},
		"unreadable":          {Operation: "get_user", Times: -1, Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			p := newConfigured(t, server)
			opened, _ := p.open(botToken)
			p.requireNoErrors(opened.Diagnostics)
			server.Inject(fault)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.close(opened.Private), "so it still works")
		})
	}
}

// Where IriusRisk does not show whether there is a token, opening refuses unless it may be replaced.
func TestEphemeralToken_unknownTokenIsRefused(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(user map[string]any){"no hints": withoutHints, "links only": withLinksOnly} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			token := server.RotateToken("bot")
			answering(server, change)

			p := newConfigured(t, server)
			refused, _ := p.open(botToken)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, refused.Diagnostics, `User "bot" may already have an API token`, "replace_existing")

			if mustUser(t, server, "bot").APIToken != token {
				t.Error("the token was replaced")
			}

			opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
			p.requireNoErrors(opened.Diagnostics)
		})
	}
}

// A hint of another type than a string is an error, and opens nothing.
func TestEphemeralToken_hintOfAnotherTypeIsRefused(t *testing.T) {
	t.Parallel()

	for name, shape := range map[string]any{"text": "0a2e", "list": []any{}, "number as hint": map[string]any{"hint": 9}, "list as hint": map[string]any{"hint": []any{"x"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			token := server.RotateToken("bot")

			var lag lagging

			lag.show(shape)
			answering(server, lag.change)

			p := newConfigured(t, server)
			opened, _ := p.open(botToken)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, opened.Diagnostics, "in the field apiToken")

			read, _ := p.read(tokenType, values{"id": text("bot"), "username": text("bot"), "hint": text(server.Hint("bot"))})
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "in the field apiToken")

			if mustUser(t, server, "bot").APIToken != token {
				t.Error("the token was replaced")
			}
		})
	}
}

// A token that this run has generated is not revoked by another block of the run.
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

// An object that this run has replaced or whose user got another token in this run revokes nothing when it is destroyed.
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

	// Once it is closed, its user can have another one.
	p.requireNoErrors(p.close(opened.Private))

	created, state := p.apply(t.Context(), tokenType, nil, botToken)
	p.requireNoErrors(created.Diagnostics)

	if mustUser(t, server, "bot").APIToken != p.stringOf(state, "token") {
		t.Errorf("the state is %v", state)
	}
}

// Two blocks for the token of one user are warned of in the plan, in whatever order they are planned; one block that is
// replaced is not.
func TestTokens_twoBlocksForOneUserAreWarnedOf(t *testing.T) {
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

// Terraform plans a replacement in two halves, and neither takes the other for a second block.
func TestTokens_aReplacedBlockIsNotTwo(t *testing.T) {
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
