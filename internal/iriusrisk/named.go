package iriusrisk

import (
	"context"
	"errors"
)

// namedJSON is RoleResponse, GetBusinessUnitResponse and GetUserBusinessUnitResponse: an object with an id and a name.
type namedJSON struct {
	ID          *string `json:"id"`
	Name        *string `json:"name"`
	ReferenceID *string `json:"referenceId"`
	Description *string `json:"description"`
}

func (w namedJSON) check() error {
	_, idErr := required(w.ID, "id")
	_, nameErr := required(w.Name, "name")

	return errors.Join(idErr, nameErr)
}

func (w namedJSON) role() (Role, error) {
	return Role{ID: valueOr(w.ID, ""), Name: valueOr(w.Name, ""), Description: w.Description, ReferenceID: w.ReferenceID}, w.check()
}

func (w namedJSON) businessUnit() (BusinessUnit, error) {
	return BusinessUnit{ID: valueOr(w.ID, ""), Name: valueOr(w.Name, ""), Description: w.Description, ReferenceID: w.ReferenceID}, w.check()
}

// getNamed reads a role or a business unit.
func (c *Client) getNamed(ctx context.Context, operation Operation, id string) (namedJSON, error) {
	received, err := c.send(ctx, operation, nil, nil, id)
	if err != nil {
		return namedJSON{}, err
	}

	return decodeNamed(received)
}

func decodeNamed(received *answer) (wire namedJSON, err error) {
	if err := received.decode(&wire); err != nil {
		return wire, err
	}

	if err := wire.check(); err != nil {
		return wire, received.invalid(err.Error())
	}

	return wire, nil
}
