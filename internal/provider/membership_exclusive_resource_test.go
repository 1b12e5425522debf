package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Destroying an exclusive set removes no membership, and importing one by username plans empty.
func TestMembershipExclusive_importAndDestroy(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "sso", Email: "sso@example.com", Enabled: true})

			a := kind.make(server, "A")
			kind.assign(server, "sso", a)

			typeName := kind.typeName + "s_exclusive"
			config := blockHCL("resource", typeName, `username = "sso"`, fmt.Sprintf("%s = [%q]", kind.setAttribute(), a))

			runSteps(t, server,
				resource.TestStep{
					Config:           config + "import {\n  to = " + typeName + ".x\n  id = \"sso\"\n}\n",
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(typeName+".x", plancheck.ResourceActionNoop)}},
				},
				resource.TestStep{
					PreConfig:   func() { server.RemoveUser("sso") },
					Config:      config,
					ExpectError: regexp.MustCompile(`(?s)Unable to read the .* of user "sso" before`),
				},
				resource.TestStep{
					PreConfig: func() {
						server.AddUser(simulator.User{Username: "sso", Email: "sso@example.com", Enabled: true})
					},
					Config: config, Check: kind.check(server, "sso", a),
				},
			)

			if err := kind.check(server, "sso", a)(nil); err != nil {
				t.Error("after destroy:", err)
			}
		})
	}
}

// An import stores the user's current memberships, so that the plan shows the difference.
func TestMembershipExclusive_importShowsTheDifference(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]
			kind.assign(server, "bot", id)

			p := newConfigured(t, server)
			_, state := p.read(kind.typeName+"s_exclusive", values{"username": text("bot")})

			if !containsSet(state[kind.setAttribute()], []string{id}) {
				t.Errorf("the state is %v", state)
			}

			if planned := p.plan(kind.typeName+"s_exclusive", state, values{"username": text("bot"), kind.setAttribute(): texts()}); len(planned.Diagnostics) > 0 {
				t.Errorf("said %v", planned.Diagnostics)
			}
		})
	}
}

// An exclusive set whose creation fails midway is not in the state, and the next apply completes it.
func TestMembershipExclusive_createFails(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			kind.assign(server, "ada", a)
			server.Inject(simulator.Fault{Operation: kind.remove, Status: http.StatusForbidden})

			subject := &setSubject{instance: instance{typeName: kind.typeName + "s_exclusive"}}
			config := values{"username": text("ada"), kind.setAttribute(): texts(b)}

			if !failed(subject.apply(t, server, config)) || subject.state != nil {
				t.Errorf("the state is %v", subject.state)
			}

			if diagnostics := subject.apply(t, server, config); failed(diagnostics) {
				t.Error(messages(tfprotov6.DiagnosticSeverityError, diagnostics))
			}

			if err := kind.check(server, "ada", b)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// Changing the username replaces an exclusive set. The previous user keeps their memberships, and the new user gets the
// set.
func TestMembershipExclusive_usernameReplaces(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", Enabled: true})

			a, b := kind.make(server, "A"), kind.make(server, "B")
			kind.assign(server, "grace", b)

			subject := &instance{typeName: kind.typeName + "s_exclusive"}
			p := newConfigured(t, server)
			p.requireNoErrors(subject.converge(p, values{"username": text("ada"), kind.setAttribute(): texts(a)}))

			moved := values{"username": text("grace"), kind.setAttribute(): texts(a)}
			p = newConfigured(t, server)

			planned := p.plan(subject.typeName, subject.state, moved)
			if len(planned.RequiresReplace) != 1 {
				t.Errorf("replaced for %v", planned.RequiresReplace)
			}

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `User "grace" will lose`, "B ("+b+")")
			p = newConfigured(t, server)
			p.requireNoErrors(subject.converge(p, moved))

			for username, id := range map[string]string{"ada": a, "grace": a} {
				if err := kind.check(server, username, id)(nil); err != nil {
					t.Error(err)
				}
			}

			if p.stringOf(subject.state, "id") != "grace" {
				t.Errorf("the state is %v", subject.state)
			}
		})
	}
}
