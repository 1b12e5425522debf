package provider

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// accessHCL declares a role, a business unit, a user who has both by name, and a second user with single assignments.
const accessHCL = `
resource "iriusrisk_role" "auditor" {
  name                = "Auditor"
  description         = "Reads everything"
  global_permissions  = ["LIBRARY_VIEW"]
  project_permissions = ["RISK_VIEW"]
}

resource "iriusrisk_business_unit" "payments" {
  name         = "Payments"
  reference_id = "payments"
}

resource "iriusrisk_user" "ada" {
  username            = "ada"
  email               = "ada@example.com"
  first_name          = "Ada"
  last_name           = "Lovelace"
  role_names          = [iriusrisk_role.auditor.name]
  business_unit_names = [iriusrisk_business_unit.payments.name]
}

resource "iriusrisk_user" "grace" {
  username   = "grace"
  email      = "grace@example.com"
  first_name = "Grace"
  last_name  = "Hopper"
}

resource "iriusrisk_user_role" "grace" {
  username  = iriusrisk_user.grace.username
  role_name = iriusrisk_role.auditor.name
}

resource "iriusrisk_user_business_unit" "grace" {
  username         = iriusrisk_user.grace.username
  business_unit_id = iriusrisk_business_unit.payments.id
}
`

// Roles, business units, users and assignments are created by one apply, by name and by id, renamed in place, imported into a
// new state, and destroyed in one go.
func TestAccess_createdTogether(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	renamed := strings.NewReplacer(`"Auditor"`, `"Reviewer"`, `"Payments"`, `"Billing"`).Replace(accessHCL)
	check := func(role, unit string) resource.TestCheckFunc {
		return onServer(func() error {
			ada, _ := server.User("ada")
			grace, _ := server.User("grace")

			if len(ada.RoleIDs) != 1 || len(ada.BusinessUnitIDs) != 1 || !slices.Equal(ada.RoleIDs, grace.RoleIDs) || !slices.Equal(ada.BusinessUnitIDs, grace.BusinessUnitIDs) {
				return fmt.Errorf("ada has %v and %v, grace %v and %v", ada.RoleIDs, ada.BusinessUnitIDs, grace.RoleIDs, grace.BusinessUnitIDs)
			}

			hasRole, _ := server.Role(ada.RoleIDs[0])
			hasUnit, _ := server.BusinessUnit(ada.BusinessUnitIDs[0])
			global, project := server.RolePermissions(ada.RoleIDs[0])

			return errors.Join(want("role", hasRole.Name, role), want("business unit", hasUnit.Name, unit),
				want("permissions", strings.Join(append(global, project...), " "), "LIBRARY_VIEW RISK_VIEW"))
		})
	}

	runSteps(t, server,
		resource.TestStep{Config: accessHCL, Check: check("Auditor", "Payments")},
		resource.TestStep{
			Config: renamed, Check: check("Reviewer", "Billing"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("iriusrisk_user_role.grace", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("iriusrisk_user.ada", plancheck.ResourceActionUpdate),
			}},
		},
	)

	if users := server.Users(); len(users) != 1 || slices.ContainsFunc(server.Roles(), func(role simulator.Role) bool { return role.Name == "Reviewer" }) || len(server.BusinessUnits()) != 0 {
		t.Errorf("the destruction left %d users, %v and %v", len(users), server.Roles(), server.BusinessUnits())
	}
}

// What one apply has created is imported into a new state with an empty plan. The sets of an iriusrisk_user are not part of an
// import, because they are optional.
func TestAccess_importedTogether(t *testing.T) {
	t.Parallel()

	needs(t, importBlocks)

	server := startServer(t, simulator.Options{})
	config := regexp.MustCompile(`(?m)^  (role|business_unit)_names .*\n`).ReplaceAllString(accessHCL, "")

	if _, err := newWorkspace(t, server, config, nil).Run(t.Context(), "apply", "-auto-approve", "-input=false"); err != nil {
		t.Fatal(err)
	}

	role := server.Roles()[len(server.Roles())-1]

	var imports strings.Builder

	for address, id := range map[string]string{
		"iriusrisk_role.auditor": role.Name, "iriusrisk_business_unit.payments": "payments", "iriusrisk_user.ada": "ada", "iriusrisk_user.grace": "grace",
		"iriusrisk_user_role.grace":          "grace/" + role.ID,
		"iriusrisk_user_business_unit.grace": "grace/" + server.BusinessUnits()[0].ID,
	} {
		fmt.Fprintf(&imports, "\nimport {\n  to = %s\n  id = %q\n}\n", address, id)
	}

	server.ResetJournal()

	second := newWorkspace(t, server, config+imports.String(), nil)
	if _, err := second.Run(t.Context(), "apply", "-auto-approve", "-input=false"); err != nil {
		t.Fatal(err)
	}

	if changes, err := second.Plan(t.Context()); err != nil || len(changes) != 0 || len(server.Writes()) != 0 {
		t.Errorf("the plan after the import has %v, and %d requests wrote: %v", changes, len(server.Writes()), err)
	}
}
