package provider

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A failed revocation is a warning that says what still works. If the disabling fails, nothing is revoked.
func TestUser_disableWithFaults(t *testing.T) {
	t.Parallel()

	const alive, works = "sessions of disabled user \"ada\" may continue", "API token of disabled user \"ada\" may still work"

	for operation, wanted := range map[string]string{"delete_user_sessions": alive, "delete_user_api_token": works} {
		for name, test := range map[string]struct {
			fault  simulator.Fault
			acts   bool
			reason string
		}{
			"forbidden":            {simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusForbidden}, false, "needs the permission"},
			"not found":            {simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusNotFound}, false, "IriusRisk shows that the user"},
			"server error":         {simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusInternalServerError}, false, "500"},
			"reset":                {simulator.Fault{Kind: simulator.FaultReset}, false, "no response"},
			"lost answer":          {simulator.Fault{Kind: simulator.FaultLostAnswer}, true, ""},
			"acted, then 502":      {simulator.Fault{Kind: simulator.FaultActThenStatus, Status: http.StatusBadGateway}, true, ""},
			"acted, then 404":      {simulator.Fault{Kind: simulator.FaultActThenStatus, Status: http.StatusNotFound}, true, ""},
			"acted, then nonsense": {simulator.Fault{Kind: simulator.FaultActThenStatus, Status: http.StatusOK}, true, ""},
		} {
			for _, destroys := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, destroys %t", operation, name, destroys), func(t *testing.T) {
					t.Parallel()

					server := startServer(t, simulator.Options{})
					prior := userState(activeAda(server), values{"revoke_on_disable": texts(revokeSessions, revokeAPIToken), "deletion_policy": text(policyDisable)})

					var config values
					if !destroys {
						config = keepConfig(prior)
						config["enabled"] = boolean(false)
					}

					fault := test.fault
					fault.Operation = operation
					server.Inject(fault)

					p := withoutRetries(t, server)
					resp, state := p.apply(t.Context(), userType, prior, config)
					p.requireNoErrors(resp.Diagnostics)

					warning := messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics)
					if strings.Contains(warning, wanted) == test.acts || (test.reason != "" && !strings.Contains(warning, test.reason)) {
						t.Errorf("the apply warns: %q", warning)
					}

					ada := mustUser(t, server, "ada")
					if ada.Enabled || (ada.Sessions == 0) != (test.acts || wanted != alive) || (ada.APIToken == "") != (test.acts || wanted != works) {
						t.Errorf("enabled %t, %d sessions, token %q", ada.Enabled, ada.Sessions, ada.APIToken)
					}

					if server.PendingFaults() > 0 || (state == nil) != destroys {
						t.Errorf("%d faults are pending, the state is %v", server.PendingFaults(), state)
					}
				})
			}
		}
	}

	for name, fault := range map[string]simulator.Fault{
		"forbidden":    {Kind: simulator.FaultStatus, Status: http.StatusForbidden},
		"server error": {Kind: simulator.FaultStatus, Status: http.StatusInternalServerError},
		"reset":        {Kind: simulator.FaultReset},
		"nonsense":     {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte("<html>"), ContentType: "text/html"},
	} {
		server := startServer(t, simulator.Options{})
		subject := &instance{typeName: userType, state: userState(activeAda(server), nil)}
		config := keepConfig(subject.state)
		config["enabled"] = boolean(false)

		fault.Operation = "disable_user"
		server.Inject(fault)

		p := withoutRetries(t, server)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, config), `Unable to disable user "ada"`)

		if sessions := mustUser(t, server, "ada").Sessions; sessions != 2 {
			t.Errorf("%s: %d sessions after a failed attempt", name, sessions)
		}

		subject.requireConverged(newConfigured(t, server), config)

		if ada := mustUser(t, server, "ada"); ada.Enabled || ada.Sessions > 0 {
			t.Errorf("%s: enabled %t, %d sessions", name, ada.Enabled, ada.Sessions)
		}
	}
}

// A disabling whose answer was lost succeeded, so the sessions are ended.
func TestUser_disableWithLostAnswer(t *testing.T) {
	t.Parallel()

	for name, fault := range lostAnswers {
		server := startServer(t, simulator.Options{})
		prior := userState(activeAda(server), nil)
		config := keepConfig(prior)
		config["enabled"] = boolean(false)

		fault.Operation = "disable_user"
		server.Inject(fault)

		p := withoutRetries(t, server)
		resp, _ := p.apply(t.Context(), userType, prior, config)
		p.requireNoErrors(resp.Diagnostics)

		if ada := mustUser(t, server, "ada"); ada.Enabled || ada.Sessions > 0 || ada.APIToken == "" {
			t.Errorf("%s: enabled %t, %d sessions, token %q", name, ada.Enabled, ada.Sessions, ada.APIToken)
		}
	}
}

// If the outcome of disabling the user stays unknown, nothing is revoked, and the error says so.
func TestUser_disableWithUnknownOutcome(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	prior := userState(activeAda(server), nil)
	config := keepConfig(prior)
	config["enabled"] = boolean(false)

	server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultLostAnswer})
	server.Inject(simulator.Fault{Operation: "get_user", Nth: 2, Kind: simulator.FaultReset})

	p := withoutRetries(t, server)
	resp, _ := p.apply(t.Context(), userType, prior, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, "cannot determine", "sessions may continue")

	if ada := mustUser(t, server, "ada"); ada.Enabled || ada.Sessions == 0 || server.PendingFaults() > 0 {
		t.Errorf("enabled %t, %d sessions, %d faults are pending", ada.Enabled, ada.Sessions, server.PendingFaults())
	}
}

// After an interrupt, the provider revokes nothing, and warns of what remains.
func TestUser_disableInterrupted(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	prior := userState(activeAda(server), nil)
	config := keepConfig(prior)
	config["enabled"], config["revoke_on_disable"] = boolean(false), texts(revokeSessions, revokeAPIToken)

	p := newConfigured(t, server)
	planned := p.plan(userType, prior, config)

	ctx, interrupt := context.WithCancel(t.Context())
	server.OnAnswer("disable_user", func(*simulator.Answer) { interrupt() })

	resp, _ := p.applyPlanned(ctx, userType, prior, config, planned)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics, "may continue", "may still work", "interrupted")

	if got := writesTo(server); !slices.Equal(got, []string{"disable_user"}) {
		t.Errorf("the writes are %q", got)
	}
}

// A request whose connection breaks before it takes effect is an error, and the state keeps the user enabled.
func TestUser_disableWithoutEffect(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	prior := userState(activeAda(server), nil)
	config := keepConfig(prior)
	config["enabled"] = boolean(false)

	server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultReset})

	p := withoutRetries(t, server)
	resp, after := p.apply(t.Context(), userType, prior, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, "disable user", "ada")

	if ada := mustUser(t, server, "ada"); !ada.Enabled || !after["enabled"].Equal(boolean(true)) {
		t.Errorf("enabled %t, the state is %v", ada.Enabled, after)
	}
}
