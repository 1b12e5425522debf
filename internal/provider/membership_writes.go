package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// assignment is one role or business unit of one user.
type assignment struct {
	kind         membershipKind
	username, id string
}

// key identifies the assignment, without case.
func (a assignment) key() [3]string {
	return [3]string{a.kind.attribute, iriusrisk.FoldUsername(a.username), strings.ToLower(a.id)}
}

// assign adds the role or business unit to the user. It succeeds if the user has it afterwards, regardless of the response,
// and records the assignment for the rest of the run.
func (s *providerData) assign(ctx context.Context, a assignment, diags *diag.Diagnostics) bool {
	has := func(ctx context.Context) (bool, error) { return a.kind.freshHas(ctx, s.client, a.username, a.id) }
	err := s.onceAssignable(ctx, a, func() error { return a.kind.add(s.client, ctx, a.username, a.id) })

	// The API documentation does not say how adding a member twice is answered, so after a refusal a read decides.
	if iriusrisk.IsRejected(err) {
		final, cancel := finalContext(ctx)
		defer cancel()

		if assigned, readErr := has(final); readErr == nil && assigned {
			err = nil
		}
	}

	if err = confirmWrite(ctx, err, has); err != nil {
		addAPIError(diags, fmt.Sprintf("assign the %s %s to user %q", a.kind.noun, a.id, a.username), err)

		return false
	}

	s.assigned.add(a.key())

	return true
}

// mayUnassign refuses to remove anything from the user that the provider runs as.
func (s *providerData) mayUnassign(ctx context.Context, kind membershipKind, username string, diags *diag.Diagnostics) bool {
	return s.refuseSelf(ctx, username, fmt.Sprintf("remove a %s from the user it runs as", kind.noun), diags)
}

// unassign removes the role or business unit from the user. It succeeds if the user does not have it afterwards, regardless
// of the response. An assignment that another block of this run ensures is kept, with a warning.
func (s *providerData) unassign(ctx context.Context, a assignment, diags *diag.Diagnostics) bool {
	if s.assigned.has(a.key()) {
		diags.AddWarning(fmt.Sprintf("User %q keeps a %s", a.username, a.kind.noun),
			fmt.Sprintf("The %s %s was not removed from the user, because another resource of this run assigns it. To rename a resource, use a moved block.", a.kind.noun, a.id))

		return true
	}

	err := s.onceAssignable(ctx, a, func() error { return a.kind.remove(s.client, ctx, a.username, a.id) })

	switch {
	case err == nil:
		s.warnOfInvisibleUser(ctx, a, diags)

		return true
	case iriusrisk.IsNotFound(err), iriusrisk.IsRejected(err), iriusrisk.OutcomeUnknown(err):
		// The API documentation does not say how removing an absent member is answered, and a response may be lost, so a
		// read decides.
		err = s.confirmUnassigned(ctx, a, err, diags)
	}

	if err != nil {
		addAPIError(diags, fmt.Sprintf("remove the %s %s from user %q", a.kind.noun, a.id, a.username), err)
	}

	return err == nil
}

// confirmUnassigned reads what the user has after a removal that did not report success. It returns nil if the assignment
// does not exist any more, and otherwise the error of the removal together with the result of the read.
func (s *providerData) confirmUnassigned(ctx context.Context, a assignment, removal error, diags *diag.Diagnostics) error {
	look, cancel := finalContext(ctx)
	defer cancel()

	var has bool

	err := s.onceAssignable(look, a, func() (err error) {
		has, err = a.kind.freshHas(look, s.client, a.username, a.id)

		return err
	})

	switch {
	case iriusrisk.IsNotFound(err):
		if err := s.confirmUserAbsent(look, a.username, err); err != nil {
			return err
		}

		s.warnMissing(look, a.username, fmt.Sprintf("The %s %s is removed from the state.", a.kind.noun, a.id), diags)

		return nil
	case err != nil:
		return fmt.Errorf("%w; could not determine whether the user still has the %s: %w", removal, a.kind.noun, err)
	case has:
		return fmt.Errorf("%w; the user still has the %s", removal, a.kind.noun)
	default:
		return s.confirmVisible(look, a.kind, a.id)
	}
}

// confirmVisible returns an error if the role or business unit is not visible to the caller, or if that cannot be determined:
// its absence from a user's list then proves nothing.
func (s *providerData) confirmVisible(ctx context.Context, kind membershipKind, id string) error {
	if !kind.scoped {
		return nil
	}

	all, err := s.seesAllUsers(ctx)
	if err == nil && all {
		return nil
	}

	var own bool

	if err == nil {
		own, err = s.callerHas(ctx, kind, id)
	}

	switch {
	case err != nil:
		return fmt.Errorf("could not determine whether the %s is visible to the provider's API token: %w", kind.noun, err)
	case !own:
		return fmt.Errorf("the %[1]s is not visible to the provider's API token, which lacks %[2]s and sees only the %[1]ss of its own user, so it is not known whether the user has it. "+
			"Use an API token with %[2]s, or stop managing the %[1]s with a removed block that sets destroy = false, or with terraform state rm", kind.noun, permissionAllUsers)
	default:
		return nil
	}
}

// callerHas reports whether the user that the provider runs as has the role or business unit.
func (s *providerData) callerHas(ctx context.Context, kind membershipKind, id string) (bool, error) {
	self, err := s.directory.Profile(ctx)
	if err != nil {
		return false, err
	}

	return kind.freshHas(ctx, s.client, self.Username, id)
}

// permissionAllUsers is the permission to see every user with all of their business units (documented: UsersApi).
const permissionAllUsers = "ALL_USERS_UPDATE"

// seesAllUsers reports whether the caller sees all users and business units, not only its own business units and their users.
func (s *providerData) seesAllUsers(ctx context.Context) (bool, error) {
	permissions, err := s.directory.Permissions(ctx)

	return slices.Contains(permissions, permissionAllUsers), err
}

// warnOfInvisibleUser warns if the removal of a business unit has hidden the user from the caller.
func (s *providerData) warnOfInvisibleUser(ctx context.Context, a assignment, diags *diag.Diagnostics) {
	if !a.kind.scoped {
		return
	}

	if all, err := s.seesAllUsers(ctx); err != nil || all {
		return
	}

	if _, err := a.kind.freshIDs(ctx, s.client, a.username); iriusrisk.IsNotFound(err) {
		s.hidden.add(iriusrisk.FoldUsername(a.username))
		diags.AddWarning(fmt.Sprintf("User %q is no longer visible to the provider's API token", a.username),
			fmt.Sprintf("The %[1]s %[2]s was the last one that the user shared with the user that the provider runs as. "+
				"Without the permission %[3]s the provider sees only users who share a %[1]s with the user that it runs as, so it can no longer read or change this user. Use an API token with %[3]s.", a.kind.noun, a.id, permissionAllUsers))
	}
}
