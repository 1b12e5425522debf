package provider

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestEphemeralToken_lifecycle(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)

	opened, result := p.open(values{"username": text("bot")})
	p.requireNoErrors(opened.Diagnostics)

	token := mustUser(t, server, "bot").APIToken
	if token == "" || p.stringOf(result, "token") != token || p.stringOf(result, "hint") != server.Hint("bot") || strings.Contains(string(opened.Private), token) {
		t.Errorf("got %v, private data %s", result, opened.Private)
	}

	// Opening a second one fails, because it would revoke the first.
	refused, _ := p.open(values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, refused.Diagnostics, "already has an API token", "replace_existing")

	if mustUser(t, server, "bot").APIToken != token {
		t.Error("the refused one revoked the token")
	}

	p.requireNoErrors(p.close(opened.Private))

	if mustUser(t, server, "bot").APIToken != "" {
		t.Error("the token was not deleted")
	}

	// Closing a token that is already revoked is not an error.
	p.requireNoErrors(p.close(opened.Private))

	server.RotateToken("bot")

	replacing, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
	p.requireNoErrors(replacing.Diagnostics)

	// Closing does not revoke a newer token that was generated outside Terraform.
	newer := server.RotateToken("bot")
	p.requireNoErrors(p.close(replacing.Private))

	if mustUser(t, server, "bot").APIToken != newer {
		t.Error("a token generated outside Terraform was revoked")
	}

	server.RemoveUser("bot")
	p.requireNoErrors(p.close(replacing.Private))
}

// If opening fails after the token was generated, the provider revokes it, because Terraform closes only resources that
// were opened.
func TestEphemeralToken_failures(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.Inject(simulator.Fault{Operation: "get_user", Nth: 2, Kind: simulator.FaultStatus, Status: 403})

	p := newConfigured(t, server)
	opened, _ := p.open(values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, opened.Diagnostics, "read back the hint", "403")

	if server.Count("generate_user_api_token") != 1 || mustUser(t, server, "bot").APIToken != "" {
		t.Error("the token was not revoked")
	}

	self, _ := p.open(values{"username": text("admin"), "replace_existing": boolean(true)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, self.Diagnostics, `The provider runs as user "admin"`)

	missing, _ := p.open(values{"username": text("missing")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, missing.Diagnostics, `user "missing"`, "404", "in an earlier run")

	opened, _ = p.open(values{"username": text("bot")})
	p.requireNoErrors(opened.Diagnostics)
	server.Inject(simulator.Fault{Operation: "delete_user_api_token", Kind: simulator.FaultStatus, Status: 403})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.close(opened.Private), "so it still works", "403")
}

// If the username is unknown until apply, opening waits for a user created in the same run, as the error for a missing
// user recommends.
func TestEphemeralToken_ofAUserOfTheSameRun(t *testing.T) {
	t.Parallel()
	needs(t, ephemeralInEveryPlan)

	server := startServer(t, simulator.Options{})
	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())
	bot := strings.Replace(userHCL("ada", "ada", ""), `"ada" {`, `"bot" {`, 1)
	token := func(username string) string {
		return "ephemeral \"iriusrisk_user_api_token\" \"x\" {\n  username = " + username + "\n}\n"
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: block + bot + token("iriusrisk_user.bot.username"), ExpectError: regexp.MustCompile(`Create\s+the\s+user\s+in\s+an\s+earlier\s+run`)},
			{
				Config: block + bot + token(`iriusrisk_user.bot.id == "" ? "" : iriusrisk_user.bot.username`),
				Check: onServer(func() error {
					return errors.Join(want("generated", server.Count("generate_user_api_token") > 0, true), want("token", mustUser(t, server, "ada").APIToken, ""))
				}),
			},
		},
	})
}

