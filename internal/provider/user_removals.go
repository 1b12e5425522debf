package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userRemovals counts the users that one plan or one apply deletes or disables, and enforces max_user_removals. Terraform
// plans and applies in different processes, so an apply counts its own requests. A user whom several blocks remove counts
// once.
type userRemovals struct {
	// limit is max_user_removals, nil for no limit.
	limit *int64

	mu               sync.Mutex
	planned, removed distinctUsers
}

// distinctUsers is a set of users. Usernames that differ only in case belong to the same user.
type distinctUsers struct {
	folded map[string]struct{}

	// names holds the usernames in alphabetical order.
	names []string
}

// add adds a user and reports whether the set did not contain them.
func (u *distinctUsers) add(username string) (added bool) {
	if u.has(username) {
		return false
	}

	if u.folded == nil {
		u.folded = make(map[string]struct{})
	}

	at, _ := slices.BinarySearch(u.names, username)
	u.folded[iriusrisk.FoldUsername(username)] = struct{}{}
	u.names = slices.Insert(u.names, at, username)

	return true
}

// has reports whether the set contains a user.
func (u *distinctUsers) has(username string) bool {
	_, found := u.folded[iriusrisk.FoldUsername(username)]

	return found
}

// plan records users that the plan of a block deletes or disables. Blocks are planned in any order, so every block that
// adds a user beyond the limit gets an error with all users planned so far, and the last of these errors names all of them,
// except those of blocks that refer to a block with an error: Terraform does not plan these.
func (r *userRemovals) plan(diags *diag.Diagnostics, usernames ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()

	added := false
	for _, username := range usernames {
		added = r.planned.add(username) || added
	}

	count := len(r.planned.names)
	if !added || r.limit == nil || int64(count) <= *r.limit {
		return
	}

	diags.AddError(fmt.Sprintf("The plan deletes or disables %s, more than max_user_removals = %d", countOfUsers(count), *r.limit),
		fmt.Sprintf("The plan deletes or disables these users: %s. Nothing was changed. If you did not expect this, check whether a file or a list in the configuration is incomplete. "+
			"To allow it for one run, set the environment variable %s=%d, which overrides the provider argument. Users are counted in the order in which Terraform plans them, so the error with the highest number names all of them, except those of blocks that refer to a block with an error: Terraform does not plan these.",
			someUsers(r.planned.names), maxUserRemovalsVariable, count))
}

// countOfUsers returns a number of users as text.
func countOfUsers(count int) string {
	if count == 1 {
		return "1 user"
	}

	return fmt.Sprintf("%d users", count)
}

// begin is called before a request that deletes or disables a user. It returns an error if the request would exceed the limit.
func (r *userRemovals) begin(username string) error {
	r.mu.Lock()
	defer r.mu.Unlock()

	if count := len(r.removed.names); r.limit != nil && int64(count) >= *r.limit && !r.removed.has(username) {
		return errors.New(r.exceeded(count))
	}

	r.removed.add(username)

	return nil
}

// exceeded explains why a request was refused.
func (r *userRemovals) exceeded(count int) string {
	already := "this run has not deleted or disabled any user"
	if count > 0 {
		already = "this run has already deleted or disabled these users: " + someUsers(r.removed.names)
	}

	return fmt.Sprintf("max_user_removals is %d, and %s. No request was sent. To allow more for one run, set the environment variable %s, which overrides the provider argument",
		*r.limit, already, maxUserRemovalsVariable)
}

// maxNamedUsers is the number of users that a message names.
const maxNamedUsers = 20

// someUsers lists usernames in a message, and counts those that would make it too long.
func someUsers(usernames []string) string {
	var quoted []string
	for _, username := range usernames[:min(len(usernames), maxNamedUsers)] {
		quoted = append(quoted, fmt.Sprintf("%q", username))
	}

	list := strings.Join(quoted, ", ")

	switch more := len(usernames) - len(quoted); more {
	case 0:
		return list
	case 1:
		return list + " and 1 other"
	default:
		return fmt.Sprintf("%s and %d others", list, more)
	}
}
