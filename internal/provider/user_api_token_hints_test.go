package provider

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// lagging replaces the apiToken of the user "bot" in the server's answers until catchUp.
type lagging struct{ shape atomic.Pointer[any] }

// show makes the server answer with a shape of apiToken. Nil removes it.
func (l *lagging) show(shape any) { l.shape.Store(&shape) }

// catchUp restores the server's own answers.
func (l *lagging) catchUp() { l.shape.Store(nil) }

func (l *lagging) change(user map[string]any) {
	if shape := l.shape.Load(); shape != nil && user["username"] == "bot" {
		user["apiToken"] = *shape
	}
}

// withHint is an apiToken with a hint.
func withHint(hint string) map[string]any { return map[string]any{"hint": hint} }

var botToken = values{"username": text("bot")}

// If IriusRisk does not report the hint of a generated token, a later refresh stores it. Until then the token stays in
// the state and is not replaced.
func TestUserAPIToken_hintIsReportedLater(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		earlier bool
		shape   func(earlier string) any
	}{
		"not reported":                {false, func(string) any { return nil }},
		"still that of the old token": {true, func(earlier string) any { return withHint(earlier) }},
		"a link only":                 {true, func(string) any { return map[string]any{"_links": map[string]any{"deleteApiToken": map[string]any{}}} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)

			var lag lagging

			if test.earlier {
				server.RotateToken("bot")
			}

			answering(server, lag.change)
			lag.show(test.shape(server.Hint("bot")))

			subject := &instance{typeName: tokenType}
			p := newConfigured(t, server)
			p.requireNoErrors(subject.converge(p, botToken))

			for range 2 {
				run := newConfigured(t, server)
				run.requireNoErrors(subject.converge(run, botToken))

				if got := run.stringOf(subject.state, "hint"); got != "" || run.stringOf(subject.state, "token") != mustUser(t, server, "bot").APIToken {
					t.Errorf("the state has the hint %q, token %q", got, run.stringOf(subject.state, "token"))
				}
			}

			lag.catchUp()

			run := newConfigured(t, server)
			run.requireNoErrors(subject.converge(run, botToken))

			if got := run.stringOf(subject.state, "hint"); got != server.Hint("bot") {
				t.Errorf("the state has the hint %q, not %q", got, server.Hint("bot"))
			}

			if count := server.Count("generate_user_api_token"); count != 1 {
				t.Errorf("%d tokens were generated", count)
			}

			// From then on the hint is compared.
			server.RotateToken("bot")

			read, state := newConfigured(t, server).read(tokenType, subject.state)
			run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "changed outside Terraform", server.Hint("bot"))

			if state != nil {
				t.Errorf("a token that was rotated stays in the state: %v", state)
			}
		})
	}
}

// An answer with the hint of the revoked token is outdated, at any time.
func TestUserAPIToken_revokedHintIsOutOfDate(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.RotateToken("bot")

	var lag lagging

	earlier := server.Hint("bot")
	answering(server, lag.change)

	subject := &instance{typeName: tokenType}
	p := newConfigured(t, server)
	p.requireNoErrors(subject.converge(p, botToken))
	lag.show(withHint(earlier))

	run := newConfigured(t, server)
	run.requireNoErrors(subject.converge(run, botToken))

	if server.Count("generate_user_api_token") != 1 || run.stringOf(subject.state, "hint") != server.Hint("bot") {
		t.Errorf("%d tokens were generated, the state is %v", server.Count("generate_user_api_token"), subject.state)
	}
}

// If the server stops reporting hints, the token is not revoked. If it reports the hints of other users only, the token
// is revoked.
func TestUserAPIToken_hintNoLongerReported(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change func(user map[string]any)
		stays  bool
	}{
		"no user's":   {withoutHints, true},
		"links only":  {withLinksOnly, true},
		"this user's": {withoutHintOfBot, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			_, before := newConfigured(t, server).apply(t.Context(), tokenType, nil, botToken)
			answering(server, test.change)

			p := newConfigured(t, server)
			read, after := p.read(tokenType, before)
			p.requireNoErrors(read.Diagnostics)

			if test.stays {
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "does not report the field \"apiToken.hint\"")
			}

			if (fmt.Sprint(after) == fmt.Sprint(before)) != test.stays || (after == nil) == test.stays {
				t.Errorf("the state is %v, and was %v", after, before)
			}
		})
	}
}

// withoutHintOfBot removes the token of the user "bot".
func withoutHintOfBot(user map[string]any) {
	if user["username"] == "bot" {
		delete(user, "apiToken")
	}
}

// Only the caller's own profile shows whether a missing hint means a missing token. Without the profile the state is
// unchanged.
func TestUserAPIToken_missingHintWithoutProfile(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	_, before := newConfigured(t, server).apply(t.Context(), tokenType, nil, botToken)
	server.DeleteToken("bot")
	server.Inject(simulator.Fault{Operation: "get_user_profile", Times: -1, Kind: simulator.FaultStatus, Status: 403})

	p := newConfigured(t, server)
	read, after := p.read(tokenType, before)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "Unable to read the API token", "could not determine whether IriusRisk shows API tokens at all", "403")

	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the state is %v, and was %v", after, before)
	}

	planned := p.plan(tokenType, nil, botToken)
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "may already have an API token", "403")
}

