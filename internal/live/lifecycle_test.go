package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

const (
	ada      = "iriusrisk_user.ada"
	adaRole  = "iriusrisk_user_role.ada"
	adaUnit  = "iriusrisk_user_business_unit.ada"
	adaToken = "iriusrisk_user_api_token.ada"
)

// userConfig is the configuration of a user of the live tests.
type userConfig struct {
	username, firstName string

	// user holds further arguments of the user, and more further blocks.
	user, more string
}

func (c userConfig) hcl() string {
	return fmt.Sprintf(`
variable "password" {
  type      = string
  sensitive = true
}

resource "iriusrisk_user" "ada" {
  username   = %q
  email      = %q
  first_name = %q
  last_name  = "O'Test"
  password   = var.password
%s
}
%s`, c.username, emailOf(c.username), c.firstName, c.user, c.more)
}

// testLifecycle creates, changes, imports and destroys a user with roles, business units and tokens. The test framework
// also checks that the plan after each step is empty.
func testLifecycle(t *testing.T, tenant *Tenant) {
	t.Helper()

	role, roleErr := tenant.Role(t.Context())
	unit, unitErr := tenant.BusinessUnit(t.Context())

	if errors.Is(roleErr, ErrRoleNotNamed) {
		t.Logf("%s, so none is assigned", roleErr)

		roleErr = nil
	}

	if err := errors.Join(roleErr, unitErr); err != nil {
		t.Fatal(err)
	}

	username := tenant.Username("ada")
	assigned := slices.DeleteFunc([]string{role.ID, unit.ID}, func(id string) bool { return id == "" })
	rotates := statecheck.CompareValue(compare.ValuesDiffer())
	same := statecheck.CompareValue(compare.ValuesSame())

	inline := fmt.Sprintf("  business_unit_ids = [%q]", unit.ID)
	none := "  business_unit_ids = []"
	additive := fmt.Sprintf(`
resource "iriusrisk_user_business_unit" "ada" {
  username         = iriusrisk_user.ada.username
  business_unit_id = %q
}
`, unit.ID)

	if role.ID != "" {
		inline += fmt.Sprintf("\n  role_ids = [%q]", role.ID)
		none += "\n  role_ids = []"
		additive += fmt.Sprintf(`
resource "iriusrisk_user_role" "ada" {
  username = iriusrisk_user.ada.username
  role_id  = %q
}
`, role.ID)
	}

	token := func(quarter string) string {
		return fmt.Sprintf(`
resource "iriusrisk_user_api_token" "ada" {
  username            = iriusrisk_user.ada.username
  rotate_when_changed = { quarter = %q }
}
`, quarter)
	}

	// Every step checks that the user is not replaced, and compares the server with the configuration.
	step := func(now userConfig, action plancheck.ResourceActionType, has ...string) resource.TestStep {
		now.username = username

		return resource.TestStep{
			Config: now.hcl(),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, action),
			}},
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(ada, tfjsonpath.New("id"))},
			Check:             expectOnTenant(tenant, now, assigned, has),
		}
	}
	rotated := func(step resource.TestStep) resource.TestStep {
		step.ConfigStateChecks = append(step.ConfigStateChecks, rotates.AddStateValue(adaToken, tfjsonpath.New("token")))

		return step
	}
	imported := func(address, id string, ignored ...string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true, ImportStateVerifyIgnore: ignored}
	}

	steps := []resource.TestStep{
		step(userConfig{firstName: "Ada"}, plancheck.ResourceActionCreate),
		step(userConfig{firstName: "Augusta", user: "  enabled = false"}, plancheck.ResourceActionUpdate),
		step(userConfig{firstName: "Augusta", user: inline}, plancheck.ResourceActionUpdate, assigned...),
		step(userConfig{firstName: "Augusta", user: none}, plancheck.ResourceActionUpdate),
		rotated(step(userConfig{firstName: "Augusta", more: additive + token("Q1")}, plancheck.ResourceActionUpdate, append(assigned, "token")...)),
		rotated(step(userConfig{firstName: "Augusta", more: additive + token("Q2")}, plancheck.ResourceActionNoop, append(assigned, "token")...)),
		imported(ada, username, "password", "api_token_hint"),
		imported(adaUnit, username+"/"+unit.ID),
		imported(adaToken, username, "token", "rotate_when_changed"),
	}

	if role.ID != "" {
		steps = append(steps, imported(adaRole, username+"/"+role.ID))
	}

	runSteps(t, tenant, append(steps, step(userConfig{firstName: "Augusta"}, plancheck.ResourceActionNoop))...)
}

