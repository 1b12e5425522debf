package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// usersExclusiveHCL is the set of users with the given arguments, one a line.
func usersExclusiveHCL(arguments ...string) string {
	return blockHCL("resource", "iriusrisk_users_exclusive", arguments...)
}

// addUsers adds enabled users with two sessions.
func addUsers(server *simulator.Server, usernames ...string) {
	for _, username := range usernames {
		server.AddUser(simulator.User{Username: username, Email: strings.ToLower(username) + "@example.com", FirstName: "First", LastName: "Last", Enabled: true, Sessions: 2})
	}
}

// enabledUsers are the usernames of the enabled users.
func enabledUsers(server *simulator.Server) string {
	var usernames []string

	for _, user := range server.Users() {
		if user.Enabled {
			usernames = append(usernames, user.Username)
		}
	}

	slices.Sort(usernames)

	return strings.Join(usernames, " ")
}

// checkEnabled checks which users are enabled, and that the given requests and no other ones have been sent since the journal
// was reset.
func checkEnabled(server *simulator.Server, usernames string, writes ...string) resource.TestCheckFunc {
	return onServer(func() error {
		var sent []string
		for _, entry := range server.Writes() {
			sent = append(sent, entry.Operation+" "+entry.Username)
		}

		slices.Sort(sent)

		return errors.Join(want("the enabled users", enabledUsers(server), usernames), want("the requests", strings.Join(sent, ", "), strings.Join(writes, ", ")))
	})
}

// An enabled user who is neither declared nor ignored is disabled, and their sessions end. Letter case is ignored, and
// declared users who are disabled or do not exist are not a difference.
func TestUsersExclusive_lifecycle(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	addUsers(server, "ada", "mallory", "svc-1", "SVC-2", "dave")
	server.UpdateUser("dave", func(user *simulator.User) { user.Enabled = false })

	subject := &instance{typeName: usersExclusiveType}
	declared := values{"usernames": texts("Ada", "dave", "ghost"), "ignore_usernames": texts("Svc-*")}
	deletes := with(declared, values{"usernames": texts("ghost"), "action": text(policyDelete)})

	for i, step := range []struct {
		before  func()
		config  values
		action  string
		enabled string
		writes  []string
	}{
		{func() {}, declared, "create", "SVC-2 ada admin svc-1", []string{"delete_user_sessions mallory", "disable_user mallory"}},
		{func() { addUsers(server, "eve", "svc-3") }, declared, "update", "SVC-2 ada admin svc-1 svc-3", []string{"delete_user_sessions eve", "disable_user eve"}},
		{func() {
			// Declared users change outside Terraform, which is not a difference.
			server.UpdateUser("dave", func(user *simulator.User) { user.Enabled = true })
			server.RemoveUser("ada")
		}, declared, "no-op", "SVC-2 admin dave svc-1 svc-3", nil},
		{func() {}, deletes, "update", "SVC-2 admin svc-1 svc-3", []string{"delete_user dave"}},
		{func() {}, nil, "delete", "SVC-2 admin svc-1 svc-3", nil},
	} {
		step.before()
		server.ResetJournal()

		if step.config != nil {
			if action := subject.plannedAction(newConfigured(t, server), step.config); action != step.action {
				t.Errorf("step %d: the planned action is %s", i, action)
			}
		}

		subject.requireConverged(newConfigured(t, server), step.config)

		if err := checkEnabled(server, step.enabled, step.writes...)(nil); err != nil {
			t.Errorf("step %d: %v", i, err)
		}

		for name, want := range with(values{"id": text("users"), "action": text(policyDisable)}, step.config) {
			if step.config != nil && !subject.state[name].Equal(want) {
				t.Errorf("step %d: %s is %v in the state, want %v", i, name, subject.state[name], want)
			}
		}
	}

	if _, there := server.User("dave"); there || mustUser(t, server, "mallory").Sessions > 0 {
		t.Errorf("dave is there: %t, and mallory is %+v", there, mustUser(t, server, "mallory"))
	}
}

