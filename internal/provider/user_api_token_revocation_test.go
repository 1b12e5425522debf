package provider

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A 404 to the revocation of a token is a success only if a read shows no token.
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

	// This time another administrator has revoked the token.
	server.OnRequest("delete_user_api_token", func(simulator.RequestInfo) { server.DeleteToken("bot") })
	server.Inject(notFound)
	p.requireNoErrors(subject.converge(p, nil))

	if subject.state != nil {
		t.Errorf("the state is %v", subject.state)
	}
}

// While a gateway answers every request with 404, no token counts as revoked.
func TestUserAPIToken_deleteBehindAGatewayThatAnswersNotFound(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.AddUser(simulator.User{Username: "other", Email: "other@example.com"})

	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), tokenType, nil, botToken)

	// One proven absence does not make later 404 answers a proof.
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

// After a revocation with an unknown outcome, the provider reads the token.
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
