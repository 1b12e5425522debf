package directory

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// LookupUser looks for a user that may not exist, and returns nil if it does not. The list of all users can show that no
// user has the username in any letter case; a user that is returned has been read individually.
func (d *Directory) LookupUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	if d.bulk {
		_, listed, err := d.allUsers.find(ctx, username)
		if err != nil || (!listed && d.names.lacks(d.allUsers, username)) {
			return nil, err
		}
	}

	return d.ReadUser(ctx, username)
}

// ReadUser reads a user that may not exist individually, and returns nil if it does not.
func (d *Directory) ReadUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	user, err := d.User(ctx, username)
	if iriusrisk.IsNotFound(err) {
		return nil, nil //nolint:nilnil // Documented: nil when there is no such user.
	}

	return user, err
}

// LookupEmail looks for the user with an e-mail address, ignoring letter case, and returns nil if none is found. It uses
// the list of all users if that has been read and no user has been written since, and a filter otherwise. How a filter quotes
// an apostrophe is not documented, so an address with an apostrophe is only looked up in the list.
func (d *Directory) LookupEmail(ctx context.Context, email string) (*iriusrisk.User, error) {
	if d.bulk {
		// No username begins with a space, so no user has this key.
		_, _, err := d.allUsers.find(ctx, " email "+email)
		if err != nil {
			return nil, err
		}

		if username, complete := d.names.holder(d.allUsers, email); complete {
			return d.holder(ctx, username, email)
		}
	}

	if strings.Contains(email, "'") {
		return nil, nil //nolint:nilnil // Documented: nil when none is found.
	}

	users, err := d.Users(ctx, iriusrisk.ListOptions{Filter: fmt.Sprintf("'email'='%s'", email)})
	if err != nil || len(users) == 0 {
		return nil, err
	}

	return d.holder(ctx, users[0].Username, email)
}

// holder reads a user individually and returns it if it has the e-mail address.
func (d *Directory) holder(ctx context.Context, username, email string) (*iriusrisk.User, error) {
	if username == "" {
		return nil, nil //nolint:nilnil // No user has the address.
	}

	user, err := d.User(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		return nil, nil //nolint:nilnil // The user was deleted after the list was read.
	case err != nil:
		return nil, err
	case user.Email == nil || !strings.EqualFold(*user.Email, email):
		return nil, nil //nolint:nilnil // The address was changed after the list was read.
	default:
		return user, nil
	}
}

// nameIndex finds users in the list of all users by username and by e-mail address, ignoring letter case.
type nameIndex struct {
	mu        sync.Mutex
	usernames map[string]struct{}
	holders   map[string]string

	// fills is how often the list had been filled when the index was built.
	fills int
}

// lacks reports whether the complete list has been read, has no user with the username in any letter case, and the user
// has not been written since.
func (x *nameIndex) lacks(users *listCache[iriusrisk.User], username string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()

	built := x.isBuilt(users)
	_, listed := x.usernames[iriusrisk.FoldUsername(username)]

	return built && !listed && users.lacks(username)
}

// holder returns the username that has an e-mail address in the list, or "". complete reports whether the complete list
// has been read, and no user has been written since.
func (x *nameIndex) holder(users *listCache[iriusrisk.User], email string) (username string, complete bool) {
	x.mu.Lock()
	defer x.mu.Unlock()

	complete = x.isBuilt(users) && users.isCurrent()

	return x.holders[iriusrisk.FoldUsername(email)], complete
}

// isBuilt builds the index if the complete list has been read, or has been replaced, and reports whether the index exists.
func (x *nameIndex) isBuilt(users *listCache[iriusrisk.User]) bool {
	users.mu.Lock()
	defer users.mu.Unlock()

	if !users.complete {
		return false
	}

	if x.usernames != nil && x.fills == users.fills {
		return true
	}

	x.fills = users.fills
	x.usernames = make(map[string]struct{}, len(users.entries))
	x.holders = make(map[string]string, len(users.entries))

	for username, listed := range users.entries {
		x.usernames[iriusrisk.FoldUsername(username)] = struct{}{}

		if listed.item.Email != nil {
			x.holders[iriusrisk.FoldUsername(*listed.item.Email)] = username
		}
	}

	return true
}
