package provider

import (
	"errors"
	"fmt"
	"slices"
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
// creation, empty plan, corrected drift of every part, update, imports, destruction. It runs in process, because only the
// answers differ.
func TestLifecycle_onEveryKindOfServer(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{
		"pages of seven":             {PageCap: 7},
		"pages of one":               {PageCap: 1, OmitEmptyEmbedded: true},
		"no _embedded when empty":    {OmitEmptyEmbedded: true},
		"writes answer 201":          {WriteStatus: 201},
		"writes answer 204":          {WriteStatus: 204},
		"writes answer without body": {EmptyWriteBodies: true},
		"token under token":          {TokenField: "token"},
		"hint from the head":         {HintFrom: simulator.HintHead},
		"apiToken null":              {NoToken: simulator.NoTokenNull},
		"apiToken empty":             {NoToken: simulator.NoTokenEmpty},
		"unknown fields":             {ExtraFields: true},
		"usernames without case":     {FoldUsernames: true},
		"duplicates answer 409":      {DuplicateStatus: 409, DuplicateMembership: 409},
		"duplicate members are 400":  {DuplicateMembership: 400},
		"removing nothing succeeds":  {MissingMembership: 204},
		"overlapping writes fail":    {FailOverlappingWrites: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runLifecycleInProcess(t, startServer(t, options))
		})
	}
}

// Terraform accepts every answer of the provider in the same lifecycle, on a server that differs in nothing or in everything.
func TestLifecycle_withTheCLI(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{
		"as documented":               {},
		"everything odd at once":      {PageCap: 1, OmitEmptyEmbedded: true, WriteStatus: 204, TokenField: "token", HintFrom: simulator.HintHead, NoToken: simulator.NoTokenEmpty, ExtraFields: true, FailOverlappingWrites: true},
		"everything odd with answers": {PageCap: 1, WriteStatus: 201, NoToken: simulator.NoTokenNull, ExtraFields: true, DuplicateStatus: 409},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runLifecycle(t, startServer(t, options))
		})
	}
}

// lifecycle is a user with a role, a business unit and a token.
type lifecycle struct {
	role, unit string
	objects    []*instance
}

// config returns the configuration of an object.
func (l *lifecycle) config(i int, lastName string) values {
	switch i {
	case 0:
		config := adaConfig()
		config["last_name"], config["password"] = text(lastName), text(password)

		return config
	case 1:
		return values{"username": text("ada"), "role_id": text(l.role)}
	case 2:
		return values{"username": text("ada"), "business_unit_id": text(l.unit)}
	default:
		return values{"username": text("ada")}
	}
}

// apply converges all objects in one run.
func (l *lifecycle) apply(t *testing.T, server *simulator.Server, lastName string) {
	t.Helper()

	p := newConfigured(t, server)
	for i, object := range l.objects {
		p.requireNoErrors(object.converge(p, l.config(i, lastName)))
	}

	if err := l.check(server, lastName); err != nil {
		t.Error(err)
	}
}

// check checks the user on the server.
func (l *lifecycle) check(server *simulator.Server, lastName string) error {
	user, found := server.User("ada")

	return errors.Join(
		want("exists", found, true),
		want("email", user.Email, "ada@example.com"),
		want("first name", user.FirstName, "Ada"),
		want("last name", user.LastName, lastName),
		want("password", user.Password, password),
		want("enabled", user.Enabled, true),
		want("roles", strings.Join(user.RoleIDs, ","), l.role),
		want("units", strings.Join(user.BusinessUnitIDs, ","), l.unit),
		want("has a token", user.APIToken != "", true),
	)
}

func newLifecycle(server *simulator.Server) *lifecycle {
	server.AddRole("Other")
	server.AddBusinessUnit("other", "Other")

	l := &lifecycle{role: server.AddRole("ROLE_READ_ONLY").ID, unit: server.AddBusinessUnit("payments", "Payments").ID}
	for _, typeName := range []string{userType, "iriusrisk_user_role", "iriusrisk_user_business_unit", tokenType} {
		l.objects = append(l.objects, &instance{typeName: typeName})
	}

	return l
}

// changeOutside changes all objects of the lifecycle outside Terraform.
func (l *lifecycle) changeOutside(server *simulator.Server) {
	server.UpdateUser("ada", func(user *simulator.User) { user.Enabled, user.Email = false, "other@example.com" })
	server.RevokeRole("ada", l.role)
	server.LeaveBusinessUnit("ada", l.unit)
	server.DeleteToken("ada")
}

func runLifecycleInProcess(t *testing.T, server *simulator.Server) {
	t.Helper()

	l := newLifecycle(server)
	l.apply(t, server, "Lovelace")
	server.ResetJournal()
	l.apply(t, server, "Lovelace")

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the second apply sent %d writes, the first of them %s %s", len(writes), writes[0].Method, writes[0].Path)
	}

	l.changeOutside(server)
	l.apply(t, server, "Lovelace")
	l.apply(t, server, "Byron")

	p := newConfigured(t, server)
	for i, id := range []string{"ada", "ada/" + l.role, "ada/" + l.unit, "ada"} {
		imported := p.imported(l.objects[i].typeName, id)
		for _, name := range []string{"username", "email", "enabled", "role_id", "role_name", "business_unit_id", "hint"} {
			if got, kept := imported[name], l.objects[i].state[name]; !got.Equal(kept) {
				t.Errorf("%s: the import reads %s as %v, the state has %v", l.objects[i].typeName, name, got, kept)
			}
		}
	}

	p = newConfigured(t, server)
	for _, object := range slices.Backward(l.objects) {
		p.requireNoErrors(object.converge(p, nil))
	}

	expectCleanEnd(t, server)
}

// expectCleanEnd checks that the user was deleted, and that no writes to one user overlapped.
func expectCleanEnd(t *testing.T, server *simulator.Server) {
	t.Helper()

	if _, found := server.User("ada"); found {
		t.Error("the user was not deleted")
	}

	if overlapping := server.OverlappingWrites(); overlapping > 0 {
		t.Errorf("%d writes to one user overlapped", overlapping)
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

	l := newLifecycle(server)
	complete := func(lastName string) resource.TestCheckFunc {
		return onServer(func() error { return l.check(server, lastName) })
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
			PreConfig: func() { l.changeOutside(server) },
			Config:    lifecycleHCL("Lovelace", "ROLE_READ_ONLY", "Payments"), Check: complete("Lovelace"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("iriusrisk_user_role.ada", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction("iriusrisk_user_business_unit.ada", plancheck.ResourceActionCreate),
				plancheck.ExpectResourceAction(tokenAddress, plancheck.ResourceActionCreate),
			}},
		},
		resource.TestStep{Config: lifecycleHCL("Byron", "ROLE_READ_ONLY", "Payments"), Check: complete("Byron")},
		resource.TestStep{ResourceName: ada, ImportState: true, ImportStateId: "ada", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"password"}},
		resource.TestStep{ResourceName: "iriusrisk_user_role.ada", ImportState: true, ImportStateId: "ada/" + l.role, ImportStateVerify: true},
		resource.TestStep{ResourceName: "iriusrisk_user_business_unit.ada", ImportState: true, ImportStateId: "ada/" + l.unit, ImportStateVerify: true},
		resource.TestStep{ResourceName: tokenAddress, ImportState: true, ImportStateId: "ada", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"token"}},
	)

	expectCleanEnd(t, server)
}
