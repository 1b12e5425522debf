package provider

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// everythingMissing answers 404 to everything from now on, as a gateway does during a restart.
func everythingMissing(server *simulator.Server) {
	server.Inject(simulator.Fault{Times: -1, Kind: simulator.FaultStatus, Status: http.StatusNotFound})
}

// A user whom another block of the run has adopted or created is not deleted or disabled by the old one.
func TestUser_adoptedByAnotherBlockIsKept(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDelete, policyDisable} {
		server := startServer(t, simulator.Options{})
		existing := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
		old := userState(existing, values{"deletion_policy": text(policy)})

		config := adaConfig()
		config["adopt_existing"] = boolean(true)

		run := newConfigured(t, server)
		adopted, _ := run.apply(t.Context(), userType, nil, config)
		run.requireNoErrors(adopted.Diagnostics)

		destroyed, _ := run.apply(t.Context(), userType, old, nil)
		run.requireNoErrors(destroyed.Diagnostics)
		run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroyed.Diagnostics, `User "ada" was kept`, "moved block")

		if user := mustUser(t, server, "ada"); user.ID != existing.ID || !user.Enabled {
			t.Errorf("%s: %+v", policy, user)
		}
	}
}

// A 404 to everything is no absence: nothing leaves the state, whatever the run has read before.
func TestRead_gatewayThatAnswersNotFoundIsNotAbsence(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	server.RotateToken("bot")

	gone := server.AddUser(simulator.User{Username: "gone", Email: "gone@example.com", FirstName: "G", LastName: "G"})
	server.RemoveUser("gone")

	p := newConfigured(t, server)

	// The absence of one user is proven.
	read, remaining := p.read(userType, userState(gone, nil))
	p.requireNoErrors(read.Diagnostics)

	if remaining != nil {
		t.Fatalf("the deleted user is still in state: %v", remaining)
	}

	everythingMissing(server)

	for typeName, state := range map[string]values{
		userType:                         userState(mustUser(t, server, "bot"), nil),
		"iriusrisk_user_role":            {"id": text("x"), "username": text("bot"), "role_id": text(ids["role_id"])},
		"iriusrisk_user_roles_exclusive": {"id": text("bot"), "username": text("bot"), "role_ids": texts(ids["role_id"])},
		tokenType:                        {"id": text("bot"), "username": text("bot"), "hint": text(server.Hint("bot"))},
	} {
		read, remaining := p.read(typeName, state)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "cannot verify whether it was deleted")

		if remaining == nil {
			t.Errorf("%s was removed from the state", typeName)
		}
	}
}

// Absence is proven for destructions as well.
func TestUser_destructionDuringARestart(t *testing.T) {
	t.Parallel()

	for name, operation := range map[string]string{"read": "get_user", "deletion": "delete_user"} {
		server := startServer(t, simulator.Options{})
		user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

		p := newConfigured(t, server)
		p.requireNoErrors(p.plan(userType, userState(user, nil), nil).Diagnostics)
		server.OnRequest(operation, func(simulator.RequestInfo) { everythingMissing(server) })

		destroyed, remaining := p.apply(t.Context(), userType, userState(user, nil), nil)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "cannot verify")

		if remaining == nil {
			t.Errorf("%s: the user left the state", name)
		}
	}
}

// A 404 to the deletion of a user who is still there is an error; of one who is not, a success.
func TestUser_deletionAnsweredNotFound(t *testing.T) {
	t.Parallel()

	for name, acts := range map[string]bool{"user is there": false, "user is not there": true} {
		server := startServer(t, simulator.Options{})
		user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

		kind := simulator.FaultStatus
		if acts {
			kind = simulator.FaultActThenStatus
		}

		server.Inject(simulator.Fault{Operation: "delete_user", Kind: kind, Status: http.StatusNotFound})

		p := newConfigured(t, server)

		destroyed, remaining := p.apply(t.Context(), userType, userState(user, nil), nil)
		if failed(destroyed.Diagnostics) == acts || (remaining == nil) != acts {
			t.Errorf("%s: %s, state %v", name, messages(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics), remaining)
		}
	}
}

