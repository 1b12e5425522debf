package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// membershipKind is one of the two kinds of membership that a user has: roles and business units. The API treats both the
// same way: a set of UUIDs, read as a list, with a POST and a DELETE for one member.
type membershipKind struct {
	noun          string // "role"
	typeName      string // the resource type without the provider's name, "user_role"
	attribute     string // the attribute with the UUID, "role_id"
	nameAttribute string // the attribute with the name, "role_name"
	lookup        string // the data source that finds the UUID by name, "iriusrisk_role"

	// scoped means that a caller without ALL_USERS_UPDATE sees only some of a user's memberships (documented:
	// MANAGE_USERS_BU).
	scoped bool

	// cachedMembers and cachedHas read through the directory's cache. Their members have no name if the names were not part of
	// what was read.
	cachedMembers func(directory *directory.Directory, ctx context.Context, username string) ([]member, error)
	cachedHas     func(directory *directory.Directory, ctx context.Context, username, id string) (member, bool, error)

	// cachedAll returns all roles or business units of the instance through the directory's cache, and freshAll bypasses it.
	cachedAll func(directory *directory.Directory, ctx context.Context) ([]member, error)
	freshAll  func(client *iriusrisk.Client, ctx context.Context) ([]member, error)

	// confirmedMembers is cachedMembers for a caller that expects a set: lists may confirm it.
	confirmedMembers func(directory *directory.Directory, ctx context.Context, username string, expected []string) ([]member, error)

	// freshMembers bypasses the cache, as a read that decides a write has to.
	freshMembers func(client *iriusrisk.Client, ctx context.Context, username string) ([]member, error)

	add    func(client *iriusrisk.Client, ctx context.Context, username, id string) error
	remove func(client *iriusrisk.Client, ctx context.Context, username, id string) error
}

var roleMembership = membershipKind{
	noun:          "role",
	typeName:      "user_role",
	attribute:     "role_id",
	nameAttribute: "role_name",
	lookup:        "iriusrisk_role",
	cachedMembers: func(directory *directory.Directory, ctx context.Context, username string) ([]member, error) {
		roles, err := directory.UserRoles(ctx, username)

		return membersOf(roles, roleMember), err
	},
	cachedHas: func(directory *directory.Directory, ctx context.Context, username, id string) (member, bool, error) {
		roles, err := directory.UserRoles(ctx, username)
		found, has := memberWithID(membersOf(roles, roleMember), id)

		return found, has, err
	},
	cachedAll: func(directory *directory.Directory, ctx context.Context) ([]member, error) {
		roles, err := directory.Roles(ctx, iriusrisk.ListOptions{})

		return membersOf(roles, roleMember), err
	},
	freshAll: func(client *iriusrisk.Client, ctx context.Context) ([]member, error) {
		roles, err := client.ListRoles(ctx, iriusrisk.ListOptions{})

		return membersOf(roles, roleMember), err
	},
	confirmedMembers: func(directory *directory.Directory, ctx context.Context, username string, _ []string) ([]member, error) {
		roles, err := directory.UserRoles(ctx, username)

		return membersOf(roles, roleMember), err
	},
	freshMembers: func(client *iriusrisk.Client, ctx context.Context, username string) ([]member, error) {
		roles, err := client.ListUserRoles(ctx, username, iriusrisk.ListOptions{})

		return membersOf(roles, roleMember), err
	},
	add:    (*iriusrisk.Client).AddUserRole,
	remove: (*iriusrisk.Client).DeleteUserRole,
}

var businessUnitMembership = membershipKind{
	noun:          "business unit",
	typeName:      "user_business_unit",
	attribute:     "business_unit_id",
	nameAttribute: "business_unit_name",
	lookup:        "iriusrisk_business_unit",
	scoped:        true,
	cachedMembers: func(directory *directory.Directory, ctx context.Context, username string) ([]member, error) {
		units, err := directory.UserBusinessUnits(ctx, username)

		return membersOf(units, unitMember), err
	},
	cachedHas: func(directory *directory.Directory, ctx context.Context, username, id string) (member, bool, error) {
		has, err := directory.HasBusinessUnit(ctx, username, id)

		return member{id: id}, has, err
	},
	cachedAll: func(directory *directory.Directory, ctx context.Context) ([]member, error) {
		units, err := directory.BusinessUnits(ctx, iriusrisk.ListOptions{})

		return membersOf(units, unitMember), err
	},
	freshAll: func(client *iriusrisk.Client, ctx context.Context) ([]member, error) {
		units, err := client.ListBusinessUnits(ctx, iriusrisk.ListOptions{})

		return membersOf(units, unitMember), err
	},
	confirmedMembers: func(directory *directory.Directory, ctx context.Context, username string, expected []string) ([]member, error) {
		units, err := directory.ConfirmUserBusinessUnits(ctx, username, expected)

		return membersOf(units, unitMember), err
	},
	freshMembers: func(client *iriusrisk.Client, ctx context.Context, username string) ([]member, error) {
		units, err := client.ListUserBusinessUnits(ctx, username, iriusrisk.ListOptions{})

		return membersOf(units, unitMember), err
	},
	add:    (*iriusrisk.Client).AddUserBusinessUnit,
	remove: (*iriusrisk.Client).DeleteUserBusinessUnit,
}

// member is a role or a business unit.
type member struct{ id, name string }

func roleMember(role iriusrisk.Role) member { return member{role.ID, role.Name} }

func unitMember(unit iriusrisk.BusinessUnit) member { return member{unit.ID, unit.Name} }

// membersOf converts the items of a list of the API.
func membersOf[T any](items []T, of func(T) member) []member {
	members := make([]member, len(items))
	for i, item := range items {
		members[i] = of(item)
	}

	return members
}

// freshIDs returns the UUIDs of freshMembers.
func (k membershipKind) freshIDs(ctx context.Context, client *iriusrisk.Client, username string) ([]string, error) {
	members, err := k.freshMembers(client, ctx, username)

	return idsOf(members), err
}

// freshHas reports whether the user has the role or business unit, bypassing the cache.
func (k membershipKind) freshHas(ctx context.Context, client *iriusrisk.Client, username, id string) (bool, error) {
	ids, err := k.freshIDs(ctx, client, username)

	return containsID(ids, id), err
}

// idsOf returns the UUIDs of members.
func idsOf(members []member) []string {
	ids := make([]string, len(members))

	for i, member := range members {
		ids[i] = member.id
	}

	return ids
}

// memberWithID returns the member with a UUID, ignoring case.
func memberWithID(members []member, id string) (found member, ok bool) {
	at := slices.IndexFunc(members, func(candidate member) bool { return strings.EqualFold(candidate.id, id) })
	if at < 0 {
		return member{}, false
	}

	return members[at], true
}

// containsID reports whether ids contains id, ignoring case.
func containsID(ids []string, id string) bool {
	return slices.ContainsFunc(ids, func(candidate string) bool { return strings.EqualFold(candidate, id) })
}
