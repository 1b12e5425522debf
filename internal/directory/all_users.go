package directory

import (
	"context"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// AllUsers returns all users that are visible to the caller, in no particular order. It shares the list that replaces
// individual reads, provided that no user has been written and the list has not changed while it was read. Otherwise it
// reads a new list. No user is missing from the result.
func (d *Directory) AllUsers(ctx context.Context) ([]iriusrisk.User, error) {
	if d.bulk {
		if users, complete, err := d.allUsers.all(ctx); err != nil || complete {
			return users, err
		}
	}

	return d.Users(ctx, iriusrisk.ListOptions{})
}

// wholeList is the key of callers that wait for the whole list. No username begins with a space.
const wholeList = " all"

// all returns all items, and reads those pages that have not been read yet. complete is false if an item may be missing or
// outdated.
func (l *listCache[T]) all(ctx context.Context) (items []T, complete bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	for !l.ended {
		if err := context.Cause(ctx); err != nil {
			return nil, false, err
		}

		if l.reading == nil {
			l.startReading(context.WithoutCancel(ctx))
		}

		if err := l.wait(ctx, wholeList); err != nil {
			return nil, false, err
		}
	}

	if !l.complete || len(l.entries) < l.most || l.writes.now() > l.asOf {
		return nil, false, nil
	}

	for _, listed := range l.entries {
		if listed.duplicated {
			return nil, false, nil
		}

		items = append(items, listed.item)
	}

	return items, true, nil
}
