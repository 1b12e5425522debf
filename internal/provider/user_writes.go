package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// lastLook is how long one request may take once the run has been interrupted. A creation makes two of them at most, a
// look at what became of its last write and a deletion, which together leave the run time to end within a second.
const lastLook = 400 * time.Millisecond

// lock waits for the user's turn and adds an error when the run ends first. From then on, and again from the end of the
// turn, nobody is given an answer about the user that is older.
func (s *session) lock(ctx context.Context, username string, diags *diag.Diagnostics) (unlock func(), ok bool) {
	release, err := s.locks.lock(ctx, username)
	if err != nil {
		diags.AddError(fmt.Sprintf("Unable to change %q", username), "The run was interrupted before it was this change's turn. Nothing was sent.")

		return nil, false
	}

	done := s.directory.Writing(username)

	return func() {
		done()
		release()
	}, true
}

// lookContext returns a context for finding out what became of a write: the caller's own, or, when the run has been
// interrupted, a short one of its own.
func lookContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}

	return context.WithTimeout(context.WithoutCancel(ctx), lastLook)
}

// settle finds out by looking whether a write whose answer did not arrive took effect, and forgets the error when it
// did. Any other error, and one that looking does not clear up, stays.
func settle(ctx context.Context, err error, took func(context.Context) (bool, error)) error {
	if !iriusrisk.FateUnknown(err) {
		return err
	}

	look, cancel := lookContext(ctx)
	defer cancel()

	done, lookErr := took(look)

	switch {
	case lookErr != nil:
		return fmt.Errorf("%w; whether it took effect could not be found out: %w", err, lookErr)
	case done:
		return nil
	default:
		return err
	}
}

// create looks the username up, sends the request, and decides by looking again whenever the answer leaves it open.
// It returns nil when there is no user to go on with, the reason being in diags; existed tells a user who was there
// before and may be taken over from a new one.
func (r *userResource) create(ctx context.Context, plan *userResourceModel, request iriusrisk.CreateUserRequest, diags *diag.Diagnostics) (user *iriusrisk.User, existed bool) {
	existing, err := r.client.GetUser(ctx, request.Username)

	switch {
	case err == nil:
		return plan.adoptable(existing, "", diags)
	case !iriusrisk.IsNotFound(err):
		addAPIError(diags, fmt.Sprintf("look up username %q before creating it", request.Username), err)

		return nil, false
	}

	user, err = r.client.CreateUser(ctx, request)

	switch {
	case err == nil && user != nil:
		return user, false
	case err == nil:
		return r.readCreated(ctx, request.Username, diags), false
	case iriusrisk.FateUnknown(err):
		return r.findCreated(ctx, request, err, diags), false
	case iriusrisk.IsRejected(err):
		// Whether it was for a duplicate is in no words to rely on, so the username is looked up. If the request was sent
		// more than once, it may be an earlier attempt that took effect.
		if found, lookErr := r.client.GetUser(ctx, request.Username); lookErr == nil {
			if iriusrisk.WasRepeated(err) && hasProfile(found, request) {
				return found, false
			}

			return plan.adoptable(found, " "+explain(err), diags)
		}
	}

	addAPIError(diags, fmt.Sprintf("create user %q", request.Username), err)

	return nil, false
}

// adoptable returns a user who exists already if the configuration wants them taken over, and else adds the conflict.
func (m *userResourceModel) adoptable(existing *iriusrisk.User, remark string, diags *diag.Diagnostics) (user *iriusrisk.User, existed bool) {
	if m.AdoptExisting.ValueBool() {
		return existing, true
	}

	addConflict(diags, existing, remark)

	return nil, false
}

// adopt makes an existing user what the plan says, and reports whether everything is as planned.
func (r *userResource) adopt(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, password *string, diags *diag.Diagnostics) bool {
	return r.update(ctx, user, plan, plan.PasswordExpired, password, diags) && r.converge(ctx, user, plan, plan, diags)
}

// update replaces the user's information where it differs from the plan, and reports whether it is as planned.
func (r *userResource) update(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, expired types.Bool, password *string, diags *diag.Diagnostics) bool {
	update, differs := plan.updateRequest(user, expired, password)
	if !r.mayUpdate(ctx, user, update, plan.Enabled.ValueBool(), diags) {
		return false
	}

	if !differs {
		return true
	}

	if _, err := r.client.UpdateUser(ctx, user.Username, update); err != nil {
		addUpdateError(diags, user.Username, password != nil, err)

		return false
	}

	return true
}

