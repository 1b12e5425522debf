package provider

import (
	"context"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// membershipKind is one of the two kinds of membership that a user has: roles and business units. In the API they are
// the same thing twice: a set of UUIDs, read as a list, with a POST and a DELETE for one member.
type membershipKind struct {
	noun      string // "role"
	typeName  string // what follows the provider's name in the type, "user_role"
	attribute string // the attribute of the UUID, "role_id"
	lookup    string // the data source that finds the UUID by name

	list   func(ctx context.Context, client *iriusrisk.Client, username string) ([]string, error)
	add    func(ctx context.Context, client *iriusrisk.Client, username, id string) error
	remove func(ctx context.Context, client *iriusrisk.Client, username, id string) error
}

var roleMembership = membershipKind{
	noun:      "role",
	typeName:  "user_role",
	attribute: "role_id",
	lookup:    "iriusrisk_role",
	list: func(ctx context.Context, client *iriusrisk.Client, username string) ([]string, error) {
		roles, err := client.ListUserRoles(ctx, username, iriusrisk.ListOptions{})

		return idsOf(roles, func(role iriusrisk.Role) string { return role.ID }), err
	},
	add: func(ctx context.Context, client *iriusrisk.Client, username, id string) error {
		return client.AddUserRole(ctx, username, id)
	},
	remove: func(ctx context.Context, client *iriusrisk.Client, username, id string) error {
		return client.DeleteUserRole(ctx, username, id)
	},
}

var businessUnitMembership = membershipKind{
	noun:      "business unit",
	typeName:  "user_business_unit",
	attribute: "business_unit_id",
	lookup:    "iriusrisk_business_unit",
	list: func(ctx context.Context, client *iriusrisk.Client, username string) ([]string, error) {
		units, err := client.ListUserBusinessUnits(ctx, username, iriusrisk.ListOptions{})

		return idsOf(units, func(unit iriusrisk.BusinessUnit) string { return unit.ID }), err
	},
	add: func(ctx context.Context, client *iriusrisk.Client, username, id string) error {
		return client.AddUserBusinessUnit(ctx, username, id)
	},
	remove: func(ctx context.Context, client *iriusrisk.Client, username, id string) error {
		return client.DeleteUserBusinessUnit(ctx, username, id)
	},
}

// idsOf returns the UUIDs of what the API lists.
func idsOf[T any](items []T, id func(T) string) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}

	return ids
}
