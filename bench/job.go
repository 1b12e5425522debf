package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// rolesEach and unitsEach are what every user has; roles and units are what the tenant has.
const (
	rolesEach, unitsEach = 3, 2
	roles, units         = 20, 10
)

// pageSize is the simulator's largest page, in users.
const pageSize = 1000

// style is a way of declaring users and their access.
type style struct {
	name string

	// perUser is how many objects a user takes.
	perUser int

	// blocks are the configuration, with PROVIDER in place of the provider's name.
	blocks string

	// leastPlan is how few requests an empty plan can do with when every list is read once and whatever has no list
	// once per user; leastApply is how few writes create everything.
	leastPlan, leastApply func(users int) int
}

// user is the block that all styles begin with; it is given the arguments in between.
const user = `
resource "PROVIDER_user" "people" {
  for_each   = local.people
  username   = each.key
  email      = each.value.email
  first_name = each.value.first_name
  last_name  = each.value.last_name
%s}
`

var styles = []style{
	{
		name: "additive", perUser: 1 + rolesEach + unitsEach,
		blocks: fmt.Sprintf(user, "") + `
resource "PROVIDER_user_role" "roles" {
  for_each   = local.roles
  username   = each.value.username
  role_id    = each.value.id
  depends_on = [PROVIDER_user.people]
}

resource "PROVIDER_user_business_unit" "units" {
  for_each         = local.units
  username         = each.value.username
  business_unit_id = each.value.id
  depends_on       = [PROVIDER_user.people]
}
`,
		leastPlan:  func(users int) int { return userPages(users) + users + units*pages(users*unitsEach/units) },
		leastApply: leastApply,
	},
	{
		name: "exclusive", perUser: 3,
		blocks: fmt.Sprintf(user, "") + `
resource "PROVIDER_user_roles_exclusive" "roles" {
  for_each   = local.people
  username   = each.key
  role_ids   = each.value.role_ids
  depends_on = [PROVIDER_user.people]
}

resource "PROVIDER_user_business_units_exclusive" "units" {
  for_each          = local.people
  username          = each.key
  business_unit_ids = each.value.business_unit_ids
  depends_on        = [PROVIDER_user.people]
}
`,
		leastPlan:  leastSets,
		leastApply: leastApply,
	},
	{
		name: "inline", perUser: 1,
		blocks: fmt.Sprintf(user, `  role_ids          = each.value.role_ids
  business_unit_ids = each.value.business_unit_ids
`),
		leastPlan:  leastSets,
		leastApply: leastApply,
	},
}

// pages is how many pages a list takes.
func pages(items int) int { return (items + pageSize - 1) / pageSize }

// userPages is how many pages the list of all users takes, of whom the administrator is one.
func userPages(users int) int { return pages(users + 1) }

// leastSets: the list of users, and of each user both sets, which no list of others can prove to be complete.
func leastSets(users int) int { return userPages(users) + 2*users }

// leastApply: one write for each user and each membership.
func leastApply(users int) int { return users * (1 + rolesEach + unitsEach) }

// person is a user in the configuration.
type person struct {
	Email           string   `json:"email"`
	FirstName       string   `json:"first_name"`
	LastName        string   `json:"last_name"`
	RoleIDs         []string `json:"role_ids"`
	BusinessUnitIDs []string `json:"business_unit_ids"`
}

// membership is one role or unit of a user in the configuration.
type membership struct {
	Username string `json:"username"`
	ID       string `json:"id"`
}

// username is that of the i-th user.
func username(i int) string { return fmt.Sprintf("user-%05d", i) }

// listingConfiguration reads everybody and keeps only how many they are.
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

// configuration declares so many users in a style, for a provider of this name.
func (s style) configuration(provider string, users int, server *simulator.Server) (fs.FS, error) {
	people := make(map[string]person)
	given := map[string]map[string]membership{"roles": {}, "units": {}}
	allRoles, allUnits := server.Roles(), server.BusinessUnits()

	for i := range users {
		declared := person{Email: username(i) + "@example.com", FirstName: "Ada", LastName: "Lovelace"}

		for n := range rolesEach {
			id := allRoles[(i+n)%roles].ID
			declared.RoleIDs = append(declared.RoleIDs, id)
			given["roles"][username(i)+"/"+id] = membership{username(i), id}
		}

		for n := range unitsEach {
			id := allUnits[(i+n)%units].ID
			declared.BusinessUnitIDs = append(declared.BusinessUnitIDs, id)
			given["units"][username(i)+"/"+id] = membership{username(i), id}
		}

		people[username(i)] = declared
	}

	var locals strings.Builder

	for name, value := range map[string]any{"people": people, "roles": given["roles"], "units": given["units"]} {
		literal, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}

		fmt.Fprintf(&locals, "locals {\n  %s = %s\n}\n", name, literal)
	}

	requirement := "terraform {\n  required_providers {\n    PROVIDER = {\n      source = \"iriusrisk/PROVIDER\"\n    }\n  }\n}\n"

	return fstest.MapFS{
		"main.tf": {Data: []byte(strings.ReplaceAll(requirement+s.blocks, "PROVIDER", provider))},
		"data.tf": {Data: []byte(locals.String())},
	}, nil
}
