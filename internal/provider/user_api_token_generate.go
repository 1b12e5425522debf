package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// mayGenerate adds an error if another block of this run has generated the user's token: generating one more would revoke it.
func (s *providerData) mayGenerate(username string, diags *diag.Diagnostics) bool {
	if !s.tokens.isGenerated(username) {
		return true
	}

	diags.AddError(fmt.Sprintf("The API token of user %q was generated in this run", username),
		"Another block of this run has generated the user's API token. A user has at most one API token, so generating one for this block would revoke the other. No request was sent. "+
			"Keep only one of the blocks, or use a different user for each.")

	return false
}

// warnSharedToken warns if a second block manages the token of one user.
func (s *providerData) warnSharedToken(username string, diags *diag.Diagnostics) {
	if s.tokens.addBlock(username) {
		diags.AddWarning(fmt.Sprintf("Two blocks manage the API token of user %q", username),
			"A user has at most one API token, so each of these blocks revokes the token of the other. Keep only one of them, or use a different user for each.")
	}
}

// generateToken generates a user's API token. If the response is lost, its token cannot be recovered, so it generates another
// one, which revokes the first. With an error, lost reports whether a token may exist whose value is not known.
func (s *providerData) generateToken(ctx context.Context, username string) (token string, lost bool, err error) {
	err = s.onceVisible(ctx, username, func() error {
		token, err = s.client.GenerateUserAPIToken(ctx, username)

		return err
	})
	lost = iriusrisk.OutcomeUnknown(err)

	if _, answered := errors.AsType[*iriusrisk.AnswerError](err); lost && !answered && ctx.Err() == nil {
		token, err = s.client.GenerateUserAPIToken(ctx, username)
	}

	if err == nil {
		s.tokens.recordGenerated(username, token)
	}

	return token, lost || iriusrisk.OutcomeUnknown(err), err
}

// userOfToken reads the user whose token is generated. It waits for a user created in this run to become visible.
func (s *providerData) userOfToken(ctx context.Context, username string) (user *iriusrisk.User, err error) {
	err = s.onceVisible(ctx, username, func() error {
		user, err = s.client.GetUser(ctx, username)

		return err
	})

	return user, err
}

// revokeToken revokes a user's API token. It succeeds if the user has no token afterwards.
func (s *providerData) revokeToken(ctx context.Context, username string) error {
	err := s.client.DeleteUserAPIToken(ctx, username)

	if iriusrisk.IsNotFound(err) {
		err = s.confirmRevoked(ctx, username, err)
	} else {
		err = confirmWrite(ctx, err, func(ctx context.Context) (bool, error) {
			token, readErr := s.readToken(ctx, username)

			return token.absent(), readErr
		})
	}

	if err == nil {
		s.tokens.recordRevoked(username)
	}

	return err
}

// confirmRevoked reads the token after a 404 to its DELETE, which may concern the token or the user, or come from a gateway.
// It returns an error if a token is still shown.
func (s *providerData) confirmRevoked(ctx context.Context, username string, notFound error) error {
	token, err := s.readToken(ctx, username)

	switch {
	case err != nil:
		return fmt.Errorf("%w; could not determine whether the token still exists: %w", notFound, err)
	case token.isShown():
		return fmt.Errorf("%w; but IriusRisk shows that the user has a token", notFound)
	default:
		return nil
	}
}
