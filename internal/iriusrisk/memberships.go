package iriusrisk

import (
	"context"
	"errors"
)

// Role is a role: id and name are documented and observed, the rest is inferred.
type Role struct {
	ID, Name                 string
	Description, ReferenceID *string
}

// BusinessUnit is a business unit (observed).
type BusinessUnit struct {
	ID, Name                 string
	ReferenceID, Description *string
}

// thingJSON is RoleResponse as well as GetBusinessUnitResponse and GetUserBusinessUnitResponse.
type thingJSON struct {
	ID          *string `json:"id"`
	Name        *string `json:"name"`
	ReferenceID *string `json:"referenceId"`
	Description *string `json:"description"`
}

func (w thingJSON) check() error {
	_, idErr := required(w.ID, "id")
	_, nameErr := required(w.Name, "name")

	return errors.Join(idErr, nameErr)
}

func (w thingJSON) role() (Role, error) {
	return Role{ID: valueOr(w.ID, ""), Name: valueOr(w.Name, ""), Description: w.Description, ReferenceID: w.ReferenceID}, w.check()
}

func (w thingJSON) businessUnit() (BusinessUnit, error) {
	return BusinessUnit{ID: valueOr(w.ID, ""), Name: valueOr(w.Name, ""), Description: w.Description, ReferenceID: w.ReferenceID}, w.check()
}

func rolesListing(operation Operation) listing[thingJSON, Role] {
	return listing[thingJSON, Role]{operation, thingJSON.role, func(role Role) string { return role.ID }}
}

func unitsListing(operation Operation) listing[thingJSON, BusinessUnit] {
	return listing[thingJSON, BusinessUnit]{operation, thingJSON.businessUnit, func(unit BusinessUnit) string { return unit.ID }}
}

// ListUserRoles returns a user's roles, by name unless options say otherwise (documented: UsersApi, get_user_roles).
func (c *Client) ListUserRoles(ctx context.Context, username string, options ListOptions) ([]Role, error) {
	return rolesListing(opListUserRoles).all(ctx, c, options.sortedBy("name"), username)
}

// AddUserRole gives a user a role (documented: UsersApi, add_user_role).
func (c *Client) AddUserRole(ctx context.Context, username, roleID string) error {
	return c.void(ctx, opAddUserRole, nil, username, roleID)
}

// DeleteUserRole takes a role from a user (documented: UsersApi, delete_user_role).
func (c *Client) DeleteUserRole(ctx context.Context, username, roleID string) error {
	return c.void(ctx, opDeleteUserRole, nil, username, roleID)
}

// ListUserBusinessUnits returns a user's business units (documented: UsersApi, get_user_business_units).
func (c *Client) ListUserBusinessUnits(ctx context.Context, username string, options ListOptions) ([]BusinessUnit, error) {
	return unitsListing(opListUserUnits).all(ctx, c, options.sortedBy("name"), username)
}

// AddUserBusinessUnit puts a user into a business unit (documented: UsersApi, add_user_business_unit).
func (c *Client) AddUserBusinessUnit(ctx context.Context, username, businessUnitID string) error {
	return c.void(ctx, opAddUserUnit, nil, username, businessUnitID)
}

// DeleteUserBusinessUnit takes a user out of a business unit (documented: UsersApi, delete_business_units_users).
func (c *Client) DeleteUserBusinessUnit(ctx context.Context, username, businessUnitID string) error {
	return c.void(ctx, opDeleteUserUnit, nil, username, businessUnitID)
}

// ListRoles returns the roles of the instance (documented: RolesApi).
func (c *Client) ListRoles(ctx context.Context, options ListOptions) ([]Role, error) {
	return rolesListing(opListRoles).all(ctx, c, options.sortedBy("name"))
}

// GetRole returns a role (documented: RolesApi).
func (c *Client) GetRole(ctx context.Context, id string) (*Role, error) {
	wire, err := c.thing(ctx, opGetRole, id)
	if err != nil {
		return nil, err
	}

	role, _ := wire.role()

	return &role, nil
}

// thing reads a role or a business unit.
func (c *Client) thing(ctx context.Context, operation Operation, id string) (thingJSON, error) {
	received, err := c.send(ctx, operation, nil, nil, id)
	if err != nil {
		return thingJSON{}, err
	}

	return thingOf(received)
}

func thingOf(received *answer) (wire thingJSON, err error) {
	if err := received.decode(&wire); err != nil {
		return wire, err
	}

	if err := wire.check(); err != nil {
		return wire, received.unusable(err.Error())
	}

	return wire, nil
}

// ListBusinessUnits returns the business units of the instance (documented: BusinessUnitsApi).
func (c *Client) ListBusinessUnits(ctx context.Context, options ListOptions) ([]BusinessUnit, error) {
	return unitsListing(opListUnits).all(ctx, c, options.sortedBy("name"))
}

// ListBusinessUnitsSummary returns the business units that anybody who is signed in may see (documented:
// BusinessUnitsApi).
func (c *Client) ListBusinessUnitsSummary(ctx context.Context, options ListOptions) ([]BusinessUnit, error) {
	return unitsListing(opListUnitsSummary).all(ctx, c, options.sortedBy("name"))
}

// GetBusinessUnit returns a business unit (documented: BusinessUnitsApi).
func (c *Client) GetBusinessUnit(ctx context.Context, id string) (*BusinessUnit, error) {
	wire, err := c.thing(ctx, opGetUnit, id)
	if err != nil {
		return nil, err
	}

	unit, _ := wire.businessUnit()

	return &unit, nil
}

var membersListing = listing[summaryJSON, UserSummary]{opListUnitUsers, summaryJSON.summary, usernameOf}

// ListBusinessUnitUsers returns the members of a business unit (observed). Their ids may be missing.
func (c *Client) ListBusinessUnitUsers(ctx context.Context, id string, options ListOptions) ([]UserSummary, error) {
	return membersListing.all(ctx, c, options.sortedBy("username"), id)
}

// BusinessUnitUsersPage returns one page of ListBusinessUnitUsers, counted from 0. The server may give fewer items than
// size.
func (c *Client) BusinessUnitUsersPage(ctx context.Context, id string, number, size int, options ListOptions) (Page[UserSummary], error) {
	return membersListing.page(ctx, c, number, size, options.sortedBy("username"), id)
}

// BusinessUnitRequest is a business unit to create or to update (observed).
type BusinessUnitRequest struct {
	ReferenceID string `json:"referenceId"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// CreateBusinessUnit creates a business unit (observed). It returns nil when the server answers without a body.
func (c *Client) CreateBusinessUnit(ctx context.Context, request BusinessUnitRequest) (*BusinessUnit, error) {
	return writtenUnit(c.send(ctx, opCreateUnit, nil, request))
}

// UpdateBusinessUnit updates a business unit (documented: BusinessUnitsApi). It returns nil when the server answers
// without a body.
func (c *Client) UpdateBusinessUnit(ctx context.Context, id string, request BusinessUnitRequest) (*BusinessUnit, error) {
	return writtenUnit(c.send(ctx, opUpdateUnit, nil, request, id))
}

func writtenUnit(received *answer, err error) (*BusinessUnit, error) {
	if err != nil || len(received.body) == 0 {
		return nil, err
	}

	wire, err := thingOf(received)
	if err != nil {
		return nil, err
	}

	unit, _ := wire.businessUnit()

	return &unit, nil
}

// DeleteBusinessUnit deletes a business unit (documented: BusinessUnitsApi).
func (c *Client) DeleteBusinessUnit(ctx context.Context, id string) error {
	return c.void(ctx, opDeleteUnit, nil, id)
}
