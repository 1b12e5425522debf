package live

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// startServer starts a simulated IriusRisk with users, roles and business units, which is closed when the test ends.
func startServer(t *testing.T, options simulator.Options) *simulator.Server {
	t.Helper()

	server, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)
	server.Seed(9, 3, 3)

	for range 3 {
		server.SignIn("admin")
	}

	return server
}

// probeAndSweep returns the report on a server, sweeps the server and compares it with its previous content.
func probeAndSweep(t *testing.T, server *simulator.Server) Report {
	t.Helper()

	verify := expectNothingLeftBehind(t, server)
	tenant := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()})
	report := Probe(t.Context(), tenant)

	if err := tenant.Sweep(t.Context()); err != nil {
		t.Error(err)
	}

	verify(report.String())

	return report
}

func openTenant(t *testing.T, settings Settings) *Tenant {
	t.Helper()

	tenant, err := Open(settings)
	if err != nil {
		t.Fatal(err)
	}

	return tenant
}

// expectNothingLeftBehind returns a function that checks that the server is unchanged, that no user without the prefix
// was written to, and that the report contains no secrets or personal data.
func expectNothingLeftBehind(t *testing.T, server *simulator.Server) func(report string) {
	t.Helper()

	before := server.Users()
	access := accessOf(server)

	var (
		mu      sync.Mutex
		secrets []string
	)

	// Tokens and passwords may be replaced, so they are recorded before each request.
	server.OnRequest("", func(simulator.RequestInfo) {
		mu.Lock()
		defer mu.Unlock()

		for _, user := range server.Users() {
			secrets = append(secrets, user.Password, user.APIToken, user.ID, user.Username, user.Email, user.FirstName, user.LastName)
		}
	})

	return func(report string) {
		t.Helper()
		server.OnRequest("", nil)

		if after := server.Users(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the users have changed: %d before, %d after", len(before), len(after))
		}

		if accessOf(server) != access {
			t.Error("the roles or business units have changed")
		}

		writes := server.Writes()
		if len(writes) == 0 {
			t.Error("nothing was written")
		}

		for _, write := range writes {
			// The comparison of the roles and business units shows whether the right ones were deleted.
			own := slices.Contains([]string{"delete_role", "delete_business_unit"}, write.Operation) ||
				strings.Contains(string(write.Body), `"name":"`+prefix) || strings.HasSuffix(write.Path, "-permissions/bulk")
			if !own && !leftoverUsername.MatchString(write.Username) {
				t.Errorf("%s %s writes to a user without the prefix", write.Method, write.Path)
			}
		}

		slices.Sort(secrets)

		for _, secret := range slices.Compact(secrets) {
			if len(secret) > 3 && strings.Contains(report, secret) {
				t.Errorf("the report shows %q", secret)
			}
		}
	}
}

// accessOf describes the roles, with their permissions, and the business units.
func accessOf(server *simulator.Server) string {
	var text strings.Builder

	for _, role := range server.Roles() {
		global, project := server.RolePermissions(role.ID)
		fmt.Fprintln(&text, role, global, project)
	}

	fmt.Fprintln(&text, server.BusinessUnits())

	return text.String()
}

func clientWithoutRetries(t *testing.T, address string) *iriusrisk.Client {
	t.Helper()

	endpoint, err := iriusrisk.ParseEndpoint(address)
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: "token"})
	if err != nil {
		t.Fatal(err)
	}

	return client
}
