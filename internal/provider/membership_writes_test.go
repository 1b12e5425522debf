package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// An additive resource that is destroyed does not remove a membership that a set assigned in the same run.
func TestMembership_keptForASet(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		for _, typeName := range kind.setTypes() {
			t.Run(kind.setAttribute()+" of "+typeName, func(t *testing.T) {
				t.Parallel()

				server, subject := newSetSubject(t, kind, typeName)
				a, b := kind.make(server, "A"), kind.make(server, "B")
				subject.apply(t, server, subject.config())

				single := &instance{typeName: kind.typeName}
				p := newConfigured(t, server)
				p.requireNoErrors(single.change(p, values{"username": text("ada"), kind.attribute: text(a)}))

				run := newConfigured(t, server)
				run.requireNoErrors(subject.change(run, subject.config(a, b)))

				deleted := single.change(run, nil)
				run.requireNoErrors(deleted)
				run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted, `User "ada" keeps a`, a)

				if err := kind.check(server, "ada", a, b)(nil); err != nil || single.state != nil {
					t.Errorf("%v, state %v", err, single.state)
				}

				// The same holds for a set that listed the membership before this run.
				run = newConfigured(t, server)
				run.requireNoErrors(single.change(run, values{"username": text("ada"), kind.attribute: text(b)}))

				run = newConfigured(t, server)
				run.requireNoErrors(subject.change(run, subject.config(b)))
				run.requireNoErrors(single.change(run, nil))

				if err := kind.check(server, "ada", b)(nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A set does not remove a membership that an additive resource assigned in the same run.
func TestMembershipSets_keepWhatIsAssignedInTheSameRun(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		for _, typeName := range kind.setTypes() {
			t.Run(kind.setAttribute()+" of "+typeName, func(t *testing.T) {
				t.Parallel()

				server, subject := newSetSubject(t, kind, typeName)
				a, b := kind.make(server, "A"), kind.make(server, "B")
				subject.apply(t, server, subject.config(a, b))

				run := newConfigured(t, server)
				single := &instance{typeName: kind.typeName}
				run.requireNoErrors(single.change(run, values{"username": text("ada"), kind.attribute: text(a)}))

				updated := subject.change(run, subject.config())
				run.requireNoErrors(updated)
				run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, updated, `User "ada" keeps a`, a)

				if err := kind.check(server, "ada", a)(nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Users moved from additive resources to a set in one apply keep their memberships in every order of operations.
func TestMembershipSets_replaceAdditiveResources(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]

			var before, after strings.Builder

			const users = 6

			for i := range users {
				username := fmt.Sprintf("bot%d", i)
				server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})

				fmt.Fprintf(&before, "resource %q \"%s\" {\n  username = %q\n  %s = %q\n}\n", kind.typeName, username, username, kind.attribute, id)
				fmt.Fprintf(&after, "resource \"%ss_exclusive\" %q {\n  username = %q\n  %s = [%q]\n}\n", kind.typeName, username, username, kind.setAttribute(), id)
			}

			runSteps(t, server, resource.TestStep{Config: before.String()}, resource.TestStep{Config: after.String()})

			for i := range users {
				if err := kind.check(server, fmt.Sprintf("bot%d", i), id)(nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A membership that a set needed no request for is not removed by the destruction of the additive resource in the same run.
func TestMembershipSets_keepWhatTheUserHas(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]

			single, set := &instance{typeName: kind.typeName}, &instance{typeName: kind.typeName + "s_exclusive"}
			single.requireConverged(newConfigured(t, server), values{"username": text("bot"), kind.attribute: text(id)})

			run := newConfigured(t, server)
			run.requireNoErrors(set.change(run, values{"username": text("bot"), kind.setAttribute(): texts(id)}))
			run.requireNoErrors(single.change(run, nil))

			if err := kind.check(server, "bot", id)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// A membership assigned in this run under a new address is not removed by the destruction of the old address.
func TestMembership_renamedWithoutMoved(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			config := values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}

			p := newConfigured(t, server)
			_, old := p.apply(t.Context(), kind.typeName, nil, config)

			run := newConfigured(t, server)
			created, _ := run.apply(t.Context(), kind.typeName, nil, config)
			run.requireNoErrors(created.Diagnostics)

			deleted, _ := run.apply(t.Context(), kind.typeName, old, nil)
			run.requireNoErrors(deleted.Diagnostics)
			run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, `User "bot" keeps a`, "moved block")

			if err := kind.check(server, "bot", ids[kind.attribute])(nil); err != nil {
				t.Error(err)
			}
		})
	}
}
