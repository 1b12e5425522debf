package directory

import (
	"context"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// WritingRole invalidates everything cached about users and the role when a write to a role begins, and returns the
// function that invalidates it again when the write ends. The permissions of other roles stay cached.
func (d *Directory) WritingRole(id string) (done func()) {
	record := func() {
		d.writes.recordAll()
		d.writes.record(roleKey(id))
	}

	record()

	return record
}

// roleKey is the key of a role in the log of writes. No username begins with a space.
func roleKey(id string) string { return " role " + id }

// ConfirmRole returns a role. The entry in the list of all roles is enough if it matches what the caller expects; otherwise
// the role is read individually.
func (d *Directory) ConfirmRole(ctx context.Context, id string, matches func(*iriusrisk.Role) bool) (*iriusrisk.Role, error) {
	if d.bulk {
		role, listed, err := d.allRoles.find(ctx, strings.ToLower(id))

		switch {
		case err != nil:
			return nil, err
		case listed && matches(&role):
			return &role, nil
		}
	}

	return d.client.GetRole(ctx, id)
}

// Roles returns the roles of the instance that options select. An unfiltered list replaces individual reads from then on.
func (d *Directory) Roles(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.Role, error) {
	return d.roles.read(ctx, "list "+optionsKey(options), d.writes.lastWriteToAll, func(ctx context.Context) ([]iriusrisk.Role, error) {
		asOf := d.writes.now()

		roles, err := d.client.ListRoles(ctx, options)
		if err == nil && options.Filter == "" && d.bulk {
			d.allRoles.fill(roles, asOf)
		}

		return roles, err
	})
}

// RolePermissions returns the permissions of a role in a scope.
func (d *Directory) RolePermissions(ctx context.Context, scope iriusrisk.PermissionScope, roleID string) ([]iriusrisk.Permission, error) {
	key := scope.Name + " " + strings.ToLower(roleID)

	return d.rolePermissions.read(ctx, key, d.writes.lastWriteToOnly(roleKey(roleID)), func(ctx context.Context) ([]iriusrisk.Permission, error) {
		return d.client.ListRolePermissions(ctx, scope, roleID, iriusrisk.ListOptions{})
	})
}

// AllPermissions returns the permissions that the roles of the instance can have in a scope.
func (d *Directory) AllPermissions(ctx context.Context, scope iriusrisk.PermissionScope) ([]iriusrisk.Permission, error) {
	return d.rolePermissions.read(ctx, scope.Name, neverWritten, func(ctx context.Context) ([]iriusrisk.Permission, error) {
		return d.client.ListPermissions(ctx, scope, iriusrisk.ListOptions{})
	})
}