// A user created outside Terraform makes plan -detailed-exitcode return 2, the plan names the user, and the apply disables
// exactly this user. One list and a few small requests are enough.
func TestUsersExclusive_undeclaredUserIsDrift(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 100})
	server.Seed(250, 1, 1)

	var declared []string
	for _, user := range server.Users() {
		declared = append(declared, fmt.Sprintf("%q", user.Username))
	}

	workspace := newWorkspace(t, server, usersExclusiveHCL("usernames = ["+strings.Join(declared, ", ")+"]"), nil)

	applyAll(t, workspace)
	server.ResetJournal()
	expectChanges(t, workspace)

	if lists, reads := server.Count("get_users"), server.Count("get_user"); lists != 3 || reads != 0 {
		t.Errorf("an empty plan sent %d requests for lists and %d for single users", lists, reads)
	}

	addUsers(server, "mallory")
	expectChanges(t, workspace, "iriusrisk_users_exclusive.x: update")

	if shown := run(t, workspace, "show", "-no-color", "plan"); !strings.Contains(shown, `- "mallory"`) || strings.Count(shown, `- "`) != 1 {
		t.Errorf("the plan shows %s", shown)
	}

	// Users who appear after the plan are not changed.
	addUsers(server, "trent")
	server.ResetJournal()
	run(t, workspace, "apply", "-input=false", "plan")

	if err := want("the requests", writesOf(server), "disable_user mallory, delete_user_sessions mallory"); err != nil {
		t.Error(err)
	}

	if mallory := mustUser(t, server, "mallory"); mallory.Enabled || mallory.Sessions > 0 || !mustUser(t, server, "trent").Enabled {
		t.Errorf("mallory is %+v", mallory)
	}

	expectChanges(t, workspace, "iriusrisk_users_exclusive.x: update")
}

// writesOf lists the operations and users of the writes in the journal.
func writesOf(server *simulator.Server) string {
	var sent []string
	for _, entry := range server.Writes() {
		sent = append(sent, entry.Operation+" "+entry.Username)
	}

	return strings.Join(sent, ", ")
}

// An import shows whom the first apply removes as a difference of the plan.
func TestUsersExclusive_import(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada", "mallory", "svc-1")

	workspace := newWorkspace(t, server, usersExclusiveHCL(`usernames = ["ada"]`, `ignore_usernames = ["svc-*"]`)+`
import {
  to = iriusrisk_users_exclusive.x
  id = "users"
}
`, nil)
	expectChanges(t, workspace, "iriusrisk_users_exclusive.x: update")

	shown := run(t, workspace, "show", "-no-color", "plan")
	for _, text := range []string{`- "mallory"`, `+ "svc-*"`} {
		if !strings.Contains(shown, text) {
			t.Errorf("the plan does not show %s: %s", text, shown)
		}
	}

	if strings.Contains(shown, `- "admin"`) {
		t.Errorf("the plan shows the user that the provider runs as: %s", shown)
	}

	if said := applyAll(t, workspace); !strings.Contains(said, "Ignored users leave the set but are kept: 1") {
		t.Errorf("said %s", said)
	}

	if err := checkEnabled(server, "ada admin svc-1", "delete_user_sessions mallory", "disable_user mallory")(nil); err != nil {
		t.Error(err)
	}

	expectChanges(t, workspace)

	if _, err := workspace.Run(t.Context(), "import", "-no-color", "iriusrisk_users_exclusive.y", "all"); err == nil {
		t.Error("another id can be imported")
	}
}

// A user that the same run creates is never disabled, and neither is the user that the provider runs as.
func TestUsersExclusive_neverDisablesNewUsersOrItself(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "mallory")

	var blocks []string

	for _, username := range []string{"new0", "new1", "new2", "new3", "new4"} {
		blocks = append(blocks, userHCL(username, username, ""))
	}

	workspace := newWorkspace(t, server, strings.Join(blocks, "")+usersExclusiveHCL(`usernames = []`), nil)
	applyAll(t, workspace)

	if err := want("the enabled users", enabledUsers(server), "admin new0 new1 new2 new3 new4"); err != nil {
		t.Error(err)
	}

	// The configuration still contradicts itself, and the plan says so.
	if _, err := workspace.Run(t.Context(), "plan", "-no-color"); err == nil || !strings.Contains(err.Error(), "is kept by iriusrisk_user and removed by") {
		t.Errorf("the plan said %v", err)
	}
}

// A user who is declared in another letter case than the one found can be removed by a plan without a refresh.
func TestUsersExclusive_removesAUserDeclaredInAnotherCase(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada", "bob")
	subject := managedUsers(t, server, "ada", "bob")
	addUsers(server, "Mallory")

	p := newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))
	p.requireNoErrors(subject.change(newConfigured(t, server), values{"usernames": texts("ada", "mallory")}))

	if err := want("the enabled users", enabledUsers(server), "Mallory ada admin"); err != nil {
		t.Fatal(err)
	}

	p.requireNoErrors(subject.change(newConfigured(t, server), values{"usernames": texts("ada")}))

	if err := want("the enabled users", enabledUsers(server), "ada admin"); err != nil {
		t.Error(err)
	}
}
