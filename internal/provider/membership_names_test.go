package provider

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// nameAttribute is the attribute with the name, such as role_name.
func (c membershipCase) nameAttribute() string {
	return strings.TrimSuffix(c.attribute, "_id") + "_name"
}

// rename renames a role or a business unit.
func (c membershipCase) rename(server *simulator.Server, id, name string) {
	if _, isRole := server.Role(id); isRole {
		server.UpdateRole(id, func(role *simulator.Role) { role.Name = name })
	} else {
		server.UpdateBusinessUnit(id, func(unit *simulator.BusinessUnit) { unit.Name = name })
	}
}

// byName returns a copy of a configuration that declares names instead of ids.
func (c membershipCase) byName(config string) string {
	return strings.ReplaceAll(config, c.attribute, c.nameAttribute())
}

func (c membershipCase) singleHCL(value string) string {
	return userHCL("ada", "ada", "") + blockHCL("resource", c.typeName, "username = iriusrisk_user.ada.username", fmt.Sprintf("%s = %q", c.attribute, value))
}

func stringSet(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, value := range values {
		checks[i] = knownvalue.StringExact(value)
	}

	return knownvalue.SetExact(checks)
}

// Names and ids are two views of one set: the one that is not configured is computed, and the plan shows both.
func TestMembershipNames_sets(t *testing.T) {
	t.Parallel()

	// Both kinds and both styles share their code, so each is tested once.
	for i, kind := range membershipCases {
		for _, style := range setStyles(kind)[i : i+1] {
			t.Run(kind.typeName+" "+style.name, func(t *testing.T) {
				t.Parallel()

				server := startServer(t, simulator.Options{PageCap: 2})
				a, b, c := kind.make(server, "Alpha"), kind.make(server, "Beta"), kind.make(server, "Gamma")
				ids, names := tfjsonpath.New(kind.setAttribute()), tfjsonpath.New(kind.nameAttribute()+"s")
				named := func(values ...string) string { return kind.byName(style.hcl(kind, values)) }
				shows := func(path tfjsonpath.Path, values ...string) plancheck.PlanCheck {
					return plancheck.ExpectKnownValue(style.address, path, stringSet(values...))
				}
				noChange := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

				runSteps(t, server,
					resource.TestStep{
						Config: named("Alpha", "Beta"), Check: kind.check(server, "ada", a, b),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{shows(names, "Alpha", "Beta"), shows(ids, a, b)}},
					},
					resource.TestStep{Config: style.hcl(kind, []string{a, b}), ConfigPlanChecks: noChange},
					resource.TestStep{
						Config: style.hcl(kind, []string{b, c}), Check: kind.check(server, "ada", b, c),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{shows(names, "Beta", "Gamma")}},
					},
					resource.TestStep{Config: named([]string{}...), Check: kind.check(server, "ada")},
				)
			})
		}
	}
}

// Terraform sets an ignored argument to its prior value, so that the configuration has both views.
func TestMembershipNames_ignoreChanges(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	a, b := server.AddRole("Alpha").ID, server.AddRole("Beta").ID
	config := func(arguments, ignored string) string {
		return userHCL("ada", "ada", fmt.Sprintf("  %s\n  lifecycle {\n    ignore_changes = [%s]\n  }", arguments, ignored))
	}
	has := func(ids ...string) resource.TestCheckFunc { return membershipCases[0].check(server, "ada", ids...) }

	runSteps(t, server,
		resource.TestStep{Config: config(fmt.Sprintf("role_ids = [%q]", a), "role_names"), Check: has(a)},
		resource.TestStep{Config: config(fmt.Sprintf("role_ids = [%q, %q]", a, b), "role_names"), Check: has(a, b)},
		resource.TestStep{Config: config(`role_names = ["Alpha"]`, "role_ids"), Check: has(a, b)},
		resource.TestStep{
			PreConfig: func() { server.RevokeRole("ada", b) },
			Config:    config(`role_names = ["Alpha", "Beta"]`, "role_names, role_ids"), Check: has(a),
		},
		resource.TestStep{Config: userHCL("ada", "ada", `role_names = ["Alpha", "Beta"]`), Check: has(a, b)},
	)
}

