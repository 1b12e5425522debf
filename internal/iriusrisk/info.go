package iriusrisk

import "context"

// Info describes the instance (observed).
type Info struct {
	Version, APIVersion, Edition *string

	// LoginType is "standard" if users sign in with a password.
	LoginType *string

	AllowManageUsers, AllowManageRoles *bool
}

// GetInfo returns the description of the instance (observed).
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
