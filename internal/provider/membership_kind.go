package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// membershipKind is one of the two kinds of membership that a user has: roles and business units. In the API they are
// the same thing twice: a set of UUIDs, read as a list, with a POST and a DELETE for one member.
type membershipKind struct {
	noun      string // "role"
	typeName  string // what follows the provider's name in the type, "user_role"
	attribute string // the attribute of the UUID, "role_id"
	lookup    string // the data source that finds the UUID by name

	// scoped tells that a caller without ALL_USERS_UPDATE sees only some of what a user has (documented: MANAGE_USERS_BU).
	scoped bool

	// read reads what a user has, and belongs tells whether a user has one of them, both as the directory knows it.
	read    func(ctx context.Context, directory *directory.Directory, username string) ([]member, error)
	belongs func(ctx context.Context, directory *directory.Directory, username, id string) (bool, error)

	// members reads what a user has at this moment, to decide a write.
	members func(ctx context.Context, client *iriusrisk.Client, username string) ([]member, error)
	add     func(ctx context.Context, client *iriusrisk.Client, username, id string) error
	remove  func(ctx context.Context, client *iriusrisk.Client, username, id string) error
}

var roleMembership = membershipKind{
	noun:      "role",
	typeName:  "user_role",
	attribute: "role_id",
	lookup:    "iriusrisk_role",
	read: func(ctx context.Context, directory *directory.Directory, username string) ([]member, error) {
		roles, err := directory.UserRoles(ctx, username)

		return membersOf(roles, roleMember), err
	},
	belongs: func(ctx context.Context, directory *directory.Directory, username, id string) (bool, error) {
		roles, err := directory.UserRoles(ctx, username)

		return slices.ContainsFunc(roles, func(role iriusrisk.Role) bool { return strings.EqualFold(role.ID, id) }), err
	},
	members: func(ctx context.Context, client *iriusrisk.Client, username string) ([]member, error) {
		roles, err := client.ListUserRoles(ctx, username, iriusrisk.ListOptions{})

		return membersOf(roles, roleMember), err
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
	scoped:    true,
	read: func(ctx context.Context, directory *directory.Directory, username string) ([]member, error) {
		units, err := directory.UserBusinessUnits(ctx, username)

		return membersOf(units, unitMember), err
	},
	belongs: func(ctx context.Context, directory *directory.Directory, username, id string) (bool, error) {
		return directory.HasBusinessUnit(ctx, username, id)
	},
	members: func(ctx context.Context, client *iriusrisk.Client, username string) ([]member, error) {
		units, err := client.ListUserBusinessUnits(ctx, username, iriusrisk.ListOptions{})

		return membersOf(units, unitMember), err
	},
	add: func(ctx context.Context, client *iriusrisk.Client, username, id string) error {
		return client.AddUserBusinessUnit(ctx, username, id)
	},
	remove: func(ctx context.Context, client *iriusrisk.Client, username, id string) error {
		return client.DeleteUserBusinessUnit(ctx, username, id)
	},
}

// member is a role or a business unit that a user has.
type member struct{ id, name string }

func roleMember(role iriusrisk.Role) member { return member{role.ID, role.Name} }

func unitMember(unit iriusrisk.BusinessUnit) member { return member{unit.ID, unit.Name} }

// membersOf takes id and name of what the API lists.
func membersOf[T any](items []T, of func(T) member) []member {
	members := make([]member, len(items))
	for i, item := range items {
		members[i] = of(item)
	}

	return members
}

// list returns the UUIDs of what a user has at this moment, to decide a write.
func (k membershipKind) list(ctx context.Context, client *iriusrisk.Client, username string) ([]string, error) {
	members, err := k.members(ctx, client, username)

	return idsOf(members), err
}

// idsOf returns the UUIDs of members.
func idsOf(members []member) []string {
	ids := make([]string, len(members))

	for i, member := range members {
		ids[i] = member.id
	}

	return ids
}

// has reads all pages of what the user has.
func (k membershipKind) has(ctx context.Context, client *iriusrisk.Client, username, id string) (bool, error) {
	ids, err := k.list(ctx, client, username)

	return containsID(ids, id), err
}

// containsID looks for a UUID, in which case is of no matter.
func containsID(ids []string, id string) bool {
	return slices.ContainsFunc(ids, func(candidate string) bool { return strings.EqualFold(candidate, id) })
}
