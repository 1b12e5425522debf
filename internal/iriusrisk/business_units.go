package iriusrisk

import "context"

// BusinessUnit is a business unit (observed).
type BusinessUnit struct {
	ID, Name                 string
	ReferenceID, Description *string
}

func unitsListing(operation Operation) listing[namedJSON, BusinessUnit] {
	return listing[namedJSON, BusinessUnit]{operation, namedJSON.businessUnit, func(unit BusinessUnit) string { return unit.ID }}
}

// ListUserBusinessUnits returns the business units of a user, sorted by name by default (documented: UsersApi,
// get_user_business_units).
func (c *Client) ListUserBusinessUnits(ctx context.Context, username string, options ListOptions) ([]BusinessUnit, error) {
	return unitsListing(opListUserUnits).all(ctx, c, options.sortedBy("name"), username)
}

// AddUserBusinessUnit adds a user to a business unit (documented: UsersApi, add_user_business_unit).
func (c *Client) AddUserBusinessUnit(ctx context.Context, username, businessUnitID string) error {
	return c.exec(ctx, opAddUserUnit, nil, username, businessUnitID)
}

// DeleteUserBusinessUnit removes a user from a business unit (documented: UsersApi, delete_business_units_users).
func (c *Client) DeleteUserBusinessUnit(ctx context.Context, username, businessUnitID string) error {
	return c.exec(ctx, opDeleteUserUnit, nil, username, businessUnitID)
}

// ListBusinessUnits returns the business units of the instance, sorted by name by default (documented: BusinessUnitsApi).
func (c *Client) ListBusinessUnits(ctx context.Context, options ListOptions) ([]BusinessUnit, error) {
	return unitsListing(opListUnits).all(ctx, c, options.sortedBy("name"))
}

// BusinessUnitsPage returns one page of ListBusinessUnits. Page numbers start at 0. The server may return fewer items than
// size.
func (c *Client) BusinessUnitsPage(ctx context.Context, number, size int, options ListOptions) (Page[BusinessUnit], error) {
	return unitsListing(opListUnits).page(ctx, c, number, size, options.sortedBy("name"))
}

// ListBusinessUnitsSummary returns the business units that every signed-in user can read, sorted by name by default
// (documented: BusinessUnitsApi).
func (c *Client) ListBusinessUnitsSummary(ctx context.Context, options ListOptions) ([]BusinessUnit, error) {
	return unitsListing(opListUnitsSummary).all(ctx, c, options.sortedBy("name"))
}

// GetBusinessUnit returns a business unit (documented: BusinessUnitsApi).
func (c *Client) GetBusinessUnit(ctx context.Context, id string) (*BusinessUnit, error) {
	wire, err := c.getNamed(ctx, opGetUnit, id)
	if err != nil {
		return nil, err
	}

	unit, _ := wire.businessUnit()

	return &unit, nil
}

var membersListing = listing[summaryJSON, UserSummary]{opListUnitUsers, summaryJSON.summary, usernameOf}

// ListBusinessUnitUsers returns the members of a business unit, sorted by username by default (observed). Their ids may be
// missing.
func (c *Client) ListBusinessUnitUsers(ctx context.Context, id string, options ListOptions) ([]UserSummary, error) {
	return membersListing.all(ctx, c, options.sortedBy("username"), id)
}

// BusinessUnitUsersPage returns one page of ListBusinessUnitUsers. Page numbers start at 0. The server may return fewer
// items than size.
func (c *Client) BusinessUnitUsersPage(ctx context.Context, id string, number, size int, options ListOptions) (Page[UserSummary], error) {
	return membersListing.page(ctx, c, number, size, options.sortedBy("username"), id)
}

// CreateBusinessUnitRequest creates a business unit (observed).
type CreateBusinessUnitRequest struct {
	ReferenceID string `json:"referenceId"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// UpdateBusinessUnitRequest replaces the name and the description of a business unit. Its reference id cannot be changed
// (observed).
type UpdateBusinessUnitRequest struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// CreateBusinessUnit creates a business unit (documented: BusinessUnitsApi, create_business_units1; the body is observed).
// It returns nil if the response has no body.
func (c *Client) CreateBusinessUnit(ctx context.Context, request CreateBusinessUnitRequest) (*BusinessUnit, error) {
	return decodeWrittenUnit(c.send(ctx, opCreateUnit, nil, request))
}

// UpdateBusinessUnit updates a business unit (documented: BusinessUnitsApi, create_business_units; the body is observed).
// It returns nil if the response has no body.
func (c *Client) UpdateBusinessUnit(ctx context.Context, id string, request UpdateBusinessUnitRequest) (*BusinessUnit, error) {
	return decodeWrittenUnit(c.send(ctx, opUpdateUnit, nil, request, id))
}

func decodeWrittenUnit(received *answer, err error) (*BusinessUnit, error) {
	if err != nil || len(received.body) == 0 {
		return nil, err
	}

	wire, err := decodeNamed(received)
	if err != nil {
		return nil, err
	}

	unit, _ := wire.businessUnit()

	return &unit, nil
}

// DeleteBusinessUnit deletes a business unit (documented: BusinessUnitsApi).
func (c *Client) DeleteBusinessUnit(ctx context.Context, id string) error {
	return c.exec(ctx, opDeleteUnit, nil, id)
}

// ListAssignableUsers returns the users that can be added to business units, sorted by username by default (documented:
// BusinessUnitsApi, get_all_assignable_users; that the items are those of ListBusinessUnitUsers is inferred). Their ids may
// be missing.
func (c *Client) ListAssignableUsers(ctx context.Context, options ListOptions) ([]UserSummary, error) {
	return listing[summaryJSON, UserSummary]{opListAssignable, summaryJSON.summary, usernameOf}.all(ctx, c, options.sortedBy("username"))
}

// AddBusinessUnitUser adds a user to a business unit, as AddUserBusinessUnit does (documented: BusinessUnitsApi,
// add_business_unit_user).
func (c *Client) AddBusinessUnitUser(ctx context.Context, businessUnitID, username string) error {
	return c.exec(ctx, opAddUnitUser, nil, businessUnitID, username)
}

// DeleteBusinessUnitUser removes a user from a business unit, as DeleteUserBusinessUnit does (documented:
// BusinessUnitsApi, delete_business_units_users1).
func (c *Client) DeleteBusinessUnitUser(ctx context.Context, businessUnitID, username string) error {
	return c.exec(ctx, opDeleteUnitUser, nil, businessUnitID, username)
}
