package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// create looks the username up, sends the request, and decides by looking again whenever the answer leaves it open.
// It returns nil when there is no user to go on with, the reason being in diags; existed tells a user who was there
// before and may be adopted from a new one.
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
		// Whether it was for a duplicate is in no words to rely on, so the username is looked up. If the request was sent
		// more than once, it may be an earlier attempt that took effect.
		if found, lookErr := r.client.GetUser(ctx, request.Username); lookErr == nil {
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

// uniqueAddressHint explains the most frequent refusal of a creation.
const uniqueAddressHint = "E-mail addresses are unique in IriusRisk. If the address is still that of a user whom this run replaces, remove create_before_destroy from the user and from everything that depends on it: " +
	"Terraform applies it to the user as well."

// adoptOrConflict returns a user who exists already if the configuration wants them adopted, and else adds the conflict.
func (m *userResourceModel) adoptOrConflict(existing *iriusrisk.User, remark string, diags *diag.Diagnostics) (user *iriusrisk.User, existed bool) {
	if m.AdoptExisting.ValueBool() {
		return existing, true
	}

	addConflict(diags, existing, remark)

	return nil, false
}

// adopt makes an existing user what the plan says, and reports whether everything is as planned.
func (r *userResource) adopt(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, password *string, diags *diag.Diagnostics) bool {
	change := plan.wholeProfile(password)

	return r.mayUpdate(ctx, user, change, !plan.Enabled.ValueBool(), diags) &&
		r.update(ctx, user, change, plan, diags) &&
		r.changeAccess(ctx, user, plan, nil, diags)
}

// completeCreate brings a new user to the plan: what the server made of the profile that was sent, access, roles and business
// units. It reports whether everything is as planned; what is not is in the plan as the server has it.
func (r *userResource) completeCreate(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, diags *diag.Diagnostics) bool {
	change := plan.wholeProfile(nil)

	// A server may ignore a field of the request, such as passwordExpired (inferred).
	profile := len(change.ignored(user)) == 0 || r.update(ctx, user, change, plan, diags)

	return r.changeAccess(ctx, user, plan, nil, diags) && profile
}

// readCreated reads the user after a POST that was answered without a body. They were absent before and the POST
// succeeded, so they are the new one. When they cannot be read, it returns a user without an id; when there is no user of
// that name, the server may have stored another one, and it returns nil.
func (r *userResource) readCreated(ctx context.Context, username string, diags *diag.Diagnostics) (user *iriusrisk.User) {
	look, cancel := finalContext(ctx)
	defer cancel()

	err := r.onceVisible(look, username, func() (err error) {
		user, err = r.client.GetUser(look, username)

		return err
	})

	switch {
	case err == nil:
		return user
	case iriusrisk.IsNotFound(err):
		addMayExist(diags, username, "IriusRisk answered the creation with success, but has no user of this name afterwards: the server may have changed the spelling of the username. "+explain(err))

		return nil
	default:
		addAPIError(diags, fmt.Sprintf("read the new user %q", username), fmt.Errorf("%w; %s", err, partialUser))

		return &iriusrisk.User{Username: username}
	}
}

// findCreated looks for the user after a POST whose answer is lost. The user was absent before, so one who is there now
// with the profile that was sent is the new one.
func (r *userResource) findCreated(ctx context.Context, request iriusrisk.CreateUserRequest, cause error, diags *diag.Diagnostics) *iriusrisk.User {
	look, cancel := finalContext(ctx)
	defer cancel()

	user, err := r.client.GetUser(look, request.Username)

	// Something answered, so the user may be there under a username that the server made of this one.
	_, answered := errors.AsType[*iriusrisk.AnswerError](cause)

	switch {
	case err == nil && hasProfile(user, request):
		return user
	case err == nil:
		addConflict(diags, user, " The answer to the provider's own request to create this user did not arrive, and the user who is there now has another profile.")
	case iriusrisk.IsNotFound(err) && !answered:
		addAPIError(diags, fmt.Sprintf("create user %q", request.Username), fmt.Errorf("%w; IriusRisk has no such user afterwards, so nothing was created", cause))
	default:
		addMayExist(diags, request.Username, "The request to create the user was sent, but whether it took effect could not be found out: "+explain(cause))
	}

	return nil
}

// addMayExist reports a creation whose outcome is unknown.
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

// addConflict says that the username is taken, and how to manage the user.
func addConflict(diags *diag.Diagnostics, user *iriusrisk.User, remark string) {
	diags.AddError(fmt.Sprintf("User %q already exists", user.Username),
		fmt.Sprintf("IriusRisk already has a user with this username (id %s), who was not changed.%s\n\n"+
			"If this configuration managed the user under another address, such as another name, module or for_each key, add a moved block:\n\n"+
			"moved {\n  from = iriusrisk_user.old\n  to   = iriusrisk_user.new\n}\n\n"+
			"If the user is not managed by Terraform yet, import them, or set adopt_existing = true:\n\n%s\n\n"+
			"If this replaces a user of this configuration, remove create_before_destroy: usernames and e-mail addresses are unique.",
			user.ID, remark, importBlock("iriusrisk_user", user.Username)))
}

// partialUser says what becomes of a partially created user.
const partialUser = "the user is in the state, marked as tainted, and the next apply replaces them"

// undoCreate deletes a user whom this run has created and could not finish, if a fresh read shows the same user. It
// reports whether the user does not exist any more.
func (r *userResource) undoCreate(ctx context.Context, created *iriusrisk.User, diags *diag.Diagnostics) bool {
	undo, cancel := finalContext(ctx)
	defer cancel()

	err := r.deleteCreated(undo, created)

	if different, ok := errors.AsType[*differentUserError](err); ok {
		diags.AddWarning(fmt.Sprintf("Username %q now belongs to a different user", created.Username),
			fmt.Sprintf("The user with the id %s was created but could not be finished, and was deleted outside Terraform since. The user with the id %s, who has the username now, was not changed.", created.ID, different.id))

		return true
	}

	if err != nil {
		diags.AddError(fmt.Sprintf("User %q was only partially created", created.Username),
			fmt.Sprintf("The user was created, could not be finished, and could not be deleted again either: %s. %s", partialUser, explain(err)))

		return false
	}

	diags.AddWarning(fmt.Sprintf("User %q was deleted again", created.Username), "The user was created but could not be finished, so they were deleted again. The next apply creates them again.")

	return true
}

// differentUserError says that another user has the username now.
type differentUserError struct{ id string }

// Error implements error.
func (e *differentUserError) Error() string {
	return "the username belongs to the user with the id " + e.id
}

// deleteCreated deletes the user whom this run has created. It returns nil once a read proves that they do not exist.
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

	now, lookErr := r.client.GetUser(ctx, created.Username)

	switch {
	case iriusrisk.IsNotFound(lookErr):
		return r.confirmAbsent(ctx, lookErr)
	case lookErr == nil && !strings.EqualFold(now.ID, created.ID):
		return &differentUserError{id: now.ID}
	default:
		return err
	}
}

// sendResetPasswordEmail has IriusRisk send the e-mail. A failure is a warning, because the user exists.
func (r *userResource) sendResetPasswordEmail(ctx context.Context, username string, diags *diag.Diagnostics) {
	if err := r.client.SendResetPasswordEmail(ctx, username); err != nil {
		diags.AddWarning(fmt.Sprintf("No reset-password e-mail for user %q", username),
			"The user was created, but the e-mail with the link to choose a password may not have been sent. Send it from IriusRisk, or by the action iriusrisk_send_reset_password_email. "+explain(err))
	}
}
