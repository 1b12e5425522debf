package iriusrisk

import "context"

// Role is a role: id and name are documented and observed, the rest is inferred.
type Role struct {
	ID, Name                 string
	Description, ReferenceID *string
}

func rolesListing(operation Operation) listing[namedJSON, Role] {
	return listing[namedJSON, Role]{operation, namedJSON.role, func(role Role) string { return role.ID }}
}

// ListUserRoles returns a user's roles, by name unless options say otherwise (documented: UsersApi, get_user_roles).
func (c *Client) ListUserRoles(ctx context.Context, username string, options ListOptions) ([]Role, error) {
	return rolesListing(opListUserRoles).all(ctx, c, options.sortedBy("name"), username)
}

// AddUserRole gives a user a role (documented: UsersApi, add_user_role).
func (c *Client) AddUserRole(ctx context.Context, username, roleID string) error {
	return c.exec(ctx, opAddUserRole, nil, username, roleID)
}

// DeleteUserRole takes a role from a user (documented: UsersApi, delete_user_role).
func (c *Client) DeleteUserRole(ctx context.Context, username, roleID string) error {
	return c.exec(ctx, opDeleteUserRole, nil, username, roleID)
}

// ListRoles returns the roles of the instance (documented: RolesApi).
func (c *Client) ListRoles(ctx context.Context, options ListOptions) ([]Role, error) {
	return rolesListing(opListRoles).all(ctx, c, options.sortedBy("name"))
}

// GetRole returns a role (documented: RolesApi).
func (c *Client) GetRole(ctx context.Context, id string) (*Role, error) {
	wire, err := c.getNamed(ctx, opGetRole, id)
	if err != nil {
		return nil, err
	}

	role, _ := wire.role()

	return &role, nil
}
