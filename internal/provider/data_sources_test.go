package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestAccountDataSources_read(t *testing.T) {
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
		"iriusrisk_user_sessions":   {"username": text("missing")},
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

// A permission that the server lists twice is in the set once.
func TestCurrentUserDataSource_repeatedPermission(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.OnAnswer("get_user_profile_permissions", func(answer *simulator.Answer) { answer.Body = []any{"API_ACCESS", "API_ACCESS"} })

	p := newConfigured(t, server)
	diagnostics, state := p.data("iriusrisk_current_user", values{})
	p.requireNoErrors(diagnostics)

	if want := texts("API_ACCESS"); !state["permissions"].Equal(want) {
		t.Errorf("got %v, want %v", state["permissions"], want)
	}
}
