package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUserDataSource_lookup(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("pay", "Payments")
	user := server.AddUser(simulator.User{Username: "ada", Email: "Ada@Example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}, BusinessUnitIDs: []string{unit.ID}})
	server.AddUser(simulator.User{Username: "not-ada", Email: "not-ada@example.com"})
	server.AddUser(simulator.User{Username: "quoted", Email: "o'hara@example.com"})

	const address = "data.iriusrisk_user.x"

	named := func(id, name string) knownvalue.Check {
		return knownvalue.SetExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{"id": knownvalue.StringExact(id), "name": knownvalue.StringExact(name)})})
	}

	for argument, value := range map[string]string{"username": "ada", "email": "ada@example.COM"} {
		runSteps(t, server, resource.TestStep{
			Config: blockHCL("data", "iriusrisk_user", fmt.Sprintf("%s = %q", argument, value)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(user.ID)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New(argument), knownvalue.StringExact(value)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("enabled"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("roles"), named(role.ID, "ROLE_READ_ONLY")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("business_units"), named(unit.ID, "Payments")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("role_ids"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(role.ID)})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("business_unit_ids"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(unit.ID)})),
			},
		})
	}

	runSteps(t, server,
		resource.TestStep{
			Config:            blockHCL("data", "iriusrisk_user", `email = "O'Hara@example.com"`),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("username"), knownvalue.StringExact("quoted"))},
		},
		resource.TestStep{Config: blockHCL("data", "iriusrisk_user", `email = "da@example.com"`), ExpectError: regexp.MustCompile(`(?s)no user whose email is exactly\s+"da@example.com"`)},
		resource.TestStep{Config: blockHCL("data", "iriusrisk_user", `username = "missing"`), ExpectError: regexp.MustCompile(`(?s)username "missing".*404`)},
	)
}
