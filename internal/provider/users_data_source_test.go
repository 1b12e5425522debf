package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const usersAddress = "data.iriusrisk_users.x"

func TestUsersDataSource_filterAndSort(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	for _, user := range []simulator.User{
		{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true},
		{Username: "alan", Email: "alan@example.com", FirstName: "Alan", LastName: "Turing", Enabled: true, PasswordExpired: true},
		{Username: "grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true},
		{Username: "off", Email: "off@example.com", FirstName: "Off", LastName: "Off"},
	} {
		server.AddUser(user)
	}

	server.RotateToken("alan")

	names := func(usernames ...string) statecheck.StateCheck {
		checks := make([]knownvalue.Check, len(usernames))
		for i, username := range usernames {
			checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"username": knownvalue.StringExact(username)})
		}

		return statecheck.ExpectKnownValue(usersAddress, tfjsonpath.New("users"), knownvalue.ListExact(checks))
	}

	runSteps(t, server,
		resource.TestStep{
			Config:            `data "iriusrisk_users" "x" {}`,
			ConfigStateChecks: []statecheck.StateCheck{names("ada", "admin", "alan", "grace", "off")},
		},
		resource.TestStep{
			Config: "data \"iriusrisk_users\" \"x\" {\n  filter = \"'enabled'='true':AND:'email'~'@example.com'\"\n  sort = [\"lastName,desc\"]\n}",
			ConfigStateChecks: []statecheck.StateCheck{
				names("alan", "ada", "grace"),
				statecheck.ExpectKnownValue(usersAddress, tfjsonpath.New("users").AtSliceIndex(0), knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":               knownvalue.StringExact(mustUser(t, server, "alan").ID),
					"permissions":      knownvalue.Null(),
					"username":         knownvalue.StringExact("alan"),
					"email":            knownvalue.StringExact("alan@example.com"),
					"first_name":       knownvalue.StringExact("Alan"),
					"last_name":        knownvalue.StringExact("Turing"),
					"enabled":          knownvalue.Bool(true),
					"password_expired": knownvalue.Bool(true),
					"api_token_hint":   knownvalue.StringExact(server.Hint("alan")),

					"role_ids": knownvalue.Null(), "business_unit_ids": knownvalue.Null(),
				})),
				statecheck.ExpectKnownValue(usersAddress, tfjsonpath.New("users").AtSliceIndex(1).AtMapKey("api_token_hint"), knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:            "data \"iriusrisk_users\" \"x\" {\n  filter = \"'username'='missing'\"\n}",
			ConfigStateChecks: []statecheck.StateCheck{names()},
		},
		resource.TestStep{
			Config:      "data \"iriusrisk_users\" \"x\" {\n  filter = \"username is ada\"\n}",
			ExpectError: regexp.MustCompile(`(?s)Unable to list users.*400`),
		},
	)
}

// All users of a large tenant are read, also with small pages and with answers that omit the page information.
func TestUsersDataSource_thousandUsers(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{
		"in full pages": {},
		"seven a page":  {PageCap: 7, OmitEmptyEmbedded: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, options)
			server.Seed(1000, 3, 2)

			p := newConfigured(t, server)
			diagnostics, state := p.data("iriusrisk_users", values{})
			p.requireNoErrors(diagnostics)

			listed := make(map[string]bool)
			for _, user := range p.listOf(state["users"]) {
				listed[p.stringOf(user, "username")] = true
			}

			if total := len(server.Users()); len(listed) != total {
				t.Errorf("%d users are listed, want %d", len(listed), total)
			}
		})
	}
}

// A business unit manager sees the users of their own business units.
func TestUsersDataSource_businessUnitManager(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("payments", "Payments")
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", BusinessUnitIDs: []string{unit.ID}})
	server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com"})
	token := server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS")
	server.JoinBusinessUnit("manager", unit.ID)

	runStepsAs(t, server, token,
		resource.TestStep{
			Config: "data \"iriusrisk_users\" \"x\" {}\noutput \"names\" {\n  value = join(\",\", data.iriusrisk_users.x.users[*].username)\n}\n",
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("names", knownvalue.StringExact("ada,manager")),
			},
		},
		resource.TestStep{
			Config:      fmt.Sprintf("resource \"iriusrisk_user_business_unit\" \"x\" {\n  username = \"grace\"\n  business_unit_id = %q\n}\n", unit.ID),
			ExpectError: regexp.MustCompile(`(?s)404.*not\s+visible.*MANAGE_USERS_BU`),
		},
	)
}

