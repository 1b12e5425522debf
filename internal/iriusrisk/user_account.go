package iriusrisk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// GenerateUserAPIToken generates a user's API token and ends the one that they had (documented: UsersApi,
// generate_user_api_token).
func (c *Client) GenerateUserAPIToken(ctx context.Context, username string) (string, error) {
	received, err := c.send(ctx, opGenerateToken, nil, nil, username)
	if err != nil {
		return "", err
	}

	var fields map[string]json.RawMessage
	if err := received.decode(&fields); err != nil {
		return "", err
	}

	token := tokenIn(fields)
	if token == "" {
		return "", received.unusable(fmt.Sprintf("holds no token; its keys are %q", slices.Sorted(maps.Keys(fields))))
	}

	c.secrets.add(token)

	return token, nil
}

// tokenIn finds the token in GenerateUserApiTokenResponse: under apiToken or token (inferred).
func tokenIn(fields map[string]json.RawMessage) string {
	for _, key := range []string{"apiToken", "token"} {
		var token string
		if json.Unmarshal(fields[key], &token) == nil && token != "" {
			return token
		}
	}

	return ""
}

// DeleteUserAPIToken ends a user's API token (documented: UsersApi, delete_user_api_token).
func (c *Client) DeleteUserAPIToken(ctx context.Context, username string) error {
	return c.void(ctx, opDeleteToken, nil, username)
}

// CountUserSessions returns how many sessions of a user are active (documented: UsersApi,
// get_user_sessions_count_by_username). The field is inferred: count, or else the only number there is.
func (c *Client) CountUserSessions(ctx context.Context, username string) (int64, error) {
	received, err := c.send(ctx, opCountSessions, nil, nil, username)
	if err != nil {
		return 0, err
	}

	var fields map[string]json.RawMessage
	if err := received.decode(&fields); err != nil {
		return 0, err
	}

	numbers := make(map[string]int64)

	for key, raw := range fields {
		var number int64
		if string(raw) != "null" && json.Unmarshal(raw, &number) == nil {
			numbers[key] = number
		}
	}

	if count, found := numbers["count"]; found {
		return count, nil
	}

	if len(numbers) == 1 {
		for _, count := range numbers {
			return count, nil
		}
	}

	return 0, received.unusable(fmt.Sprintf("holds no count; its keys are %q", slices.Sorted(maps.Keys(fields))))
}

// DeleteUserSessions ends all sessions of a user (documented: UsersApi, delete_user_sessions).
func (c *Client) DeleteUserSessions(ctx context.Context, username string) error {
	return c.void(ctx, opDeleteSessions, nil, username)
}

// SendResetPasswordEmail sends a user a link to choose a new password (documented: UsersApi,
// send_reset_password_email).
func (c *Client) SendResetPasswordEmail(ctx context.Context, username string) error {
	return c.void(ctx, opSendResetEmail, nil, username)
}

// Avatar is AvatarResponse, whose fields are not known.
type Avatar struct{ Fields map[string]json.RawMessage }

// GetUserAvatar returns a user's avatar (documented: UsersApi, get_user_avatar).
func (c *Client) GetUserAvatar(ctx context.Context, username string) (*Avatar, error) {
	fields, err := c.fields(ctx, opGetAvatar, username)
	if err != nil {
		return nil, err
	}

	return &Avatar{Fields: fields}, nil
}

// fields reads an object whose fields are not known.
func (c *Client) fields(ctx context.Context, operation Operation, segments ...string) (map[string]json.RawMessage, error) {
	received, err := c.send(ctx, operation, nil, nil, segments...)
	if err != nil {
		return nil, err
	}

	var fields map[string]json.RawMessage
	if err := received.decode(&fields); err != nil {
		return nil, err
	}

	if len(fields) == 0 {
		return nil, received.unusable("has no fields")
	}

	return fields, nil
}

// InviteUser sends an invitation to an e-mail address (documented: UsersApi, invite; the field is inferred).
func (c *Client) InviteUser(ctx context.Context, email string) error {
	return c.void(ctx, opInvite, struct {
		Email string `json:"email"`
	}{email})
}

// Invitation is GetInviteResponse: an e-mail address (inferred) and whatever else the answer holds.
type Invitation struct {
	Email  *string
	Fields map[string]json.RawMessage
}

// GetInvitation returns an invitation that was sent (documented: UsersApi, get_invite). Its id is kept out of logs and
// errors like a token.
func (c *Client) GetInvitation(ctx context.Context, id string) (*Invitation, error) {
	c.secrets.add(id)

	fields, err := c.fields(ctx, opGetInvite, id)
	if err != nil {
		return nil, err
	}

	invitation := &Invitation{Fields: fields}

	var email string
	if json.Unmarshal(fields["email"], &email) == nil {
		invitation.Email = &email
	}

	return invitation, nil
}

// AcceptInvitationRequest accepts an invitation (inferred).
type AcceptInvitationRequest struct {
	Username  string `json:"username"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Password  string `json:"password"`
}

// AcceptInvitation accepts an invitation (documented: UsersApi, accept_invite). It returns nil when the server answers
// without a body. The id and the password are kept out of logs and errors.
func (c *Client) AcceptInvitation(ctx context.Context, id string, request AcceptInvitationRequest) (*User, error) {
	c.secrets.add(id)
	c.secrets.add(request.Password)

	received, err := c.send(ctx, opAcceptInvite, nil, request, id)
	if err != nil {
		return nil, err
	}

	return writtenUser(received, request.Username)
}
