package provider

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// limited is a provider that may remove a number of users.
func limited(t *testing.T, server *simulator.Server, limit int) *protocol {
	t.Helper()

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "max_user_removals": number(limit)}))

	return p
}

// userStates are the states of enabled users by username.
func userStates(t *testing.T, server *simulator.Server, usernames ...string) map[string]values {
	t.Helper()

	addUsers(server, usernames...)

	states := make(map[string]values)
	for _, username := range usernames {
		states[username] = userState(mustUser(t, server, username), nil)
	}

	return states
}

// with is a copy of a state with changes.
func with(state, changes values) values {
	changed := maps.Clone(state)
	maps.Copy(changed, changes)

	return changed
}

// Every user whom a plan deletes or disables counts once, in any order. The last error names all of them.
func TestMaxUserRemovals_countsDistinctUsersInAnyOrder(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := userStates(t, server, "deleted", "disabled", "updated", "retained", "inactive", "idle", "undeclared", "kept")
	set := managedUsers(t, server, "deleted", "disabled", "updated", "retained", "inactive", "idle", "undeclared", "kept")

	p := newConfigured(t, server)
	p.requireNoErrors(set.refresh(p))

	disabling := values{"deletion_policy": text(policyDisable)}
	inactive := with(user["inactive"], values{"enabled": boolean(false), "deletion_policy": text(policyDisable)})
	idle := with(user["idle"], values{"enabled": boolean(false)})
	steps := []func(p *protocol) []*tfprotov6.Diagnostic{
		func(p *protocol) []*tfprotov6.Diagnostic { return planAll(p, step{prior: user["deleted"]}) },
		func(p *protocol) []*tfprotov6.Diagnostic {
			return planAll(p, step{prior: with(user["disabled"], disabling)})
		},
		func(p *protocol) []*tfprotov6.Diagnostic {
			return planAll(p, step{user["updated"], keepConfig(with(user["updated"], values{"enabled": boolean(false)}))})
		},
		func(p *protocol) []*tfprotov6.Diagnostic {
			return planAll(p, step{prior: with(user["retained"], values{"deletion_policy": text(policyRetain)})})
		},
		func(p *protocol) []*tfprotov6.Diagnostic { return planAll(p, step{prior: inactive}) },
		func(p *protocol) []*tfprotov6.Diagnostic {
			return planAll(p, step{idle, keepConfig(with(idle, values{"last_name": text("Other")}))})
		},
		func(p *protocol) []*tfprotov6.Diagnostic {
			return p.planPrivate(usersExclusiveType, set.state, values{"usernames": texts("retained", "inactive", "idle", "kept")}, set.private).Diagnostics
		},
		func(p *protocol) []*tfprotov6.Diagnostic {
			return planAll(p, step{user["kept"], keepConfig(user["kept"])})
		},
	}

	for shift := range steps {
		order := slices.Concat(steps[shift:], steps[:shift])

		for limit, fails := range map[int]bool{0: true, 3: true, 4: false} {
			p := limited(t, server, limit)

			var said []*tfprotov6.Diagnostic
			for _, step := range order {
				said = append(said, step(p)...)
			}

			problems := messages(tfprotov6.DiagnosticSeverityError, said)
			names := `these users: "deleted", "disabled", "undeclared", "updated". Nothing was changed.`

			if fails != (problems != "") || (fails && (!strings.Contains(problems, names) ||
				!strings.Contains(problems, fmt.Sprintf("deletes or disables 4 users, more than max_user_removals = %d", limit)) || !strings.Contains(problems, "IRIUSRISK_MAX_USER_REMOVALS=4"))) {
				t.Errorf("shifted by %d, limit %d: %q", shift, limit, problems)
			}

			if limit == 0 && shift == 0 && !strings.Contains(problems, "deletes or disables 1 user, more than max_user_removals = 0") {
				t.Errorf("shifted by %d: the first error is missing: %q", shift, problems)
			}
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the plans sent %v", writes)
	}
}

// The plan that removes 30 of 300 users fails before any write, and the last error names 20 of them.
func TestMaxUserRemovals_namesUsersOfLargePlans(t *testing.T) {
	t.Parallel()

	const users, removed, limit = 300, 30, 10

	server := startServer(t, simulator.Options{})

	var usernames []string
	for i := range users {
		usernames = append(usernames, fmt.Sprintf("person%03d", i))
	}

	states := userStates(t, server, usernames...)
	p := limited(t, server, limit)

	var problems []string

	for i, username := range usernames {
		if i%(users/removed) != 0 {
			continue
		}

		if said := messages(tfprotov6.DiagnosticSeverityError, p.plan(userType, states[username], nil).Diagnostics); said != "" {
			problems = append(problems, said)
		}
	}

	for _, text := range []string{"deletes or disables 30 users, more than max_user_removals = 10", `these users: "person000", "person010",`, `"person190" and 10 others. Nothing was changed.`} {
		if len(problems) != removed-limit || !strings.Contains(problems[len(problems)-1], text) {
			t.Errorf("%d errors, and the last one does not say %q: %q", len(problems), text, problems)
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the plan sent %v", writes)
	}
}

// A replacement counts the user that it destroys, and an adoption the user that it disables.
func TestMaxUserRemovals_countsReplacementsAndAdoptions(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := userStates(t, server, "ada")["ada"]
	retained, disabled := with(ada, values{"deletion_policy": text(policyRetain)}), with(ada, values{"deletion_policy": text(policyDisable)})
	other := values{"username": text("countess"), "email": text("countess@example.com")}
	adopting := values{"adopt_existing": boolean(true)}

	for name, test := range map[string]struct {
		state, change values
		replaces      bool
		counts        bool
	}{
		"other username":             {ada, other, true, true},
		"other username, disabled":   {disabled, other, true, true},
		"other username, retained":   {retained, other, true, false},
		"same username":              {ada, nil, true, true},
		"same username, adopted":     {ada, adopting, true, false},
		"retained, adopted":          {retained, adopting, true, false},
		"retained, then disabled":    {retained, with(other, values{"enabled": boolean(false)}), true, false},
		"adopted":                    {nil, adopting, false, false},
		"adopted and disabled":       {nil, values{"adopt_existing": boolean(true), "enabled": boolean(false)}, false, true},
		"created and disabled":       {nil, values{"username": text("new"), "email": text("new@example.com"), "enabled": boolean(false)}, false, false},
		"tainted":                    {ada, nil, false, true},
		"tainted, with other policy": {retained, adopting, false, false},
	} {
		p := limited(t, server, 0)

		var said []*tfprotov6.Diagnostic

		config := keepConfig(ada)
		maps.Copy(config, test.change)

		switch {
		case test.replaces:
			first := p.planPrivate(userType, test.state, config, nil)
			second := p.planPrivate(userType, nil, config, first.PlannedPrivate)
			said = slices.Concat(first.Diagnostics, second.Diagnostics)
		case test.state != nil:
			read, _ := p.read(userType, test.state)
			p.requireNoErrors(read.Diagnostics)

			fallthrough
		default:
			said = p.plan(userType, nil, config).Diagnostics
		}

		problems := messages(tfprotov6.DiagnosticSeverityError, said)
		if counted := strings.Contains(problems, `these users: "ada".`); counted != test.counts || (!counted && strings.Contains(problems, "max_user_removals")) {
			t.Errorf("%s: %q", name, problems)
		}
	}
}

// An apply refuses the request that would exceed the limit, also if the plan was made with a higher one.
func TestMaxUserRemovals_appliesToRequests(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := userStates(t, server, "ada", "bob", "carol")
	set := managedUsers(t, server, "ada", "bob", "carol")
	addUsers(server, "mallory", "trent")

	p := newConfigured(t, server)
	p.requireNoErrors(set.refresh(p))

	// A plan without a limit.
	config := values{"usernames": texts("ada", "bob", "carol")}
	planned := p.planPrivate(usersExclusiveType, set.state, config, set.private)
	p.requireNoErrors(planned.Diagnostics)
	server.ResetJournal()

	p = limited(t, server, 1)
	resp, state := p.applyPlanned(t.Context(), usersExclusiveType, set.state, config, planned)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, "max_user_removals is 1, and this run has already deleted or disabled these users", "No request was sent", "IRIUSRISK_MAX_USER_REMOVALS")

	if strings.Count(state["usernames"].String(), "tftypes.String<") != 4 || server.Count("disable_user") != 1 {
		t.Errorf("the state is %v, %d requests were sent", state, server.Count("disable_user"))
	}

	// The blocks of users share the limit with the set.
	for _, change := range []*instance{{typeName: userType, state: user["ada"]}, {typeName: userType, state: with(user["bob"], values{"deletion_policy": text(policyDisable)})}} {
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, change.destroy(p, nil), "max_user_removals is 1")

		if change.state == nil {
			t.Error("a user was removed from the state")
		}
	}

	disables := &instance{typeName: userType, state: user["carol"]}
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, disables.change(p, keepConfig(with(user["carol"], values{"enabled": boolean(false)}))), "max_user_removals is 1")

	// Users of this run who never had access do not count.
	created := &instance{typeName: userType}
	p.requireNoErrors(created.change(p, declared("new", "new@example.com", values{"enabled": boolean(false)})))

	if err := errors.Join(want("deletions", server.Count("delete_user"), 0), want("disabled users", server.Count("disable_user"), 2)); err != nil {
		t.Error(err)
	}
}

