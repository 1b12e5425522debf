package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// create looks the username up, sends the request, and reads the user back if the outcome is unknown. It returns nil and
// adds an error if there is no user to continue with. existed is true for an existing user who is to be adopted.
func (r *userResource) create(ctx context.Context, plan *userResourceModel, request iriusrisk.CreateUserRequest, diags *diag.Diagnostics) (user *iriusrisk.User, existed bool) {
	existing, err := r.client.GetUser(ctx, request.Username)

	switch {
	case err == nil:
		return plan.adoptOrConflict(existing, "", diags)
	case !iriusrisk.IsNotFound(err):
		addAPIError(diags, fmt.Sprintf("look up username %q before creating it", request.Username), err)

		return nil, false
	}

	user, err = r.client.CreateUser(ctx, request)
	if err == nil || iriusrisk.OutcomeUnknown(err) {
		r.noteCreated(request.Username)
	}

	switch {
	case err == nil && user != nil:
		return user, false
	case err == nil:
		return r.readCreated(ctx, request.Username, diags), false
	case iriusrisk.OutcomeUnknown(err):
		return r.findCreated(ctx, request, err, diags), false
	case iriusrisk.IsRejected(err):
		// The text of the error does not reliably identify a duplicate, so the username is looked up. If the request was
		// sent more than once, an earlier attempt may have taken effect.
		if found, readErr := r.client.GetUser(ctx, request.Username); readErr == nil {
			if iriusrisk.WasRetried(err) && hasProfile(found, request) {
				return found, false
			}

			return plan.adoptOrConflict(found, " "+explain(err), diags)
		}

		diags.AddError(fmt.Sprintf("Unable to create user %q", request.Username), explain(err)+"\n\n"+uniqueAddressHint)

		return nil, false
	}

	addAPIError(diags, fmt.Sprintf("create user %q", request.Username), err)

	return nil, false
}

// uniqueAddressHint explains the most frequent reason why IriusRisk rejects a creation.
const uniqueAddressHint = "E-mail addresses are unique in IriusRisk. If a user that this run replaces still has the address, remove create_before_destroy from this resource and from all resources that depend on it, because Terraform applies it to this resource as well."

// adoptOrConflict returns an existing user if the configuration adopts them, and otherwise adds an error.
func (m *userResourceModel) adoptOrConflict(existing *iriusrisk.User, remark string, diags *diag.Diagnostics) (user *iriusrisk.User, existed bool) {
	if m.AdoptExisting.ValueBool() {
		return existing, true
	}

	addConflict(diags, existing, remark)

	return nil, false
}

// adopt updates an existing user to match the plan, and reports whether everything does.
func (r *userResource) adopt(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, password *string, diags *diag.Diagnostics) bool {
	change := plan.wholeProfile(password)

	return r.mayUpdate(ctx, user, change, !plan.Enabled.ValueBool(), diags) &&
		r.update(ctx, user, change, plan, diags) &&
		r.changeAccess(ctx, user, plan, nil, false, diags)
}

// completeCreate sets what the creation itself does not: access, roles, business units, and the fields of the profile that
// the server ignored. It reports whether everything matches the plan, and otherwise sets the plan to what the server has.
func (r *userResource) completeCreate(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, diags *diag.Diagnostics) bool {
	change := plan.wholeProfile(nil)

	// A server may ignore a field of the request, such as passwordExpired (inferred).
	updated := len(change.ignored(user)) == 0 || r.update(ctx, user, change, plan, diags)

	return r.changeAccess(ctx, user, plan, nil, true, diags) && updated
}

// readCreated reads the user after a POST that succeeded without a response body. The username was free before, so the user
// is the new one. If the read fails, readCreated returns a user without an id. If there is no user with the username, the
// server may have changed its spelling, and readCreated returns nil.
func (r *userResource) readCreated(ctx context.Context, username string, diags *diag.Diagnostics) (user *iriusrisk.User) {
	final, cancel := finalContext(ctx)
	defer cancel()

	err := r.onceVisible(final, username, func() (err error) {
		user, err = r.client.GetUser(final, username)

		return err
	})

	switch {
	case err == nil:
		return user
	case iriusrisk.IsNotFound(err) && !errors.Is(err, errWaitInterrupted):
		addMayExist(diags, username, "IriusRisk reported that the creation succeeded, but now has no user with this username. The server may have changed the spelling of the username. "+explain(err))

		return nil
	default:
		addAPIError(diags, fmt.Sprintf("read the new user %q", username), fmt.Errorf("%w; %s", err, partialUser))

		return &iriusrisk.User{Username: username}
	}
}

// findCreated looks for the user after a POST with an unknown outcome, for a few seconds if the server may still be creating
// them. The username was free before, so a user who now has it, with the profile that was sent, is the new one.
func (r *userResource) findCreated(ctx context.Context, request iriusrisk.CreateUserRequest, cause error, diags *diag.Diagnostics) *iriusrisk.User {
	final, cancel := finalContext(ctx)
	defer cancel()

	var user *iriusrisk.User

	err := r.whileNew(final, iriusrisk.MayBeUnderWay(cause), func() (err error) {
		user, err = r.client.GetUser(final, request.Username)

		return err
	})

	// The server responded, so it may have created the user with another spelling of the username.
	_, answered := errors.AsType[*iriusrisk.AnswerError](cause)

	switch {
	case err == nil && hasProfile(user, request):
		return user
	case err == nil:
		addConflict(diags, user, " The outcome of the provider's request to create the user is unknown, and the existing user has a different profile.")
	case iriusrisk.IsNotFound(err) && !errors.Is(err, errWaitInterrupted) && !answered:
		addAPIError(diags, fmt.Sprintf("create user %q", request.Username), fmt.Errorf("%w; IriusRisk still has no such user, so probably nothing was created", cause))
	default:
		addMayExist(diags, request.Username, "The request to create the user was sent, but the provider cannot determine whether it took effect: "+explain(cause))
	}

	return nil
}

