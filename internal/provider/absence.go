package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// removeMissing removes a resource from the state with a warning after the API answered that there is no such user. If
// the absence cannot be confirmed, it adds an error and keeps the state. removed is a sentence about what is removed from
// the state.
func (s *providerData) removeMissing(ctx context.Context, attempt, username, removed string, notFound error, resp *resource.ReadResponse) {
	if err := s.confirmAbsent(ctx, notFound); err != nil {
		addAPIError(&resp.Diagnostics, attempt, err)

		return
	}

	s.warnMissing(ctx, username, removed, &resp.Diagnostics)
	resp.State.RemoveResource(ctx)
}

// warnMissing warns that the API has no such user. The response is the same for an existing user that the caller cannot
// see: without ALL_USERS_UPDATE it sees only users who share one of its business units. removed is a sentence that ends the warning.
func (s *providerData) warnMissing(ctx context.Context, username, removed string, diags *diag.Diagnostics) {
	detail := "IriusRisk has no such user. The user was deleted outside Terraform. "
	if all, err := s.seesAllUsers(ctx); err != nil || !all {
		detail = "IriusRisk reports no such user. Either the user was deleted outside Terraform, or the provider's API token can no longer see them. " +
			"Without the permission ALL_USERS_UPDATE, the token sees only users who share a business unit with the user that it belongs to. A user that it cannot see still exists and keeps their access. "
	}

	diags.AddWarning(fmt.Sprintf("User %q was not found", username), detail+removed)
}

// confirmAbsent checks that a 404 proves absence. A wrong endpoint, or a gateway during a restart, answers every request
// with 404, so the caller's own profile must be readable after the 404. If it is not, confirmAbsent returns an error that
// wraps both failures.
func (s *providerData) confirmAbsent(ctx context.Context, notFound error) error {
	if _, err := s.directory.FreshProfile(ctx); err != nil {
		return fmt.Errorf("%w; cannot verify whether it was deleted, because the user that the provider runs as cannot be read either (check the endpoint): %w", notFound, err)
	}

	return nil
}

// confirmUserAbsent is confirmAbsent for a 404 about a user. It returns an error for a user that this run has hidden: the
// user exists, and so does the object that was to be destroyed.
func (s *providerData) confirmUserAbsent(ctx context.Context, username string, notFound error) error {
	if s.hidden.has(iriusrisk.FoldUsername(username)) {
		return fmt.Errorf("%w; the user exists, but is no longer visible: this run has removed the last business unit that they shared with the user that the provider runs as, who lacks %s. "+
			"Destroy the user with an API token that has %s", notFound, permissionAllUsers, permissionAllUsers)
	}

	return s.confirmAbsent(ctx, notFound)
}

// absentSinceListed reports whether a listed user was deleted since they were listed. err is the result of reading something
// of the user, which is an attemptError if it failed. Only a 404 to it, a 404 to a read of the user and proof that the API is
// reachable show that the user was deleted; any other failure is returned as an attemptError.
func (s *providerData) absentSinceListed(ctx context.Context, username string, err error) (absent bool, failure error) {
	if !iriusrisk.IsNotFound(err) {
		return false, err
	}

	_, readErr := s.client.GetUser(ctx, username)

	switch {
	case readErr == nil:
		return false, err
	case iriusrisk.IsNotFound(readErr):
		readErr = s.confirmAbsent(ctx, readErr)
	}

	if attempted, ok := errors.AsType[*attemptError](err); ok && readErr != nil {
		readErr = &attemptError{attempt: attempted.attempt, cause: readErr}
	}

	return readErr == nil, readErr
}

// deletedWhileListed is the reason to leave out a user who was deleted since they were listed.
const deletedWhileListed = "The user was listed, but IriusRisk then reported that they do not exist: they were deleted while the list was read."

// addLeftOut warns that a list leaves out a user.
func addLeftOut(diags *diag.Diagnostics, username, reason string) {
	diags.AddWarning(fmt.Sprintf("User %q is left out", username), reason)
}

// userAbsent removes a resource from the state after the list of its user's memberships was answered with 404. The user
// counts as absent only if a read of the user is answered with 404 too; otherwise it adds an error and keeps the state.
func (s *providerData) userAbsent(ctx context.Context, kind membershipKind, username string, notFound error, resp *resource.ReadResponse) {
	attempt := fmt.Sprintf("read the %ss of user %q", kind.noun, username)

	switch _, err := s.client.GetUser(ctx, username); {
	case iriusrisk.IsNotFound(err):
		s.removeMissing(ctx, attempt, username, "The resource is removed from the state.", err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, attempt, fmt.Errorf("%w; could not determine whether the user exists: %w", notFound, err))
	default:
		addAPIError(&resp.Diagnostics, attempt, fmt.Errorf("%w; the user exists", notFound))
	}
}