// testDataSources reads every data source that has data, and stores little of the tenant in state.
func testDataSources(t *testing.T, tenant *Tenant) {
	t.Helper()

	role, roleErr := tenant.ReadableRole(t.Context())
	unit, unitErr := tenant.BusinessUnit(t.Context())

	if err := errors.Join(roleErr, unitErr); err != nil {
		t.Fatal(err)
	}

	username := tenant.Username("ada")
	known := func(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+address, tfjsonpath.New(attribute), check)
	}
	adaAlone := knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{"username": knownvalue.StringExact(username)})})

	runSteps(t, tenant, resource.TestStep{
		Config: userConfig{username: username, firstName: "Ada", more: fmt.Sprintf(`
data "iriusrisk_user" "ada" {
  username = iriusrisk_user.ada.username
}

data "iriusrisk_users" "ada" {
  filter = "'username'='${iriusrisk_user.ada.username}'"
  sort   = ["username,asc"]
}

data "iriusrisk_users_summary" "ada" {
  filter = "'username'='${iriusrisk_user.ada.username}'"
}

data "iriusrisk_user_sessions" "ada" {
  username = iriusrisk_user.ada.username
}

data "iriusrisk_role" "one" {
  id = %q
}

data "iriusrisk_business_unit" "one" {
  id = %q
}

data "iriusrisk_roles" "all" {}

data "iriusrisk_business_units" "all" {}

data "iriusrisk_current_user" "me" {}
`, role.ID, unit.ID)}.hcl(),
		ConfigStateChecks: []statecheck.StateCheck{
			known("iriusrisk_user.ada", "email", knownvalue.StringExact(emailOf(username))),
			known("iriusrisk_users.ada", "users", adaAlone),
			known("iriusrisk_users_summary.ada", "users", adaAlone),
			known("iriusrisk_user_sessions.ada", "active", knownvalue.Int64Exact(0)),
			known("iriusrisk_role.one", "name", knownvalue.StringExact(role.Name)),
			known("iriusrisk_business_unit.one", "name", knownvalue.StringExact(unit.Name)),
			known("iriusrisk_roles.all", "roles", knownvalue.NotNull()),
			known("iriusrisk_business_units.all", "business_units", knownvalue.NotNull()),
			known("iriusrisk_current_user.me", "permissions", knownvalue.NotNull()),
		},
	})
}

// runSteps plans and applies steps with the provider in this process, and checks that no user is left afterwards.
func runSteps(t *testing.T, tenant *Tenant, steps ...resource.TestStep) {
	t.Helper()

	variables := config.Variables{"password": config.StringVariable(randomPassword())}

	for i := range steps {
		steps[i].ConfigVariables = variables
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"iriusrisk": func() (tfprotov6.ProviderServer, error) {
				return interruptibleProvider{providerserver.NewProtocol6(provider.New("live")())(), tenant.run}, nil
			},
		},
		Steps:        steps,
		CheckDestroy: func(*terraform.State) error { return tenant.checkDestroyed() },
	})
}

// checkDestroyed checks that no user of this run exists.
func (t *Tenant) checkDestroyed() error {
	var problems []error

	for _, username := range t.usernames {
		_, err := t.Client.GetUser(context.Background(), username)

		switch {
		case err == nil:
			problems = append(problems, fmt.Errorf("user %q still exists", username))
		case !iriusrisk.IsNotFound(err):
			problems = append(problems, err)
		}
	}

	return errors.Join(problems...)
}

// expectOnTenant checks a user on the server: the profile, which of the given memberships it has and, as "token",
// whether it has an API token. Other roles are ignored, because a tenant may assign default roles to new users.
func expectOnTenant(tenant *Tenant, now userConfig, memberships, has []string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		ctx := context.Background()

		user, err := tenant.Client.GetUser(ctx, now.username)
		if err != nil {
			return err
		}

		roles, rolesErr := tenant.Client.ListUserRoles(ctx, now.username, iriusrisk.ListOptions{})
		units, unitsErr := tenant.Client.ListUserBusinessUnits(ctx, now.username, iriusrisk.ListOptions{})

		var found []string

		for _, id := range memberships {
			if slices.ContainsFunc(roles, func(role iriusrisk.Role) bool { return role.ID == id }) ||
				slices.ContainsFunc(units, func(unit iriusrisk.BusinessUnit) bool { return unit.ID == id }) {
				found = append(found, id)
			}
		}

		if user.APITokenHint != nil {
			found = append(found, "token")
		}

		seen := fmt.Sprintf("first name %q, enabled %t, has %q", deref(user.FirstName), deref(user.Enabled), found)

		wanted := fmt.Sprintf("first name %q, enabled %t, has %q", now.firstName, !strings.Contains(now.user, "enabled = false"), has)
		if seen != wanted {
			err = fmt.Errorf("the server has: %s; want: %s", seen, wanted)
		}

		return errors.Join(rolesErr, unitsErr, err)
	}
}

// deref returns the value of a pointer, or the zero value.
func deref[T any](pointer *T) (value T) {
	if pointer != nil {
		value = *pointer
	}

	return value
}