// The environment variable overrides the argument, and invalid values are errors.
func TestMaxUserRemovals_environment(t *testing.T) {
	server := startServer(t, simulator.Options{})
	ada := userStates(t, server, "ada")["ada"]

	for _, test := range []struct {
		variable       string
		argument       values
		invalid, fails bool
	}{
		{"", nil, false, false},
		{"", values{"max_user_removals": number(0)}, false, true},
		{"1", values{"max_user_removals": number(0)}, false, false},
		{"0", values{"max_user_removals": number(1)}, false, true},
		{"0", nil, false, true},
		{"-1", nil, true, false},
		{"1.5", nil, true, false},
		{"none", nil, true, false},
	} {
		t.Run(fmt.Sprintf("%q overrides %v", test.variable, test.argument), func(t *testing.T) {
			t.Setenv(maxUserRemovalsVariable, test.variable)

			config := values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())}
			maps.Copy(config, test.argument)

			p := newUnconfigured(t)
			if said := p.configure(config); failed(said) != test.invalid {
				t.Errorf("said %v", said)
			}

			if !test.invalid && failed(p.plan(userType, ada, nil).Diagnostics) != test.fails {
				t.Errorf("the plan fails: %t", !test.fails)
			}
		})
	}
}

// A truncated file removes too many people: the plan names them and fails before any write, also with terraform destroy. The
// environment variable permits it for one run, and an apply of the stored plan without it stops at the limit.
func TestMaxUserRemovals_truncatedFile(t *testing.T) {
	t.Parallel()

	const people, removed, limit = 36, 24, 2

	row := func(i int) string { return fmt.Sprintf("person%02d,person%02d@example.com,First,Last\n", i, i) }
	rows := []string{"username,email,first_name,last_name\n"}

	for i := range people {
		rows = append(rows, row(i))
	}

	file, truncated := strings.Join(rows, ""), strings.Join(rows[:1+people-removed], "")

	configuration := fstest.MapFS{
		"main.tf": {Data: []byte(requirement + fmt.Sprintf(`
provider "iriusrisk" {
  max_user_removals = %d
}

module "people" {
  source     = "./modules/people"
  people_csv = file("${path.module}/people.csv")
}
`, limit))},
		"people.csv": {Data: []byte(file)},
	}

	for _, source := range exampleGlob(t, "modules", "people", "*.tf") {
		configuration["modules/people/"+filepath.Base(source)] = &fstest.MapFile{Data: []byte(readExample(t, source))}
	}

	server := startServer(t, simulator.Options{})
	workspace := openWorkspace(t, server, configuration, nil)
	applyAll(t, workspace)
	server.ResetJournal()

	for _, command := range [][]string{{"destroy", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"plan", "-parallelism=1"}, {"apply", "-auto-approve"}} {
		_, err := workspace.Run(t.Context(), append(command, "-input=false", "-no-color")...)
		if err == nil {
			t.Fatalf("%q succeeded", command)
		}

		total, named := removed, `"person31" and 4 others. Nothing was changed.`
		if command[0] == "destroy" {
			total, named = people, `"person19" and 16 others. Nothing was changed.`
		}

		// Terraform plans the configuration before a destruction, so the file is complete until then.
		if err := os.WriteFile(filepath.Join(workspace.Dir(), "people.csv"), []byte(truncated), 0o600); err != nil {
			t.Fatal(err)
		}

		said := strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(err.Error())), " ")
		for _, text := range []string{fmt.Sprintf("deletes or disables %d users, more than max_user_removals = %d", total, limit), named, fmt.Sprintf("%s=%d", maxUserRemovalsVariable, total)} {
			if !strings.Contains(said, text) {
				t.Errorf("%q does not say %q: %s", command, text, said)
			}
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Fatalf("the plans sent %d writes", len(writes))
	}

	permitted := workspace.Command(t.Context(), "plan", "-input=false", "-out=permitted")
	permitted.Env = append(permitted.Env, fmt.Sprintf("%s=%d", maxUserRemovalsVariable, removed))

	if output, err := permitted.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}

	if _, err := workspace.Run(t.Context(), "apply", "-input=false", "permitted"); err == nil || !strings.Contains(err.Error(), "max_user_removals is 2") {
		t.Errorf("the apply said %v", err)
	}

	if disabled := server.Count("disable_user"); disabled != limit {
		t.Errorf("%d users were disabled", disabled)
	}
}
