package iriusrisk

import "context"

// Role is a role. ID and Name are documented and observed, the other fields are inferred.
type Role struct {
	ID, Name                 string
	Description, ReferenceID *string
}

func rolesListing(operation Operation) listing[namedJSON, Role] {
	return listing[namedJSON, Role]{operation, namedJSON.role, func(role Role) string { return role.ID }}
}

// ListUserRoles returns the roles of a user, sorted by name by default (documented: UsersApi, get_user_roles).
func (c *Client) ListUserRoles(ctx context.Context, username string, options ListOptions) ([]Role, error) {
	return rolesListing(opListUserRoles).all(ctx, c, options.sortedBy("name"), username)
}

// AddUserRole assigns a role to a user (documented: UsersApi, add_user_role).
func (c *Client) AddUserRole(ctx context.Context, username, roleID string) error {
	return c.exec(ctx, opAddUserRole, nil, username, roleID)
}

// DeleteUserRole removes a role from a user (documented: UsersApi, delete_user_role).
func (c *Client) DeleteUserRole(ctx context.Context, username, roleID string) error {
	return c.exec(ctx, opDeleteUserRole, nil, username, roleID)
}

// ListRoles returns the roles of the instance, sorted by name by default (documented: RolesApi, get_roles).
func (c *Client) ListRoles(ctx context.Context, options ListOptions) ([]Role, error) {
	return rolesListing(opListRoles).all(ctx, c, options.sortedBy("name"))
}

// GetRole returns a role (documented: RolesApi, get_role).
func (c *Client) GetRole(ctx context.Context, id string) (*Role, error) {
	wire, err := c.getNamed(ctx, opGetRole, id)
	if err != nil {
		return nil, err
	}

	role, _ := wire.role()

	return &role, nil
}
