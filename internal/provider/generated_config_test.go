package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// importIDs returns a server with an object of each resource, and the import ids of the objects by type.
func importIDs(t *testing.T) (*simulator.Server, map[string]string) {
	t.Helper()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor")
	unit := server.AddBusinessUnit("payments", "Payments")

	server.SetRolePermissions(role.ID, []string{"PRODUCTS_LIST_ALL"}, nil)
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, RoleIDs: []string{role.ID}, BusinessUnitIDs: []string{unit.ID}})
	server.RotateToken("ada")

	return server, map[string]string{
		userType:                                  "ada",
		tokenType:                                 "ada",
		"iriusrisk_user_role":                     "ada/" + role.ID,
		"iriusrisk_user_business_unit":            "ada/" + unit.ID,
		"iriusrisk_user_roles_exclusive":          "ada",
		"iriusrisk_user_business_units_exclusive": "ada",
		"iriusrisk_role":                          role.ID,
		"iriusrisk_business_unit":                 unit.ID,
		"iriusrisk_business_unit_users_exclusive": unit.ID,
		"iriusrisk_users_exclusive":               usersExclusiveID,
	}
}

// The configuration that the provider generates for an imported object is valid, and its plan is empty. Terraform 1.14 and later
// ask the provider for it.
func TestGeneratedConfig_plansNothing(t *testing.T) {
	t.Parallel()

	server, ids := importIDs(t)
	p := newConfigured(t, server)

	if got, want := slices.Sorted(maps.Keys(ids)), slices.Sorted(maps.Keys(p.schema.ResourceSchemas)); !slices.Equal(got, want) {
		t.Fatalf("the test imports %q, not %q", got, want)
	}

	if !p.schema.ServerCapabilities.GenerateResourceConfig {
		t.Error("Terraform is not told to ask the provider")
	}

	for typeName, id := range ids {
		schema := p.schema.ResourceSchemas[typeName]
		state := p.imported(typeName, id)

		generated, err := p.server.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: typeName, State: p.object(schema, state)})
		p.noError(err)
		p.requireNoErrors(generated.Diagnostics)

		config := p.decode(schema, generated.Config)

		validated, err := p.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: typeName, Config: generated.Config})
		p.noError(err)
		p.requireNoErrors(validated.Diagnostics)

		planned := p.plan(typeName, state, config)
		p.requireNoErrors(planned.Diagnostics)

		if got := p.decode(schema, planned.PlannedState); fmt.Sprint(got) != fmt.Sprint(state) {
			t.Errorf("%s: planned %v\nimported %v", typeName, got, state)
		}
	}
}

// plan -generate-config-out imports objects without changing them. Terraform before 1.14 and OpenTofu generate configurations
// themselves, with both the ids and the names, of which only one can be configured.
func TestGeneratedConfig_imports(t *testing.T) {
	t.Parallel()
	needs(t, importBlocks)

	server, ids := importIDs(t)

	if at, err := cliUnderTest(); err != nil {
		t.Fatal(err)
	} else if at.openTofu || at.minor < generatedByProvider.terraform {
		for _, typeName := range []string{"iriusrisk_user_role", "iriusrisk_user_business_unit", "iriusrisk_user_roles_exclusive", "iriusrisk_user_business_units_exclusive"} {
			delete(ids, typeName)
		}
	}

	var blocks strings.Builder
	for typeName, id := range ids {
		fmt.Fprintf(&blocks, "import {\n  to = %s.generated\n  id = %q\n}\n", typeName, id)
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config:                 configured(server, blocks.String()),
			ResourceName:           userType + ".generated",
			ImportState:            true,
			ImportStateKind:        resource.ImportBlockWithID,
			ImportStateId:          "ada",
			ImportStateConfigExact: true,
			GenerateConfig:         true,
			ImportPlanChecks:       resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{onlyImports{len(ids)}, onlyReads{server}}},
		}},
	})
}

// onlyImports checks that a plan imports a number of objects and changes nothing.
type onlyImports struct{ count int }

func (c onlyImports) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	if got := len(req.Plan.ResourceChanges); got != c.count {
		resp.Error = fmt.Errorf("the plan has %d resources, not %d", got, c.count)
	}

	for _, change := range req.Plan.ResourceChanges {
		if change.Change.Importing == nil || !change.Change.Actions.NoOp() {
			resp.Error = fmt.Errorf("%s is planned as %q", change.Address, change.Change.Actions)
		}
	}
}
