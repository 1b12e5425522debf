package provider

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const usersExclusiveType = "iriusrisk_users_exclusive"

// managedUsers is the set of users as Terraform keeps it, after its creation with the declared usernames.
func managedUsers(tb testing.TB, server *simulator.Server, usernames ...string) *instance {
	tb.Helper()

	subject := &instance{typeName: usersExclusiveType}
	p := newConfigured(tb, server)
	p.requireNoErrors(subject.converge(p, values{"usernames": texts(usernames...)}))
	server.ResetJournal()

	return subject
}

// refresh reads the state and the private state of an instance.
func (i *instance) refresh(p *protocol) []*tfprotov6.Diagnostic {
	p.t.Helper()

	resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: i.typeName, CurrentState: p.object(p.schema.ResourceSchemas[i.typeName], i.state), Private: i.private,
	})
	p.noError(err)

	i.state, i.private = p.decode(p.schema.ResourceSchemas[i.typeName], resp.NewState), resp.Private

	return resp.Diagnostics
}

// The creation names up to 20 users whom it removes, and warns if they are more than half of all.
func TestUsersExclusive_creationNamesUsers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for i := range 25 {
		addUsers(server, fmt.Sprintf("user%02d", i))
	}

	p := newConfigured(t, server)
	planned := p.plan(usersExclusiveType, nil, values{"usernames": texts("user03", "new"), "ignore_usernames": texts("*9")})
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics,
		"This plan removes 22 users whom it does not list", `disable these enabled users`, `"user00", "user01", "user02", "user04"`, `"user22" and 2 others.`,
		"more than half of all enabled users", "disable 22 of 26 enabled users")

	if said := messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics); strings.Contains(said, "user19") || strings.Contains(said, "admin") {
		t.Errorf("said %s", said)
	}

	p = newConfigured(t, server)
	planned = p.plan(usersExclusiveType, nil, values{"usernames": unknownTexts(), "action": text("delete")})
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "known only after apply", "delete these enabled users")

	p = newConfigured(t, server)
	if planned = p.plan(usersExclusiveType, nil, values{"usernames": texts(), "ignore_usernames": texts("USER*")}); len(planned.Diagnostics) > 0 {
		t.Errorf("said %v", planned.Diagnostics)
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the plans sent %v", writes)
	}
}

// A plan warns of what it shows without changing it, and of what it cannot show.
func TestUsersExclusive_updateWarns(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config  values
		warning string
	}{
		"few of the users":              {values{"usernames": texts("admin", "ada", "eve")}, ""},
		"more than half of the users":   {values{"usernames": texts("admin")}, "disable 3 of 4 enabled users"},
		"ignored users":                 {values{"usernames": texts("admin", "ada", "eve"), "ignore_usernames": texts("grace")}, `ignore_usernames matches them: "grace".`},
		"the user of the provider":      {values{"usernames": texts("ada", "eve", "grace")}, "because the provider runs as this user"},
		"usernames known only later":    {values{"usernames": unknownTexts()}, `disable these users: "ada", "eve", "grace"`},
		"usernames in a different case": {values{"usernames": texts("ADMIN", "Ada", "EVE", "grace")}, ""},
	} {
		server := startServer(t, simulator.Options{})
		addUsers(server, "ada", "eve", "grace")
		subject := managedUsers(t, server, "admin", "ada", "eve", "grace")

		p := newConfigured(t, server)
		p.requireNoErrors(subject.refresh(p))

		planned := p.planPrivate(usersExclusiveType, subject.state, test.config, subject.private)
		p.requireNoErrors(planned.Diagnostics)

		said := messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics)
		if (test.warning == "") != (said == "") || !strings.Contains(said, test.warning) {
			t.Errorf("%s: want %q, got %q", name, test.warning, said)
		}
	}
}

