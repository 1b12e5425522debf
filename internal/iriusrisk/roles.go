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

// ListRoles returns the roles of the instance, sorted by name by default (documented: RolesApi, get_all_roles).
func (c *Client) ListRoles(ctx context.Context, options ListOptions) ([]Role, error) {
	return rolesListing(opListRoles).all(ctx, c, options.sortedBy("name"))
}

// RolesPage returns one page of ListRoles. Page numbers start at 0. The server may return fewer items than size.
func (c *Client) RolesPage(ctx context.Context, number, size int, options ListOptions) (Page[Role], error) {
	return rolesListing(opListRoles).page(ctx, c, number, size, options.sortedBy("name"))
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

// RoleRequest creates or updates a role (RoleRequest, observed).
type RoleRequest struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// CreateRole creates a role without permissions (documented: RolesApi, create_role). It returns nil if the response has no
// body.
func (c *Client) CreateRole(ctx context.Context, request RoleRequest) (*Role, error) {
	return decodeWrittenRole(c.send(ctx, opCreateRole, nil, request))
}

// UpdateRole replaces the name and the description of a role (documented: RolesApi, update_role). It returns nil if the
// response has no body.
func (c *Client) UpdateRole(ctx context.Context, id string, request RoleRequest) (*Role, error) {
	return decodeWrittenRole(c.send(ctx, opUpdateRole, nil, request, id))
}

// DuplicateRole creates a role with the permissions of another one (documented: RolesApi, duplicate_role; that its body is
// that of create_role is inferred). It returns nil if the response has no body.
func (c *Client) DuplicateRole(ctx context.Context, id string, request RoleRequest) (*Role, error) {
	return decodeWrittenRole(c.send(ctx, opDuplicateRole, nil, request, id))
}

func decodeWrittenRole(received *answer, err error) (*Role, error) {
	if err != nil || len(received.body) == 0 {
		return nil, err
	}

	wire, err := decodeNamed(received)
	if err != nil {
		return nil, err
	}

	role, _ := wire.role()

	return &role, nil
}

// DeleteRole deletes a role (documented: RolesApi, delete_role). What happens to its members is unknown.
func (c *Client) DeleteRole(ctx context.Context, id string) error {
	return c.exec(ctx, opDeleteRole, nil, id)
}

// AddRoleUser assigns a role to a user, as AddUserRole does (documented: RolesApi, add_user_role1).
func (c *Client) AddRoleUser(ctx context.Context, roleID, username string) error {
	return c.exec(ctx, opAddRoleUser, nil, roleID, username)
}

// DeleteRoleUser removes a role from a user, as DeleteUserRole does (documented: RolesApi, delete_role_user).
func (c *Client) DeleteRoleUser(ctx context.Context, roleID, username string) error {
	return c.exec(ctx, opDeleteRoleUser, nil, roleID, username)
}
