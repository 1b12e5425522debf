// Package directory stands between the provider and the API client and makes reading many users cheap. Terraform asks
// for one object at a time; here identical reads are shared and remembered for the rest of a run, and lists answer many
// single reads at once. What a list says can only confirm what the caller expects to find: whatever differs or is
// missing is read directly before it is believed. After a write of this provider nobody is given an older answer.
//
// Reads that decide a write do not belong here: they go to the client, under the user's lock.
package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// Options configures a Directory.
type Options struct {
	// BulkReads lets lists answer single reads. Without it every object is read on its own; identical reads are shared
	// and remembered all the same.
	BulkReads bool
}

// Directory reads users and their access. It is made anew for every run, and safe for concurrent use. What it returns
// is shared: it is not to be changed.
type Directory struct {
	client *iriusrisk.Client
	bulk   bool
	clock  *clock

	profile      *answers[*iriusrisk.User]
	freshProfile freshRead[*iriusrisk.User]
	permissions  *answers[[]string]
	info         *answers[*iriusrisk.Info]

	users     *answers[*iriusrisk.User]
	roles     *answers[[]iriusrisk.Role]
	units     *answers[[]iriusrisk.BusinessUnit]
	userLists *answers[[]iriusrisk.User]
	summaries *answers[[]iriusrisk.UserSummary]

	// everybody spares single reads of users, a unit's roster spares reads of its members' units.
	everybody *roster[iriusrisk.User]
	names     nameIndex
	members   unitRosters
}

// unitRosters are the rosters of business units. All of them spare the same single reads: those of a user's units.
type unitRosters struct {
	mu      sync.Mutex
	singly  map[string]struct{}
	account account
	units   map[string]*roster[string]
}

// New returns a directory that has read nothing yet.
func New(client *iriusrisk.Client, options Options) *Directory {
	clock := newClock()

	return &Directory{
		client:      client,
		bulk:        options.BulkReads,
		clock:       clock,
		profile:     newAnswers[*iriusrisk.User](clock),
		permissions: newAnswers[[]string](clock),
		info:        newAnswers[*iriusrisk.Info](clock),
		users:       newAnswers[*iriusrisk.User](clock),
		roles:       newAnswers[[]iriusrisk.Role](clock),
		units:       newAnswers[[]iriusrisk.BusinessUnit](clock),
		userLists:   newAnswers[[]iriusrisk.User](clock),
		summaries:   newAnswers[[]iriusrisk.UserSummary](clock),
		everybody: &roster[iriusrisk.User]{
			clock: clock,
			page: func(ctx context.Context, number, size int) (iriusrisk.Page[iriusrisk.User], error) {
				return client.UsersPage(ctx, number, size, iriusrisk.ListOptions{})
			},
			key:     func(user iriusrisk.User) string { return user.Username },
			mu:      new(sync.Mutex),
			singly:  make(map[string]struct{}),
			account: new(account),
			entries: make(map[string]entry[iriusrisk.User]),
			waiting: make(map[string]int),
		},
		members: unitRosters{singly: make(map[string]struct{}), units: make(map[string]*roster[string])},
	}
}

// Writing notes that a write to a user begins, and returns the function that notes its end. Answers that are older than
// either are given to nobody from then on.
func (d *Directory) Writing(username string) (done func()) {
	d.clock.write(username)

	return func() { d.clock.write(username) }
}

// Profile returns the user that the provider runs as.
func (d *Directory) Profile(ctx context.Context) (*iriusrisk.User, error) {
	return d.profile.get(ctx, "profile", wroteNothing, d.client.GetUserProfile)
}

// FreshProfile returns the user that the provider runs as, by a request that begins after the call: it proves that the
// API is being reached at this moment.
func (d *Directory) FreshProfile(ctx context.Context) (*iriusrisk.User, error) {
	return d.freshProfile.get(ctx, d.client.GetUserProfile)
}

// Permissions returns the names of the permissions of the user that the provider runs as.
func (d *Directory) Permissions(ctx context.Context) ([]string, error) {
	return d.permissions.get(ctx, "permissions", wroteNothing, d.client.ListUserProfilePermissions)
}

// Info returns what the instance says of itself.
func (d *Directory) Info(ctx context.Context) (*iriusrisk.Info, error) {
	return d.info.get(ctx, "info", wroteNothing, d.client.GetInfo)
}

// User returns a user by the exact spelling of their username. It does not use the list of all users.
func (d *Directory) User(ctx context.Context, username string) (*iriusrisk.User, error) {
	if _, found := d.users.recall(username, d.clock.wroteTo(username)); d.bulk && !found {
		d.everybody.noteSingle(username)
	}

	return d.readUser(ctx, username)
}

// ConfirmUser returns a user by the exact spelling of their username. The entry in the list of all users is enough if it
// matches what the caller expects; otherwise the user is read individually.
func (d *Directory) ConfirmUser(ctx context.Context, username string, matches func(*iriusrisk.User) bool) (*iriusrisk.User, error) {
	if _, found := d.users.recall(username, d.clock.wroteTo(username)); d.bulk && !found {
		user, listed, err := d.everybody.find(ctx, username)

		switch {
		case err != nil:
			return nil, err
		case listed && matches(&user):
			return &user, nil
		}
	}

	return d.readUser(ctx, username)
}