// A caller who sees only users of its own business units is told that the user may still exist.
func TestUser_destructionOfAnInvisibleUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS"))}))

	destroyed, remaining := p.apply(t.Context(), userType, userState(user, nil), nil)
	p.requireNoErrors(destroyed.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroyed.Diagnostics, `User "ada" was not found`, "still exists and keeps their access", "removed from the state")

	if _, there := server.User("ada"); !there || remaining != nil {
		t.Errorf("on the server: %t, state %v", there, remaining)
	}
}

// The undo of a creation deletes the user that was created, and no other one who has the username by then.
func TestUser_undoLeavesADifferentUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.OnRequest("disable_user", func(simulator.RequestInfo) {
		server.RemoveUser("ada")
		server.AddUser(simulator.User{Username: "ada", Email: "other@example.com", Enabled: true})
	})
	server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden})

	config := adaConfig()
	config["enabled"] = boolean(false)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `Unable to disable user "ada"`)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, created.Diagnostics, "now belongs to a different user")

	if user := mustUser(t, server, "ada"); user.Email != "other@example.com" || state != nil {
		t.Errorf("the server has %+v, the state %v", user, state)
	}
}

// An undo that is answered 404 while the user is there has not deleted them.
func TestUser_undoAnsweredNotFound(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden})
	server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: http.StatusNotFound})

	config := adaConfig()
	config["enabled"] = boolean(false)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `User "ada" was only partially created`)

	if state == nil {
		t.Error("the user is on the server, and in no state")
	}
}

// A server that stores another username than it was sent leaves a user whom the provider cannot find.
func TestUser_createdUnderAnotherSpelling(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{WriteStatus: http.StatusNoContent})
	server.OnRequest("get_user", func(simulator.RequestInfo) {
		if user, there := server.User("ada"); there {
			server.RemoveUser("ada")

			user.Username = "ada.lovelace"
			server.AddUser(user)
		}
	})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, adaConfig())
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `User "ada" may have been created`, "spelling of the username")

	if deletions := server.Count("delete_user"); deletions > 0 || state != nil {
		t.Errorf("%d deletions, state %v", deletions, state)
	}
}

// A new user whom not all of the server knows at once is finished, not deleted again.
func TestUser_newUserThatIsNotVisibleAtOnce(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{
		"reads": {LagReads: 2}, "writes": {LagWrites: 2}, "both": {LagReads: 1, LagWrites: 1}, "no body": {LagReads: 2, LagWrites: 1, WriteStatus: http.StatusNoContent},
	} {
		server := startServer(t, options)
		role := server.AddRole("ROLE_TESTER")

		config := adaConfig()
		config["enabled"], config["role_ids"] = boolean(false), texts(role.ID)

		p := newConfigured(t, server)
		created, state := p.apply(t.Context(), userType, nil, config)
		p.requireNoErrors(created.Diagnostics)

		if user := mustUser(t, server, "ada"); state == nil || user.Enabled || len(user.RoleIDs) != 1 {
			t.Errorf("%s: %+v, state %v", name, user, state)
		}
	}
}

// A tainted user who was only partially created is deleted and created again, whatever the deletion policy says.
func TestUser_partiallyCreatedIsReplaced(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDisable, policyRetain} {
		server := startServer(t, simulator.Options{})
		config := userHCL("ada", "ada", "  enabled = false\n  deletion_policy = \""+policy+"\"")

		runSteps(t, server,
			resource.TestStep{
				PreConfig: func() {
					server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden})
					server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden})
				},
				Config: config, ExpectError: regexp.MustCompile(`only partially\s+created`),
			},
			resource.TestStep{
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(ada, plancheck.ResourceActionReplace)}},
				Check:            checkUser(server, "ada", func(simulator.User) error { return want("creations", server.Count("create_user"), 2) }),
			},
		)

		if user, there := server.User("ada"); !there || user.Enabled {
			t.Errorf("%s: the destruction of the finished user did not follow the policy: %t", policy, there)
		}
	}
}

