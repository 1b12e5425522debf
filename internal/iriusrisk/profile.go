package iriusrisk

import "context"

// GetUserProfile returns the caller (observed).
func (c *Client) GetUserProfile(ctx context.Context) (*User, error) {
	received, err := c.send(ctx, opGetProfile, nil, nil)
	if err != nil {
		return nil, err
	}

	return decodeUser(received)
}

// ListUserProfilePermissions returns the names of the caller's permissions (observed).
func (c *Client) ListUserProfilePermissions(ctx context.Context) ([]string, error) {
	received, err := c.send(ctx, opListProfilePerms, nil, nil)
	if err != nil {
		return nil, err
	}

	var permissions []string
	if err := received.decode(&permissions); err != nil {
		return nil, err
	}

	if permissions == nil {
		return nil, received.invalid("is null, not a list")
	}

	return permissions, nil
}
