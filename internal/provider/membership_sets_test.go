package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A set is authoritative: it assigns missing members, removes others, corrects drift in both directions, and removes
// all members if it is empty.
func TestMembershipSets_lifecycle(t *testing.T) {
	t.Parallel()

	// The styles share their code, and so do the kinds: one kind for each style shows both.
	for i, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			style := setStyles(kind)[i]
			server := startServer(t, simulator.Options{PageCap: 1, OmitEmptyEmbedded: true})
			a, b, c := kind.make(server, "A"), kind.make(server, "B"), kind.make(server, "C")
			update := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(style.address, plancheck.ResourceActionUpdate)}}

			runSteps(t, server,
				resource.TestStep{Config: style.hcl(kind, []string{a, b}), Check: kind.check(server, "ada", a, b)},
				resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(b), c}), Check: kind.check(server, "ada", b, c)},
				resource.TestStep{
					PreConfig: func() { kind.assign(server, "ada", a); kind.unassign(server, "ada", c) },
					Config:    style.hcl(kind, []string{b, c}), ConfigPlanChecks: update, Check: kind.check(server, "ada", b, c),
				},
				resource.TestStep{Config: style.hcl(kind, []string{}), ConfigPlanChecks: update, Check: kind.check(server, "ada")},
				resource.TestStep{
					PreConfig: func() { kind.assign(server, "ada", a) },
					Config:    style.hcl(kind, []string{}), ConfigPlanChecks: update, Check: kind.check(server, "ada"),
				},
				resource.TestStep{
					Config: style.hcl(kind, []string{a}), Check: kind.check(server, "ada", a),
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(style.address, tfjsonpath.New(kind.setAttribute()), knownvalue.SetSizeExact(1))},
				},
			)
		})
	}
}

// Spellings of one UUID in different letter case are one member, and changing the case plans no change.
func TestMembershipSets_caseIsNoDifference(t *testing.T) {
	t.Parallel()

	// The styles share their code, and so do the kinds: one kind for each style shows both.
	for i, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			style := setStyles(kind)[i]
			server := startServer(t, simulator.Options{})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			empty := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

			runSteps(t, server,
				resource.TestStep{Config: style.hcl(kind, []string{a, strings.ToUpper(a)}), Check: kind.check(server, "ada", a)},
				resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(a)}), ConfigPlanChecks: empty},
				resource.TestStep{Config: style.hcl(kind, []string{a, b}), Check: kind.check(server, "ada", a, b)},
				resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(b), a}), ConfigPlanChecks: empty},
				resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(b)}), Check: kind.check(server, "ada", b)},
			)
		})
	}
}

// An unset set does not affect additive resources, and the user resource does not report their memberships.
func TestMembershipSets_unsetIsNotManaged(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			additive := userHCL("ada", "ada", "") + blockHCL("resource", kind.typeName, "username = iriusrisk_user.ada.username", fmt.Sprintf("%s = %q", kind.attribute, a))

			runSteps(t, server,
				resource.TestStep{Config: additive, Check: kind.check(server, "ada", a)},
				resource.TestStep{
					PreConfig:        func() { kind.assign(server, "ada", b); server.ResetJournal() },
					Config:           additive,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
					Check:            kind.check(server, "ada", a, b),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(ada, tfjsonpath.New(kind.setAttribute()), knownvalue.Null()),
					},
				},
			)

			if kind.list != "" && server.Count("get_users") > 0 {
				t.Error("users were listed")
			}
		})
	}
}

// Every way to remove a role or a business unit from the user that the provider runs as is refused. Assigning one is
// not.
func TestMembershipSets_lockOut(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{FoldUsernames: true})
			server.UpdateUser("admin", func(user *simulator.User) { user.RoleIDs, user.BusinessUnitIDs = nil, nil })
			a, b := kind.make(server, "A"), kind.make(server, "B")
			kind.assign(server, "admin", a)

			admin := mustUser(t, server, "admin")
			profile := func(ids ...string) values {
				return values{
					"username": text("Admin"), "email": text(admin.Email), "first_name": text(admin.FirstName), "last_name": text(admin.LastName),
					"adopt_existing": boolean(true), kind.setAttribute(): texts(ids...),
				}
			}
			exclusive := func(ids ...string) values {
				return values{"username": text("ADMIN"), kind.setAttribute(): texts(ids...)}
			}

			p := newConfigured(t, server)

			for _, test := range []struct {
				name, typeName string
				before, after  values
			}{
				{"exclusive, create", kind.typeName + "s_exclusive", nil, exclusive(b)},
				{"exclusive, update", kind.typeName + "s_exclusive", exclusive(a, b), exclusive()},
				{"user, adopt", "iriusrisk_user", nil, profile(b)},
				{"user, update", "iriusrisk_user", profile(a, b), profile(b)},
			} {
				subject := &instance{typeName: test.typeName}
				if test.before != nil {
					p.requireNoErrors(subject.converge(p, test.before))
				}

				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, test.after), `The provider runs as user "admin"`, "No request was sent")

				if err := kind.check(server, "admin", a, b)(nil); err != nil || server.Count(kind.remove) > 0 {
					t.Errorf("%s: %v, %d removals", test.name, err, server.Count(kind.remove))
				}
			}
		})
	}
}
