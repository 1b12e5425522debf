package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUserDataSource(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("pay", "Payments")
	user := server.AddUser(simulator.User{Username: "ada", Email: "Ada@Example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}, BusinessUnitIDs: []string{unit.ID}})
	server.AddUser(simulator.User{Username: "not-ada", Email: "not-ada@example.com"})
	server.AddUser(simulator.User{Username: "quoted", Email: "o'hara@example.com"})

	const address = "data.iriusrisk_user.x"

	named := func(id, name string) knownvalue.Check {
		return knownvalue.SetExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{"id": knownvalue.StringExact(id), "name": knownvalue.StringExact(name)})})
	}

	for argument, value := range map[string]string{"username": "ada", "email": "ada@example.COM"} {
		runSteps(t, server, resource.TestStep{
			Config: blockHCL("data", "iriusrisk_user", fmt.Sprintf("%s = %q", argument, value)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(user.ID)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New(argument), knownvalue.StringExact(value)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("enabled"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("roles"), named(role.ID, "ROLE_READ_ONLY")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("business_units"), named(unit.ID, "Payments")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("role_ids"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(role.ID)})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("business_unit_ids"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(unit.ID)})),
			},
		})
	}

	runSteps(t, server,
		resource.TestStep{
			Config:            blockHCL("data", "iriusrisk_user", `email = "O'Hara@example.com"`),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("username"), knownvalue.StringExact("quoted"))},
		},
		resource.TestStep{Config: blockHCL("data", "iriusrisk_user", `email = "da@example.com"`), ExpectError: regexp.MustCompile(`(?s)no user whose email is exactly\s+"da@example.com"`)},
		resource.TestStep{Config: blockHCL("data", "iriusrisk_user", `username = "nobody"`), ExpectError: regexp.MustCompile(`(?s)username "nobody".*404`)},
	)
}

// Roles and units of all users are read side by side, within the bound on requests.
func TestUsersDataSource_include(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(40, 5, 4)

	p := newConfigured(t, server)
	diagnostics, state := p.data("iriusrisk_users", values{"include_roles": boolean(true), "include_business_units": boolean(true)})
	p.requireNoErrors(diagnostics)

	shown := state["users"].String()
	for _, user := range server.Users() {
		for _, id := range append(user.RoleIDs, user.BusinessUnitIDs...) {
			if !strings.Contains(shown, id) {
				t.Errorf("%q lacks %s", user.Username, id)
			}
		}
	}

	if roles, units := server.Count("get_user_roles"), server.Count("get_user_business_units"); roles != 41 || units != 41 || server.MaxConcurrent() > iriusrisk.DefaultMaxConcurrentRequests {
		t.Errorf("%d and %d reads, %d at once", roles, units, server.MaxConcurrent())
	}

	server.Inject(simulator.Fault{Operation: "get_user_roles", Nth: 7, Kind: simulator.FaultStatus, Status: 403})

	diagnostics, _ = newConfigured(t, server).data("iriusrisk_users", values{"include_roles": boolean(true)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "read the roles of user", "403")
}

func TestListDataSources(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	server.Seed(5, 5, 4)

	viewer := server.AddCaller("viewer", "VIEW_USERS_ALL")

	for _, test := range []struct{ typeName, attribute, arguments, joined, want string }{
		{"iriusrisk_roles", "roles", `sort = ["name,desc"]`, "name", "ROLE_TESTER,ROLE_RISK_MANAGER,ROLE_READ_ONLY,ROLE_PORTFOLIO_VIEW,ROLE_DEVELOPER"},
		{"iriusrisk_roles", "roles", `filter = "'name'~'er'"`, "name", "ROLE_DEVELOPER,ROLE_RISK_MANAGER,ROLE_TESTER"},
		{"iriusrisk_business_units", "business_units", `filter = "'referenceId'='bu-02'"`, "name", "Mobile"},
		{"iriusrisk_business_units", "business_units", `sort = ["name"]`, "reference_id", "bu-02,bu-01,bu-03,bu-04"},
		{"iriusrisk_users_summary", "users", `filter = "'username'='admin'"`, "first_name", "Ad"},
	} {
		token := server.AdminToken()
		if test.typeName == "iriusrisk_users_summary" {
			token = viewer
		}

		runStepsAs(t, server, token, resource.TestStep{
			Config:            blockHCL("data", test.typeName, test.arguments) + fmt.Sprintf("output \"joined\" {\n  value = join(\",\", data.%s.x.%s[*].%s)\n}\n", test.typeName, test.attribute, test.joined),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("joined", knownvalue.StringExact(test.want))},
		})
	}
}

func TestAccountDataSources(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.UpdateUser("bot", func(user *simulator.User) { user.Sessions = 3 })

	p := newConfigured(t, server)
	_, diagnostics := p.invoke("iriusrisk_invite_user", values{"email": text("new@example.com")})
	p.requireNoErrors(diagnostics)

	caller := server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS")

	runSteps(t, server, resource.TestStep{
		Config: blockHCL("data", "iriusrisk_user_sessions", `username = "bot"`) + blockHCL("data", "iriusrisk_user_invitation", fmt.Sprintf("id = %q", server.Invitations()[0].ID)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.iriusrisk_user_sessions.x", tfjsonpath.New("active"), knownvalue.Int64Exact(3)),
			statecheck.ExpectKnownValue("data.iriusrisk_user_invitation.x", tfjsonpath.New("email"), knownvalue.StringExact("new@example.com")),
			statecheck.ExpectKnownValue("data.iriusrisk_user_invitation.x", tfjsonpath.New("fields").AtMapKey("email"), knownvalue.StringExact("new@example.com")),
			statecheck.ExpectSensitiveValue("data.iriusrisk_user_invitation.x", tfjsonpath.New("fields")),
			statecheck.ExpectSensitiveValue("data.iriusrisk_user_invitation.x", tfjsonpath.New("id")),
		},
	})

	runStepsAs(t, server, caller, resource.TestStep{
		Config: blockHCL("data", "iriusrisk_current_user"),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.iriusrisk_current_user.x", tfjsonpath.New("username"), knownvalue.StringExact("manager")),
			statecheck.ExpectKnownValue("data.iriusrisk_current_user.x", tfjsonpath.New("permissions"), knownvalue.SetExact([]knownvalue.Check{
				knownvalue.StringExact("API_ACCESS"), knownvalue.StringExact("MANAGE_USERS_BU"),
			})),
		},
	})

	for typeName, config := range map[string]values{
		"iriusrisk_user_sessions":   {"username": text("nobody")},
		"iriusrisk_user_invitation": {"id": text(exampleUUID)},
	} {
		diagnostics, _ := p.data(typeName, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "404")

		for _, said := range diagnostics {
			if strings.Contains(said.Summary+said.Detail, exampleUUID) {
				t.Errorf("the id of the invitation shows in %s: %s", said.Summary, said.Detail)
			}
		}
	}
}
