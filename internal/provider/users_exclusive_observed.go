package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// observedUsersKey is the private state key of what a refresh has seen.
const observedUsersKey = "users"

// observedUsers is what a refresh has seen, and the value of observedUsersKey. The state has usernames only, but an id decides
// who a user is.
type observedUsers struct {
	// Known holds the enabled users of the set by their username in the state. It lacks declared users who do not exist or are
	// disabled.
	Known map[string]observedUser `json:"known"`

	// Undeclared lists the usernames of the set that are not declared, in alphabetical order.
	Undeclared []string `json:"undeclared,omitempty"`

	// Enabled is the number of enabled users of the instance.
	Enabled int `json:"enabled"`
}

// observedUser is a user on the server. The id is empty if the username was declared after the last refresh.
type observedUser struct {
	ID       string `json:"id"`
	Username string `json:"username"`
}

// observation describes what to look for among the users of the instance.
type observation struct {
	declared []string
	ignored  usernamePatterns

	// undeclared are the users who were found before. Their absence from a list is verified.
	undeclared []string
}

// observe reads all users of the instance, and finds the enabled ones who are neither declared nor ignored. The user that the
// provider runs as is not among them.
func (r *usersExclusiveResource) observe(ctx context.Context, looked observation, diags *diag.Diagnostics) (seen *observedUsers, ok bool) {
	users, ok := r.readAllUsers(ctx, diags)
	if !ok {
		return nil, false
	}

	users, err := r.verifyMissing(ctx, users, looked.undeclared)
	if err != nil {
		addAPIError(diags, "read the users who were not declared", err)

		return nil, false
	}

	spellings := make(map[string]string, len(looked.declared))
	for _, username := range looked.declared {
		spellings[iriusrisk.FoldUsername(username)] = username
	}

	seen = &observedUsers{Known: make(map[string]observedUser)}

	for i := range users {
		user := &users[i]
		declared, isDeclared := spellings[iriusrisk.FoldUsername(user.Username)]

		switch ignored := !isDeclared && looked.ignored.match(user.Username); {
		case user.Enabled == nil && !isDeclared && !ignored:
			diags.AddError(fmt.Sprintf("IriusRisk does not report whether user %q is enabled", user.Username),
				"The response of IriusRisk has no field enabled for this user, so the provider cannot determine whether the user must be declared. Declare the user, or add the username to ignore_usernames.")

			return nil, false
		case user.Enabled == nil || !*user.Enabled:
			continue
		case isDeclared:
			seen.Known[declared] = observedUser{ID: user.ID, Username: user.Username}
		case !ignored:
			seen.Known[user.Username] = observedUser{ID: user.ID, Username: user.Username}
			seen.Undeclared = append(seen.Undeclared, user.Username)
		}

		seen.Enabled++
	}

	slices.Sort(seen.Undeclared)

	return seen, seen.ignoreSelf(ctx, r.providerData, diags)
}

// readAllUsers reads all users of the instance. A caller who sees only the users of their business units cannot find the
// others, so this is an error.
func (s *providerData) readAllUsers(ctx context.Context, diags *diag.Diagnostics) (users []iriusrisk.User, ok bool) {
	all, err := s.seesAllUsers(ctx)

	switch {
	case err != nil:
		addAPIError(diags, "determine whether the provider sees all users", err)

		return nil, false
	case !all:
		diags.AddError("The provider does not see all users",
			fmt.Sprintf("Without the permission %[1]s, the provider's API token sees only users who share a business unit with the user that the provider runs as, so users who are not declared could remain undetected. Use an API token with %[1]s.", permissionAllUsers))

		return nil, false
	}

	users, err = s.directory.AllUsers(ctx)
	if err != nil {
		addAPIError(diags, "read all users", err)
	}

	return users, err == nil
}

