package iriusrisk

import (
	"context"
	"errors"
	"net/url"
	"slices"
)

// Permission is a permission that roles can have (observed). ID may differ between instances (inferred). Name is the code
// that ListUserProfilePermissions returns (inferred).
type Permission struct{ ID, Name string }

// PermissionScope is a kind of permissions of a role. Both have the same operations.
type PermissionScope struct {
	// Name is "global" or "project".
	Name string

	list, listOfRole, assign, unassign Operation
}

// The scopes of permissions (documented: RolesApi).
var (
	GlobalPermissions  = PermissionScope{"global", opListGlobals, opListRoleGlobals, opAssignGlobals, opRemoveGlobals}
	ProjectPermissions = PermissionScope{"project", opListProjects, opListRoleProjects, opAssignProjects, opRemoveProjects}
)

// permissionJSON is PermissionResponse (observed).
type permissionJSON struct {
	ID   *string `json:"id"`
	Name *string `json:"name"`
}

func (w permissionJSON) permission() (Permission, error) {
	id, idErr := required(w.ID, "id")
	name, nameErr := required(w.Name, "name")

	return Permission{ID: id, Name: name}, errors.Join(idErr, nameErr)
}

func permissionsListing(operation Operation) listing[permissionJSON, Permission] {
	return listing[permissionJSON, Permission]{operation, permissionJSON.permission, func(permission Permission) string { return permission.ID }}
}

// ListPermissions returns all permissions of a scope, sorted by name by default (documented: RolesApi,
// get_global_permissions and get_project_permissions).
func (c *Client) ListPermissions(ctx context.Context, scope PermissionScope, options ListOptions) ([]Permission, error) {
	return permissionsListing(scope.list).all(ctx, c, options.sortedBy("name"))
}

// ListRolePermissions returns the permissions of a role in a scope, sorted by name by default (documented: RolesApi,
// get_global_permissions_by_role_id and get_project_permissions_by_role_id).
func (c *Client) ListRolePermissions(ctx context.Context, scope PermissionScope, roleID string, options ListOptions) ([]Permission, error) {
	return permissionsListing(scope.listOfRole).all(ctx, c, options.sortedBy("name"), roleID)
}

// permissionsAtOnce limits the permissions of one request, so that the query of a DELETE stays well below the 8 KiB that
// proxies accept in a request line.
const permissionsAtOnce = 50

// AssignRolePermissions adds permissions to a role by their ids (documented: RolesApi, assign_global_permissions_to_role and
// assign_project_permissions_to_role; the body is observed). Many ids are sent in several requests; after an error some of
// the permissions may have been added.
func (c *Client) AssignRolePermissions(ctx context.Context, scope PermissionScope, roleID string, ids []string) error {
	for batch := range slices.Chunk(ids, permissionsAtOnce) {
		body := struct {
			Permissions []string `json:"permissions"`
		}{batch}

		if err := c.exec(ctx, scope.assign, body, roleID); err != nil {
			return err
		}
	}

	return nil
}

// UnassignRolePermissions removes permissions from a role by their ids (documented: RolesApi,
// unassign_global_permissions_to_role and unassign_project_permissions_to_role). Many ids are sent in several requests;
// after an error some of the permissions may have been removed.
func (c *Client) UnassignRolePermissions(ctx context.Context, scope PermissionScope, roleID string, ids []string) error {
	for batch := range slices.Chunk(ids, permissionsAtOnce) {
		if _, err := c.send(ctx, scope.unassign, url.Values{"permission": batch}, nil, roleID); err != nil {
			return err
		}
	}

	return nil
}
