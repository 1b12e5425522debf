package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// update writes a change of the user's profile, unless a fresh read shows it already, and reports whether the server has it.
func (r *userResource) update(ctx context.Context, user *iriusrisk.User, change profileChange, state *userResourceModel, diags *diag.Diagnostics) bool {
	if change.password == nil && len(change.differences(user, true)) == 0 {
		return true
	}

	username := user.Username

	request, err := change.request(user, state)
	if err != nil {
		diags.AddError(fmt.Sprintf("Unable to update user %q", username), "IriusRisk replaces the whole profile with each update: "+err.Error()+". Nothing was changed.")

		return false
	}

	var shown *iriusrisk.User

	err = r.onceVisible(ctx, username, func() (err error) {
		shown, err = r.client.UpdateUser(ctx, username, request)

		return err
	})

	// A password is never shown, so whether a lost request set it cannot be found out.
	if change.password == nil {
		err = confirmWrite(ctx, err, func(ctx context.Context) (bool, error) {
			now, err := r.client.GetUser(ctx, username)

			return err == nil && len(change.differences(now, true)) == 0, err
		})
	}

	if err != nil {
		addUpdateError(diags, username, change.password != nil, err)

		return false
	}

	return r.checkUpdated(ctx, username, change, shown, diags)
}

// checkUpdated compares what the server shows after an update with what was sent. An instance whose profiles are managed
// by single sign-on may answer with success and keep its own values.
func (r *userResource) checkUpdated(ctx context.Context, username string, change profileChange, shown *iriusrisk.User, diags *diag.Diagnostics) bool {
	if shown == nil {
		var err error
		if shown, err = r.client.GetUser(ctx, username); err != nil {
			diags.AddWarning(fmt.Sprintf("The update of user %q could not be verified", username),
				"IriusRisk answered the update without showing the user, and they could not be read back. The next plan shows what differs. "+explain(err))

			return true
		}
	}

	ignored := change.ignored(shown)
	if len(ignored) == 0 {
		return true
	}

	diags.AddError(fmt.Sprintf("IriusRisk kept the profile of user %q", username),
		fmt.Sprintf("IriusRisk answered the update with success, but still shows other values for: %s. The profile may be managed by single sign-on. "+
			"Declare the values that IriusRisk shows, or add the attributes to ignore_changes.", strings.Join(ignored, ", ")))

	return false
}

// changeAccess enables or disables the user and changes their roles and business units, each even when another failed. A
// nil prior model brings everything to the plan; otherwise only what the plan changes is written. What fails is left in the
// plan as it was before, or as the server shows it. It reports whether nothing failed.
func (r *userResource) changeAccess(ctx context.Context, user *iriusrisk.User, plan, prior *userResourceModel, diags *diag.Diagnostics) bool {
	succeeded := true
	username := plan.Username.ValueString()

	if prior == nil || !plan.Enabled.Equal(prior.Enabled) {
		if err := r.setEnabled(ctx, username, user, plan.Enabled.ValueBool()); err != nil {
			addAPIError(diags, fmt.Sprintf("%s user %q", enableVerb(plan.Enabled.ValueBool()), username), err)

			before := types.BoolValue(!plan.Enabled.ValueBool())
			if prior != nil {
				before = prior.Enabled
			}

			plan.Enabled = before
			succeeded = false
		}
	}

	for i, members := range plan.members() {
		if members.set.IsNull() {
			continue
		}

		before := types.SetNull(types.StringType)
		if prior != nil {
			before = *prior.members()[i].set
		}

		actual, ok := r.reconcile(ctx, members.kind, username, *members.set, before, diags)
		*members.set = actual
		succeeded = succeeded && ok
	}

	return succeeded
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

// applyDeletionPolicy deletes or disables the user of the state, unless they are a different user now or this run has
// created or adopted them under another address.
func (r *userResource) applyDeletionPolicy(ctx context.Context, state *userResourceModel, policy string, diags *diag.Diagnostics) {
	username := state.Username.ValueString()
	user, err := r.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		if r.confirmDeleted(ctx, username, err, diags) {
			r.warnMissing(ctx, username, "The user is removed from the state.", diags)
		}

		return
	case err != nil:
		addAPIError(diags, fmt.Sprintf("read user %q before the destruction of the block", username), err)

		return
	case state.isDifferentUser(user):
		addDifferentUser(diags, state, user)

		return
	case r.protected.has(user.ID):
		diags.AddWarning(fmt.Sprintf("User %q was kept", username),
			fmt.Sprintf("The user was not changed, because another block of this run has created or adopted the same user (id %s). This block is removed from the state. To rename a block, use a moved block.", user.ID))

		return
	}

	if policy == policyDisable {
		err = r.setEnabled(ctx, username, user, false)
	} else {
		err = r.client.DeleteUser(ctx, username)
	}

	if err == nil {
		return
	}

	r.settleDestruction(ctx, user, policy, err, diags)
}

