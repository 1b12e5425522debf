package provider

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// setSubject is a set of one of the two styles, of a user called "ada" who exists in the tenant.
type setSubject struct {
	instance

	config func(ids ...string) values
}

// setTypes are the resources that manage a set of this kind, one for each style.
func (c membershipCase) setTypes() []string {
	return []string{"iriusrisk_user", c.typeName + "s_exclusive"}
}

// newSetSubject returns a set in the style of a resource type, and a server of its own.
func newSetSubject(t *testing.T, kind membershipCase, typeName string) (*simulator.Server, *setSubject) {
	t.Helper()

	server := startServer(t, simulator.Options{})
	subject := &setSubject{instance: instance{typeName: typeName}}

	if typeName == "iriusrisk_user" {
		subject.config = func(ids ...string) values {
			config := adaConfig()
			config[kind.setAttribute()] = texts(ids...)

			return config
		}

		return server, subject
	}

	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})

	subject.config = func(ids ...string) values {
		return values{"username": text("ada"), kind.setAttribute(): texts(ids...)}
	}

	return server, subject
}

// apply applies a configuration as a new run does, without a refresh before it.
func (s *setSubject) apply(t *testing.T, server *simulator.Server, config values) []*tfprotov6.Diagnostic {
	t.Helper()

	p := withoutRetries(t, server)

	return s.change(p, config)
}

// An apply writes the difference that its plan showed: what was changed outside Terraform after the plan stays.
func TestMembershipSets_updateWritesThePlannedDifference(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		for _, typeName := range kind.setTypes() {
			t.Run(kind.setAttribute()+" of "+typeName, func(t *testing.T) {
				t.Parallel()

				server, subject := newSetSubject(t, kind, typeName)
				a, b, c, d, e := kind.make(server, "A"), kind.make(server, "B"), kind.make(server, "C"), kind.make(server, "D"), kind.make(server, "E")

				if diagnostics := subject.apply(t, server, subject.config(a, b, c)); failed(diagnostics) {
					t.Fatal(messages(tfprotov6.DiagnosticSeverityError, diagnostics))
				}

				// Outside Terraform, b is removed and e is assigned.
				kind.take(server, "ada", b)
				kind.give(server, "ada", e)
				server.ResetJournal()

				if diagnostics := subject.apply(t, server, subject.config(b, c, d)); failed(diagnostics) {
					t.Fatal(messages(tfprotov6.DiagnosticSeverityError, diagnostics))
				}

				if err := kind.check(server, "ada", c, d, e)(nil); err != nil {
					t.Error(err)
				}

				if !containsSet(subject.state[kind.setAttribute()], []string{b, c, d}) {
					t.Errorf("the state has %v", subject.state[kind.setAttribute()])
				}

				if reads := server.Count(kind.list); reads > 0 {
					t.Errorf("the list was read %d times", reads)
				}

				var writes []string
				for _, write := range server.Writes() {
					writes = append(writes, write.Operation)
				}

				if !slices.Equal(writes, []string{kind.add, kind.remove}) {
					t.Errorf("sent %q", writes)
				}
			})
		}
	}
}

// All additions come before all removals, so that a user is never without what they have before and after.
func TestMembershipSets_additionsComeFirst(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		for _, typeName := range kind.setTypes() {
			t.Run(kind.setAttribute()+" of "+typeName, func(t *testing.T) {
				t.Parallel()

				server, subject := newSetSubject(t, kind, typeName)
				a, b, c, d := kind.make(server, "A"), kind.make(server, "B"), kind.make(server, "C"), kind.make(server, "D")
				subject.apply(t, server, subject.config(a, b))
				server.ResetJournal()
				subject.apply(t, server, subject.config(c, d))

				var writes []string
				for _, write := range server.Writes() {
					writes = append(writes, write.Operation)
				}

				if !slices.Equal(writes, []string{kind.add, kind.add, kind.remove, kind.remove}) {
					t.Errorf("sent %q", writes)
				}

				if err := kind.check(server, "ada", c, d)(nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A set that is added to a user and cannot be compared, because what they have is not readable, stays unmanaged.
func TestMembershipSets_unreadableStayAsTheyWere(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			subject := &setSubject{instance: instance{typeName: "iriusrisk_user"}}
			subject.apply(t, server, adaConfig())
			kind.give(server, "ada", a)

			config := adaConfig()
			config[kind.setAttribute()] = texts(b)
			server.Inject(simulator.Fault{Operation: kind.list, Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})

			diagnostics := subject.apply(t, server, config)
			newConfigured(t, server).expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, `of user "ada" before changing them`)

			if set, managed := subject.state[kind.setAttribute()]; managed {
				t.Errorf("the state has %v", set)
			}

			if err := kind.check(server, "ada", a)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// Each set that could not be changed is in the state as the server has it, even when both fail for the same reason.
func TestMembershipSets_bothFail(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role, unit := server.AddRole("Auditor"), server.AddBusinessUnit("pay", "Payments")
	config := adaConfig()
	config["role_ids"], config["business_unit_ids"] = texts(role.ID), texts(unit.ID)

	subject := &setSubject{instance: instance{typeName: "iriusrisk_user"}}
	subject.apply(t, server, config)
	server.Inject(simulator.Fault{Operation: "get_user_profile", Times: -1, Status: http.StatusForbidden})

	config = adaConfig()
	config["role_ids"], config["business_unit_ids"] = texts(), texts()

	if !failed(subject.apply(t, server, config)) {
		t.Error("the removals succeeded without knowing who the provider runs as")
	}

	if !subject.state["role_ids"].Equal(texts(role.ID)) || !subject.state["business_unit_ids"].Equal(texts(unit.ID)) {
		t.Errorf("the state has %v and %v", subject.state["role_ids"], subject.state["business_unit_ids"])
	}

	if ada := mustUser(t, server, "ada"); len(ada.RoleIDs) != 1 || len(ada.BusinessUnitIDs) != 1 {
		t.Errorf("on the server: %+v", ada)
	}
}

// An exclusive set whose first apply fails half-way is not in the state, and the next apply completes it.
func TestMembershipExclusive_createFails(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			kind.give(server, "ada", a)
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

// Another username replaces an exclusive set: the user it leaves keeps what they have, and the other one gets the set.
func TestMembershipExclusive_usernameReplaces(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", Enabled: true})

			a, b := kind.make(server, "A"), kind.make(server, "B")
			kind.give(server, "grace", b)

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