// A token whose value was lost is revoked, so that the next run can open one. With replace_existing it is not revoked,
// because it may still be the previous token.
func TestEphemeralToken_lostAnswers(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	lost := simulator.Fault{Operation: "generate_user_api_token", Kind: simulator.FaultLostAnswer, Times: 2}

	server.Inject(lost)

	opened, _ := p.open(values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, opened.Diagnostics, `generate the API token of user "bot"`)

	if server.Count("generate_user_api_token") != 2 || mustUser(t, server, "bot").APIToken != "" {
		t.Error("the lost token was not revoked")
	}

	opened, _ = p.open(values{"username": text("bot")})
	p.requireNoErrors(opened.Diagnostics)

	server.Inject(lost)
	server.ResetJournal()

	replacing, _ := newConfigured(t, server).open(values{"username": text("bot"), "replace_existing": boolean(true)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, replacing.Diagnostics, `generate the API token of user "bot"`)

	if server.Count("delete_user_api_token") > 0 {
		t.Error("a token was deleted that may be the old one")
	}
}

// A run of the CLI opens and closes a token in the plan and in the apply, and leaves no token on the server.
func TestEphemeralToken_inACommand(t *testing.T) {
	t.Parallel()
	needs(t, ephemeralResources, writeOnlyArguments)

	server := withBot(t)
	workspace := newWorkspace(t, server, `
ephemeral "iriusrisk_user_api_token" "bot" {
  username = "bot"
}

resource "iriusrisk_user" "ada" {
  username            = "ada"
  email               = "ada@example.com"
  first_name          = "Ada"
  last_name           = "Lovelace"
  password_wo         = "Long-enough-${ephemeral.iriusrisk_user_api_token.bot.token}"
  password_wo_version = 1
}
`, nil)

	if _, err := workspace.Run(t.Context(), "apply", "-auto-approve", "-input=false"); err != nil {
		t.Fatal(err)
	}

	ada := mustUser(t, server, "ada")
	if generated := server.Count("generate_user_api_token"); generated != 2 || mustUser(t, server, "bot").APIToken != "" || !strings.HasPrefix(ada.Password, "Long-enough-") {
		t.Errorf("%d tokens were generated, bot has the token %q", generated, mustUser(t, server, "bot").APIToken)
	}
}

// Closing revokes a token whose hint was not reported when it was generated.
func TestEphemeralToken_closeWithoutHint(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		opening, closing func(user map[string]any)
	}{
		"reported since":    {withoutHints, nil},
		"never reported":    {withoutHints, withoutHints},
		"no longer":         {nil, withoutHints},
		"links only":        {withLinksOnly, withLinksOnly},
		"links only, later": {nil, withLinksOnly},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			answering(server, test.opening)

			p := newConfigured(t, server)
			opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
			p.requireNoErrors(opened.Diagnostics)
			answering(server, test.closing)

			if mustUser(t, server, "bot").APIToken == "" {
				t.Fatal("there is no token")
			}

			p.requireNoErrors(p.close(opened.Private))

			if mustUser(t, server, "bot").APIToken != "" {
				t.Error("the token still works")
			}
		})
	}
}

// An outdated answer with the hint of the previous token does not prevent the revocation of the new one.
func TestEphemeralToken_closeWithAnOutdatedAnswer(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.RotateToken("bot")

	var lag lagging

	earlier := server.Hint("bot")
	answering(server, lag.change)

	p := newConfigured(t, server)
	opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
	p.requireNoErrors(opened.Diagnostics)
	lag.show(withHint(earlier))
	p.requireNoErrors(p.close(opened.Private))

	if mustUser(t, server, "bot").APIToken != "" {
		t.Error("the token still works")
	}
}

// If the revocation cannot be proven, closing fails, and the error says that the token still works.
func TestEphemeralToken_closeUnproven(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"404 to everything":   {Times: -1, Status: http.StatusNotFound},
		"404 to the deletion": {Operation: "delete_user_api_token", Times: -1, Status: http.StatusNotFound},
		"outage":              {Operation: "delete_user_api_token", Times: -1, Kind: simulator.FaultReset},
		"unreadable":          {Operation: "get_user", Times: -1, Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			p := newConfigured(t, server)
			opened, _ := p.open(botToken)
			p.requireNoErrors(opened.Diagnostics)
			server.Inject(fault)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.close(opened.Private), "so it still works")
		})
	}
}

// If IriusRisk does not report whether there is a token, opening fails unless replace_existing is set.
func TestEphemeralToken_unknownTokenIsRefused(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(user map[string]any){"no hints": withoutHints, "links only": withLinksOnly} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			token := server.RotateToken("bot")
			answering(server, change)

			p := newConfigured(t, server)
			refused, _ := p.open(botToken)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, refused.Diagnostics, `User "bot" may already have an API token`, "replace_existing")

			if mustUser(t, server, "bot").APIToken != token {
				t.Error("the token was replaced")
			}

			opened, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
			p.requireNoErrors(opened.Diagnostics)
		})
	}
}

// A hint that is not a string is an error, and opening fails.
func TestEphemeralToken_hintOfAnotherTypeIsRefused(t *testing.T) {
	t.Parallel()

	for name, shape := range map[string]any{"text": "0a2e", "list": []any{}, "number as hint": map[string]any{"hint": 9}, "list as hint": map[string]any{"hint": []any{"x"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			token := server.RotateToken("bot")

			var lag lagging

			lag.show(shape)
			answering(server, lag.change)

			p := newConfigured(t, server)
			opened, _ := p.open(botToken)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, opened.Diagnostics, "in the field apiToken")

			read, _ := p.read(tokenType, values{"id": text("bot"), "username": text("bot"), "hint": text(server.Hint("bot"))})
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "in the field apiToken")

			if mustUser(t, server, "bot").APIToken != token {
				t.Error("the token was replaced")
			}
		})
	}
}