// addMayExist adds an error about a creation whose outcome is unknown.
func addMayExist(diags *diag.Diagnostics, username, reason string) {
	diags.AddError(fmt.Sprintf("User %q may have been created", username),
		fmt.Sprintf("%s\n\nIf the user exists, import them, or delete them in IriusRisk and apply again:\n\n%s", reason, importBlock("iriusrisk_user", username)))
}

// hasProfile reports whether the server shows exactly the profile that was sent.
func hasProfile(user *iriusrisk.User, sent iriusrisk.CreateUserRequest) bool {
	return strings.EqualFold(user.Username, sent.Username) &&
		user.Email != nil && strings.EqualFold(*user.Email, sent.Email) &&
		user.FirstName != nil && *user.FirstName == sent.FirstName &&
		user.LastName != nil && *user.LastName == sent.LastName
}

// addConflict adds an error about a username that is taken, with the ways to manage the existing user.
func addConflict(diags *diag.Diagnostics, user *iriusrisk.User, remark string) {
	diags.AddError(fmt.Sprintf("User %q already exists", user.Username),
		fmt.Sprintf("IriusRisk already has a user with this username (id %s), who was not changed.%s\n\n"+
			"If this configuration managed the user under another resource address, such as another name, module or for_each key, add a moved block:\n\n"+
			"moved {\n  from = iriusrisk_user.old\n  to   = iriusrisk_user.new\n}\n\n"+
			"If the user is not managed by Terraform yet, import them, or set adopt_existing = true:\n\n%s\n\n"+
			"If this replaces a user of this configuration, remove create_before_destroy: usernames and e-mail addresses are unique.",
			user.ID, remark, importBlock("iriusrisk_user", user.Username)))
}

// partialUser is the part of an error that says what happens to a partially created user.
const partialUser = "the user is in the state, marked as tainted, and the next apply replaces them"

// undoCreate deletes a partially created user of this run if a fresh read shows the same user. It reports whether the user
// no longer exists.
func (r *userResource) undoCreate(ctx context.Context, created *iriusrisk.User, diags *diag.Diagnostics) bool {
	undo, cancel := finalContext(ctx)
	defer cancel()

	err := r.deleteCreated(undo, created)

	if different, ok := errors.AsType[*differentUserError](err); ok {
		diags.AddWarning(fmt.Sprintf("Username %q now belongs to a different user", created.Username),
			fmt.Sprintf("The user with the id %s was only partially created, and has since been deleted outside Terraform. The user with the id %s, who now has the username, was not changed.", created.ID, different.id))

		return true
	}

	if err != nil {
		diags.AddError(fmt.Sprintf("User %q was only partially created", created.Username),
			fmt.Sprintf("A step after the creation of the user failed, and the provider could not delete the user: %s. %s", partialUser, explain(err)))

		return false
	}

	diags.AddWarning(fmt.Sprintf("New user %q was deleted", created.Username), "A step after the creation of the user failed, so the provider deleted the user. The next apply creates them again.")

	return true
}

// differentUserError reports that a different user now has the username.
type differentUserError struct{ id string }

// Error implements error.
func (e *differentUserError) Error() string {
	return "the username belongs to the user with the id " + e.id
}

// deleteCreated deletes a user that this run has created. After a 404 or an unknown outcome, it returns nil only if a read
// proves that the user does not exist.
func (r *userResource) deleteCreated(ctx context.Context, created *iriusrisk.User) error {
	var user *iriusrisk.User

	err := r.onceVisible(ctx, created.Username, func() (err error) {
		user, err = r.client.GetUser(ctx, created.Username)

		return err
	})
	if err != nil {
		return err
	}

	if !strings.EqualFold(user.ID, created.ID) {
		return &differentUserError{id: user.ID}
	}

	err = r.client.DeleteUser(ctx, created.Username)
	if err == nil || (!iriusrisk.IsNotFound(err) && !iriusrisk.OutcomeUnknown(err)) {
		return err
	}

	now, readErr := r.client.GetUser(ctx, created.Username)

	switch {
	case iriusrisk.IsNotFound(readErr):
		return r.confirmAbsent(ctx, readErr)
	case readErr == nil && !strings.EqualFold(now.ID, created.ID):
		return &differentUserError{id: now.ID}
	default:
		return err
	}
}

// sendResetPasswordEmail requests the e-mail. A failure is a warning, because the user exists.
func (r *userResource) sendResetPasswordEmail(ctx context.Context, username string, diags *diag.Diagnostics) {
	if err := r.client.SendResetPasswordEmail(ctx, username); err != nil {
		diags.AddWarning(fmt.Sprintf("The reset-password e-mail for user %q may not have been sent", username),
			"The user was created, but the e-mail with the link to set a password may not have been sent. Send it from IriusRisk or with the action iriusrisk_send_reset_password_email. "+explain(err))
	}
}