// verifyMissing reads those users individually whom the list does not show as enabled: a list may be out of date.
func (s *providerData) verifyMissing(ctx context.Context, users []iriusrisk.User, usernames []string) ([]iriusrisk.User, error) {
	if len(usernames) == 0 {
		return users, nil
	}

	listed := make(map[string]struct{}, len(users))

	for _, user := range users {
		if user.Enabled == nil || *user.Enabled {
			listed[iriusrisk.FoldUsername(user.Username)] = struct{}{}
		}
	}

	for _, username := range usernames {
		folded := iriusrisk.FoldUsername(username)
		if _, found := listed[folded]; found || iriusrisk.ValidateUsername(username) != nil {
			continue
		}

		user, err := s.directory.ReadUser(ctx, username)
		if err != nil {
			return nil, err
		}

		users = slices.DeleteFunc(slices.Clone(users), func(other iriusrisk.User) bool { return iriusrisk.FoldUsername(other.Username) == folded })
		if user != nil {
			users = append(users, *user)
		}
	}

	return users, nil
}

// ignoreSelf removes the user that the provider runs as from the users who are not declared. It adds an error and returns
// false if that user cannot be determined.
func (o *observedUsers) ignoreSelf(ctx context.Context, s *providerData, diags *diag.Diagnostics) bool {
	if len(o.Undeclared) == 0 {
		return true
	}

	self, err := s.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, "read the user that the provider runs as", err)

		return false
	}

	o.Undeclared = slices.DeleteFunc(o.Undeclared, func(username string) bool {
		isSelf := strings.EqualFold(self.ID, o.Known[username].ID) || strings.EqualFold(self.Username, username)
		if isSelf {
			delete(o.Known, username)
		}

		return isSelf
	})

	return true
}

// undeclaredUsers returns the users who are not declared.
func (o *observedUsers) undeclaredUsers() []undeclaredUser {
	users := make([]undeclaredUser, len(o.Undeclared))
	for i, username := range o.Undeclared {
		users[i] = undeclaredUser{shown: username, observedUser: o.Known[username]}
	}

	return users
}

// removals returns the users that an update removes: those in the state but not in the plan, unless the plan ignores them.
// Users who were not enabled when the state was refreshed are not among them.
func (o *observedUsers) removals(state, plan *usersExclusiveModel) (users []undeclaredUser) {
	kept, _ := knownElements(plan.Usernames)
	ignored := plan.ignored()

	for _, username := range difference(setStrings(state.Usernames), kept) {
		if user, known := o.Known[username]; known && !ignored.match(user.Username) {
			users = append(users, undeclaredUser{shown: username, observedUser: user})
		}
	}

	slices.SortFunc(users, func(a, b undeclaredUser) int { return strings.Compare(a.shown, b.shown) })

	return users
}

// removeUndeclared records that the users who were not declared have been removed.
func (o *observedUsers) removeUndeclared() {
	for _, username := range o.Undeclared {
		delete(o.Known, username)
	}

	o.Undeclared = nil
}

// update records the outcome of an update. The ids of usernames that it declares are not known until the next refresh.
func (o *observedUsers) update(declared, before, failed []string) {
	for _, username := range difference(before, append(failed, declared...)) {
		delete(o.Known, username)
	}

	for _, username := range difference(declared, before) {
		o.Known[username] = observedUser{Username: username}
	}

	// A username may now be declared in another letter case.
	known := slices.Collect(maps.Keys(o.Known))

	for i, spelling := range spelledAs(known, declared) {
		if user := o.Known[known[i]]; spelling != known[i] {
			delete(o.Known, known[i])
			o.Known[spelling] = user
		}
	}

	o.Undeclared = failed
}

// equal reports whether two observations are the same.
func (o *observedUsers) equal(other *observedUsers) bool {
	return o.Enabled == other.Enabled && slices.Equal(o.Undeclared, other.Undeclared) && maps.Equal(o.Known, other.Known)
}

// readObserved returns what the last refresh has seen. It is empty if there was none.
func readObserved(ctx context.Context, from privateReader, diags *diag.Diagnostics) *observedUsers {
	content, privateDiags := from.GetKey(ctx, observedUsersKey)
	diags.Append(privateDiags...)

	observed := &observedUsers{Known: make(map[string]observedUser)}

	if content == nil {
		return observed
	}

	if err := json.Unmarshal(content, observed); err != nil {
		diags.AddError("Unable to read the private state of the users", err.Error())
	}

	return observed
}

// save stores the observation in the private state.
func (o *observedUsers) save(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	content, err := json.Marshal(o)
	if err != nil {
		diags.AddError("Unable to store the private state of the users", err.Error())

		return
	}

	diags.Append(to.SetKey(ctx, observedUsersKey, content)...)
}
