package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUser_import(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, APIToken: "11112222-3333-4444-5555-66667777aaaa"})

	runSteps(t, server,
		resource.TestStep{
			Config: userHCL("ada", "ada", "") + "import {\n  to = iriusrisk_user.ada\n  id = \"ada\"\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{},
			Check:             onServer(func() error { return want("writes", len(server.Writes()), 0) }),
		},
	)
}

// After an import, setting arguments that an import does not read is an update in place without a write.
func TestUser_importThenSets(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_READ_ONLY")
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, RoleIDs: []string{role.ID}})

	runSteps(t, server, resource.TestStep{
		Config: userHCL("ada", "ada", fmt.Sprintf("  role_ids = [%q]\n  deletion_policy = \"retain\"", role.ID)) + "import {\n  to = iriusrisk_user.ada\n  id = \"ada\"\n}\n",
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(ada, plancheck.ResourceActionUpdate),
		}},
		Check: onServer(func() error { return want("writes", len(server.Writes()), 0) }),
	})
}

func TestUser_importRefusesInvalidUsernames(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	p := newConfigured(t, server)
	for id, message := range map[string]string{"summary": "another operation", "..": "segment"} {
		p.expectImportError(userType, id, message)
	}

	runSteps(t, server, resource.TestStep{
		Config: userHCL("ada", "ada", ""), ResourceName: ada, ImportState: true, ImportStateId: "missing", ExpectError: regexp.MustCompile("non-existent"),
	})
}

func TestUser_identity(t *testing.T) {
	t.Parallel()
	needs(t, importByIdentity)

	server := startServer(t, simulator.Options{})

	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())
	identity := statecheck.ExpectIdentity(ada, map[string]knownvalue.Check{"username": knownvalue.StringExact("ada")})

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: block + userHCL("ada", "ada", ""), ConfigStateChecks: []statecheck.StateCheck{identity}},
			{Config: block + userHCL("ada", "ada", "  enabled = false"), ConfigStateChecks: []statecheck.StateCheck{identity}},
			{ResourceName: ada, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// Create, Read and Update all set the identity, in the spelling of the state.
func TestUser_identityInProcess(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{FoldUsernames: true})
	server.AddUser(simulator.User{Username: "Grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectIdentity("iriusrisk_user", created.NewIdentity, map[string]string{"username": "ada"})

	read, state := p.read("iriusrisk_user", state)
	p.expectIdentity("iriusrisk_user", read.NewIdentity, map[string]string{"username": "ada"})

	changed := adaConfig()
	changed["last_name"] = text("Byron")
	updated, _ := p.apply(t.Context(), "iriusrisk_user", state, changed)
	p.expectIdentity("iriusrisk_user", updated.NewIdentity, map[string]string{"username": "ada"})

	graceRead, grace := p.read("iriusrisk_user", values{"username": text("grace")})
	p.expectIdentity("iriusrisk_user", graceRead.NewIdentity, map[string]string{"username": "grace"})

	if got := p.stringOf(grace, "username"); got != "grace" {
		t.Errorf("the state has the username %q, not the spelling it had before", got)
	}
}
