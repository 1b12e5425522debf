package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ownPermissions are the permissions that the provider does not remove from the user that it runs as: without them it could
// not undo the change (documented: the permissions of the operations of users, tokens and roles).
var ownPermissions = []string{"ROLES_UPDATE", permissionAllUsers, "MANAGE_USERS_BU", "API_ACCESS"}

// ownRoles reads the roles of the user that the provider runs as, and the permissions of a role. A plan reads them through the
// cache; a write bypasses it.
type ownRoles struct {
	roles       func(ctx context.Context, username string) ([]iriusrisk.Role, error)
	permissions func(ctx context.Context, scope iriusrisk.PermissionScope, roleID string) ([]iriusrisk.Permission, error)
}

func (s *providerData) freshOwnRoles() ownRoles {
	return ownRoles{
		func(ctx context.Context, username string) ([]iriusrisk.Role, error) {
			return s.client.ListUserRoles(ctx, username, iriusrisk.ListOptions{})
		},
		s.freshPermissions,
	}
}

func (s *providerData) cachedOwnRoles() ownRoles {
	return ownRoles{s.directory.UserRoles, s.directory.RolePermissions}
}

// keepsOwnRole refuses to delete a role of the user that the provider runs as. If that cannot be determined, it refuses as
// well.
func (s *providerData) keepsOwnRole(ctx context.Context, role *roleModel, source func() ownRoles, diags *diag.Diagnostics) bool {
	self, roles, err := s.rolesOfSelf(ctx, source())
	if err != nil {
		addAPIError(diags, "verify that the user that the provider runs as does not have role "+role.label(), err)

		return false
	}

	if !hasRole(roles, role.ID.ValueString()) {
		return true
	}

	diags.AddError(fmt.Sprintf("Role %s is one of the provider's own", role.label()),
		fmt.Sprintf("The provider runs as user %q, who has this role. The provider does not delete a role of the user it runs as, because this could leave the provider without access. "+
			"No request to change anything was sent. Remove the role from this user in IriusRisk first, or run Terraform with the API token of another administrator.", self))

	return false
}

// keepsOwnPermissions refuses to remove a permission that the provider needs from a role of the user that it runs as, unless
// another role of the user has it. If that cannot be determined, it refuses as well. It sends no request unless such a
// permission is removed.
func (s *providerData) keepsOwnPermissions(ctx context.Context, role *roleModel, changes []permissionChange, source func() ownRoles, diags *diag.Diagnostics) bool {
	keeps := true

	for _, change := range changes {
		lost := slices.DeleteFunc(slices.Clone(change.removed), func(name string) bool { return !slices.Contains(ownPermissions, name) })
		if len(lost) == 0 {
			continue
		}

		self, remaining, err := s.withoutOtherRoles(ctx, source(), change, lost)

		switch {
		case err != nil:
			addAPIError(diags, "verify that the user that the provider runs as keeps "+strings.Join(lost, ", "), err)
		case len(remaining) > 0:
			diags.AddError(fmt.Sprintf("The change of role %s would lock the provider out", role.label()),
				fmt.Sprintf("The provider runs as user %q, who has this role and would lose %s, which none of their other roles has. "+
					"No request to change anything was sent. Keep the permission, or run Terraform with the API token of another administrator.", self, strings.Join(remaining, ", ")))
		default:
			continue
		}

		keeps = false
	}

	return keeps
}

// withoutOtherRoles returns those of the lost permissions that the user that the provider runs as has by no other role. It
// records what the plan removes from each role, so that two changes do not rely on each other.
func (s *providerData) withoutOtherRoles(ctx context.Context, source ownRoles, change permissionChange, lost []string) (self string, remaining []string, err error) {
	self, roles, err := s.rolesOfSelf(ctx, source)
	if err != nil || !hasRole(roles, change.roleID) {
		return self, nil, err
	}

	for _, name := range lost {
		s.lostPermissions.add([3]string{strings.ToLower(change.roleID), change.scope.Name, name})
	}

	remaining = lost

	for _, other := range roles {
		if strings.EqualFold(other.ID, change.roleID) || len(remaining) == 0 {
			continue
		}

		permissions, err := source.permissions(ctx, change.scope, other.ID)
		if err != nil {
			return self, nil, err
		}

		kept := slices.DeleteFunc(permissionNames(permissions), func(name string) bool {
			return s.lostPermissions.has([3]string{strings.ToLower(other.ID), change.scope.Name, name})
		})
		remaining = namesWithout(remaining, kept)
	}

	return self, remaining, nil
}

// rolesOfSelf returns the user that the provider runs as, and their roles.
func (s *providerData) rolesOfSelf(ctx context.Context, source ownRoles) (username string, roles []iriusrisk.Role, err error) {
	self, err := s.directory.Profile(ctx)
	if err != nil {
		return "", nil, err
	}

	roles, err = source.roles(ctx, self.Username)

	return self.Username, roles, err
}

func hasRole(roles []iriusrisk.Role, id string) bool {
	return slices.ContainsFunc(roles, func(role iriusrisk.Role) bool { return strings.EqualFold(role.ID, id) })
}
