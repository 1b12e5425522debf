package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// removeUser deletes a user or, with the policy "disable", disables them and revokes their access as disableUser does. The
// caller holds the user's lock, has read the user, and has made sure that they are not the one that the provider runs as.
func (s *providerData) removeUser(ctx context.Context, user *iriusrisk.User, policy string, revoke []string, diags *diag.Diagnostics) {
	attempt := fmt.Sprintf("delete user %q", user.Username)

	var err error
	if policy == policyDisable {
		attempt = fmt.Sprintf("disable user %q", user.Username)
		err = s.disableUser(ctx, user.Username, user, revoke, diags)
	} else if err = s.removals.begin(user.Username); err == nil {
		err = s.client.DeleteUser(ctx, user.Username)
	}

	if err != nil {
		s.confirmRemoval(ctx, user, attempt, err, diags)
	}
}

// confirmRemoval reads the user after a failed deletion or disabling. After a 404 or an unknown outcome, that read decides
// whether it succeeded. Any other failure is an error.
func (s *providerData) confirmRemoval(ctx context.Context, user *iriusrisk.User, attempt string, cause error, diags *diag.Diagnostics) {
	if !iriusrisk.IsNotFound(cause) && !iriusrisk.OutcomeUnknown(cause) {
		addAPIError(diags, attempt, cause)

		return
	}

	final, cancel := finalContext(ctx)
	defer cancel()

	now, err := s.client.GetUser(final, user.Username)

	switch {
	case iriusrisk.IsNotFound(err):
		s.confirmDeleted(final, user.Username, err, diags)
	case err != nil:
		addAPIError(diags, attempt, fmt.Errorf("%w; cannot determine whether it took effect: %w", cause, err))
	case !strings.EqualFold(now.ID, user.ID):
		// The user was deleted, and a different one has since been created under the same username.
	default:
		addAPIError(diags, attempt, cause)
	}
}

// confirmDeleted reports whether a 404 proves that the user does not exist, and adds an error if it does not.
func (s *providerData) confirmDeleted(ctx context.Context, username string, notFound error, diags *diag.Diagnostics) bool {
	if err := s.confirmUserAbsent(ctx, username, notFound); err != nil {
		addAPIError(diags, fmt.Sprintf("verify that user %q does not exist", username), err)

		return false
	}

	return true
}