// converge brings access, roles and business units to what the plan says. What fails is left in the plan as the server
// has it, and everything else is done all the same; it reports whether nothing failed.
func (r *userResource) converge(ctx context.Context, user *iriusrisk.User, plan, before *userResourceModel, diags *diag.Diagnostics) bool {
	converged := true
	username := plan.Username.ValueString()

	if err := r.setEnabled(ctx, username, user, plan.Enabled.ValueBool()); err != nil {
		addAPIError(diags, fmt.Sprintf("%s user %q", enableVerb(plan.Enabled.ValueBool()), username), err)

		plan.Enabled = reportedBool(user.Enabled, plan.Enabled)
		converged = false
	}

	earlier := before.members()

	for i, members := range plan.members() {
		if members.set.IsNull() {
			continue
		}

		// A user who has just been created or adopted has no sets yet that were managed here.
		prior := *earlier[i].set
		if before == plan {
			prior = types.SetNull(types.StringType)
		}

		actual, ok := r.reconcile(ctx, members.kind, username, *members.set, prior, diags)
		*members.set = actual
		converged = converged && ok
	}

	return converged
}

// readMembers takes over the roles and business units that are managed here, which are read side by side.
func (r *userResource) readMembers(ctx context.Context, state *userResourceModel) error {
	members := state.members()
	failures := make([]error, len(members))

	var reads sync.WaitGroup

	for i := range members {
		if !members[i].set.IsNull() {
			reads.Go(func() { failures[i] = r.readSet(ctx, members[i].kind, state.Username.ValueString(), members[i].set) })
		}
	}

	reads.Wait()

	return cmp.Or(failures...)
}

// dispose deletes or disables the user of the state, unless somebody else has the username now.
func (r *userResource) dispose(ctx context.Context, state *userResourceModel, policy string, diags *diag.Diagnostics) {
	username := state.Username.ValueString()
	user, err := r.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		return
	case err != nil:
		addAPIError(diags, fmt.Sprintf("read user %q before the provider %ss them", username, policy), err)

		return
	case state.isAnother(user):
		diags.AddWarning(fmt.Sprintf("User %q is another person now and was not %sd", username, policy),
			fmt.Sprintf("The state holds the user with the id %s, who is gone. The user with the id %s, who has the username now, is not managed here and was left alone.", state.shownID(), user.ID))

		return
	}

	if policy == policyDisable {
		err = r.setEnabled(ctx, username, user, false)
	} else {
		err = r.client.DeleteUser(ctx, username)
	}

	if err != nil && !iriusrisk.IsNotFound(err) {
		addAPIError(diags, fmt.Sprintf("%s user %q", policy, username), err)
	}
}

// sendResetPasswordEmail has IriusRisk send the e-mail. That it fails is a warning: the user is there all the same.
func (r *userResource) sendResetPasswordEmail(ctx context.Context, username string, diags *diag.Diagnostics) {
	if err := r.client.SendResetPasswordEmail(ctx, username); err != nil {
		diags.AddWarning(fmt.Sprintf("No reset-password e-mail for user %q", username),
			"The user was created, but the e-mail with the link to choose a password may not have been sent. Send it from IriusRisk, or by the action iriusrisk_send_reset_password_email. "+explain(err))
	}
}

// readCreated reads the user after a POST that was answered without a body. They were absent before and the POST
// succeeded, so they are the new one, and are deleted again when they cannot be read. When neither is possible, it returns
// a user without an id.
func (r *userResource) readCreated(ctx context.Context, username string, diags *diag.Diagnostics) *iriusrisk.User {
	look, cancel := lookContext(ctx)
	defer cancel()

	user, err := r.client.GetUser(look, username)
	if err == nil {
		return user
	}

	addAPIError(diags, fmt.Sprintf("read the new user %q", username), err)

	if r.undoCreate(ctx, username, tainted, diags) {
		return nil
	}

	return &iriusrisk.User{Username: username}
}

// findCreated looks for the user after a POST whose answer is lost. The user was absent before, so one who is there now
// with the profile that was sent is the new one.
func (r *userResource) findCreated(ctx context.Context, request iriusrisk.CreateUserRequest, cause error, diags *diag.Diagnostics) *iriusrisk.User {
	look, cancel := lookContext(ctx)
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
		diags.AddError(fmt.Sprintf("User %q may have been created", request.Username),
			fmt.Sprintf("The request to create the user was sent, but whether it took effect could not be found out: %s\n\n"+
				"If the user exists, import them, or delete them in IriusRisk and apply again:\n\n%s",
				explain(cause), importBlock("iriusrisk_user", request.Username)))
	}

	return nil
}

// hasProfile reports whether the server shows exactly the profile that was sent.
func hasProfile(user *iriusrisk.User, sent iriusrisk.CreateUserRequest) bool {
	return strings.EqualFold(user.Username, sent.Username) &&
		user.Email != nil && strings.EqualFold(*user.Email, sent.Email) &&
		user.FirstName != nil && *user.FirstName == sent.FirstName &&
		user.LastName != nil && *user.LastName == sent.LastName
}

