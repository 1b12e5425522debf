package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// The values of revoke_on_disable.
const (
	revokeSessions = "sessions"
	revokeAPIToken = "api_token"
)

// defaultRevocations is the default of revoke_on_disable.
var defaultRevocations = types.SetValueMust(types.StringType, []attr.Value{types.StringValue(revokeSessions)})

// disableUser disables a user, unless the fresh user shows that this is not needed, and then revokes the access that they
// still have: a session, or perhaps an API token, continues to work. revoke holds values of revoke_on_disable. A failed
// revocation is a warning, because the user is disabled. The caller holds the user's lock, and has made sure that the
// user is not the one that the provider runs as.
func (s *providerData) disableUser(ctx context.Context, username string, user *iriusrisk.User, revoke []string, diags *diag.Diagnostics) error {
	// A user whom this run has created had no access before, so the limit does not concern them.
	if (user.Enabled == nil || *user.Enabled) && !s.created.has(iriusrisk.FoldUsername(username)) {
		if err := s.removals.begin(username); err != nil {
			return err
		}
	}

	changed, err := s.setEnabled(ctx, username, user, false)

	// The next plan shows no change if the request took effect, so only this error tells what remains.
	if iriusrisk.OutcomeUnknown(err) && len(revoke) > 0 {
		err = fmt.Errorf("%w; if the user is disabled nevertheless, nothing was revoked: their sessions may continue, and their API token may still work", err)
	}

	if err == nil && changed {
		s.disabled.add(strings.ToLower(user.ID))
	}

	// Another block of this run may have disabled the user before, and may have revoked less. A user whom this run has created
	// has no sessions yet, and no API token but one of this run.
	if err != nil || !s.disabled.has(strings.ToLower(user.ID)) || s.created.has(iriusrisk.FoldUsername(username)) {
		return err
	}

	if slices.Contains(revoke, revokeSessions) {
		s.endSessionsOfDisabled(ctx, username, diags)
	}

	if slices.Contains(revoke, revokeAPIToken) {
		s.revokeTokenOfDisabled(ctx, username, user, diags)
	}

	return nil
}

// enableUser enables a user, unless the fresh user shows that this is not needed.
func (s *providerData) enableUser(ctx context.Context, username string, user *iriusrisk.User) error {
	_, err := s.setEnabled(ctx, username, user, true)

	return err
}

// setEnabled enables or disables a user, and reports whether it sent a request for that.
func (s *providerData) setEnabled(ctx context.Context, username string, user *iriusrisk.User, enabled bool) (changed bool, err error) {
	if user.Enabled != nil && *user.Enabled == enabled {
		return false, nil
	}

	write := s.client.DisableUser
	if enabled {
		write = s.client.EnableUser
	}

	err = s.onceVisible(ctx, username, func() error { return write(ctx, username) })

	return true, confirmWrite(ctx, err, func(ctx context.Context) (bool, error) {
		now, err := s.client.GetUser(ctx, username)

		return err == nil && now.Enabled != nil && *now.Enabled == enabled, err
	})
}

// endSessionsOfDisabled ends the sessions of a user who has just been disabled.
func (s *providerData) endSessionsOfDisabled(ctx context.Context, username string, diags *diag.Diagnostics) {
	if err := s.endSessions(ctx, username); err != nil {
		diags.AddWarning(fmt.Sprintf("The sessions of disabled user %q may continue", username),
			"The user was disabled, but their sessions could not be ended, so a user who is signed in may stay signed in. The next plan does not show this. "+
				"End the sessions in IriusRisk or with the action iriusrisk_revoke_user_sessions. "+explain(err))
	}
}

// endSessions ends all sessions of a user. It succeeds if the user has none afterwards. The API documentation does not say
// how ending no sessions is answered, so a read decides after a 404 as well.
func (s *providerData) endSessions(ctx context.Context, username string) error {
	err := s.client.DeleteUserSessions(ctx, username)
	if !iriusrisk.IsNotFound(err) && !iriusrisk.OutcomeUnknown(err) {
		return err
	}

	final, cancel := finalContext(ctx)
	defer cancel()

	count, readErr := s.client.CountUserSessions(final, username)

	switch {
	case readErr != nil:
		return fmt.Errorf("%w; could not determine whether the user still has sessions: %w", err, readErr)
	case count > 0:
		return fmt.Errorf("%w; IriusRisk shows that the user still has sessions", err)
	default:
		return nil
	}
}

// revokeTokenOfDisabled revokes the API token of a user who has just been disabled. A token that another block of this run
// has generated is kept. user is from before the disabling. If it shows that there is no token, no request is sent.
func (s *providerData) revokeTokenOfDisabled(ctx context.Context, username string, user *iriusrisk.User, diags *diag.Diagnostics) {
	if s.tokens.isGenerated(username) {
		diags.AddWarning(fmt.Sprintf("The API token of disabled user %q was kept", username),
			"The user was disabled, but their API token was not revoked, because another block of this run has generated it, so the token may still work. To revoke it, remove that block.")

		return
	}

	if token, err := s.existingToken(ctx, user); err == nil && token.absent() {
		return
	}

	if err := s.revokeToken(ctx, username); err != nil {
		diags.AddWarning(fmt.Sprintf("The API token of disabled user %q may still work", username),
			"The user was disabled, but their API token could not be revoked, so it still exists. The next plan does not show this. Revoke the token in IriusRisk. "+explain(err))
	}
}