// readUser reads a user individually.
func (d *Directory) readUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	return d.users.get(ctx, username, d.clock.wroteTo(username), func(ctx context.Context) (*iriusrisk.User, error) {
		return d.client.GetUser(ctx, username)
	})
}

// UserRoles returns a user's roles, read directly: the API does not list a role's users.
func (d *Directory) UserRoles(ctx context.Context, username string) ([]iriusrisk.Role, error) {
	return d.roles.get(ctx, "user "+username, d.clock.wroteTo(username), func(ctx context.Context) ([]iriusrisk.Role, error) {
		return d.client.ListUserRoles(ctx, username, iriusrisk.ListOptions{})
	})
}

// UserBusinessUnits returns a user's business units, read directly.
func (d *Directory) UserBusinessUnits(ctx context.Context, username string) ([]iriusrisk.BusinessUnit, error) {
	return d.units.get(ctx, unitsKey(username), d.clock.wroteTo(username), func(ctx context.Context) ([]iriusrisk.BusinessUnit, error) {
		return d.client.ListUserBusinessUnits(ctx, username, iriusrisk.ListOptions{})
	})
}

func unitsKey(username string) string { return "user " + username }

// HasBusinessUnit reports whether a user is in a business unit. That they are may come from the list of the unit's
// members; that they are not comes from a direct read of the user's units.
func (d *Directory) HasBusinessUnit(ctx context.Context, username, id string) (bool, error) {
	known, found := d.units.recall(unitsKey(username), d.clock.wroteTo(username))
	units := known.value

	if !found {
		if d.bulk {
			_, member, err := d.roster(id).find(ctx, username)
			if err != nil || member {
				return member, err
			}
		}

		var err error
		if units, err = d.UserBusinessUnits(ctx, username); err != nil {
			return false, err
		}
	}

	return slices.ContainsFunc(units, func(unit iriusrisk.BusinessUnit) bool { return strings.EqualFold(unit.ID, id) }), nil
}

// roster returns the roster of a business unit's members.
func (d *Directory) roster(id string) *roster[string] {
	d.members.mu.Lock()
	defer d.members.mu.Unlock()

	key := strings.ToLower(id)

	if _, found := d.members.units[key]; !found {
		d.members.units[key] = &roster[string]{
			clock: d.clock,
			page: func(ctx context.Context, number, size int) (iriusrisk.Page[string], error) {
				return d.membersPage(ctx, id, number, size)
			},
			key:     func(username string) string { return username },
			mu:      &d.members.mu,
			singly:  d.members.singly,
			account: &d.members.account,
			entries: make(map[string]entry[string]),
			waiting: make(map[string]int),
		}
	}

	return d.members.units[key]
}

// membersPage reads a page of a unit's members and keeps their usernames only.
func (d *Directory) membersPage(ctx context.Context, id string, number, size int) (iriusrisk.Page[string], error) {
	page, err := d.client.BusinessUnitUsersPage(ctx, id, number, size, iriusrisk.ListOptions{})
	usernames := make([]string, len(page.Items))

	for i, member := range page.Items {
		usernames[i] = member.Username
	}

	return iriusrisk.Page[string]{
		Items: usernames, Number: page.Number, Size: page.Size, TotalPages: page.TotalPages, TotalElements: page.TotalElements,
	}, err
}

// Users returns the users that options select. A list of everybody spares single reads from then on.
func (d *Directory) Users(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.User, error) {
	return d.userLists.get(ctx, optionsKey(options), d.clock.wroteToAnybody, func(ctx context.Context) ([]iriusrisk.User, error) {
		began := d.clock.now()

		users, err := d.client.ListUsers(ctx, options)
		if err == nil && options.Filter == "" && d.bulk {
			d.everybody.complete(users, began)
		}

		return users, err
	})
}

// UsersSummary returns what everybody may see of the users that options select.
func (d *Directory) UsersSummary(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.UserSummary, error) {
	return d.summaries.get(ctx, optionsKey(options), d.clock.wroteToAnybody, func(ctx context.Context) ([]iriusrisk.UserSummary, error) {
		return d.client.ListUsersSummary(ctx, options)
	})
}

// Roles returns the roles of the instance that options select.
func (d *Directory) Roles(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.Role, error) {
	return d.roles.get(ctx, "list "+optionsKey(options), wroteNothing, func(ctx context.Context) ([]iriusrisk.Role, error) {
		return d.client.ListRoles(ctx, options)
	})
}

// BusinessUnits returns the business units of the instance that options select.
func (d *Directory) BusinessUnits(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.BusinessUnit, error) {
	return d.units.get(ctx, "list "+optionsKey(options), wroteNothing, func(ctx context.Context) ([]iriusrisk.BusinessUnit, error) {
		return d.client.ListBusinessUnits(ctx, options)
	})
}

// optionsKey tells lists with different options apart.
func optionsKey(options iriusrisk.ListOptions) string {
	return fmt.Sprintf("%q %q", options.Filter, options.Sort)
}
