package provider

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// An apply writes only the planned difference. Changes made outside Terraform after the plan stay.
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
				kind.unassign(server, "ada", b)
				kind.assign(server, "ada", e)
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

// All additions precede all removals, so that a user always keeps the memberships that both configurations declare.
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

// A failed removal does not stop additions, nor a failed addition removals. Every failure is reported, and the state
// has the members on the server.
func TestMembershipSets_partialFailure(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for name, typeName := range map[string]string{"inline": "iriusrisk_user", "exclusive": kind.typeName + "s_exclusive"} {
				server := startServer(t, simulator.Options{})
				a, b, c, d := kind.make(server, "A"), kind.make(server, "B"), kind.make(server, "C"), kind.make(server, "D")

				config := func(ids ...string) values {
					if typeName == "iriusrisk_user" {
						user := adaConfig()
						user[kind.setAttribute()] = texts(ids...)

						return user
					}

					return values{"username": text("ada"), kind.setAttribute(): texts(ids...)}
				}

				p := withoutRetries(t, server)
				subject := &instance{typeName: typeName}

				if typeName != "iriusrisk_user" {
					server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
				}

				p.requireNoErrors(subject.converge(p, config(a, b)))

				p = withoutRetries(t, server)

				// The first of two additions and the first of two removals fail.
				server.Inject(simulator.Fault{Operation: kind.add, Kind: simulator.FaultStatus, Status: 403})
				server.Inject(simulator.Fault{Operation: kind.remove, Kind: simulator.FaultStatus, Status: 403})

				failures := subject.converge(p, config(c, d))
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, failures, "Unable to assign the", "Unable to remove the")

				user, _ := server.User("ada")
				if has := kind.has(user); len(has) != 2 || !containsSet(subject.state[kind.setAttribute()], has) {
					t.Errorf("%s: the user has %q on the server, and the state %v", name, has, subject.state[kind.setAttribute()])
				}

				p = withoutRetries(t, server)
				p.requireNoErrors(subject.converge(p, config(c, d)))

				if err := kind.check(server, "ada", c, d)(nil); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// If both sets fail, the state has each set as it is on the server, even if both fail for the same reason.
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

// A new set stays unmanaged if the provider cannot read the user's current memberships.
func TestMembershipSets_unreadableStayUnmanaged(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			subject := &setSubject{instance: instance{typeName: "iriusrisk_user"}}
			subject.apply(t, server, adaConfig())
			kind.assign(server, "ada", a)

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
