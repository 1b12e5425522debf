package provider

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestMembershipList_matchesImport(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{PageCap: 7})
			server.Seed(100, 4, 3)

			p := newConfigured(t, server)
			all, diagnostics := p.list(kind.typeName, values{}, true, 0)
			p.requireNoErrors(diagnostics)

			wanted := make(map[string]bool)

			for _, user := range server.Users() {
				for _, id := range kind.has(user) {
					wanted[user.Username+"/"+id] = true
				}
			}

			for _, result := range all {
				id := p.stringOf(result.resource, "id")
				if !wanted[id] || id != p.stringOf(result.identity, "username")+"/"+p.stringOf(result.identity, kind.attribute) || !strings.HasPrefix(result.name, p.stringOf(result.identity, "username")+": ") {
					t.Errorf("got %+v", result)
				}

				delete(wanted, id)
			}

			if len(wanted) > 0 {
				t.Errorf("%d are missing: %v", len(wanted), slices.Collect(maps.Keys(wanted)))
			}

			// A generated configuration contains one of id and name only.
			example := p.stringOf(all[0].resource, "id")
			imported := p.imported(kind.typeName, example)
			delete(imported, kind.nameAttribute())

			if fmt.Sprint(imported) != fmt.Sprint(all[0].resource) {
				t.Errorf("listed   %v\nimported %v", all[0].resource, imported)
			}

			username := p.stringOf(all[0].identity, "username")
			own, diagnostics := p.list(kind.typeName, values{"username": text(username)}, false, 0)
			p.requireNoErrors(diagnostics)

			if user := mustUser(t, server, username); len(own) != len(kind.has(user)) {
				t.Errorf("%d results for %d memberships", len(own), len(kind.has(user)))
			}

			if some, _ := p.list(kind.typeName, values{}, false, 3); len(some) != 3 {
				t.Errorf("%d results at a limit of 3", len(some))
			}

			_, diagnostics = p.list(kind.typeName, values{"username": text("missing")}, false, 0)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, `user "missing"`, "404")

			// A user deleted while the memberships are listed is not an error.
			server.OnRequest(kind.list, func(info simulator.RequestInfo) { server.RemoveUser(info.Username) })

			none, diagnostics := p.list(kind.typeName, values{}, false, 0)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics)

			if failed(diagnostics) && !strings.Contains(messages(tfprotov6.DiagnosticSeverityError, diagnostics), "401") {
				t.Errorf("%d results, %s", len(none), messages(tfprotov6.DiagnosticSeverityError, diagnostics))
			}
		})
	}
}

// A user deleted while the memberships are listed is left out with a warning.
func TestMembershipList_deletedUserIsLeftOut(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(3, 2, 2)
			gone := server.Users()[1].Username

			server.OnRequest(kind.list, func(info simulator.RequestInfo) {
				if info.Username == gone {
					server.RemoveUser(gone)
				}
			})

			p := newConfigured(t, server)
			_, diagnostics := p.list(kind.typeName, values{}, false, 0)
			p.requireNoErrors(diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, fmt.Sprintf("User %q is left out", gone))
		})
	}
}

// A 404 to the memberships of an existing user, or to every request, is an error and does not shorten the list.
func TestMembershipList_unprovenAbsence(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		for name, faults := range map[string][]string{
			"memberships only": {kind.list}, "everything else as well": {kind.list, "get_user", "get_user_profile"},
		} {
			t.Run(kind.typeName+", "+name, func(t *testing.T) {
				t.Parallel()

				server := startServer(t, simulator.Options{})
				server.Seed(3, 2, 2)

				for _, operation := range faults {
					server.Inject(simulator.Fault{Operation: operation, Times: -1, Status: http.StatusNotFound})
				}

				p := newConfigured(t, server)
				_, diagnostics := p.list(kind.typeName, values{}, false, 0)
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to read the "+kind.kind().noun+"s of user", "404")
			})
		}
	}
}