// Names from a sensitive variable are resolved, and the plan does not show them.
func TestMembershipNames_sensitive(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor").ID

	workspace := newWorkspace(t, server, "variable \"role\" {\n  type      = string\n  sensitive = true\n  default   = \"Auditor\"\n}\n"+userHCL("ada", "ada", "  role_names = [var.role]"), nil)

	output, err := workspace.Run(t.Context(), "apply", "-auto-approve", "-input=false", "-no-color")
	if err != nil {
		t.Fatal(err)
	}

	if strings.Contains(string(output), "Auditor") {
		t.Errorf("the plan shows the name: %s", output)
	}

	if ada := mustUser(t, server, "ada"); len(ada.RoleIDs) != 1 || ada.RoleIDs[0] != role {
		t.Errorf("the user has %v", ada.RoleIDs)
	}
}

// A role that was deleted and created again under the same name has a new id, and is assigned again.
func TestMembershipNames_createdAgain(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	first := server.AddRole("Auditor").ID
	config := userHCL("ada", "ada", `role_names = ["Auditor"]`)

	var second string

	runSteps(t, server,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { server.RemoveRole(first); second = server.AddRole("Auditor").ID },
			Config:    config,
			Check: onServer(func() error {
				ada, _ := server.User("ada")

				return want("roles", strings.Join(ada.RoleIDs, " "), second)
			}),
		},
	)
}

func TestMembershipNames_singleMembership(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			a, b := kind.make(server, "Alpha"), kind.make(server, "Beta")
			address := kind.typeName + ".x"
			named := func(name string) string { return kind.byName(kind.singleHCL(name)) }
			is := func(id, name string) []statecheck.StateCheck {
				return []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New(kind.attribute), knownvalue.StringExact(id)),
					statecheck.ExpectKnownValue(address, tfjsonpath.New(kind.nameAttribute()), knownvalue.StringExact(name)),
				}
			}
			plans := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
				return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
			}

			runSteps(t, server,
				resource.TestStep{Config: named("Alpha"), ConfigStateChecks: is(a, "Alpha"), Check: kind.check(server, "ada", a)},
				resource.TestStep{Config: kind.singleHCL(strings.ToUpper(a)), ConfigPlanChecks: plans(plancheck.ResourceActionNoop)},
				resource.TestStep{Config: named("Alpha"), ConfigPlanChecks: plans(plancheck.ResourceActionNoop)},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "ada/" + a, ImportStateVerify: true},
				resource.TestStep{Config: named("Beta"), ConfigPlanChecks: plans(plancheck.ResourceActionDestroyBeforeCreate), ConfigStateChecks: is(b, "Beta"), Check: kind.check(server, "ada", b)},
			)
		})
	}
}

// A misspelled name fails the plan before anything but the list is requested.
func TestMembershipNames_misspelledName(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddRole("ROLE_DEVELOPER")

	config := adaConfig()
	config["role_names"] = texts("ROLE_DEVELOPR")

	p := newConfigured(t, server)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(userType, nil, config).Diagnostics,
		`There is no role named "ROLE_DEVELOPR"`, `Did you mean "ROLE_DEVELOPER"?`)

	for _, request := range server.Journal() {
		if request.Operation != "get_all_roles" {
			t.Errorf("sent %s", request.Operation)
		}
	}
}

// Nothing is requested while the provider or a name is unknown, and the computed view is unknown too.
func TestMembershipNames_unknown(t *testing.T) {
	t.Parallel()

	schema := newUnconfigured(t).schema.ResourceSchemas[userType]

	config := adaConfig()
	config["role_names"] = texts("Auditor")

	p := newUnconfigured(t)
	planned := p.plan(userType, nil, config)
	p.requireNoErrors(planned.Diagnostics)

	values := p.decode(schema, planned.PlannedState)
	if values["role_ids"].IsKnown() || !values["business_unit_ids"].IsNull() || !values["business_unit_names"].IsNull() {
		t.Errorf("got %v", values)
	}

	server := startServer(t, simulator.Options{})
	config["role_names"] = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})

	p = newConfigured(t, server)
	planned = p.plan(userType, nil, config)
	p.requireNoErrors(planned.Diagnostics)

	if values := p.decode(schema, planned.PlannedState); values["role_ids"].IsKnown() || server.Count("get_all_roles") != 0 {
		t.Errorf("got %v", values)
	}
}

