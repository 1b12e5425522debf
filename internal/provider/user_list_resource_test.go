package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// What a list returns is what reading the resource after an import stores, so that generated configuration imports and
// plans empty. The expiry of the password is left out, because generated configuration would declare it, and it ends by
// itself.
func TestUserList_matchesImport(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 7})
	server.Seed(20, 4, 3)
	server.RotateToken(server.Users()[3].Username)

	p := newConfigured(t, server)
	results, diagnostics := p.list("iriusrisk_user", values{}, true, 0)
	p.requireNoErrors(diagnostics)

	// The user that the provider runs as is left out.
	if len(results) != len(server.Users())-1 {
		t.Fatalf("%d results for %d users", len(results), len(server.Users()))
	}

	for _, result := range results {
		username := p.stringOf(result.identity, "username")
		user := mustUser(t, server, username)

		if result.name != fmt.Sprintf("%s %s (%s)", user.FirstName, user.LastName, username) {
			t.Errorf("display name %q", result.name)
		}

		imported := p.imported("iriusrisk_user", username)
		delete(imported, "password_expired")

		if fmt.Sprint(imported) != fmt.Sprint(result.resource) {
			t.Errorf("listed   %v\nimported %v", result.resource, imported)
		}
	}
}

// A list filters, stops at its limit without reading on, has no object unless it is asked for, and reports errors.
func TestUserList_filterLimitAndErrors(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 7})
	server.Seed(30, 0, 0)

	p := newConfigured(t, server)
	results, diagnostics := p.list("iriusrisk_user", values{"filter": text("'enabled'='false'")}, false, 0)
	p.requireNoErrors(diagnostics)

	if len(results) != 1 || results[0].resource != nil {
		t.Errorf("got %+v", results)
	}

	server.ResetJournal()

	results, diagnostics = p.list("iriusrisk_user", values{}, false, 5)
	p.requireNoErrors(diagnostics)

	if len(results) != 5 || server.Count("get_users") != 1 {
		t.Errorf("%d results by %d requests", len(results), server.Count("get_users"))
	}

	server.Inject(simulator.Fault{Operation: "get_users", Nth: 2, Kind: simulator.FaultStatus, Status: 403})

	results, diagnostics = p.list("iriusrisk_user", values{}, false, 0)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to list users", "403", "MANAGE_USERS_BU")

	if len(results) != 6 {
		t.Errorf("%d results before the error", len(results))
	}
}

// The user that the provider runs as is left out with a warning, whatever the case of their username, and when that user
// cannot be read there is no list: it could hold them.
func TestUserList_omitsTheProvidersOwnUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(3, 0, 0)

	p := newConfigured(t, server)
	results, diagnostics := p.list("iriusrisk_user", values{}, true, 0)
	p.requireNoErrors(diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, `User "admin" is left out`, "The provider runs as this user")

	for _, result := range results {
		if username := p.stringOf(result.identity, "username"); username == "admin" {
			t.Errorf("the list holds %q", username)
		}
	}

	if len(results) != 3 {
		t.Errorf("%d results", len(results))
	}

	server.Inject(simulator.Fault{Operation: "get_user_profile", Kind: simulator.FaultStatus, Status: 403})

	results, diagnostics = newConfigured(t, server).list("iriusrisk_user", values{}, true, 0)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to read the user that the provider runs as", "403")

	if len(results) > 0 {
		t.Errorf("%d results", len(results))
	}
}

// Nobody is lost from a list that shrinks while it is streamed.
func TestUserList_shrinkingListLosesNoUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 5})
	server.Seed(20, 0, 0)

	first := server.Users()[1].Username
	requests := 0

	server.OnRequest("get_users", func(simulator.RequestInfo) {
		if requests++; requests == 2 {
			server.RemoveUser(first)
		}
	})

	p := newConfigured(t, server)
	results, diagnostics := p.list("iriusrisk_user", values{}, false, 0)
	p.requireNoErrors(diagnostics)

	names := make(map[string]int)
	for _, result := range results {
		names[p.stringOf(result.identity, "username")]++
	}

	for _, user := range server.Users() {
		if user.Username != "admin" && names[user.Username] != 1 {
			t.Errorf("user %q is listed %d times", user.Username, names[user.Username])
		}
	}
}

// A user whom the API cannot address is left out with a warning, and keeps nobody else from being listed.
func TestLists_omitUnaddressableUsers(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	role := server.AddRole("ROLE_READ_ONLY")
	server.GrantRole("bot", role.ID)

	for _, username := range []string{"..", "invite"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})
	}

	p := newConfigured(t, server)

	users, diagnostics := p.list("iriusrisk_user", values{}, true, 0)
	p.requireNoErrors(diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, `User ".." is left out`, `User "invite" is left out`)

	roles, diagnostics := p.list("iriusrisk_user_role", values{}, true, 0)
	p.requireNoErrors(diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, `User ".." is left out`, `User "invite" is left out`)

	// The provider's own user is left out as well.
	if len(users) != len(server.Users())-3 || len(roles) != 1 {
		t.Errorf("%d users and %d roles", len(users), len(roles))
	}
}
