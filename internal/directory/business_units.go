package directory

import (
	"context"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// newObjectList returns the list of all business units or roles, by id in lower case. An instance has few of them, so the
// first page usually is the whole list.
func newObjectList[T any](writes *writeLog, page func(context.Context, int, int, iriusrisk.ListOptions) (iriusrisk.Page[T], error), id func(T) string) *listCache[T] {
	list := newListCache(writes, func(ctx context.Context, number, size int) (iriusrisk.Page[T], error) {
		return page(ctx, number, size, iriusrisk.ListOptions{})
	}, func(item T) string { return strings.ToLower(id(item)) })
	list.firstIsCheap = true

	return list
}

// WritingBusinessUnit invalidates everything cached about users and business units when a write to a business unit begins,
// and returns the function that invalidates it again when the write ends.
func (d *Directory) WritingBusinessUnit() (done func()) {
	d.writes.recordAll()

	return d.writes.recordAll
}

// ConfirmBusinessUnit returns a business unit. The entry in the list of all business units is enough if it matches what
// the caller expects; otherwise the business unit is read individually.
func (d *Directory) ConfirmBusinessUnit(ctx context.Context, id string, matches func(*iriusrisk.BusinessUnit) bool) (*iriusrisk.BusinessUnit, error) {
	if d.bulk {
		unit, listed, err := d.allUnits.find(ctx, strings.ToLower(id))

		switch {
		case err != nil:
			return nil, err
		case listed && matches(&unit):
			return &unit, nil
		}
	}

	return d.client.GetBusinessUnit(ctx, id)
}

// BusinessUnits returns the business units of the instance that options select. An unfiltered list replaces individual
// reads from then on.
func (d *Directory) BusinessUnits(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.BusinessUnit, error) {
	return d.units.read(ctx, "list "+optionsKey(options), d.writes.lastWriteToAll, func(ctx context.Context) ([]iriusrisk.BusinessUnit, error) {
		asOf := d.writes.now()

		units, err := d.client.ListBusinessUnits(ctx, options)
		if err == nil && options.Filter == "" && d.bulk {
			d.allUnits.fill(units, asOf)
		}

		return units, err
	})
}

// BusinessUnitMembers returns the usernames of the members of a business unit. The list replaces individual reads of the
// business units of users from then on, and a complete list that has been read for them is used here.
func (d *Directory) BusinessUnitMembers(ctx context.Context, id string) ([]string, error) {
	if d.bulk {
		if usernames, ok := d.memberList(id).whole(); ok {
			return usernames, nil
		}
	}

	return d.unitMembers.read(ctx, strings.ToLower(id), d.writes.now, func(ctx context.Context) ([]string, error) {
		asOf := d.writes.now()

		members, err := d.client.ListBusinessUnitUsers(ctx, id, iriusrisk.ListOptions{})
		if err != nil {
			return nil, err
		}

		usernames := make([]string, len(members))
		for i, member := range members {
			usernames[i] = member.Username
		}

		if d.bulk {
			d.memberList(id).fill(usernames, asOf)
		}

		return usernames, nil
	})
}

// HasUser reports whether there is a user with the username in any letter case. The list of all users is enough to tell.
func (d *Directory) HasUser(ctx context.Context, username string) (bool, error) {
	if d.bulk {
		_, listed, err := d.allUsers.find(ctx, username)
		if err != nil || listed || d.names.lacks(d.allUsers, username) {
			return listed, err
		}
	}

	user, err := d.ReadUser(ctx, username)

	return user != nil, err
}