// The apply removes exactly the users that the plan shows, if they are still the same users.
func TestUsersExclusive_appliesThePlan(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		action  string
		between func(server *simulator.Server)
		enabled string
		warning string
	}{
		"disable": {policyDisable, func(*simulator.Server) {}, "ada admin", ""},
		"delete":  {policyDelete, func(*simulator.Server) {}, "ada admin", ""},
		"different user": {policyDisable, func(server *simulator.Server) {
			server.RemoveUser("mallory")
			addUsers(server, "mallory")
		}, "ada admin mallory", "now belongs to a different user"},
		"deleted": {policyDisable, func(server *simulator.Server) { server.RemoveUser("mallory") }, "ada admin", ""},
		"disabled": {policyDelete, func(server *simulator.Server) {
			server.UpdateUser("mallory", func(user *simulator.User) { user.Enabled = false })
		}, "ada admin", ""},
		"another user": {policyDisable, func(server *simulator.Server) { addUsers(server, "trent") }, "ada admin trent", ""},
	} {
		server := startServer(t, simulator.Options{})
		addUsers(server, "ada")
		subject := managedUsers(t, server, "ada")
		addUsers(server, "mallory")

		p := newConfigured(t, server)
		p.requireNoErrors(subject.refresh(p))
		test.between(server)

		_, existed := server.User("mallory")
		said := subject.change(newConfigured(t, server), values{"usernames": texts("ada"), "action": text(test.action)})
		p.requireNoErrors(said)

		warnings := messages(tfprotov6.DiagnosticSeverityWarning, said)
		if err := want("the enabled users", enabledUsers(server), test.enabled); err != nil || !strings.Contains(warnings, test.warning) || (test.warning == "" && warnings != "") {
			t.Errorf("%s: %v, said %q", name, err, warnings)
		}

		if _, exists := server.User("mallory"); exists != (existed && name != "delete") {
			t.Errorf("%s: mallory exists: %t", name, exists)
		}

		if !containsSet(subject.state["usernames"], []string{"ada"}) {
			t.Errorf("%s: the state is %v", name, subject.state)
		}
	}
}

// A user that another block of the run creates, adopts or updates is kept, and the next plan shows them.
func TestUsersExclusive_keepsUsersOfTheRun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")
	addUsers(server, "mallory", "trent")

	p := newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	run := newConfigured(t, server)
	p.requireNoErrors((&instance{typeName: userType}).change(run, declared("mallory", "new@example.com", values{"adopt_existing": boolean(true)})))

	trent := userState(mustUser(t, server, "trent"), nil)
	updated := keepConfig(trent)
	updated["last_name"] = text("Other")
	p.requireNoErrors((&instance{typeName: userType, state: trent}).change(run, updated))

	said := subject.change(run, values{"usernames": texts("ada")})
	p.requireNoErrors(said)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, said, `User "mallory" was kept`, `User "trent" was kept`)

	if err := want("the enabled users", enabledUsers(server), "ada admin mallory trent"); err != nil {
		t.Error(err)
	}

	p.requireNoErrors(subject.refresh(newConfigured(t, server)))

	if !containsSet(subject.state["usernames"], []string{"ada", "mallory", "trent"}) {
		t.Errorf("the state is %v", subject.state)
	}
}

// After a failure the state still has the users who remain, and the next apply removes them.
func TestUsersExclusive_partialFailure(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")
	addUsers(server, "mallory", "trent", "victor")

	// The API cannot address a user with this name.
	addUsers(server, "summary")
	server.Inject(simulator.Fault{Operation: "disable_user", Status: http.StatusForbidden})

	config := values{"usernames": texts("ada")}
	said := subject.converge(withoutRetries(t, server), config)
	p := newConfigured(t, server)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, said, `User "summary" cannot be removed`)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, said, `User "summary" cannot be removed`, "Unable to disable user")

	if enabled := enabledUsers(server); strings.Count(enabled, " ") != 3 || strings.Count(subject.state["usernames"].String(), "tftypes.String<") != 3 {
		t.Errorf("enabled are %s, the state is %v", enabled, subject.state)
	}

	subject.converge(p, values{"usernames": texts("ada")})

	if err := want("the enabled users", enabledUsers(server), "ada admin summary"); err != nil {
		t.Error(err)
	}

	p = newConfigured(t, server)
	p.requireNoErrors(subject.converge(p, values{"usernames": texts("ada"), "ignore_usernames": texts("summary")}))
}

// A caller who sees only the users of their business units cannot find all users, and neither can a plan without a list.
func TestUsersExclusive_needsAllUsers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")
	token := server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS")

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.refresh(p), "The provider does not see all users", permissionAllUsers)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(usersExclusiveType, nil, values{"usernames": texts()}).Diagnostics, "The provider does not see all users")

	for _, operation := range []string{"get_users", "get_user_profile_permissions", "get_user_profile"} {
		subject := managedUsers(t, server, "ada", "manager")
		addUsers(server, "mallory"+operation)
		server.Inject(simulator.Fault{Operation: operation, Status: http.StatusForbidden, Times: -1})

		if said := subject.refresh(withoutRetries(t, server)); !failed(said) {
			t.Errorf("%s: said %v", operation, said)
		}

		server.ClearFaults()
	}
}

