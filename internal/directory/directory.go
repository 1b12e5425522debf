// Package directory is a cache between the provider and the API client that makes reading many users cheap. Terraform
// reads one object at a time; the directory shares identical reads, caches their results for the rest of a run, and uses
// lists to answer many individual reads at once. A list can only confirm the expected value; differing or missing entries
// are re-read individually. Cached values older than a write of this provider are never returned.
//
// Reads that decide a write bypass the cache: they use the client, while the user is locked.
package directory

import (
	"context"
	"fmt"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// Options configures a Directory.
type Options struct {
	// BulkReads allows lists to answer individual reads. Without it each object is read individually; identical reads are
	// still shared and cached.
	BulkReads bool
}

// Directory reads users and their access. Each run creates its own. It is safe for concurrent use. Callers share the
// returned values and must not change them.
type Directory struct {
	client *iriusrisk.Client
	bulk   bool
	writes *writeLog

	profile      *cache[*iriusrisk.User]
	freshProfile freshRead[*iriusrisk.User]
	permissions  *cache[[]string]
	info         *cache[*iriusrisk.Info]

	users     *cache[*iriusrisk.User]
	roles     *roleReader
	units     *cache[[]iriusrisk.BusinessUnit]
	userLists *cache[[]iriusrisk.User]
	summaries *cache[[]iriusrisk.UserSummary]

	// unitMembers holds the usernames of the members of business units, by the unit's id in lower case.
	unitMembers *cache[[]string]

	// allUsers replaces individual reads of users; members and unitSets replace individual reads of the business units of
	// users; allUnits and allRoles replace individual reads of business units and of roles.
	allUsers *listCache[iriusrisk.User]
	names    nameIndex
	members  *memberLists
	unitSets unitSets
	allUnits *listCache[iriusrisk.BusinessUnit]
	allRoles *listCache[iriusrisk.Role]

	// rolePermissions holds the permissions of roles, by scope and the role's id in lower case, and those that roles can
	// have, by scope.
	rolePermissions *cache[[]iriusrisk.Permission]
}

// New returns a directory with an empty cache.
func New(client *iriusrisk.Client, options Options) *Directory {
	writes := newWriteLog()
	d := &Directory{
		client:      client,
		bulk:        options.BulkReads,
		writes:      writes,
		profile:     newCache[*iriusrisk.User](writes),
		permissions: newCache[[]string](writes),
		info:        newCache[*iriusrisk.Info](writes),
		users:       newCache[*iriusrisk.User](writes),
		units:       newCache[[]iriusrisk.BusinessUnit](writes),
		userLists:   newListingCache[[]iriusrisk.User](writes),
		summaries:   newListingCache[[]iriusrisk.UserSummary](writes),
		unitMembers: newListingCache[[]string](writes),
		allUsers: newListCache(writes, func(ctx context.Context, number, size int) (iriusrisk.Page[iriusrisk.User], error) {
			return client.UsersPage(ctx, number, size, iriusrisk.ListOptions{})
		}, func(user iriusrisk.User) string { return user.Username }),
		allUnits: newObjectList(writes, client.BusinessUnitsPage, func(unit iriusrisk.BusinessUnit) string { return unit.ID }),
		allRoles: newObjectList(writes, client.RolesPage, func(role iriusrisk.Role) string { return role.ID }),

		rolePermissions: newCache[[]iriusrisk.Permission](writes),
	}
	d.roles = newRoleReader(client, writes, d.allUsers)
	d.members = newMemberLists(client, d.allUnits)
	d.unitSets = unitSets{directory: d, waiting: make(map[string]int), changed: make(chan struct{})}

	return d
}

// Close ends all requests that no caller waits for, and closes idle connections. Reads still work afterwards, without
// sending such requests.
func (d *Directory) Close() {
	d.roles.close()
	d.members.close()
	d.client.CloseIdleConnections()
}

// Writing invalidates the cached values of a user when a write to the user begins, and returns the function that
// invalidates them again when the write ends.
func (d *Directory) Writing(username string) (done func()) {
	d.writes.record(username)

	return func() { d.writes.record(username) }
}

// Profile returns the user that the provider runs as.
func (d *Directory) Profile(ctx context.Context) (*iriusrisk.User, error) {
	return d.profile.read(ctx, "profile", neverWritten, d.client.GetUserProfile)
}

// FreshProfile returns the user that the provider runs as, by a request that begins after the call. It proves that the
// API can be reached at this moment.
func (d *Directory) FreshProfile(ctx context.Context) (*iriusrisk.User, error) {
	return d.freshProfile.get(ctx, d.client.GetUserProfile)
}

// Permissions returns the names of the permissions of the user that the provider runs as.
func (d *Directory) Permissions(ctx context.Context) ([]string, error) {
	return d.permissions.read(ctx, "permissions", d.writes.lastWriteToAll, d.client.ListUserProfilePermissions)
}

// Info returns what the instance reports about itself.
func (d *Directory) Info(ctx context.Context) (*iriusrisk.Info, error) {
	return d.info.read(ctx, "info", neverWritten, d.client.GetInfo)
}

// User returns a user by the exact spelling of their username. It does not use the list of all users.
func (d *Directory) User(ctx context.Context, username string) (*iriusrisk.User, error) {
	if _, cached := d.users.get(username, d.writes.lastWriteTo(username)); d.bulk && !cached {
		d.allUsers.noteSingleRead(username)
	}

	return d.readUser(ctx, username)
}

// ConfirmUser returns a user by the exact spelling of their username. The entry in the list of all users is enough if it
// matches what the caller expects; otherwise the user is read individually.
func (d *Directory) ConfirmUser(ctx context.Context, username string, matches func(*iriusrisk.User) bool) (*iriusrisk.User, error) {
	if _, cached := d.users.get(username, d.writes.lastWriteTo(username)); d.bulk && !cached {
		user, listed, err := d.allUsers.find(ctx, username)

		switch {
		case err != nil:
			return nil, err
		case listed && matches(&user):
			d.roles.note(username)

			return &user, nil
		}
	}

	return d.readUser(ctx, username)
}

// readUser reads a user individually.
func (d *Directory) readUser(ctx context.Context, username string) (*iriusrisk.User, error) {
	user, err := d.users.read(ctx, username, d.writes.lastWriteTo(username), func(ctx context.Context) (*iriusrisk.User, error) {
		return d.client.GetUser(ctx, username)
	})
	if err == nil && d.bulk {
		d.roles.note(username)
	}

	return user, err
}

// UserRoles returns the roles of a user, read individually.
func (d *Directory) UserRoles(ctx context.Context, username string) ([]iriusrisk.Role, error) {
	if !d.bulk {
		return d.roles.readSingly(ctx, username)
	}

	return d.roles.get(ctx, username)
}

// UserBusinessUnits returns the business units of a user, read individually.
func (d *Directory) UserBusinessUnits(ctx context.Context, username string) ([]iriusrisk.BusinessUnit, error) {
	return d.units.read(ctx, userKey(username), d.writes.lastWriteTo(username), func(ctx context.Context) ([]iriusrisk.BusinessUnit, error) {
		return d.client.ListUserBusinessUnits(ctx, username, iriusrisk.ListOptions{})
	})
}

// userKey is the cache key of the roles or business units of a user.
func userKey(username string) string { return "user " + username }

// Users returns the users that options select. An unfiltered list replaces individual reads from then on.
func (d *Directory) Users(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.User, error) {
	return d.userLists.read(ctx, optionsKey(options), d.writes.now, func(ctx context.Context) ([]iriusrisk.User, error) {
		asOf := d.writes.now()

		users, err := d.client.ListUsers(ctx, options)
		if err == nil && options.Filter == "" && d.bulk {
			d.allUsers.fill(users, asOf)
		}

		return users, err
	})
}

// UsersSummary returns the users that options select, with the fields that every signed-in user can read.
func (d *Directory) UsersSummary(ctx context.Context, options iriusrisk.ListOptions) ([]iriusrisk.UserSummary, error) {
	return d.summaries.read(ctx, optionsKey(options), d.writes.now, func(ctx context.Context) ([]iriusrisk.UserSummary, error) {
		return d.client.ListUsersSummary(ctx, options)
	})
}

// optionsKey returns the cache key of a list with options.
func optionsKey(options iriusrisk.ListOptions) string {
	return fmt.Sprintf("%q %q", options.Filter, options.Sort)
}
