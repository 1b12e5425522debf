package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestRoleDataSource_lookup(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	for _, name := range []string{"One", "Two", "Three", "Auditor", "Auditor's deputy", "Twice", "Twice"} {
		server.AddRole(name)
	}

	var twice []string

	ids := make(map[string]string)

	for _, role := range server.Roles() {
		ids[role.Name] = role.ID

		if role.Name == "Twice" {
			twice = append(twice, "Twice ("+role.ID+")")
		}
	}

	for _, test := range []struct{ argument, value, name string }{
		{"name", "Auditor", "Auditor"},
		{"name", "Auditor's deputy", "Auditor's deputy"},
		{"id", ids["Three"], "Three"},
	} {
		newConfigured(t, server).expectData("iriusrisk_role", values{test.argument: text(test.value)}, values{"id": text(ids[test.name]), "name": text(test.name)})
	}

	for _, test := range []struct{ argument, value, message string }{
		{"name", "auditor", `no role whose name is exactly "auditor". Did you mean "Auditor"?`},
		{"name", "Missing", `no role whose name is exactly "Missing"`},
		{"name", "Twice", "2 roles match: " + strings.Join(twice, ", ") + "."},
		{"id", "38400000-8cf0-11bd-b23e-10b96e4ef00d", `no role whose id is exactly "38400000-8cf0-11bd-b23e-10b96e4ef00d".`},
	} {
		newConfigured(t, server).expectNoData("iriusrisk_role", values{test.argument: text(test.value)}, test.message)
	}

	// A server that refuses the filter is asked for the complete list.
	server.Inject(simulator.Fault{Operation: "get_all_roles", Kind: simulator.FaultStatus, Status: 400})
	newConfigured(t, server).expectData("iriusrisk_role", values{"name": text("Auditor")}, values{"id": text(ids["Auditor"])})

	// How a filter quotes an apostrophe is not documented.
	for _, request := range server.Journal() {
		if strings.Contains(request.Query, "deputy") {
			t.Errorf("a filter contains an apostrophe: %s", request.Query)
		}
	}
}

// If the server's filter returns no role, the data source searches the complete list.
func TestRoleDataSource_filterFindsNothing(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor (EU):AND:more")
	server.Inject(simulator.Fault{
		Operation: "get_all_roles", Kind: simulator.FaultBody, Status: 200,
		Body: []byte(`{"page":{"size":20,"totalElements":0,"totalPages":0,"number":0}}`),
	})

	p := newConfigured(t, server)
	diagnostics, state := p.data("iriusrisk_role", values{"name": text(role.Name)})
	p.requireNoErrors(diagnostics)

	if p.stringOf(state, "id") != role.ID || server.Count("get_all_roles") != 2 {
		t.Errorf("got %v by %d requests", state, server.Count("get_all_roles"))
	}
}

// A caller who may list roles but not read a single one still finds the role.
func TestRoleDataSource_byIDWithoutRolesUpdate(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor")
	token := server.AddCaller("manager", "MANAGE_USERS_BU")

	runStepsAs(t, server, token, resource.TestStep{
		Config: fmt.Sprintf("data \"iriusrisk_role\" \"x\" {\n  id = %q\n}\n", role.ID),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.iriusrisk_role.x", tfjsonpath.New("name"), knownvalue.StringExact("Auditor")),
		},
	})
}

// A 404 to every request, as from a wrong endpoint, does not prove that there is no such object.
func TestLookup_unprovenAbsence(t *testing.T) {
	t.Parallel()

	for typeName, test := range map[string]struct {
		operation string
		config    values
	}{
		"iriusrisk_role":          {"get_role", values{"id": text(exampleUUID)}},
		"iriusrisk_business_unit": {"get_business_unit", values{"id": text(exampleUUID)}},
		"iriusrisk_user":          {"get_user", values{"username": text("bot")}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			for _, operation := range []string{test.operation, "get_user_profile"} {
				server.Inject(simulator.Fault{Operation: operation, Times: -1, Status: http.StatusNotFound})
			}

			p := newConfigured(t, server)
			diagnostics, _ := p.data(typeName, test.config)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to look up the", "404", "check the endpoint")

			if server.Count(test.operation) == 0 {
				t.Error("no object was read")
			}
		})
	}
}

// The names of objects in an error contain no characters that control the terminal or hide text.
func TestLookup_namesAreVisible(t *testing.T) {
	t.Parallel()

	const name = "Auditor\x1b[2J\u202e"

	server := withBot(t)
	server.AddRole(name)
	server.AddRole(name)
	server.AddBusinessUnit("one", name)
	server.AddBusinessUnit("two", name)

	p := newConfigured(t, server)

	for _, typeName := range []string{"iriusrisk_role", "iriusrisk_business_unit"} {
		diagnostics, _ := p.data(typeName, values{"name": text(name)})
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "s match: Auditor [2J (")

		if got := messages(tfprotov6.DiagnosticSeverityError, diagnostics); strings.ContainsAny(got, "\x1b\u202e") {
			t.Errorf("the error contains control characters: %q", got)
		}
	}
}

// Nor do the names in the warning of a plan that removes them, and lists of usernames.
func TestMessages_namesAreVisible(t *testing.T) {
	t.Parallel()

	if got := firstOf([]string{"ada\x1b[2J", "b\u202eot"}); got != "ada [2J, bot" {
		t.Errorf("got %q", got)
	}

	server := withBot(t)
	server.GrantRole("bot", server.AddRole("Auditor\x1b[2J\u202e").ID)

	p := newConfigured(t, server)
	planned := p.plan("iriusrisk_user_roles_exclusive", nil, values{"username": text("bot"), "role_ids": texts()})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "not declared: Auditor [2J (")
}
