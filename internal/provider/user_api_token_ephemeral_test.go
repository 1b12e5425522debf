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

	// A second one is refused, because it would end the first.
	refused, _ := p.open(values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, refused.Diagnostics, "already has an API token", "replace_existing")

	if mustUser(t, server, "bot").APIToken != token {
		t.Error("the refused one revoked the token")
	}

	p.requireNoErrors(p.close(opened.Private))

	if mustUser(t, server, "bot").APIToken != "" {
		t.Error("the token was not deleted")
	}

	// Closing what is gone already is no error, and neither is a user who is gone.
	p.requireNoErrors(p.close(opened.Private))

	server.RotateToken("bot")

	replacing, _ := p.open(values{"username": text("bot"), "replace_existing": boolean(true)})
	p.requireNoErrors(replacing.Diagnostics)

	// Somebody else's newer token is left alone.
	newer := server.RotateToken("bot")
	p.requireNoErrors(p.close(replacing.Private))

	if mustUser(t, server, "bot").APIToken != newer {
		t.Error("a token generated outside Terraform was revoked")
	}

	server.RemoveUser("bot")
	p.requireNoErrors(p.close(replacing.Private))
}

// What fails after the token was generated deletes it again, since Terraform closes only what was opened.
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

// A user of the same run is waited for when the username is known only then, as the error about a missing user says.
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

// A token whose value is lost is deleted again, so that the next run is not refused; one that was there before is not
// deleted for being perhaps still the old one.
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

// A real run opens and closes the token, in the plan and in the apply, and leaves none behind.
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

// An ephemeral token whose hint was not reported when it was generated is revoked at the end.
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

// An answer that shows the token from before the opening does not keep the new one from being revoked.
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

// A token that cannot be shown to be revoked is an error that says that it still works.
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

// Where IriusRisk does not show whether there is a token, opening refuses unless it may be replaced.
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

// A hint of another type than a string is an error, and opens nothing.
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
