package provider

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A destruction proves absence before it treats 404 as a success.
func TestUser_destructionDuringARestart(t *testing.T) {
	t.Parallel()

	for name, operation := range map[string]string{"read": "get_user", "deletion": "delete_user"} {
		server := startServer(t, simulator.Options{})
		user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

		p := newConfigured(t, server)
		p.requireNoErrors(p.plan(userType, userState(user, nil), nil).Diagnostics)
		server.OnRequest(operation, func(simulator.RequestInfo) { everythingMissing(server) })

		destroyed, remaining := p.apply(t.Context(), userType, userState(user, nil), nil)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "cannot verify")

		if remaining == nil {
			t.Errorf("%s: the user left the state", name)
		}
	}
}

// A 404 to a deletion is an error if the user still exists, and a success if not.
func TestUser_deletionAnsweredNotFound(t *testing.T) {
	t.Parallel()

	for name, acts := range map[string]bool{"user is there": false, "user is not there": true} {
		server := startServer(t, simulator.Options{})
		user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

		kind := simulator.FaultStatus
		if acts {
			kind = simulator.FaultActThenStatus
		}

		server.Inject(simulator.Fault{Operation: "delete_user", Kind: kind, Status: http.StatusNotFound})

		p := newConfigured(t, server)

		destroyed, remaining := p.apply(t.Context(), userType, userState(user, nil), nil)
		if failed(destroyed.Diagnostics) == acts || (remaining == nil) != acts {
			t.Errorf("%s: %s, state %v", name, messages(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics), remaining)
		}
	}
}

// The provider warns a caller who sees only users of its own business units that the user may still exist.
func TestUser_destructionOfAnInvisibleUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS"))}))

	destroyed, remaining := p.apply(t.Context(), userType, userState(user, nil), nil)
	p.requireNoErrors(destroyed.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroyed.Diagnostics, `User "ada" was not found`, "still exists and keeps their access", "removed from the state")

	if _, there := server.User("ada"); !there || remaining != nil {
		t.Errorf("on the server: %t, state %v", there, remaining)
	}
}

// A change of the policy sends no write. The destruction follows the policy in the state.
func TestUser_deletionPolicy(t *testing.T) {
	t.Parallel()

	for policy, after := range map[string]struct{ there, enabled bool }{policyDelete: {false, false}, policyDisable: {true, false}, policyRetain: {true, true}} {
		server := startServer(t, simulator.Options{})
		subject := &instance{typeName: userType}

		subject.requireConverged(newConfigured(t, server), adaConfig())
		server.ResetJournal()
		subject.requireConverged(newConfigured(t, server), with(adaConfig(), values{"deletion_policy": text(policy)}))

		if writes := len(server.Writes()); writes > 0 {
			t.Errorf("%s: the change of the policy sent %d writes", policy, writes)
		}

		subject.requireConverged(newConfigured(t, server), nil)

		if user, there := server.User("ada"); there != after.there || user.Enabled != after.enabled || subject.state != nil {
			t.Errorf("%s: there %t, enabled %t, in the state %v", policy, there, user.Enabled, subject.state)
		}

		if writes := len(server.Writes()); (policy == policyRetain) != (writes == 0) {
			t.Errorf("%s: %d writes", policy, writes)
		}
	}
}

// Removing the last shared business unit hides the user from a caller who sees only users of its own units. Later
// destructions of the user's objects are not reported as successful.
func TestUser_destructionAfterTheLastSharedUnit(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	unit, role := ids["business_unit_id"], ids["role_id"]
	server.JoinBusinessUnit("bot", unit)
	server.GrantRole("bot", role)
	bot := mustUser(t, server, "bot")
	p := asManager(t, server, unit)
	var all []*tfprotov6.Diagnostic
	for _, object := range []struct {
		typeName string
		state    values
	}{
		{"iriusrisk_user_business_unit", values{"id": text("bot/" + unit), "username": text("bot"), "business_unit_id": text(unit)}},
		{"iriusrisk_user_role", values{"id": text("bot/" + role), "username": text("bot"), "role_id": text(role)}},
		{userType, userState(bot, nil)},
	} {
		resp, _ := p.apply(t.Context(), object.typeName, object.state, nil)
		all = append(all, resp.Diagnostics...)
	}
	if _, there := server.User("bot"); there && !failed(all) {
		t.Error("the destruction of everything succeeds, and the user and their role are there")
	}
}
