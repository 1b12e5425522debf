package directory

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// LookupUser looks for a user who may not exist, and returns nil when there is none. That there is none, in any case, may
// come from the list of all users; a user who is found has been read directly.
func (d *Directory) LookupUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	if d.bulk {
		_, listed, err := d.everybody.find(ctx, username)
		if err != nil || (!listed && d.names.lacks(d.everybody, username)) {
			return nil, err
		}
	}

	return d.ReadUser(ctx, username)
}

// ReadUser reads a user who may not exist directly, and returns nil when there is none.
func (d *Directory) ReadUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	user, err := d.User(ctx, username)
	if iriusrisk.IsNotFound(err) {
		return nil, nil //nolint:nilnil // Documented: nil when there is no such user.
	}

	return user, err
}

// LookupEmail looks for the user who has an e-mail address, in any case, and returns nil when none is found. The address
// is looked up in the list of all users once that has been read, else by a filter; since it is not documented how a filter
// quotes an apostrophe, an address that has one is looked up in the list only.
func (d *Directory) LookupEmail(ctx context.Context, email string) (*iriusrisk.User, error) {
	if d.bulk {
		// A username has no space at its start, so this key is that of no user.
		_, _, err := d.everybody.find(ctx, " email "+email)
		if err != nil {
			return nil, err
		}

		if username, whole := d.names.holder(d.everybody, email); whole {
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

// holder reads a user directly and returns them if they have the e-mail address.
func (d *Directory) holder(ctx context.Context, username, email string) (*iriusrisk.User, error) {
	if username == "" {
		return nil, nil //nolint:nilnil // The address has no holder.
	}

	user, err := d.User(ctx, username)

	switch {
	case iriusrisk.IsNotFound(err):
		return nil, nil //nolint:nilnil // The holder was deleted since the list was read.
	case err != nil:
		return nil, err
	case user.Email == nil || !strings.EqualFold(*user.Email, email):
		return nil, nil //nolint:nilnil // The address has changed since the list was read.
	default:
		return user, nil
	}
}

// nameIndex finds users of the list of all users by username and by e-mail address, both without case.
type nameIndex struct {
	mu        sync.Mutex
	usernames map[string]struct{}
	holders   map[string]string
}

// lacks reports whether the list has been read whole, has no user of that name in any case, and no write to them has
// happened since.
func (x *nameIndex) lacks(users *roster[iriusrisk.User], username string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()

	built := x.isBuilt(users)
	_, listed := x.usernames[iriusrisk.FoldUsername(username)]

	return built && !listed && users.lacks(username)
}

// holder returns the username that the list shows for an e-mail address, "" when it shows none. whole tells that the list
// has been read whole.
func (x *nameIndex) holder(users *roster[iriusrisk.User], email string) (username string, whole bool) {
	x.mu.Lock()
	defer x.mu.Unlock()

	whole = x.isBuilt(users)

	return x.holders[iriusrisk.FoldUsername(email)], whole
}

// isBuilt builds the index once the list has been read whole.
func (x *nameIndex) isBuilt(users *roster[iriusrisk.User]) bool {
	if x.usernames != nil {
		return true
	}

	users.mu.Lock()
	defer users.mu.Unlock()

	if !users.whole {
		return false
	}

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
