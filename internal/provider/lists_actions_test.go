package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// What a list returns is what reading the resource after an import stores, so that generated configuration imports and
// plans empty. The expiry of the password is left out, because generated configuration would declare it, and it ends by
// itself.
func TestUserList_isWhatReadStores(t *testing.T) {
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

// imported imports a resource and refreshes it, as Terraform does.
func (p *protocol) imported(typeName, id string) values {
	p.t.Helper()

	resp, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	p.noError(err)
	p.requireNoErrors(resp.Diagnostics)

	read, state := p.read(typeName, p.decode(p.schema.ResourceSchemas[typeName], resp.ImportedResources[0].State))
	p.requireNoErrors(read.Diagnostics)

	return state
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
func TestUserList_leavesOutTheProvidersOwnUser(t *testing.T) {
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
func TestUserList_shrinkingListLosesNobody(t *testing.T) {
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
func TestLists_leaveOutWhoCannotBeAddressed(t *testing.T) {
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

func TestMembershipList(t *testing.T) {
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

			example := p.stringOf(all[0].resource, "id")
			if imported := p.imported(kind.typeName, example); fmt.Sprint(imported) != fmt.Sprint(all[0].resource) {
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

			_, diagnostics = p.list(kind.typeName, values{"username": text("nobody")}, false, 0)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, `user "nobody"`, "404")

			// Somebody who goes away while users are listed has nothing any more, which is no error.
			server.OnRequest(kind.list, func(info simulator.RequestInfo) { server.RemoveUser(info.Username) })

			none, diagnostics := p.list(kind.typeName, values{}, false, 0)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics)

			if failed(diagnostics) && !strings.Contains(messages(tfprotov6.DiagnosticSeverityError, diagnostics), "401") {
				t.Errorf("%d results, %s", len(none), messages(tfprotov6.DiagnosticSeverityError, diagnostics))
			}
		})
	}
}

func TestActions(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.UpdateUser("bot", func(user *simulator.User) { user.Sessions = 3 })

	p := newConfigured(t, server)

	for _, test := range []struct {
		typeName, operation, argument, value string
		done                                 func() bool
	}{
		{"iriusrisk_send_reset_password_email", "send_reset_password_email", "username", "bot", func() bool { return server.ResetMails("bot") == 1 }},
		{"iriusrisk_revoke_user_sessions", "delete_user_sessions", "username", "bot", func() bool { return mustUser(t, server, "bot").Sessions == 0 }},
		{"iriusrisk_invite_user", "invite", "email", "new@example.com", func() bool {
			return len(server.Invitations()) == 1 && server.Invitations()[0].Email == "new@example.com"
		}},
	} {
		config := values{test.argument: text(test.value)}

		progress, diagnostics := p.invoke(test.typeName, config)
		p.requireNoErrors(diagnostics)

		if !test.done() || len(progress) != 2 || !strings.Contains(progress[0], test.value) || !strings.Contains(progress[1], test.value) {
			t.Errorf("%s: progress %q", test.typeName, progress)
		}

		server.Inject(simulator.Fault{Operation: test.operation, Kind: simulator.FaultStatus, Status: 403})

		_, diagnostics = p.invoke(test.typeName, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to", test.value, "403")

		// Ending sessions twice is the same as once, so it is repeated; an e-mail is not.
		server.Inject(simulator.Fault{Operation: test.operation, Kind: simulator.FaultLostAnswer})

		_, diagnostics = p.invoke(test.typeName, config)
		if test.operation == "delete_user_sessions" {
			p.requireNoErrors(diagnostics)
		} else {
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "may have taken effect")
		}
	}
}

// An action waits for its turn at a user, and what was read of the user before it is read again.
func TestActions_takeTurnsAndInvalidate(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	config := values{"username": text("bot")}

	read := func() int {
		server.ResetJournal()

		diagnostics, _ := p.data("iriusrisk_user", config)
		p.requireNoErrors(diagnostics)

		return server.Count("get_user")
	}

	if first, second := read(), read(); first != 1 || second != 0 {
		t.Fatalf("%d requests, then %d", first, second)
	}

	interrupted, cancel := context.WithCancel(t.Context())
	cancel()

	// While the first action is under way, a second one whose run is interrupted does not get its turn.
	server.OnRequest("delete_user_sessions", func(simulator.RequestInfo) {
		_, diagnostics := p.invokeWith(interrupted, "iriusrisk_revoke_user_sessions", config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "interrupted while this change was waiting")
	})

	_, diagnostics := p.invoke("iriusrisk_revoke_user_sessions", config)
	p.requireNoErrors(diagnostics)

	if after := read(); after != 1 {
		t.Errorf("%d requests after an action", after)
	}
}

// With a CLI that has them, actions run from a lifecycle trigger.
func TestActions_trigger(t *testing.T) {
	t.Parallel()
	needs(t, actions)

	server := startServer(t, simulator.Options{})
	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: block + userHCL("ada", "ada", "  lifecycle {\n    action_trigger {\n      events  = [after_create]\n      actions = [action.iriusrisk_send_reset_password_email.ada]\n    }\n  }") +
				"action \"iriusrisk_send_reset_password_email\" \"ada\" {\n  config {\n    username = \"ada\"\n  }\n}\n",
			Check: onServer(func() error { return want("mails", server.ResetMails("ada"), 1) }),
		}},
	})
}

func TestEphemeralToken(t *testing.T) {
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
		t.Error("the refused one ended the token")
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
		t.Error("somebody else's token was deleted")
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
		t.Error("the token was left behind")
	}

	self, _ := p.open(values{"username": text("admin"), "replace_existing": boolean(true)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, self.Diagnostics, `The provider runs as user "admin"`)

	missing, _ := p.open(values{"username": text("nobody")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, missing.Diagnostics, `user "nobody"`, "404", "in an earlier run")

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
		t.Error("the token that nobody knows was left behind")
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
func TestEphemeralToken_wholeRun(t *testing.T) {
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
