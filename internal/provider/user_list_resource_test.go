package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A list returns the same values as an import followed by a read, so that generated configuration plans empty. The list
// omits password_expired, because generated configuration would declare it, and IriusRisk clears it when the user sets
// a new password.
func TestUserList_matchesImport(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 7})
	server.Seed(20, 4, 3)
	server.RotateToken(server.Users()[3].Username)

	p := newConfigured(t, server)
	results, diagnostics := p.list("iriusrisk_user", values{}, true, 0)
	p.requireNoErrors(diagnostics)

	// The list omits the user that the provider runs as.
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

// A list applies its filter, reads no page beyond its limit, returns resource objects only on request, and reports
// errors.
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

// The list omits the user that the provider runs as, with a warning. If the provider cannot read that user, the list
// fails, because it could contain them.
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

// A user deleted while the list is streamed does not make the list skip other users.
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

// The lists omit users whose username the API cannot address, with a warning, and return all other users.
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

	// The list omits the user that the provider runs as, too.
	if len(users) != len(server.Users())-3 || len(roles) != 1 {
		t.Errorf("%d users and %d roles", len(users), len(roles))
	}
}

// Terraform prints display names, so they contain no characters that control the terminal or hide text.
func TestUserList_displayNamesAreVisible(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada\x1b[2J", LastName: "Love\u202elace"})

	p := newConfigured(t, server)
	results, diagnostics := p.list("iriusrisk_user", values{}, false, 0)
	p.requireNoErrors(diagnostics)

	if len(results) != 1 || results[0].name != "Ada [2J Lovelace (ada)" {
		t.Errorf("got %+v", results)
	}
}