// settleDestruction reads the user after a deletion or disabling that failed. A 404 and an unknown outcome are decided by
// that read; anything else is an error.
func (r *userResource) settleDestruction(ctx context.Context, user *iriusrisk.User, policy string, cause error, diags *diag.Diagnostics) {
	attempt := fmt.Sprintf("%s user %q", policy, user.Username)

	if !iriusrisk.IsNotFound(cause) && !iriusrisk.OutcomeUnknown(cause) {
		addAPIError(diags, attempt, cause)

		return
	}

	look, cancel := finalContext(ctx)
	defer cancel()

	now, err := r.client.GetUser(look, user.Username)

	switch {
	case iriusrisk.IsNotFound(err):
		r.confirmDeleted(look, user.Username, err, diags)
	case err != nil:
		addAPIError(diags, attempt, fmt.Errorf("%w; whether it took effect could not be found out: %w", cause, err))
	case !strings.EqualFold(now.ID, user.ID):
		// The user was deleted, and another one created under the same username since.
	default:
		addAPIError(diags, attempt, cause)
	}
}

// confirmDeleted accepts that a user whom the state holds does not exist any more, once the API has proved to be there, and adds an
// error when it has not.
func (r *userResource) confirmDeleted(ctx context.Context, username string, notFound error, diags *diag.Diagnostics) bool {
	if err := r.confirmUserAbsent(ctx, username, notFound); err != nil {
		addAPIError(diags, fmt.Sprintf("verify that user %q does not exist", username), err)

		return false
	}

	return true
}

// addDifferentUser warns that the user of the state is a different one now.
func addDifferentUser(diags *diag.Diagnostics, state *userResourceModel, user *iriusrisk.User) {
	diags.AddWarning(fmt.Sprintf("Username %q now belongs to a different user", user.Username),
		fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username, who is not managed here and was not changed.", state.idForMessage(), user.ID))
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

	err := r.onceVisible(ctx, username, func() error { return write(ctx, username) })

	return confirmWrite(ctx, err, func(ctx context.Context) (bool, error) {
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

// freshUser reads the user of the state before a write, and adds an error when they do not exist or are a different user.
func (r *userResource) freshUser(ctx context.Context, state *userResourceModel, diags *diag.Diagnostics) *iriusrisk.User {
	username := state.Username.ValueString()

	user, err := r.client.GetUser(ctx, username)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("read user %q before changing them", username), err)

		return nil
	}

	if state.isDifferentUser(user) {
		diags.AddError(fmt.Sprintf("Username %q now belongs to a different user", username),
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username. Nothing was changed. Plan again.", state.idForMessage(), user.ID))

		return nil
	}

	return user
}

// mayUpdate refuses what would lock the provider out: disabling the user it runs as, or setting their password or its
// expiry. disables tells whether the write would disable the user.
func (r *userResource) mayUpdate(ctx context.Context, user *iriusrisk.User, change profileChange, disables bool, diags *diag.Diagnostics) bool {
	var action string

	switch {
	case disables && (user.Enabled == nil || *user.Enabled):
		action = "disable the user it runs as"
	case change.password != nil:
		action = "set the password of the user it runs as"
	case change.passwordExpired != nil && !equal(change.passwordExpired, user.PasswordExpired):
		action = "set the password expiry of the user it runs as"
	default:
		return true
	}

	return r.refuseSelf(ctx, user.Username, action, diags)
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