// The deletion policy holds for a partially created user who turned out to be as declared, and was untainted.
func TestUser_untaintedFollowsItsDeletionPolicy(t *testing.T) {
	t.Parallel()

	for name, finished := range map[string]bool{"as declared": true, "not as declared": false} {
		server := startServer(t, simulator.Options{})
		role := server.AddRole("ROLE_TESTER")

		config := adaConfig()
		config["deletion_policy"], config["role_ids"] = text(policyRetain), texts(role.ID)

		server.Inject(simulator.Fault{Operation: "add_user_role", Kind: simulator.FaultStatus, Status: http.StatusForbidden})
		server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden})

		subject := &instance{typeName: userType}
		subject.converge(newConfigured(t, server), config)

		if !subject.tainted {
			t.Fatal("the user is not tainted")
		}

		if finished {
			server.GrantRole("ada", role.ID)
		}

		// terraform untaint, then terraform destroy.
		subject.tainted = false
		p := newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, nil))

		if _, there := server.User("ada"); there != finished {
			t.Errorf("%s: on the server: %t", name, there)
		}
	}
}

// The conflict names the moved block first, and the advice that it gives does not cost the user.
func TestUser_conflictNamesMovedFirst(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com"})

	p := newConfigured(t, server)
	problem := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(userType, nil, adaConfig()).Diagnostics)
	moved, imported, adopted := strings.Index(problem, "moved {"), strings.Index(problem, "import {"), strings.Index(problem, "adopt_existing")

	if moved < 0 || imported < moved || adopted < moved {
		t.Errorf("the advice is %q", problem)
	}
}

// After a repeated creation, only a user with the profile that was sent is the new one.
func TestUser_repeatedCreationFindsADifferentUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{DuplicateStatus: http.StatusConflict})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultStatus, Status: http.StatusTooManyRequests})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		if server.Count("create_user") > 0 {
			server.OnRequest("create_user", nil)
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Other", LastName: "Lovelace", Enabled: true})
		}
	})

	config := adaConfig()
	config["enabled"] = boolean(false)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `User "ada" already exists`)

	if user := mustUser(t, server, "ada"); !user.Enabled || user.FirstName != "Other" || state != nil {
		t.Errorf("the server has %+v, the state %v", user, state)
	}
}

// A new user who cannot be read is deleted by their destruction, whatever the deletion policy says.
func TestUser_createdAndNotReadableIsReallyDeleted(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDisable, policyRetain} {
		server := startServer(t, simulator.Options{EmptyWriteBodies: true})

		config := adaConfig()
		config["deletion_policy"] = text(policy)

		// The plan and the creation look the username up first.
		server.Inject(simulator.Fault{Operation: "get_user", Nth: 3, Kind: simulator.FaultStatus, Status: http.StatusForbidden})

		subject := &instance{typeName: userType}
		subject.converge(newConfigured(t, server), config)

		if _, there := server.User("ada"); !there || !subject.tainted {
			t.Fatalf("%s: on the server: %t, tainted: %t", policy, there, subject.tainted)
		}

		p := newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, nil))

		if _, there := server.User("ada"); there {
			t.Errorf("%s: the user was not deleted", policy)
		}
	}
}

// A list that leaves a field out confirms nothing: what it does not show is read directly.
func TestUser_listWithMissingFieldsConfirmsNothing(t *testing.T) {
	t.Parallel()

	for _, field := range []string{"email", "firstName", "lastName", "enabled", "passwordExpired"} {
		server := startServer(t, simulator.Options{})
		server.Seed(20, 1, 1)
		server.OnAnswer("get_users", func(answer *simulator.Answer) {
			page, _ := answer.Body.(map[string]any)["_embedded"].(map[string]any)
			items, _ := page["items"].([]any)

			for _, item := range items {
				if user, ok := item.(map[string]any); ok {
					delete(user, field)
				}
			}
		})

		p := newConfigured(t, server)

		for _, user := range server.Users() {
			if user.Username == "admin" {
				continue
			}

			state := userState(user, nil)

			server.UpdateUser(user.Username, func(user *simulator.User) {
				user.Email, user.FirstName, user.LastName = "new-"+user.Email, "New", "New"
				user.Enabled, user.PasswordExpired = !user.Enabled, !user.PasswordExpired
			})

			read, after := p.read(userType, state)
			p.requireNoErrors(read.Diagnostics)

			if after["email"].Equal(state["email"]) || after["enabled"].Equal(state["enabled"]) {
				t.Errorf("without %s: the drift of user %q is not seen", field, user.Username)
			}
		}
	}
}
