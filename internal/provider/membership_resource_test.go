package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
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

func TestMembership_lifecycle(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{PageCap: 2})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", Enabled: true})

			// The managed membership is not on the first page of the user's list.
			var others []string
			for _, name := range []string{"One", "Two", "Three"} {
				others = append(others, kind.make(server, name))
				kind.assign(server, "ada", others[len(others)-1])
			}

			first, second := kind.make(server, "First"), kind.make(server, "Second")
			address := kind.typeName + ".x"

			runSteps(t, server,
				resource.TestStep{
					Config: kind.hcl("ada", first),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact("ada/"+first)),
					}},
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact("ada/"+first)),
					},
					Check: kind.check(server, "ada", append(slices.Clone(others), first)...),
				},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "ada/" + first, ImportStateVerify: true},
				resource.TestStep{
					Config: kind.hcl("ADA", strings.ToUpper(first)),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectEmptyPlan(),
					}},
				},
				resource.TestStep{
					Config: kind.hcl("ada", second),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
					}},
					Check: kind.check(server, "ada", append(slices.Clone(others), second)...),
				},
				resource.TestStep{
					Config: kind.hcl("grace", second),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
					}},
					Check: resource.ComposeTestCheckFunc(kind.check(server, "ada", others...), kind.check(server, "grace", second)),
				},
			)

			for _, check := range []resource.TestCheckFunc{kind.check(server, "ada", others...), kind.check(server, "grace")} {
				if err := check(nil); err != nil {
					t.Error("after destroy:", err)
				}
			}
		})
	}
}

func TestMembership_removedOutsideIsAssignedAgain(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			id := kind.make(server, "First")

			runSteps(t, server,
				resource.TestStep{Config: kind.hcl("ada", id)},
				resource.TestStep{
					PreConfig: func() { kind.unassign(server, "ada", id) },
					Config:    kind.hcl("ada", id),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(kind.typeName+".x", plancheck.ResourceActionCreate),
					}},
					Check: kind.check(server, "ada", id),
				},
			)
		})
	}
}

// Creating an existing membership and deleting a missing one succeed, independently of the server's status.
func TestMembership_repeatedWritesSucceed(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for _, status := range []int{200, 400, 404, 409} {
				t.Run(strconv.Itoa(status), func(t *testing.T) {
					t.Parallel()

					duplicate := status
					if status == 404 {
						duplicate = 200
					}

					server := startServer(t, simulator.Options{DuplicateMembership: duplicate})
					server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
					id := kind.make(server, "First")
					kind.assign(server, "ada", id)

					p := newConfigured(t, server)
					config := values{"username": text("ada"), kind.attribute: text(id)}
					created, state := p.apply(t.Context(), kind.typeName, nil, config)
					p.requireNoErrors(created.Diagnostics)
					p.expectIdentity(kind.typeName, created.NewIdentity, map[string]string{"username": "ada", kind.attribute: id})

					kind.unassign(server, "ada", id)

					if status != 404 {
						server.Inject(simulator.Fault{Operation: kind.remove, Kind: simulator.FaultActThenStatus, Status: status})
					}

					deleted, _ := p.apply(t.Context(), kind.typeName, state, nil)
					p.requireNoErrors(deleted.Diagnostics)
				})
			}
		})
	}
}

// Other refusals are errors.
func TestMembership_refusalIsAnError(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			id := kind.make(server, "First")

			runSteps(t, server,
				resource.TestStep{Config: kind.hcl("missing", id), ExpectError: regexp.MustCompile(`(?s)Unable to assign the [a-z ]+ [-0-9a-f]+ to\s+user\s+"missing".*404.*not\s+visible`)},
				resource.TestStep{
					PreConfig:   func() { server.Inject(simulator.Fault{Operation: kind.add, Kind: simulator.FaultStatus, Status: 400}) },
					Config:      kind.hcl("ada", id),
					ExpectError: regexp.MustCompile(`(?s)Unable to assign the [a-z ]+ [-0-9a-f]+ to\s+user\s+"ada".*400`),
				},
				resource.TestStep{
					PreConfig:   func() { server.Inject(simulator.Fault{Operation: kind.add, Kind: simulator.FaultStatus, Status: 403}) },
					Config:      kind.hcl("ada", id),
					ExpectError: regexp.MustCompile(`(?s)403.*ALL_USERS_UPDATE\s+or\s+MANAGE_USERS_BU`),
				},
			)
		})
	}
}

func TestMembership_lostAnswerOfCreate(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for name, fault := range lostAnswers {
				server := startServer(t, simulator.Options{})
				server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})

				id := kind.make(server, "First")
				fault.Operation = kind.add
				server.Inject(fault)

				p := newConfigured(t, server)
				created, state := p.apply(t.Context(), kind.typeName, nil, values{"username": text("ada"), kind.attribute: text(id)})
				p.requireNoErrors(created.Diagnostics)

				if err := kind.check(server, "ada", id)(nil); err != nil || state == nil || server.Count(kind.add) != 1 {
					t.Errorf("%s: %v, state %v, %d additions", name, err, state, server.Count(kind.add))
				}
			}
		})
	}
}

func TestMembership_deletedUserWarns(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			id := kind.make(server, "First")

			p := newConfigured(t, server)
			_, state := p.apply(t.Context(), kind.typeName, nil, values{"username": text("ada"), kind.attribute: text(id)})
			server.RemoveUser("ada")

			read, remaining := p.read(kind.typeName, state)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, `User "ada" was not found`)
			p.expectIdentity(kind.typeName, read.NewIdentity, map[string]string{"username": "ada", kind.attribute: id})

			if remaining != nil {
				t.Errorf("the membership is still in state: %v", remaining)
			}

			p = newConfigured(t, server)
			deleted, _ := p.apply(t.Context(), kind.typeName, state, nil)
			p.requireNoErrors(deleted.Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, `User "ada" was not found`)
		})
	}
}

func TestMembership_importRefusesInvalidIDs(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			id := kind.make(server, "First")

			p := newConfigured(t, server)
			for _, bad := range []string{"ada", "ada/", "/" + id, "ada/ROLE_READ_ONLY", "../" + id} {
				p.expectImportError(kind.typeName, bad, "Invalid import")
			}

			if requests := writesTo(server); len(requests) > 0 {
				t.Errorf("the writes are %q", requests)
			}
		})
	}
}

func TestMembership_identity(t *testing.T) {
	t.Parallel()
	needs(t, importByIdentity)

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			id := kind.make(server, "First")
			address := kind.typeName + ".x"

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps: []resource.TestStep{
					{
						Config: fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken()) + kind.hcl("ada", id),
						ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
							"username": knownvalue.StringExact("ada"), kind.attribute: knownvalue.StringExact(id),
						})},
					},
					{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
				},
			})
		})
	}
}

// The provider does not remove a role or a business unit from the user that it runs as.
func TestMembership_lockOut(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			id := kind.make(server, "First")
			server.GrantRole("admin", server.AddRole("Other").ID)

			p := newConfigured(t, server)
			_, state := p.apply(t.Context(), kind.typeName, nil, values{"username": text("ADMIN"), kind.attribute: text(id)})

			if state == nil {
				_, state = p.apply(t.Context(), kind.typeName, nil, values{"username": text("admin"), kind.attribute: text(id)})
			}

			deleted, _ := p.apply(t.Context(), kind.typeName, state, nil)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, deleted.Diagnostics, `The provider runs as user "admin"`)

			if count := server.Count(kind.remove); count > 0 {
				t.Errorf("%d removals were sent", count)
			}
		})
	}
}
