package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// assign adds one role or business unit to a user and succeeds when, whatever the answer, the user has it afterwards. It
// notes the membership as ensured in this run.
func (s *providerData) assign(ctx context.Context, kind membershipKind, username, id string, diags *diag.Diagnostics) bool {
	err := s.onceVisible(ctx, username, func() error { return kind.add(ctx, s.client, username, id) })

	// The contract does not say what adding a member twice answers, so after a refusal the list decides.
	if iriusrisk.IsRejected(err) {
		if has, lookErr := kind.has(ctx, s.client, username, id); lookErr == nil && has {
			err = nil
		}
	}

	err = confirmWrite(ctx, err, func(ctx context.Context) (bool, error) { return kind.has(ctx, s.client, username, id) })
	if err != nil {
		addAPIError(diags, fmt.Sprintf("assign the %s %s to user %q", kind.noun, id, username), err)

		return false
	}

	s.grants.add(kind, username, id)

	return true
}

// mayUnassign refuses to remove anything from the user that the provider runs as.
func (s *providerData) mayUnassign(ctx context.Context, kind membershipKind, username string, diags *diag.Diagnostics) bool {
	return s.refuseSelf(ctx, username, fmt.Sprintf("remove a %s from the user it runs as", kind.noun), diags)
}

// unassign removes one role or business unit from a user and succeeds when, whatever the answer, the user does not have
// it afterwards, or when another block of this run has ensured that they have it, which is a warning.
func (s *providerData) unassign(ctx context.Context, kind membershipKind, username, id string, diags *diag.Diagnostics) bool {
	if s.grants.has(kind, username, id) {
		diags.AddWarning(fmt.Sprintf("User %q keeps a %s", username, kind.noun),
			fmt.Sprintf("The %s %s was not removed from the user, because another resource of this run assigns it to them. To rename a resource, use a moved block.", kind.noun, id))

		return true
	}

	err := s.onceVisible(ctx, username, func() error { return kind.remove(ctx, s.client, username, id) })

	switch {
	case err == nil:
		s.warnOfInvisibleUser(ctx, kind, username, id, diags)

		return true
	case iriusrisk.IsNotFound(err), iriusrisk.IsRejected(err), iriusrisk.OutcomeUnknown(err):
		// The contract does not say what removing a member who is not there answers, and an answer may be lost, so what
		// the user has afterwards decides.
		err = s.confirmUnassigned(ctx, kind, username, id, err, diags)
	}

	if err != nil {
		addAPIError(diags, fmt.Sprintf("remove the %s %s from user %q", kind.noun, id, username), err)
	}

	return err == nil
}

// confirmUnassigned looks at what a user has after a removal that was not answered with success. It returns nil when the
// membership does not exist any more, and otherwise the answer to the removal together with what was seen.
func (s *providerData) confirmUnassigned(ctx context.Context, kind membershipKind, username, id string, answer error, diags *diag.Diagnostics) error {
	look, cancel := finalContext(ctx)
	defer cancel()

	has, err := kind.has(look, s.client, username, id)

	switch {
	case iriusrisk.IsNotFound(err):
		if err := s.confirmUserAbsent(look, username, err); err != nil {
			return err
		}

		s.warnMissing(look, username, fmt.Sprintf("Their %s %s is removed from the state.", kind.noun, id), diags)

		return nil
	case err != nil:
		return fmt.Errorf("%w; whether the user still has the %s could not be found out: %w", answer, kind.noun, err)
	case has:
		return fmt.Errorf("%w; the user still has the %s", answer, kind.noun)
	default:
		return s.confirmVisible(look, kind, id)
	}
}

// userAbsent removes an object from the state because the list of what its user has is answered 404. That the user does
// not exist has to be the answer to a read of the user too, or it is an error and the state stays.
func (s *providerData) userAbsent(ctx context.Context, kind membershipKind, username, removed string, notFound error, resp *resource.ReadResponse) {
	attempt := fmt.Sprintf("read the %ss of user %q", kind.noun, username)

	switch _, err := s.client.GetUser(ctx, username); {
	case iriusrisk.IsNotFound(err):
		s.removeMissing(ctx, attempt, username, removed, err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, attempt, fmt.Errorf("%w; whether the user exists could not be found out: %w", notFound, err))
	default:
		addAPIError(&resp.Diagnostics, attempt, fmt.Errorf("%w; the user exists", notFound))
	}
}

// confirmVisible returns an error when the list of what a user has cannot show a member to the caller, so that its not
// being listed proves nothing, or when that cannot be found out.
func (s *providerData) confirmVisible(ctx context.Context, kind membershipKind, id string) error {
	if !kind.scoped {
		return nil
	}

	all, err := s.seesAllUsers(ctx)
	if err != nil {
		return fmt.Errorf("whether the provider's API token sees the %s cannot be found out: %w", kind.noun, err)
	}

	if all {
		return nil
	}

	self, err := s.directory.Profile(ctx)
	if err != nil {
		return fmt.Errorf("whether the provider's API token sees the %s cannot be found out: %w", kind.noun, err)
	}

	switch own, err := kind.has(ctx, s.client, self.Username, id); {
	case err != nil:
		return fmt.Errorf("whether the provider's API token sees the %s cannot be found out: %w", kind.noun, err)
	case !own:
		return fmt.Errorf("the %[1]s is not visible to the provider's API token, which lacks %[2]s and sees only the %[1]ss of its own user, so whether the user has it is not known. "+
			"Use an API token with %[2]s, or stop managing the %[1]s with a removed block that sets destroy = false, or with terraform state rm", kind.noun, permissionAllUsers)
	}

	return nil
}

// permissionAllUsers is the permission whose holders see all users with all that they have (documented: UsersApi).
const permissionAllUsers = "ALL_USERS_UPDATE"

// seesAllUsers reports whether the caller sees all users and business units, not only those of its own business units.
func (s *providerData) seesAllUsers(ctx context.Context) (bool, error) {
	permissions, err := s.directory.Permissions(ctx)

	return slices.Contains(permissions, permissionAllUsers), err
}

// warnOfInvisibleUser warns when the removal of a business unit has hidden the user from the caller.
func (s *providerData) warnOfInvisibleUser(ctx context.Context, kind membershipKind, username, id string, diags *diag.Diagnostics) {
	if !kind.scoped {
		return
	}

	if all, err := s.seesAllUsers(ctx); err != nil || all {
		return
	}

	if _, err := kind.list(ctx, s.client, username); iriusrisk.IsNotFound(err) {
		s.hidden.add(username)
		diags.AddWarning(fmt.Sprintf("User %q is no longer visible to the provider's API token", username),
			fmt.Sprintf("The %[1]s %[2]s was the last one that the user shared with the user that the provider runs as, who lacks %[3]s and sees only users of its own %[1]ss. "+
				"Whatever else this configuration manages of the user can be neither read nor changed any more. Use an API token with %[3]s.", kind.noun, id, permissionAllUsers))
	}
}
