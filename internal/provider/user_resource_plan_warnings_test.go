package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUserPlan_unknownUsernameOfAnExistingUserWarns(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	p := newConfigured(t, server)
	planned := p.plan(userType, userState(ada, nil), declared("", "ada@example.com", values{"username": unknownText()}))
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `User "ada" will be replaced`, "even if the username turns out to be the same")
}

func TestUserPlan_newSetWarnsOfRemovals(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role, unit := server.AddRole("ROLE_TESTER"), server.AddBusinessUnit("pay", "Payments")
	ada := server.AddUser(simulator.User{
		Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}, BusinessUnitIDs: []string{unit.ID},
	})
	none := values{"role_ids": texts(), "business_unit_ids": texts()}
	names := []string{"ROLE_TESTER (" + role.ID + ")", "Payments (" + unit.ID + ")"}

	p := newConfigured(t, server)
	update := p.plan(userType, userState(ada, nil), declared("ada", "ada@example.com", none))
	p.requireNoErrors(update.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, update.Diagnostics, names...)

	p = newConfigured(t, server)
	none["adopt_existing"] = boolean(true)
	adoption := p.plan(userType, nil, declared("ada", "ada@example.com", none))
	p.requireNoErrors(adoption.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, adoption.Diagnostics, append(names, `User "ada" is disabled and will be enabled`)...)

	p = newConfigured(t, server)
	released := p.plan(userType, userState(ada, values{"role_ids": texts(role.ID), "business_unit_ids": texts(unit.ID)}), declared("ada", "ada@example.com", values{"enabled": boolean(false)}))
	p.requireNoErrors(released.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, released.Diagnostics, `The roles of user "ada" are no longer managed`, `The business units of user "ada" are no longer managed`)

	p = newConfigured(t, server)
	kept := userState(ada, values{"role_ids": texts(role.ID)})

	if warnings := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(userType, kept, keepConfig(kept)).Diagnostics); warnings != "" {
		t.Errorf("an empty plan warns: %s", warnings)
	}
}

func TestUserPlan_replacementThatAdoptsWarnsOfRemovals(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "X", LastName: "L", Enabled: true})
	adopting := values{"adopt_existing": boolean(true), "role_ids": texts()}
	first := newConfigured(t, server).plan(userType, userState(ada, adopting), declared("bot", "ada@example.com", adopting))
	if !strings.Contains(messages(tfprotov6.DiagnosticSeverityWarning, first.Diagnostics), ids["role_id"]) {
		t.Error("the plan does not warn that bot loses a role, but", messages(tfprotov6.DiagnosticSeverityWarning, first.Diagnostics))
	}
}

func TestUserPlan_unknownSetWarns(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_TESTER")
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}})

	p := newConfigured(t, server)
	planned := p.plan(userType, userState(ada, nil), declared("ada", "ada@example.com", values{"role_ids": unknownTexts()}))
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "ROLE_TESTER")
}
