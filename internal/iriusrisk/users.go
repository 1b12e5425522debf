package iriusrisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// User is a user. A field that the server does not report is nil.
type User struct {
	// ID is the user's UUID; Username is the name used to sign in.
	ID, Username string

	Email, FirstName, LastName *string

	// Enabled is true if the user can sign in; PasswordExpired is true if the user must set a new password.
	Enabled, PasswordExpired *bool

	// APITokenHint is the part of the user's API token that the server shows, or nil if it reports no token. Which part of
	// the token it is, is not known, so a hint can only be compared with another hint.
	APITokenHint *string

	// APITokenUnknown is true if the server reports no hint but offers to delete the user's API token, so that a token
	// probably exists (inferred).
	APITokenUnknown bool
}

// UserSummary is a user with the fields that callers without permissions on users can read (inferred).
type UserSummary struct {
	// ID is empty for a member of a business unit if the server does not report it.
	ID       string
	Username string

	FirstName, LastName *string
}

// CreateUserRequest creates a user (names observed; which are optional is inferred).
type CreateUserRequest struct {
	Username  string `json:"username"`
	Email     string `json:"email"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`

	// Password and PasswordExpired are omitted if nil.
	Password        *string `json:"password,omitempty"`
	PasswordExpired *bool   `json:"passwordExpired,omitempty"`
}

// UpdateUserRequest replaces the information of a user, so every field is sent (inferred).
type UpdateUserRequest struct {
	Email     string `json:"email"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`

	// PasswordExpired is omitted if nil.
	PasswordExpired *bool `json:"passwordExpired,omitempty"`

	// Password is the new password; nil keeps the current one.
	Password *string `json:"password,omitempty"`
}

// userJSON is GetUserResponse (observed).
type userJSON struct {
	ID              *string       `json:"id"`
	Username        *string       `json:"username"`
	Email           *string       `json:"email"`
	FirstName       *string       `json:"firstName"`
	LastName        *string       `json:"lastName"`
	Enabled         *bool         `json:"enabled"`
	PasswordExpired *bool         `json:"passwordExpired"`
	APIToken        *apiTokenJSON `json:"apiToken"`
}

// apiTokenJSON is the apiToken of a user (observed). For a user without a token it is absent, null, or an object without
// a hint (inferred).
type apiTokenJSON struct {
	Hint *string `json:"hint"`

	// Links are the possible operations on the token. A token that can be deleted exists (inferred).
	Links lenient[map[string]json.RawMessage] `json:"_links"`
}

// deletable reports whether the server offers to delete the token.
func (w *apiTokenJSON) deletable() bool {
	if w.Links.value == nil {
		return false
	}

	link, offered := (*w.Links.value)["deleteApiToken"]

	return offered && string(link) != "null"
}

func (w userJSON) user() (User, error) {
	id, idErr := required(w.ID, "id")
	username, nameErr := required(w.Username, "username")

	if err := errors.Join(idErr, nameErr); err != nil {
		return User{}, err
	}

	user := User{
		ID: id, Username: username, Email: w.Email, FirstName: w.FirstName, LastName: w.LastName,
		Enabled: w.Enabled, PasswordExpired: w.PasswordExpired,
	}

	switch {
	case w.APIToken == nil:
	case valueOr(w.APIToken.Hint, "") != "":
		user.APITokenHint = w.APIToken.Hint
	default:
		user.APITokenUnknown = w.APIToken.deletable()
	}

	return user, nil
}

// decodeUser decodes a user.
func decodeUser(received *answer) (*User, error) {
	var wire userJSON
	if err := received.decode(&wire); err != nil {
		return nil, err
	}

	user, err := wire.user()
	if err != nil {
		return nil, received.invalid(err.Error())
	}

	return &user, nil
}

// decodeWrittenUser decodes the user in the answer to a write. It returns nil if the answer has no body.
func decodeWrittenUser(received *answer, username string) (*User, error) {
	if len(received.body) == 0 {
		return nil, nil //nolint:nilnil // Documented on the operations: nil if the response has no body.
	}

	return decodeExpectedUser(received, username)
}

// decodeExpectedUser decodes the user with a username. A different user is an error.
func decodeExpectedUser(received *answer, username string) (*User, error) {
	user, err := decodeUser(received)
	if err != nil {
		return nil, err
	}

	if !strings.EqualFold(user.Username, username) {
		return nil, received.invalid(fmt.Sprintf("contains the user %q instead of %q", user.Username, username))
	}

	return user, nil
}

