package provider

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// undeclaredUser is a user whom the plan removes. shown is the username in the plan.
type undeclaredUser struct {
	observedUser

	shown string
}

// userRemovers bounds how many users are removed concurrently. The client limits the requests.
const userRemovers = 16

// removeAll disables or deletes users, and continues after a failure, unless the run is interrupted. It returns the usernames of
// those who remain because of an error.
func (r *usersExclusiveResource) removeAll(ctx context.Context, users []undeclaredUser, action string, diags *diag.Diagnostics) (failed []string) {
	results := make([]diag.Diagnostics, len(users))

	var removers errgroup.Group

	removers.SetLimit(userRemovers)

	started := 0

	for i, user := range users {
		if ctx.Err() != nil {
			break
		}

		started++

		removers.Go(func() error {
			r.remove(ctx, user, action, &results[i])

			return nil
		})
	}

	_ = removers.Wait()

	for i, user := range users[:started] {
		diags.Append(results[i]...)

		if results[i].HasError() {
			failed = append(failed, user.shown)
		}
	}

	if remaining := shownNames(users[started:]); len(remaining) > 0 {
		failed = append(failed, remaining...)
		addFailure(diags, "remove users who are not declared",
			fmt.Sprintf("The run was interrupted before requests about these users were sent: %s.", someUsers(remaining)))
	}

	return failed
}

// remove disables or deletes a user if a fresh read shows that they are the user of the plan and enabled.
func (r *usersExclusiveResource) remove(ctx context.Context, shown undeclaredUser, action string, diags *diag.Diagnostics) {
	username := shown.Username

	if err := iriusrisk.ValidateUsername(username); err != nil {
		diags.AddError(fmt.Sprintf("User %q cannot be removed", username),
			fmt.Sprintf("The API cannot address a user with this username: %s. Disable the user in IriusRisk, or add the username to ignore_usernames.", err))

		return
	}

	unlock, ok := r.lock(ctx, username, diags)
	if !ok {
		return
	}
	defer unlock()

	user, err := r.client.GetUser(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		r.confirmDeleted(ctx, username, err, diags)
	case err != nil:
		addAPIError(diags, fmt.Sprintf("read user %q before removing them", username), err)
	case shown.ID == "":
		diags.AddWarning(fmt.Sprintf("User %q was kept", username),
			"The id of the user is not known, because the state has not been refreshed since the username was declared. The next plan with a refresh shows the user if they are enabled.")
	case !strings.EqualFold(user.ID, shown.ID):
		diags.AddWarning(fmt.Sprintf("Username %q now belongs to a different user", username),
			fmt.Sprintf("The plan removes the user with the id %s, but IriusRisk now has a user with the id %s under this username. The new user was not changed. The next plan shows them if they are enabled.", shown.ID, user.ID))
	case user.Enabled != nil && !*user.Enabled:
	case r.protected.has(strings.ToLower(user.ID)):
		diags.AddWarning(fmt.Sprintf("User %q was kept", username),
			fmt.Sprintf("The user was not changed, because another resource of this run has created, adopted or updated the same user (id %s). Add the username to usernames of iriusrisk_users_exclusive.", user.ID))
	default:
		r.removeOther(ctx, user, action, diags)
	}
}

// removeOther disables or deletes a user, unless the provider runs as this user.
func (r *usersExclusiveResource) removeOther(ctx context.Context, user *iriusrisk.User, action string, diags *diag.Diagnostics) {
	self, err := r.directory.Profile(ctx)

	switch {
	case err != nil:
		addAPIError(diags, fmt.Sprintf("verify that %q is not the user that the provider runs as", user.Username), err)
	case strings.EqualFold(self.ID, user.ID), strings.EqualFold(self.Username, user.Username):
	default:
		r.removeUser(ctx, user, action, setStrings(defaultRevocations), diags)
	}
}
