package iriusrisk

import "context"

// GetUserProfile returns the caller (observed).
func (c *Client) GetUserProfile(ctx context.Context) (*User, error) {
	received, err := c.send(ctx, opGetProfile, nil, nil)
	if err != nil {
		return nil, err
	}

	return userOf(received)
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
		return nil, received.unusable("is null, not a list")
	}

	return permissions, nil
}

// Info is what the instance says of itself (observed).
type Info struct {
	Version, APIVersion, Edition *string

	// LoginType is "standard" where users sign in with a password.
	LoginType *string

	AllowManageUsers, AllowManageRoles *bool
}

// GetInfo returns what the instance says of itself (observed).
func (c *Client) GetInfo(ctx context.Context) (*Info, error) {
	received, err := c.send(ctx, opGetInfo, nil, nil)
	if err != nil {
		return nil, err
	}

	var wire struct {
		Version          *string `json:"version"`
		APIVersion       *string `json:"apiVersion"`
		Edition          *string `json:"edition"`
		LoginType        *string `json:"loginType"`
		AllowManageUsers *bool   `json:"allowManageUsers"`
		AllowManageRoles *bool   `json:"allowManageRoles"`
	}

	if err := received.decode(&wire); err != nil {
		return nil, err
	}

	return &Info{
		Version: wire.Version, APIVersion: wire.APIVersion, Edition: wire.Edition, LoginType: wire.LoginType,
		AllowManageUsers: wire.AllowManageUsers, AllowManageRoles: wire.AllowManageRoles,
	}, nil
}