// GetUser returns a user (documented: UsersApi, get_user).
func (c *Client) GetUser(ctx context.Context, username string) (*User, error) {
	received, err := c.send(ctx, opGetUser, nil, nil, username)
	if err != nil {
		return nil, err
	}

	return decodeExpectedUser(received, username)
}

// CreateUser creates a user (documented: UsersApi, create_user). It returns nil if the response has no body; the caller
// then has to read the user.
func (c *Client) CreateUser(ctx context.Context, request CreateUserRequest) (*User, error) {
	c.secrets.addOptional(request.Password)

	received, err := c.send(ctx, opCreateUser, nil, request)
	if err != nil {
		return nil, err
	}

	return decodeWrittenUser(received, request.Username)
}

// UpdateUser replaces the information of a user (documented: UsersApi, update_user). It returns nil if the response has no
// body.
func (c *Client) UpdateUser(ctx context.Context, username string, request UpdateUserRequest) (*User, error) {
	c.secrets.addOptional(request.Password)

	received, err := c.send(ctx, opUpdateUser, nil, request, username)
	if err != nil {
		return nil, err
	}

	return decodeWrittenUser(received, username)
}

// DeleteUser deletes a user (documented: UsersApi, delete_user).
func (c *Client) DeleteUser(ctx context.Context, username string) error {
	return c.exec(ctx, opDeleteUser, nil, username)
}

// EnableUser enables a user (documented: UsersApi, enable_user).
func (c *Client) EnableUser(ctx context.Context, username string) error {
	return c.exec(ctx, opEnableUser, nil, username)
}

// DisableUser disables a user without deleting it (documented: UsersApi, disable_user).
func (c *Client) DisableUser(ctx context.Context, username string) error {
	return c.exec(ctx, opDisableUser, nil, username)
}

var usersListing = listing[userJSON, User]{
	operation: opListUsers,
	convert:   userJSON.user,
	key:       func(user User) string { return user.ID },
}

// ListUsers returns all users that are visible to the caller (documented: UsersApi, get_users), sorted by username by
// default.
func (c *Client) ListUsers(ctx context.Context, options ListOptions) ([]User, error) {
	return usersListing.all(ctx, c, options.sortedBy("username"))
}

// EachUser returns the same users as ListUsers and reads them page by page.
func (c *Client) EachUser(ctx context.Context, options ListOptions) iter.Seq2[User, error] {
	return usersListing.each(ctx, c, options.sortedBy("username"))
}

// UsersPage returns one page of ListUsers. Page numbers start at 0. The server may return fewer items than size.
func (c *Client) UsersPage(ctx context.Context, number, size int, options ListOptions) (Page[User], error) {
	return usersListing.page(ctx, c, number, size, options.sortedBy("username"))
}

// summaryJSON is UserSummaryResponse (inferred) and a member of a business unit (observed, without id).
type summaryJSON struct {
	ID        *string `json:"id"`
	Username  *string `json:"username"`
	FirstName *string `json:"firstName"`
	LastName  *string `json:"lastName"`
}

func (w summaryJSON) summary() (UserSummary, error) {
	username, err := required(w.Username, "username")

	return UserSummary{ID: valueOr(w.ID, ""), Username: username, FirstName: w.FirstName, LastName: w.LastName}, err
}

func usernameOf(user UserSummary) string { return user.Username }

var summariesListing = listing[summaryJSON, UserSummary]{opListUsersSummary, summaryJSON.summary, usernameOf}

// ListUsersSummary returns the users that every signed-in user can read (documented: UsersApi, get_all_users_summary),
// sorted by username by default.
func (c *Client) ListUsersSummary(ctx context.Context, options ListOptions) ([]UserSummary, error) {
	return summariesListing.all(ctx, c, options.sortedBy("username"))
}

// SendResetPasswordEmail sends a user a link to set a new password (documented: UsersApi,
// send_reset_password_email).
func (c *Client) SendResetPasswordEmail(ctx context.Context, username string) error {
	return c.exec(ctx, opSendResetEmail, nil, username)
}

// Avatar is AvatarResponse, whose fields are not documented.
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
