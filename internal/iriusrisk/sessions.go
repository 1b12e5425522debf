package iriusrisk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// CountUserSessions returns the number of active sessions of a user (documented: UsersApi,
// get_user_sessions_count_by_username). The field is inferred: count, or otherwise the only number in the response.
func (c *Client) CountUserSessions(ctx context.Context, username string) (int64, error) {
	received, err := c.send(ctx, opCountSessions, nil, nil, username)
	if err != nil {
		return 0, err
	}

	var counted struct {
		Count *int64 `json:"count"`
	}
	if err := received.decode(&counted); err != nil {
		return 0, err
	}

	if counted.Count != nil {
		return *counted.Count, nil
	}

	var fields map[string]json.RawMessage
	if err := received.decode(&fields); err != nil {
		return 0, err
	}

	numbers := make([]int64, 0, len(fields))

	for _, raw := range fields {
		var number *int64
		if json.Unmarshal(raw, &number) == nil && number != nil {
			numbers = append(numbers, *number)
		}
	}

	if len(numbers) != 1 {
		return 0, received.invalid(fmt.Sprintf("contains no count; its keys are %q", slices.Sorted(maps.Keys(fields))))
	}

	return numbers[0], nil
}

// DeleteUserSessions ends all sessions of a user (documented: UsersApi, delete_user_sessions).
func (c *Client) DeleteUserSessions(ctx context.Context, username string) error {
	return c.exec(ctx, opDeleteSessions, nil, username)
}
