package directory

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// LookupUser looks for a user who may not exist, and returns nil when there is none. That there is none may come from the
// list of all users; a user who is found has been read directly.
func (d *Directory) LookupUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	if d.bulk {
		_, listed, err := d.everybody.find(ctx, username)
		if err != nil || (!listed && d.everybody.lacks(username)) {
			return nil, err
		}
	}

	user, err := d.User(ctx, username, nil)
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

		if username, whole := d.emails.find(d.everybody, email); whole {
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

	user, err := d.User(ctx, username, nil)

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

// emailIndex finds usernames by e-mail address in the list of all users.
type emailIndex struct {
	mu        sync.Mutex
	usernames map[string]string
}

// find returns the username that the list shows for an e-mail address, "" when it shows none. whole tells that the list
// has been read whole.
func (x *emailIndex) find(users *roster[iriusrisk.User], email string) (username string, whole bool) {
	x.mu.Lock()
	defer x.mu.Unlock()

	if x.usernames == nil {
		x.usernames = indexEmails(users)
	}

	return x.usernames[iriusrisk.FoldUsername(email)], x.usernames != nil
}

// indexEmails returns usernames by e-mail address, nil while the list has not been read whole.
func indexEmails(users *roster[iriusrisk.User]) map[string]string {
	users.mu.Lock()
	defer users.mu.Unlock()

	if !users.whole {
		return nil
	}

	usernames := make(map[string]string, len(users.entries))

	for username, listed := range users.entries {
		if listed.item.Email != nil {
			usernames[iriusrisk.FoldUsername(*listed.item.Email)] = username
		}
	}

	return usernames
}
