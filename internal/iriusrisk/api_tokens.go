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

// ValidateAPIToken returns an error if an HTTP header cannot contain the token. The error never contains the token.
func ValidateAPIToken(token string) error {
	if token == "" {
		return errors.New("it is empty")
	}

	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("it contains a space, a line break or another character that no API token has; often it was read from a file with its last line break")
	}

	return nil
}

// GenerateUserAPIToken generates an API token for a user and revokes the user's existing one (documented: UsersApi,
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
		return "", received.invalid(fmt.Sprintf("contains no token; its keys are %q", slices.Sorted(maps.Keys(fields))))
	}

	if ValidateAPIToken(token) != nil {
		return "", received.invalid("contains a token with white space or another character that an HTTP header cannot contain")
	}

	c.secrets.add(token)

	return token, nil
}

// tokenIn returns the token of GenerateUserApiTokenResponse: the field apiToken or token (inferred).
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
	return c.exec(ctx, opDeleteToken, nil, username)
}
