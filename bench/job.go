package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// rolesEach and unitsEach are the numbers of roles and business units of each user; roles and units are those of the
// tenant.
const (
	rolesEach, unitsEach = 3, 2
	roles, units         = 20, 10
)

// pageSize is the simulator's largest page, in users.
const pageSize = 1000

// style is a way of declaring users and their access.
type style struct {
	name string

	// perUser is the number of objects for each user.
	perUser int

	// blocks returns the configuration, with PROVIDER in place of the provider's name.
	blocks func(people map[string]person, server *simulator.Server) string

	// imports is what to add to the configuration to import users that exist, or "" if no import is measured.
	imports string
}

// user is the first block of each style. Its placeholder is for further arguments.
const user = `
resource "PROVIDER_user" "people" {
  for_each   = local.people
  username   = each.key
  email      = each.value.email
  first_name = each.value.first_name
  last_name  = each.value.last_name
%s}
`

// member is the block of one role or business unit, with an instance for each of its users. A single block for all roles
// would take Terraform several times as long, because it evaluates the whole for_each for each instance.
const member = `
resource "PROVIDER_user_%[1]s" "%[1]s_%02[2]d" {
  for_each   = toset(%[4]s)
  username   = each.key
  %[1]s_id = %[3]q
  depends_on = [PROVIDER_user.people]
}
`

// exclusive is the block of the roles or business units of all users.
const exclusive = `
resource "PROVIDER_user_%[1]ss_exclusive" "%[1]ss" {
  for_each   = local.people
  username   = each.key
  %[1]s_ids = each.value.%[1]s_ids
  depends_on = [PROVIDER_user.people]
}
`

var styles = []style{
	{
		name: "additive", perUser: 1 + rolesEach + unitsEach,
		blocks: func(people map[string]person, server *simulator.Server) string {
			var blocks strings.Builder

			fmt.Fprintf(&blocks, user, "")

			for i, role := range server.Roles() {
				fmt.Fprintf(&blocks, member, "role", i, role.ID, literal(holders(people, role.ID)))
			}

			for i, unit := range server.BusinessUnits() {
				fmt.Fprintf(&blocks, member, "business_unit", i, unit.ID, literal(holders(people, unit.ID)))
			}

			return blocks.String()
		},
	},
	{
		name: "exclusive", perUser: 3,
		blocks: func(map[string]person, *simulator.Server) string {
			return fmt.Sprintf(user, "") + fmt.Sprintf(exclusive, "role") + fmt.Sprintf(exclusive, "business_unit")
		},
	},
	{
		name: "inline", perUser: 1,
		blocks: func(map[string]person, *simulator.Server) string {
			return fmt.Sprintf(user, "  role_ids = each.value.role_ids\n  business_unit_ids = each.value.business_unit_ids\n")
		},
		imports: `
import {
  for_each = local.people
  to       = PROVIDER_user.people[each.key]
  id       = each.key
}
`,
	},
}

// pages returns the number of pages of a list.
func pages(items int) int { return (items + pageSize - 1) / pageSize }

// userPages returns the number of pages of the list of all users, including the administrator.
func userPages(users int) int { return pages(users + 1) }

// leastPlan returns the minimum for an empty plan: the list of users, the members of each business unit, and the roles of
// each user, which no list contains.
func leastPlan(users int) int { return userPages(users) + units*pages(users*unitsEach/units) + users }

// leastApply returns the minimum for an apply: one write for each user and each membership.
func leastApply(users int) int { return users * (1 + rolesEach + unitsEach) }

// least returns the minimum for a step. After an import the apply writes the membership that is missing.
func least(what step, users int) int {
	switch what.name {
	case applying.name:
		return leastApply(users)
	case importing.name:
		return leastPlan(users) + 1
	default:
		return leastPlan(users)
	}
}

// person is a user in the configuration.
type person struct {
	Email           string   `json:"email"`
	FirstName       string   `json:"first_name"`
	LastName        string   `json:"last_name"`
	RoleIDs         []string `json:"role_ids"`
	BusinessUnitIDs []string `json:"business_unit_ids"`
}

// username returns the username of the i-th user.
func username(i int) string { return fmt.Sprintf("user-%05d", i) }

// listingConfiguration reads all users and outputs only their number.
var listingConfiguration = fstest.MapFS{"main.tf": {Data: []byte(`
terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

data "iriusrisk_users" "all" {}

output "count" {
  value = length(data.iriusrisk_users.all.users)
}
`)}}

// configuration returns a configuration that declares a number of users for the provider with a name, and adds more blocks.
func (s style) configuration(provider string, users int, server *simulator.Server, more string) fs.FS {
	people := make(map[string]person)
	allRoles, allUnits := server.Roles(), server.BusinessUnits()

	for i := range users {
		declared := person{Email: username(i) + "@example.com", FirstName: "Ada", LastName: "Lovelace"}

		for n := range rolesEach {
			declared.RoleIDs = append(declared.RoleIDs, allRoles[(i+n)%roles].ID)
		}

		for n := range unitsEach {
			declared.BusinessUnitIDs = append(declared.BusinessUnitIDs, allUnits[(i+n)%units].ID)
		}

		people[username(i)] = declared
	}

	requirement := "terraform {\n  required_providers {\n    PROVIDER = {\n      source = \"iriusrisk/PROVIDER\"\n    }\n  }\n}\n"

	return fstest.MapFS{
		"main.tf": {Data: []byte(strings.ReplaceAll(requirement+s.blocks(people, server)+more, "PROVIDER", provider))},
		"data.tf": {Data: fmt.Appendf(nil, "locals {\n  people = %s\n}\n", literal(people))},
	}
}

// literal returns a value as a Terraform expression; JSON is valid in Terraform's language.
func literal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // Only strings are encoded.
	}

	return string(text)
}

// holders returns the users that have a role or are in a business unit.
func holders(people map[string]person, id string) []string {
	usernames := []string{} // A role without users is an empty list, not null.

	for _, username := range slices.Sorted(maps.Keys(people)) {
		if slices.Contains(people[username].RoleIDs, id) || slices.Contains(people[username].BusinessUnitIDs, id) {
			usernames = append(usernames, username)
		}
	}

	return usernames
}