// Destroying a generated token revokes it even if its hint was never reported. A token imported without a hint is not
// revoked, because it may have been replaced since.
func TestUserAPIToken_deleteWithoutHint(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(user map[string]any){
		"never reported": withoutHints, "links only": withLinksOnly, "reported since": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			answering(server, withoutHints)
			_, generated := newConfigured(t, server).apply(t.Context(), tokenType, nil, botToken)
			answering(server, change)

			p := newConfigured(t, server)
			deleted, _ := p.apply(t.Context(), tokenType, generated, nil)
			p.requireNoErrors(deleted.Diagnostics)

			if mustUser(t, server, "bot").APIToken != "" {
				t.Error("the generated token still works")
			}

			token := server.RotateToken("bot")
			imported := values{"id": text("bot"), "username": text("bot")}

			deleted, _ = p.apply(t.Context(), tokenType, imported, nil)
			p.requireNoErrors(deleted.Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, `The API token of user "bot" was not revoked`, "may still work")

			if mustUser(t, server, "bot").APIToken != token {
				t.Error("a token that may be another one was revoked")
			}
		})
	}
}

// A token without a reported hint can be imported with a warning. A later refresh stores the hint.
func TestUserAPIToken_importWithoutHint(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.RotateToken("bot")

	answering(server, withLinksOnly)

	p := newConfigured(t, server)
	state := values{"username": text("bot")}
	read, state := p.read(tokenType, state)
	p.requireNoErrors(read.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "cannot be identified", "destroying the resource does not revoke the token")

	answering(server, nil)

	run := newConfigured(t, server)
	read, state = run.read(tokenType, state)
	run.requireNoErrors(read.Diagnostics)

	if run.stringOf(state, "hint") != server.Hint("bot") {
		t.Errorf("the state is %v", state)
	}

	deleted, _ := run.apply(t.Context(), tokenType, state, nil)
	run.requireNoErrors(deleted.Diagnostics)

	if mustUser(t, server, "bot").APIToken != "" {
		t.Error("the identified token still works")
	}
}

// Changing the username replaces the token, and the token of the previous user is revoked.
func TestUserAPIToken_usernameReplaces(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.AddUser(simulator.User{Username: "robot", Email: "robot@example.com", Enabled: true})

	runSteps(t, server,
		resource.TestStep{Config: tokenHCL},
		resource.TestStep{
			Config: blockHCL("resource", tokenType, `username = "robot"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionReplace),
			}},
			Check: onServer(func() error {
				return errors.Join(want("the token of bot", mustUser(t, server, "bot").APIToken, ""), want("robot has a token", mustUser(t, server, "robot").APIToken != "", true))
			}),
		},
	)
}

// Generating a token waits until a user created in the same run is visible.
func TestUserAPIToken_waitsForANewUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	user, _ := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.requireNoErrors(user.Diagnostics)
	server.Lag("ada", 2, 1)
	server.OnRequest("generate_user_api_token", func(simulator.RequestInfo) { server.Lag("ada", 1, 0) })

	created, state := p.apply(t.Context(), tokenType, nil, values{"username": text("ada")})
	p.requireNoErrors(created.Diagnostics)

	if p.stringOf(state, "hint") != server.Hint("ada") || p.stringOf(state, "token") != mustUser(t, server, "ada").APIToken {
		t.Errorf("the state is %v", state)
	}
}

// A hint that could not be read back is stored by the next refresh, without reporting a foreign token.
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

// A list that shows no hint does not confirm a token whose hint was not reported either.
func TestUserAPIToken_listWithoutHintsConfirmsNothing(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(20, 1, 1)
	server.OnAnswer("get_users", func(answer *simulator.Answer) {
		page, _ := answer.Body.(map[string]any)["_embedded"].(map[string]any)
		items, _ := page["items"].([]any)

		for _, item := range items {
			if user, ok := item.(map[string]any); ok {
				delete(user, "apiToken")
			}
		}
	})

	p := newConfigured(t, server)

	for _, user := range server.Users() {
		if user.Username == "admin" {
			continue
		}

		server.RotateToken(user.Username)

		read, after := p.read(tokenType, values{"id": text(user.Username), "username": text(user.Username), "token": text(mustUser(t, server, user.Username).APIToken)})
		p.requireNoErrors(read.Diagnostics)

		if got := p.stringOf(after, "hint"); got != server.Hint(user.Username) {
			t.Errorf("the state of user %q has the hint %q, not %q", user.Username, got, server.Hint(user.Username))
		}
	}

	if server.Count("get_users") == 0 {
		t.Error("no list was read")
	}
}
