package provider

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The lifecycle of a user with a role, a business unit and a token works on every server that the contract permits:
// creation, empty plan, corrected drift of every part, update, imports, destruction.
func TestLifecycle_onEveryKindOfServer(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{
		"as documented":               {},
		"pages of seven":              {PageCap: 7},
		"pages of one":                {PageCap: 1, OmitEmptyEmbedded: true},
		"no _embedded when empty":     {OmitEmptyEmbedded: true},
		"writes answer 201":           {WriteStatus: 201},
		"writes answer 204":           {WriteStatus: 204},
		"writes answer without body":  {EmptyWriteBodies: true},
		"token under token":           {TokenField: "token"},
		"hint from the head":          {HintFrom: simulator.HintHead},
		"apiToken null":               {NoToken: simulator.NoTokenNull},
		"apiToken empty":              {NoToken: simulator.NoTokenEmpty},
		"unknown fields":              {ExtraFields: true},
		"usernames without case":      {FoldUsernames: true},
		"duplicates answer 409":       {DuplicateStatus: 409, DuplicateMembership: 409},
		"duplicate members are 400":   {DuplicateMembership: 400},
		"removing nothing succeeds":   {MissingMembership: 204},
		"overlapping writes fail":     {FailOverlappingWrites: true},
		"everything odd at once":      {PageCap: 1, OmitEmptyEmbedded: true, WriteStatus: 204, TokenField: "token", HintFrom: simulator.HintHead, NoToken: simulator.NoTokenEmpty, ExtraFields: true, FailOverlappingWrites: true},
		"everything odd with answers": {PageCap: 1, WriteStatus: 201, NoToken: simulator.NoTokenNull, ExtraFields: true, DuplicateStatus: 409},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runLifecycle(t, startServer(t, options))
		})
	}
}

// lifecycleHCL is a user with a role, a business unit and a token.
func lifecycleHCL(lastName, role, unit string) string {
	return fmt.Sprintf(`
resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = %q
  password   = %q
}

data "iriusrisk_role" "x" {
  name = %q
}

data "iriusrisk_business_unit" "x" {
  name = %q
}

resource "iriusrisk_user_role" "ada" {
  username = iriusrisk_user.ada.username
  role_id  = data.iriusrisk_role.x.id
}

resource "iriusrisk_user_business_unit" "ada" {
  username         = iriusrisk_user.ada.username
  business_unit_id = data.iriusrisk_business_unit.x.id
}

resource "iriusrisk_user_api_token" "x" {
  username = iriusrisk_user.ada.username
}
`, lastName, password, role, unit)
}

func runLifecycle(t *testing.T, server *simulator.Server) {
	t.Helper()
	server.AddRole("Other")

	role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("payments", "Payments")
	server.AddBusinessUnit("other", "Other")

	complete := func(lastName string) resource.TestCheckFunc {
		return resource.ComposeTestCheckFunc(checkUser(server, "ada", func(user simulator.User) error {
			return errors.Join(
				want("email", user.Email, "ada@example.com"),
				want("first name", user.FirstName, "Ada"),
				want("last name", user.LastName, lastName),
				want("password", user.Password, password),
				want("enabled", user.Enabled, true),
				want("roles", strings.Join(user.RoleIDs, ","), role.ID),
				want("units", strings.Join(user.BusinessUnitIDs, ","), unit.ID),
				want("has a token", user.APIToken != "", true),
			)
		}))
	}

	runSteps(t, server,
		resource.TestStep{
			Config: lifecycleHCL("Lovelace", "ROLE_READ_ONLY", "Payments"), Check: complete("Lovelace"),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("token"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(tokenAddress, tfjsonpath.New("hint"), knownvalue.NotNull()),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				server.UpdateUser("ada", func(user *simulator.User) { user.Enabled, user.Email = false, "other@example.com" })
				server.RevokeRole("ada", role.ID)
				server.LeaveBusinessUnit("ada", unit.ID)
				server.DeleteToken("ada")
			},
			Config: lifecycleHCL("Lovelace", "ROLE_READ_ONLY", "Payments"), Check: complete("Lovelace"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("iriusrisk_user_role.ada", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction("iriusrisk_user_business_unit.ada", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionCreate),
			}},
		},
		resource.TestStep{Config: lifecycleHCL("Byron", "ROLE_READ_ONLY", "Payments"), Check: complete("Byron")},
		resource.TestStep{ResourceName: ada, ImportState: true, ImportStateId: "ada", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"password"}},
		resource.TestStep{ResourceName: "iriusrisk_user_role.ada", ImportState: true, ImportStateId: "ada/" + role.ID, ImportStateVerify: true},
		resource.TestStep{ResourceName: "iriusrisk_user_business_unit.ada", ImportState: true, ImportStateId: "ada/" + unit.ID, ImportStateVerify: true},
		resource.TestStep{ResourceName: tokenAddress, ImportState: true, ImportStateId: "ada", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"token"}},
	)

	if _, found := server.User("ada"); found {
		t.Error("the user was not deleted")
	}

	if overlapping := server.OverlappingWrites(); overlapping > 0 {
		t.Errorf("%d writes to one user overlapped", overlapping)
	}
}
