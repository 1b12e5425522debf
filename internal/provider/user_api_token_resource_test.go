package provider

import (
	"errors"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const (
	tokenType    = "iriusrisk_user_api_token"
	tokenAddress = tokenType + ".x"
	tokenHCL     = "resource \"iriusrisk_user_api_token\" \"x\" {\n  username = \"bot\"\n}\n"
)

// withBot starts a server that has a user without a token.
func withBot(t *testing.T) *simulator.Server {
	t.Helper()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "bot", Email: "bot@example.com", Enabled: true})

	return server
}

// checkTokenWorks checks that the token in the state is valid on the server.
func checkTokenWorks(server *simulator.Server) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		user, _ := server.User("bot")
		attributes := state.RootModule().Resources[tokenAddress].Primary.Attributes

		return errors.Join(
			want("the token", user.APIToken, attributes["token"]),
			want("the hint", server.Hint("bot"), attributes["hint"]),
			want("there is a token", user.APIToken != "", true),
		)
	}
}

func TestUserAPIToken_lifecycle(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	rotates := statecheck.CompareValue(compare.ValuesDiffer())
	rotating := func(value string) string {
		return "resource \"iriusrisk_user_api_token\" \"x\" {\n  username = \"bot\"\n  rotate_when_changed = { quarter = \"" + value + "\" }\n}\n"
	}

	runSteps(t, server,
		resource.TestStep{
			Config: rotating("Q1"),
			ConfigStateChecks: []statecheck.StateCheck{
				rotates.AddStateValue(tokenAddress, tfjsonpath.New("token")),
				statecheck.ExpectSensitiveValue(tokenAddress, tfjsonpath.New("token")),
				statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("id"), knownvalue.StringExact("bot")),
			},
			Check: checkTokenWorks(server),
		},
		resource.TestStep{
			Config: rotating("Q2"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionReplace),
			}},
			ConfigStateChecks: []statecheck.StateCheck{rotates.AddStateValue(tokenAddress, tfjsonpath.New("token"))},
			Check:             checkTokenWorks(server),
		},
		resource.TestStep{
			ResourceName: tokenAddress, ImportState: true, ImportStateId: "bot", ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"token", "rotate_when_changed.%", "rotate_when_changed.quarter"},
		},
	)

	if user, _ := server.User("bot"); user.APIToken != "" {
		t.Error("destroy left the token behind")
	}
}

func TestUserAPIToken_driftIsCorrected(t *testing.T) {
	t.Parallel()

	for name, drift := range map[string]func(server *simulator.Server){
		"rotated outside Terraform": func(server *simulator.Server) { server.RotateToken("bot") },
		"deleted outside Terraform": func(server *simulator.Server) { server.DeleteToken("bot") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)

			runSteps(t, server,
				resource.TestStep{Config: tokenHCL, Check: checkTokenWorks(server)},
				resource.TestStep{
					PreConfig: func() { drift(server) },
					Config:    tokenHCL,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionCreate),
					}},
					Check: checkTokenWorks(server),
				},
			)
		})
	}
}

// After an import, setting rotate_when_changed for the first time keeps the token.
func TestUserAPIToken_importThenRotateWhenChanged(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	token := server.RotateToken("bot")

	runSteps(t, server,
		resource.TestStep{
			Config: tokenHCL + "import {\n  to = iriusrisk_user_api_token.x\n  id = \"bot\"\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("token"), knownvalue.Null()),
				statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("hint"), knownvalue.StringExact(server.Hint("bot"))),
			},
		},
		resource.TestStep{
			Config: "resource \"iriusrisk_user_api_token\" \"x\" {\n  username = \"bot\"\n  rotate_when_changed = { quarter = \"Q1\" }\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionUpdate),
			}},
			Check: checkUser(server, "bot", func(user simulator.User) error {
				return errors.Join(want("the token", user.APIToken, token), want("writes", len(server.Writes()), 0))
			}),
		},
	)
}