// A user who was found before is believed to be absent only after an individual read.
func TestUsersExclusive_listMayBeOutOfDate(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")
	addUsers(server, "mallory")

	p := newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	// The list still shows mallory as disabled.
	server.OnAnswer("get_users", func(answer *simulator.Answer) {
		page, _ := answer.Body.(map[string]any)
		embedded, _ := page["_embedded"].(map[string]any)
		items, _ := embedded["items"].([]any)

		for _, item := range items {
			if user, _ := item.(map[string]any); user["username"] == "mallory" {
				user["enabled"] = false
			}
		}
	})

	p = newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	if !containsSet(subject.state["usernames"], []string{"ada", "mallory"}) {
		t.Errorf("the state is %v", subject.state)
	}
}

// A user who was found before, and has since been deleted and created again in another letter case, is in the set once, and the
// apply disables them.
func TestUsersExclusive_foundInAnotherLetterCase(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")
	addUsers(server, "mallory")

	p := newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	server.RemoveUser("mallory")
	addUsers(server, "Mallory")

	p = newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	if !containsSet(subject.state["usernames"], []string{"ada", "Mallory"}) {
		t.Errorf("the state is %v", subject.state)
	}

	p.requireNoErrors(subject.change(newConfigured(t, server), values{"usernames": texts("ada")}))

	if err := want("the enabled users", enabledUsers(server), "ada admin"); err != nil {
		t.Error(err)
	}
}

// A block that keeps a user whom the set removes is an error, in both orders.
func TestUsersExclusive_conflictsWithUserBlocks(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")
	addUsers(server, "mallory")

	p := newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	kept := userState(mustUser(t, server, "mallory"), nil)
	disabled, retained := maps.Clone(kept), maps.Clone(kept)
	disabled["enabled"], retained["deletion_policy"] = boolean(false), text(policyRetain)

	const problem, warning = "is kept by iriusrisk_user and removed by iriusrisk_users_exclusive", `User "mallory" will be deleted`

	for name, test := range map[string]struct {
		step
		action, problem, warning string
	}{
		"kept":                   {step{kept, keepConfig(kept)}, policyDisable, problem, ""},
		"adopted":                {step{nil, declared("Mallory", "mallory@example.com", values{"adopt_existing": boolean(true)})}, policyDisable, problem, ""},
		"disabled":               {step{kept, keepConfig(disabled)}, policyDisable, "", ""},
		"disabled and deleted":   {step{kept, keepConfig(disabled)}, policyDelete, problem, ""},
		"destroyed":              {step{prior: kept}, policyDisable, "", ""},
		"destroyed and retained": {step{prior: retained}, policyDisable, "", ""},
		"retained and deleted":   {step{prior: retained}, policyDelete, "", warning},
	} {
		for _, setFirst := range []bool{true, false} {
			p := newConfigured(t, server)
			set := func() []*tfprotov6.Diagnostic {
				return p.planPrivate(usersExclusiveType, subject.state, values{"usernames": texts("ada"), "action": text(test.action)}, subject.private).Diagnostics
			}

			var said []*tfprotov6.Diagnostic
			if setFirst {
				said = append(set(), planAll(p, test.step)...)
			} else {
				said = append(planAll(p, test.step), set()...)
			}

			problems, warnings := messages(tfprotov6.DiagnosticSeverityError, said), messages(tfprotov6.DiagnosticSeverityWarning, said)
			if (test.problem == "") != (problems == "") || !strings.Contains(problems, test.problem) || !strings.Contains(warnings, test.warning) {
				t.Errorf("%s, set first %t: errors %q, warnings %q", name, setFirst, problems, warnings)
			}
		}
	}
}

// Two blocks would remove the users of each other.
func TestUsersExclusive_onlyOnce(t *testing.T) {
	t.Parallel()

	p := newConfigured(t, startServer(t, simulator.Options{}))
	p.requireNoErrors(p.plan(usersExclusiveType, nil, values{"usernames": texts("ada")}).Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(usersExclusiveType, nil, values{"usernames": texts("bob")}).Diagnostics, "Two iriusrisk_users_exclusive resources")
}

// Only text that an asterisk stands for may differ.
func TestUsernamePatterns(t *testing.T) {
	t.Parallel()

	for pattern, usernames := range map[string]map[string]bool{
		"ada":     {"ada": true, "ADA": true, "adam": false, "": false},
		"svc-*":   {"svc-1": true, "SVC-": true, "my-svc-1": false, "svc": false, "svc-a/b\nc": true},
		"*@x.org": {"a@x.org": true, "a@xyorg": false, "a@x.org.uk": false},
		"a*c*e":   {"abcde": true, "ace": true, "aec": false},
		"*":       {"": true, "any": true},
		"[a].?":   {"[A].?": true, "a.b": false},
		"Straße*": {"STRASSE": false, "straße 1": true},
	} {
		for username, matches := range usernames {
			if got := newUsernamePatterns([]string{pattern}).match(username); got != matches {
				t.Errorf("%q matches %q: %t", pattern, username, got)
			}
		}
	}
}
