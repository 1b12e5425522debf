package directory_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Identical reads share one request and its result until the user is written. Other users stay cached.
func TestReads_areSharedUntilAWrite(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), directory.Options{})

	read := func(times int) {
		var reads errgroup.Group

		for range times {
			for _, user := range n.users[:2] {
				reads.Go(func() error {
					_, err := d.User(t.Context(), user.Username)
					_, rolesErr := d.UserRoles(t.Context(), user.Username)
					_, unitsErr := d.UserBusinessUnits(t.Context(), user.Username)
					_, listErr := d.Users(t.Context(), iriusrisk.ListOptions{})
					_, summaryErr := d.UsersSummary(t.Context(), iriusrisk.ListOptions{})
					_, allRolesErr := d.Roles(t.Context(), iriusrisk.ListOptions{})
					_, allUnitsErr := d.BusinessUnits(t.Context(), iriusrisk.ListOptions{})
					_, profileErr := d.Profile(t.Context())
					_, infoErr := d.Info(t.Context())

					return errors.Join(err, rolesErr, unitsErr, listErr, summaryErr, allRolesErr, allUnitsErr, profileErr, infoErr)
				})
			}
		}

		if err := reads.Wait(); err != nil {
			t.Fatal(err)
		}
	}

	read(20)
	n.expectRequests(3*2+6, "two users")

	// A write invalidates the reads of the user, whatever the letter case of the username, and all lists of users.
	d.Writing(strings.ToUpper(n.users[0].Username))()
	n.ResetJournal()
	read(20)
	n.expectRequests(3+2, "a user that was written")

	if got := len(n.Journal()); got != 5 {
		t.Errorf("%d requests after a write, want 5", got)
	}
}

// An error is shared with concurrent reads but not cached.
func TestReads_errorsAreNotCached(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.Inject(simulator.Fault{Operation: "get_user_roles", Kind: simulator.FaultStatus, Status: 403})

	if _, err := d.UserRoles(t.Context(), n.users[0].Username); !iriusrisk.IsForbidden(err) {
		t.Errorf("the error is %v", err)
	}

	if roles, err := d.UserRoles(t.Context(), n.users[0].Username); err != nil || len(roles) != 3 {
		t.Errorf("got %v, %v", roles, err)
	}
}

// Writes that keep invalidating a list do not keep it from being read.
func TestUsers_completesDuringWrites(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.OnRequest("get_users", func(simulator.RequestInfo) { d.Writing(n.users[0].Username)() })

	if users, err := d.Users(t.Context(), iriusrisk.ListOptions{}); err != nil || len(users) != 4 {
		t.Errorf("got %d users, %v", len(users), err)
	}

	n.expectRequests(3, "a list that each write overtakes")
}

// A read that is cancelled before it begins sends no request.
func TestReads_cancelledBefore(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users[:1], 1)
	n.ResetJournal()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, userErr := d.ConfirmUser(ctx, n.users[1].Username, sameEmail(n.users[1]))
	_, rolesErr := d.UserRoles(ctx, n.users[1].Username)

	if !errors.Is(userErr, context.Canceled) || !errors.Is(rolesErr, context.Canceled) {
		t.Errorf("the errors are %v and %v", userErr, rolesErr)
	}

	n.expectRequests(0, "a read that was cancelled")
}

// A wait ends when its own context ends; the shared request continues for the other readers.
func TestReads_waitEndsWithItsOwnContext(t *testing.T) {
	t.Parallel()

	for name, read := range map[string]func(context.Context, *directory.Directory, simulator.User) error{
		"individually": func(ctx context.Context, d *directory.Directory, user simulator.User) error {
			_, err := d.UserRoles(ctx, user.Username)

			return err
		},
		"from the list": func(ctx context.Context, d *directory.Directory, user simulator.User) error {
			_, err := d.ConfirmUser(ctx, user.Username, sameEmail(user))

			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 5, simulator.Options{})
			d := n.open(n.AdminToken(), bulk)
			n.readUsers(d, n.users[:1], 1)
			n.ResetJournal()

			arrived, release := make(chan struct{}), make(chan struct{})
			once := sync.OnceFunc(func() { close(arrived) })

			n.OnRequest("", func(simulator.RequestInfo) {
				once()
				<-release
			})

			cancelled, cancel := context.WithCancel(t.Context())
			first, second := make(chan error, 1), make(chan error, 1)

			go func() { first <- read(cancelled, d, n.users[2]) }()

			<-arrived

			go func() { second <- read(t.Context(), d, n.users[2]) }()

			cancel()

			if err := <-first; !errors.Is(err, context.Canceled) {
				t.Errorf("the wait that was cancelled ended with %v", err)
			}

			close(release)

			if err := <-second; err != nil {
				t.Errorf("the other wait ended with %v", err)
			}

			n.expectRequests(1, "a shared read")
		})
	}
}