// Destroying the resource does not revoke a newer token that was generated outside Terraform.
func TestUserAPIToken_deleteLeavesAnotherTokenAlone(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	newer := server.RotateToken("bot")

	deleted, _ := p.apply(t.Context(), tokenType, state, nil)
	p.requireNoErrors(deleted.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, server.Hint("bot"), "was not changed")

	if user, _ := server.User("bot"); user.APIToken != newer {
		t.Error("the newer token was deleted")
	}

	server.RemoveUser("bot")

	deleted, _ = p.apply(t.Context(), tokenType, state, nil)
	p.requireNoErrors(deleted.Diagnostics)
}

// If the answer is lost, its token is lost, and the provider generates another one. The token in the state works.
func TestUserAPIToken_lostAnswerOfGenerate(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.Inject(simulator.Fault{Operation: "generate_user_api_token", Kind: simulator.FaultLostAnswer})

	runSteps(t, server, resource.TestStep{Config: tokenHCL, Check: checkTokenWorks(server)})
}

// If the second generation after a lost answer is refused, the error says that the user's previous token may have been
// revoked.
func TestUserAPIToken_lostAnswerThenRefused(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.Inject(simulator.Fault{Operation: "generate_user_api_token", Kind: simulator.FaultLostAnswer})
	server.Inject(simulator.Fault{Operation: "generate_user_api_token", Nth: 2, Kind: simulator.FaultStatus, Status: 403})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "403", "a token may have been generated whose value is lost")

	if state != nil || server.Count("generate_user_api_token") != 2 {
		t.Errorf("state %v after %d requests", state, server.Count("generate_user_api_token"))
	}
}

// A token whose hint cannot be read back is stored as tainted, and the next apply replaces it.
func TestUserAPIToken_hintNotReadable(t *testing.T) {
	t.Parallel()

	server := withBot(t)

	runSteps(t, server,
		resource.TestStep{
			PreConfig: func() {
				server.OnRequest("generate_user_api_token", func(simulator.RequestInfo) {
					server.Inject(simulator.Fault{Operation: "get_user", Kind: simulator.FaultStatus, Status: 403})
				})
			},
			Config:      tokenHCL,
			ExpectError: regexp.MustCompile(`(?s)read back the hint.*403.*marked as\s+tainted`),
		},
		resource.TestStep{
			PreConfig: func() { server.OnRequest("generate_user_api_token", nil) },
			Config:    tokenHCL,
			Check:     checkTokenWorks(server),
		},
	)
}

// A token of an earlier run is redacted like one of this run if the server repeats it.
func TestUserAPIToken_tokenOfAnEarlierRunIsScrubbed(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	_, state := newConfigured(t, server).apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	token := mustUser(t, server, "bot").APIToken
	echo := simulator.Fault{Kind: simulator.FaultBody, Status: 400, Body: []byte(`{"detail":"the token ` + token + ` is in use"}`)}

	echo.Operation = "get_user"
	server.Inject(echo)

	read, _ := newConfigured(t, server).read(tokenType, state)
	echo.Operation = "delete_user_api_token"
	server.Inject(echo)

	p := newConfigured(t, server)
	deleted, _ := p.apply(t.Context(), tokenType, state, nil)

	for _, diagnostics := range [][]*tfprotov6.Diagnostic{read.Diagnostics, deleted.Diagnostics} {
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "the token (redacted) is in use")
	}
}

func TestUserAPIToken_importWithoutToken(t *testing.T) {
	t.Parallel()

	server := withBot(t)

	runSteps(t, server, resource.TestStep{
		Config: tokenHCL, ResourceName: tokenAddress, ImportState: true, ImportStateId: "bot", ExpectError: regexp.MustCompile(`User "bot" has no API token`),
	})
}

// The provider does not replace or revoke the token that it runs with.
func TestUserAPIToken_lockOut(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)

	created, _ := p.apply(t.Context(), tokenType, nil, values{"username": text("admin")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `The provider runs as user "admin"`)

	state := values{"id": text("admin"), "username": text("admin"), "hint": text(server.Hint("admin"))}
	deleted, _ := p.apply(t.Context(), tokenType, state, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, deleted.Diagnostics, `The provider runs as user "admin"`)

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("a write was sent: %v", writes)
	}
}
