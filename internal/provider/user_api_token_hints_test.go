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

// lagging is a server that shows the apiToken of the user bot as it is told to, until it is told otherwise.
type lagging struct{ shape atomic.Pointer[any] }

// show has the server answer with a shape of apiToken; nil is no apiToken.
func (l *lagging) show(shape any) { l.shape.Store(&shape) }

// catchUp has the server answer with the truth.
func (l *lagging) catchUp() { l.shape.Store(nil) }

func (l *lagging) change(user map[string]any) {
	if shape := l.shape.Load(); shape != nil && user["username"] == "bot" {
		user["apiToken"] = *shape
	}
}

// withHint is the apiToken of a hint.
func withHint(hint string) map[string]any { return map[string]any{"hint": hint} }

var botToken = values{"username": text("bot")}

// A hint that IriusRisk does not report when the token is generated is learned by a later refresh. Until then the token
// stays in the state, and no other one is generated.
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

			// What is learned is compared from then on.
			server.RotateToken("bot")

			read, state := newConfigured(t, server).read(tokenType, subject.state)
			run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "changed outside Terraform", server.Hint("bot"))

			if state != nil {
				t.Errorf("a token that was rotated stays in the state: %v", state)
			}
		})
	}
}

// An answer that shows the token from before the generation is out of date, whenever it comes.
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

// A server that stops showing hints, of all users or of this one, has not revoked the token; one that shows those of
// others has.
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
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "does not report the field apiToken.hint")
			}

			if (fmt.Sprint(after) == fmt.Sprint(before)) != test.stays || (after == nil) == test.stays {
				t.Errorf("the state is %v, and was %v", after, before)
			}
		})
	}
}

// withoutHintOfBot is a server on which bot has no token.
func withoutHintOfBot(user map[string]any) {
	if user["username"] == "bot" {
		delete(user, "apiToken")
	}
}

// Whether a missing hint means a missing token cannot be found out without the caller's own profile, and then nothing is
// concluded from it.
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

// A token that this configuration has generated is revoked even if its hint was never reported; one that was imported
// without a hint is left alone, because it may be another one by now.
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

// A token whose hint is not shown can be imported, with a warning, and is identified once the hint is shown.
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

// Another username is another user's token: the old one is revoked.
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

// The token of a user whom the same run has created waits until the user is visible.
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