// A state without names, of a version that had none, keeps an empty plan, with and without a refresh.
func TestMembershipNames_stateWithoutNames(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor").ID
	user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, RoleIDs: []string{role}})

	p := newConfigured(t, server)
	state := userState(user, values{"role_ids": texts(role)})
	config := adaConfig()
	config["role_ids"] = texts(role)

	_, refreshed := p.read(userType, state)
	if got := fmt.Sprint(refreshed["role_names"]); !strings.Contains(got, "Auditor") {
		t.Errorf("the refresh reads the names %s", got)
	}

	for _, prior := range []values{state, refreshed} {
		planned := p.plan(userType, prior, config)
		p.requireNoErrors(planned.Diagnostics)

		if after := p.decode(p.schema.ResourceSchemas[userType], planned.PlannedState); fmt.Sprint(after) != fmt.Sprint(p.proposed(p.schema.ResourceSchemas[userType], prior, config)) {
			t.Errorf("planned %v\nprior   %v", after, prior)
		}
	}
}

// Only one view of a set can be configured, so a generated configuration contains one.
func TestMembershipNames_generatedConfiguration(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)

	for typeName, state := range map[string]values{
		"iriusrisk_user_role":            {"id": text("ada/x"), "username": text("ada"), "role_id": text("x"), "role_name": text("Auditor")},
		"iriusrisk_user_roles_exclusive": {"id": text("ada"), "username": text("ada"), "role_ids": texts("x"), "role_names": texts("Auditor")},
	} {
		schema := p.schema.ResourceSchemas[typeName]

		resp, err := p.server.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: typeName, State: p.object(schema, state)})
		if err != nil {
			t.Fatal(err)
		}

		p.requireNoErrors(resp.Diagnostics)

		if got := fmt.Sprint(p.decode(schema, resp.Config)); strings.Contains(got, "Auditor") || !strings.Contains(got, `"x"`) {
			t.Errorf("%s: got %s", typeName, got)
		}
	}
}

// Names cost at most one list of roles and one of business units, however many users have them.
func TestMembershipNames_requests(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor").ID
	unit := server.AddBusinessUnit("payments", "Payments").ID
	states := make([]values, 40)

	for i := range states {
		name := fmt.Sprintf("user%d", i)
		user := server.AddUser(simulator.User{Username: name, Email: name + "@example.com", FirstName: "F", LastName: "L", Enabled: true, RoleIDs: []string{role}, BusinessUnitIDs: []string{unit}})
		states[i] = userState(user, values{"role_ids": texts(role), "role_names": texts("Auditor"), "business_unit_ids": texts(unit), "business_unit_names": texts("Payments")})
	}

	requests := func(declared values) int {
		server.ResetJournal()

		p := newConfigured(t, server)

		for _, state := range states {
			_, refreshed := p.read(userType, state)
			config := values{}

			for _, argument := range []string{"username", "email", "first_name", "last_name", "enabled", "adopt_existing", "deletion_policy", "send_reset_password_email"} {
				config[argument] = state[argument]
			}

			maps.Copy(config, declared)

			planned := p.plan(userType, refreshed, config)
			p.requireNoErrors(planned.Diagnostics)

			if after := p.decode(p.schema.ResourceSchemas[userType], planned.PlannedState); fmt.Sprint(after) != fmt.Sprint(refreshed) {
				t.Fatalf("planned %v\nstate   %v", after, refreshed)
			}
		}

		return len(server.Journal())
	}

	byID := requests(values{"role_ids": texts(role), "business_unit_ids": texts(unit)})
	if byName := requests(values{"role_names": texts("Auditor"), "business_unit_names": texts("Payments")}); byName > byID+2 {
		t.Errorf("%d requests with names, %d with ids", byName, byID)
	}
}
