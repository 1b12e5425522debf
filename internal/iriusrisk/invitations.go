package iriusrisk

import (
	"context"
	"encoding/json"
)

// InviteUser sends an invitation to an e-mail address (documented: UsersApi, invite; the field is inferred).
func (c *Client) InviteUser(ctx context.Context, email string) error {
	return c.exec(ctx, opInvite, struct {
		Email string `json:"email"`
	}{email})
}

// Invitation is GetInviteResponse: an e-mail address (inferred) and all fields of the response.
type Invitation struct {
	Email  *string
	Fields map[string]json.RawMessage
}

// GetInvitation returns an invitation (documented: UsersApi, get_invite). Logs and errors never contain its id, which is a
// secret like a token.
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

// AcceptInvitation accepts an invitation (documented: UsersApi, accept_invite). It returns nil if the response has no body.
// Logs and errors never contain the id and the password.
func (c *Client) AcceptInvitation(ctx context.Context, id string, request AcceptInvitationRequest) (*User, error) {
	c.secrets.add(id)
	c.secrets.add(request.Password)

	received, err := c.send(ctx, opAcceptInvite, nil, request, id)
	if err != nil {
		return nil, err
	}

	return decodeWrittenUser(received, request.Username)
}
