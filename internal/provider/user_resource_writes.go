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

// update writes a change of the user's profile unless the fresh user already has it. It reports whether the server has the
// profile.
func (r *userResource) update(ctx context.Context, user *iriusrisk.User, change profileChange, state *userResourceModel, diags *diag.Diagnostics) bool {
	if change.password == nil && len(change.differences(user, true)) == 0 {
		return true
	}

	username := user.Username

	request, unknown := change.request(user, state)
	if len(unknown) > 0 {
		diags.AddError(fmt.Sprintf("Unable to update user %q", username),
			fmt.Sprintf("An update replaces the whole profile, but IriusRisk does not report these fields, so the update would erase them: %s. Nothing was changed.", strings.Join(unknown, ", ")))

		return false
	}

	var shown *iriusrisk.User

	err := r.onceVisible(ctx, username, func() (err error) {
		shown, err = r.client.UpdateUser(ctx, username, request)

		return err
	})

	// IriusRisk never shows a password, so the outcome of a write that sets one cannot be read back.
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

// checkUpdated compares what the server shows after an update with what was sent. An instance that manages profiles by
// single sign-on may report success and keep its own values.
func (r *userResource) checkUpdated(ctx context.Context, username string, change profileChange, shown *iriusrisk.User, diags *diag.Diagnostics) bool {
	if shown == nil {
		var err error
		if shown, err = r.client.GetUser(ctx, username); err != nil {
			diags.AddWarning(fmt.Sprintf("The update of user %q could not be verified", username),
				"IriusRisk reported success without returning the user, and reading them back failed. The next plan shows any differences. "+explain(err))

			return true
		}
	}

	ignored := change.ignored(shown)
	if len(ignored) == 0 {
		return true
	}

	diags.AddError(fmt.Sprintf("IriusRisk kept the profile of user %q", username),
		fmt.Sprintf("IriusRisk reported that the update succeeded, but still has different values for: %s. The profile may be managed by single sign-on. "+
			"Configure the values that IriusRisk has, or add the attributes to ignore_changes.", strings.Join(ignored, ", ")))

	return false
}

// changeAccess enables or disables the user and changes their roles and business units. It attempts each change even if
// another one failed, and reports whether all succeeded. With a nil prior model it applies everything that is planned;
// otherwise it writes only what the plan changes. isNew is true if the user was created just now. Where a change fails, it
// sets the plan to the prior value or to what the server shows.
func (r *userResource) changeAccess(ctx context.Context, user *iriusrisk.User, plan, prior *userResourceModel, isNew bool, diags *diag.Diagnostics) bool {
	succeeded := true
	username := plan.Username.ValueString()

	if prior == nil || !plan.Enabled.Equal(prior.Enabled) {
		if err := r.changeEnabled(ctx, user, plan, diags); err != nil {
			addAttemptError(diags, err)

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

		actual, ok := r.reconcileViews(ctx, setChange{kind: members.kind, username: username, planned: *members.set, prior: before, isNew: isNew}, *members.names, diags)
		members.setViews(actual)
		succeeded = succeeded && ok
	}

	return succeeded
}

// changeEnabled enables or disables the user as planned. Its error is an *attemptError.
func (r *userResource) changeEnabled(ctx context.Context, user *iriusrisk.User, plan *userResourceModel, diags *diag.Diagnostics) error {
	username := plan.Username.ValueString()

	if plan.Enabled.ValueBool() {
		return attempted(fmt.Sprintf("enable user %q", username), r.enableUser(ctx, username, user))
	}

	return attempted(fmt.Sprintf("disable user %q", username), r.disableUser(ctx, username, user, plan.revocations(), diags))
}

// readMembers reads the managed roles and business units in parallel into the state.
func (r *userResource) readMembers(ctx context.Context, state *userResourceModel) error {
	members := state.members()
	failures := make([]error, len(members))

	var reads sync.WaitGroup

	for i := range members {
		if !members[i].set.IsNull() {
			reads.Go(func() {
				failures[i] = r.readViews(ctx, members[i].kind, state.Username.ValueString(), members[i].set, members[i].names)
			})
		}
	}

	reads.Wait()

	return cmp.Or(failures...)
}

// applyDeletionPolicy deletes or disables the user of the state, unless the username now belongs to a different user, or
// this run has created, adopted or updated the user under another resource address.
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
		addAPIError(diags, fmt.Sprintf("read user %q before destroying the resource", username), err)

		return
	case state.isDifferentUser(user):
		warnOfDifferentUser(diags, state, user)

		return
	case r.protected.has(strings.ToLower(user.ID)):
		diags.AddWarning(fmt.Sprintf("User %q was kept", username),
			fmt.Sprintf("The user was not changed, because another resource of this run has created, adopted or updated the same user (id %s). This resource is removed from the state. To rename a resource, use a moved block.", user.ID))

		return
	}

	r.removeUser(ctx, user, policy, state.revocations(), diags)
}

// warnOfDifferentUser warns that the username of the state now belongs to a different user.
func warnOfDifferentUser(diags *diag.Diagnostics, state *userResourceModel, user *iriusrisk.User) {
	diags.AddWarning(fmt.Sprintf("Username %q now belongs to a different user", user.Username),
		fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username. The new user is not managed by this resource and was not changed.", state.idForMessage(), user.ID))
}

// freshUser reads the user of the state before a write, and adds an error if they do not exist or are a different user.
func (r *userResource) freshUser(ctx context.Context, state *userResourceModel, diags *diag.Diagnostics) *iriusrisk.User {
	username := state.Username.ValueString()

	user, err := r.client.GetUser(ctx, username)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("read user %q before changing them", username), err)

		return nil
	}

	if state.isDifferentUser(user) {
		diags.AddError(fmt.Sprintf("Username %q now belongs to a different user", username),
			fmt.Sprintf("The state holds the user with the id %s, but IriusRisk now has a user with the id %s under this username. Nothing was changed. Run terraform plan again.", state.idForMessage(), user.ID))

		return nil
	}

	return user
}

// mayUpdate adds an error and returns false if the write would lock the provider out: if it disables the user that the
// provider runs as, or sets their password or its expiry. disables reports whether the write disables the user.
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

// addUpdateError adds an error about a failed update. If the server may have rejected the password, the error suggests the
// reset e-mail: that PUT /users accepts a password is inferred.
func addUpdateError(diags *diag.Diagnostics, username string, withPassword bool, err error) {
	if !withPassword || (!iriusrisk.IsRejected(err) && !iriusrisk.IsForbidden(err)) {
		addAPIError(diags, fmt.Sprintf("update user %q", username), err)

		return
	}

	diags.AddError(fmt.Sprintf("Unable to update user %q", username), explain(err)+
		"\n\nThe request contained a new password, which IriusRisk may have rejected. If administrators cannot set passwords, send the user a reset-password e-mail from IriusRisk instead.")
}