// A user whose username the API cannot address is listed without sets, and a user deleted meanwhile is omitted. All
// other users are still read.
func TestUsersDataSource_includeWithUsersThatCannotBeRead(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", RoleIDs: []string{ids["role_id"]}})
	server.AddUser(simulator.User{Username: "summary", Email: "summary@example.com", RoleIDs: []string{ids["role_id"]}})

	var once sync.Once

	server.OnRequest("get_user_roles", func(simulator.RequestInfo) { once.Do(func() { server.RemoveUser("bot") }) })

	p := newConfigured(t, server)
	diagnostics, state := p.data("iriusrisk_users", values{"include_roles": boolean(true), "include_business_units": boolean(true)})
	p.requireNoErrors(diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, `The memberships of user "summary" cannot be read`, `User "bot" is left out`)

	got := make(map[string]string)

	for _, user := range p.listOf(state["users"]) {
		got[p.stringOf(user, "username")] = fmt.Sprint(user["role_ids"].IsNull(), user["business_unit_ids"].IsNull(), strings.Contains(user["role_ids"].String(), ids["role_id"]))
	}

	wanted := map[string]string{"admin": "false false false", "ada": "false false true", "summary": "true true false"}
	if !maps.Equal(got, wanted) {
		t.Errorf("got %v, want %v", got, wanted)
	}
}

// A 404 to the roles of an existing user, or to every request, is an error and does not shorten the list.
func TestUsersDataSource_includeWithUnprovenAbsence(t *testing.T) {
	t.Parallel()

	for name, faults := range map[string][]string{
		"roles only": {"get_user_roles"}, "everything else as well": {"get_user_roles", "get_user", "get_user_profile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server, _ := tenantForFaults(t, simulator.Options{})
			for _, operation := range faults {
				server.Inject(simulator.Fault{Operation: operation, Times: -1, Status: http.StatusNotFound})
			}

			p := newConfigured(t, server)
			diagnostics, state := p.data("iriusrisk_users", values{"include_roles": boolean(true)})
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to read the roles of user", "404")

			if _, listed := state["users"]; listed {
				t.Errorf("the state is %v", state)
			}
		})
	}
}

// The roles and business units of all users are read concurrently, within the limit on concurrent requests.
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

	// One failure may concern roles that are read ahead, and those are then requested again.
	server.Inject(simulator.Fault{Operation: "get_user_roles", Nth: 7, Times: -1, Status: http.StatusForbidden})

	diagnostics, _ = newConfigured(t, server).data("iriusrisk_users", values{"include_roles": boolean(true)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "read the roles of user", "403")
}

// An interrupt before all users have been read is an error, not a list in which users have no roles.
func TestUsersDataSource_interruptedInclude(t *testing.T) {
	t.Parallel()

	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()

	var diags diag.Diagnostics

	d := &usersDataSource{dataSourceBase{providerDataWith(t, withBot(t), time.Hour)}}
	model := &usersDataSourceModel{IncludeRoles: types.BoolValue(true)}
	listed := []userElementModel{{userProfileModel: userProfileModel{Username: types.StringValue("bot")}}}

	if d.include(interrupted, model, listed, &diags); !diags.HasError() {
		t.Error("there is no error")
	}
}

// Failed reads of included sets explain a cause that concerns every request once per run, as other data sources do.
func TestUsersDataSource_sharedCause(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.Inject(simulator.Fault{Operation: "get_user_roles", Times: -1, Status: http.StatusUnauthorized})

	p := newConfigured(t, server)
	first, _ := p.data("iriusrisk_users", values{"include_roles": boolean(true)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, first, "401", "Check that the provider's api_token is valid")

	second, _ := p.data("iriusrisk_users", values{"include_roles": boolean(true), "filter": text("'username'='bot'")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, second, "The reason is the same as in another error of this run")
}
