package iriusrisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ValidateAPIToken returns an error if an HTTP header cannot carry the token as it is. The error never shows the token.
func ValidateAPIToken(token string) error {
	if token == "" {
		return errors.New("it is empty")
	}

	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("it contains a space, a line break or another character that no API token has; often it was read from a file with its last line break")
	}

	return nil
}

// GenerateUserAPIToken generates a user's API token and revokes the one that they had (documented: UsersApi,
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

	if ValidateAPIToken(token) != nil {
		return "", received.unusable("holds a token with white space or another character that no HTTP header can carry")
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

// DeleteUserAPIToken revokes a user's API token (documented: UsersApi, delete_user_api_token).
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
		return 0, received.unusable(fmt.Sprintf("holds no count; its keys are %q", slices.Sorted(maps.Keys(fields))))
	}

	return numbers[0], nil
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
	received, err := c.send(ctx, opGetAvatar, nil, nil, username)
	if err != nil {
		return nil, err
	}

	fields, err := received.fields()
	if err != nil {
		return nil, err
	}

	return &Avatar{Fields: fields}, nil
}

// fields returns the fields of an object that is not known in full.
func (a *answer) fields() (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := a.decode(&fields); err != nil {
		return nil, err
	}

	if len(fields) == 0 {
		return nil, a.unusable("has no fields")
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

	received, err := c.send(ctx, opGetInvite, nil, nil, id)
	if err != nil {
		return nil, err
	}

	fields, err := received.fields()
	if err != nil {
		return nil, err
	}

	var known struct {
		Email *string `json:"email"`
	}
	if err := received.decode(&known); err != nil {
		return nil, err
	}

	return &Invitation{Email: known.Email, Fields: fields}, nil
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
