package iriusrisk

import "context"

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
