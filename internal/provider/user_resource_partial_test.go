package provider

import (
	"maps"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// partiallyCreated returns a tainted user whose creation could be neither finished nor undone.
func partiallyCreated(t *testing.T, server *simulator.Server, p *protocol, policy string) (subject *instance, config values) {
	t.Helper()

	server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: 403})
	server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: 403})

	subject, config = &instance{typeName: "iriusrisk_user"}, adaConfig()
	config["enabled"], config["deletion_policy"] = boolean(false), text(policy)

	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, config), "was only partially created")

	if _, there := server.User("ada"); !there || !subject.tainted {
		t.Fatalf("%s: on the server: %t, tainted: %t", policy, there, subject.tainted)
	}

	return subject, config
}

// A partially created user is deleted under every deletion_policy.
func TestUser_partiallyCreatedIsDeleted(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDelete, policyDisable, policyRetain} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)

		destroyed, _ := partiallyCreated(t, server, p, policy)
		p = newConfigured(t, server)
		p.requireNoErrors(destroyed.converge(p, nil))

		if _, there := server.User("ada"); there {
			t.Errorf("%s: the partially created user was not deleted", policy)
		}

		subject, config := partiallyCreated(t, server, p, policy)
		first, _ := server.User("ada")
		p = newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, config))

		if second, there := server.User("ada"); !there || second.ID == first.ID || second.Enabled {
			t.Errorf("%s: %+v", policy, second)
		}

		// deletion_policy applies once the creation is complete.
		p = newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, nil))

		if _, there := server.User("ada"); there != (policy != policyDelete) {
			t.Errorf("%s: on the server: %t", policy, there)
		}
	}
}

// A partially created user is tainted, and is deleted and created again under every deletion_policy.
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

// A partially created user who is completed outside Terraform and untainted follows deletion_policy after the next
// update.
func TestUser_untaintedIsComplete(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]values{
		"of the profile":      {"last_name": text("Byron")},
		"of a local argument": {"adopt_existing": boolean(true)},
	} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)

		subject, config := partiallyCreated(t, server, p, policyRetain)
		subject.tainted = false

		server.UpdateUser("ada", func(user *simulator.User) { user.Enabled = false })
		maps.Copy(config, change)

		p = newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, config))
		p.requireNoErrors(subject.converge(p, nil))

		if _, there := server.User("ada"); !there {
			t.Errorf("after an update %s a retained user was deleted", name)
		}
	}
}

// deletion_policy applies to a partially created user who matches the configuration and was untainted.
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

// If a step after the creation fails, the new user is deleted, or stored in the state if the deletion fails too.
func TestUser_createUndone(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	config := userHCL("ada", "ada", "  enabled = false")

	runSteps(t, server,
		resource.TestStep{
			PreConfig: func() {
				server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: 403})
			},
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)Unable to disable user "ada".*403`),
		},
		resource.TestStep{
			PreConfig: func() {
				if _, found := server.User("ada"); found {
					t.Error("the partially created user was not deleted")
				}

				server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: 403})
				server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: 403})
			},
			Config:      config,
			ExpectError: regexp.MustCompile(`User "ada" was only partially\s+created`),
		},
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionReplace),
			}},
			Check: checkUser(server, "ada", func(user simulator.User) error { return want("enabled", user.Enabled, false) }),
		},
	)
}

// Undoing a creation does not delete a different user who has the username by then.
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

// Undoing a creation has failed if the deletion gets 404 and the user still exists.
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

// If a new user is not visible everywhere at once, the creation waits and completes, and does not undo itself.
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

// A new user who can be neither read nor deleted is stored as tainted, and a different user with the same username is
// not deleted for them.
func TestUser_unreadableNewUserIsTainted(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{EmptyWriteBodies: true})
	breakDown := func(reads int) {
		server.Inject(simulator.Fault{Operation: "get_user", Nth: reads + 1, Kind: simulator.FaultStatus, Status: 403})
	}

	runSteps(t, server,
		// The plan, the plan of the apply and the creation each read the username first.
		resource.TestStep{PreConfig: func() { breakDown(3) }, Config: userHCL("ada", "ada", ""), ExpectError: regexp.MustCompile(`(?s)read the new user "ada".*tainted`)},
		resource.TestStep{
			Config:           userHCL("ada", "ada", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(ada, plancheck.ResourceActionReplace)}},
			Check:            checkUser(server, "ada", func(simulator.User) error { return want("deletions", server.Count("delete_user"), 1) }),
		},
	)

	p := newConfigured(t, server)
	subject := &instance{typeName: "iriusrisk_user"}

	breakDown(2)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, adaConfig()), "marked as tainted")

	server.RemoveUser("ada")
	server.AddUser(simulator.User{Username: "ada", Email: "other@example.com", Enabled: true})

	destroyed, _ := p.apply(t.Context(), "iriusrisk_user", subject.state, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroyed.Diagnostics, "now belongs to a different user")
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, subject.converge(p, nil), "now belongs to a different user")

	if _, there := server.User("ada"); !there || subject.state != nil {
		t.Errorf("a different user was deleted: %t, state %v", !there, subject.state)
	}
}

// Destroying a new user who cannot be read deletes them under every deletion_policy.
func TestUser_unreadableNewUserIsDeleted(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDisable, policyRetain} {
		server := startServer(t, simulator.Options{EmptyWriteBodies: true})

		config := adaConfig()
		config["deletion_policy"] = text(policy)

		// The plan and the creation each read the username first.
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