// addConflict says that the username is taken, and how to take the user over.
func addConflict(diags *diag.Diagnostics, user *iriusrisk.User, remark string) {
	diags.AddError(fmt.Sprintf("User %q already exists", user.Username),
		fmt.Sprintf("IriusRisk already has a user with this username (id %s), who was left as they are.%s\n\nTo manage this user, import them, or set adopt_existing = true to take them over:\n\n%s\n\n"+
			"If this replaces a user of this configuration, remove create_before_destroy: usernames and e-mail addresses are unique.",
			user.ID, remark, importBlock("iriusrisk_user", user.Username)))
}

// importBlock returns the block that imports an object, ready to paste.
func importBlock(typeName, id string) string {
	literal := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", id))

	return fmt.Sprintf("import {\n  to = %s.example\n  id = %s\n}", typeName, literal)
}

// tainted says what becomes of a half-made user.
const tainted = "They are in the state, marked as tainted, and the next apply replaces them."

// undoCreate deletes a user that this run has just made and could not finish. It reports whether the user is gone;
// otherwise says what becomes of them.
func (r *userResource) undoCreate(ctx context.Context, username, otherwise string, diags *diag.Diagnostics) bool {
	undo, cancel := lookContext(ctx)
	defer cancel()

	err := r.client.DeleteUser(undo, username)
	if err != nil && !iriusrisk.IsNotFound(err) {
		diags.AddError(fmt.Sprintf("User %q is half made", username),
			fmt.Sprintf("The user was created, could not be finished, and could not be deleted again either. %s\n\n%s", explain(err), otherwise))

		return false
	}

	diags.AddWarning(fmt.Sprintf("User %q was deleted again", username), "The user was created but could not be finished, so they were deleted again. The next apply starts afresh.")

	return true
}

// setEnabled enables or disables a user where the server shows otherwise.
func (r *userResource) setEnabled(ctx context.Context, username string, user *iriusrisk.User, enabled bool) error {
	if user.Enabled != nil && *user.Enabled == enabled {
		return nil
	}

	write := r.client.DisableUser
	if enabled {
		write = r.client.EnableUser
	}

	return settle(ctx, write(ctx, username), func(ctx context.Context) (bool, error) {
		now, err := r.client.GetUser(ctx, username)

		return err == nil && now.Enabled != nil && *now.Enabled == enabled, err
	})
}

func enableVerb(enabled bool) string {
	if enabled {
		return "enable"
	}

	return "disable"
}

// freshUser reads the user of the state before a write, and adds an error when they are gone or another person.
func (r *userResource) freshUser(ctx context.Context, state *userResourceModel, diags *diag.Diagnostics) *iriusrisk.User {
	username := state.Username.ValueString()

	user, err := r.client.GetUser(ctx, username)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("read user %q before changing them", username), err)

		return nil
	}

	if state.isAnother(user) {
		diags.AddError(fmt.Sprintf("User %q is another person now", username),
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username. Nothing was changed. Plan again.", state.shownID(), user.ID))

		return nil
	}

	return user
}

// mayUpdate refuses what would lock the provider itself out: disabling the user it runs as, or setting their password
// or its expiry.
func (r *userResource) mayUpdate(ctx context.Context, user *iriusrisk.User, update iriusrisk.UpdateUserRequest, enabled bool, diags *diag.Diagnostics) bool {
	var action string

	switch {
	case !enabled && (user.Enabled == nil || *user.Enabled):
		action = "disable the user it runs as"
	case update.Password != nil:
		action = "set the password of the user it runs as"
	case update.PasswordExpired != nil && !equal(update.PasswordExpired, user.PasswordExpired):
		action = "set the password expiry of the user it runs as"
	default:
		return true
	}

	return r.caller.refuseSelf(ctx, user.Username, action, diags)
}

// addUpdateError reports a failed update, and points to the reset e-mail when it may be the password that was refused:
// that PUT /users accepts a password is inferred.
func addUpdateError(diags *diag.Diagnostics, username string, withPassword bool, err error) {
	if !withPassword || (!iriusrisk.IsRejected(err) && !iriusrisk.IsForbidden(err)) {
		addAPIError(diags, fmt.Sprintf("update user %q", username), err)

		return
	}

	diags.AddError(fmt.Sprintf("Unable to update user %q", username), explain(err)+
		"\n\nThe request carried a new password, which IriusRisk may have refused. If it does not let administrators set passwords, have IriusRisk send the user a reset-password e-mail instead.")
}
