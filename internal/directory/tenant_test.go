package directory_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// tenant is a simulated instance whose users each have three roles and two of its ten business units.
type tenant struct {
	*simulator.Server

	t     testing.TB
	users []simulator.User
}

func newTenant(tb testing.TB, users int, options simulator.Options) *tenant {
	tb.Helper()

	server, err := simulator.Start(options)
	if err != nil {
		tb.Fatal(err)
	}

	tb.Cleanup(server.Close)
	server.Seed(users, 20, 10)
	server.AssignAccess(3, 2)

	all := slices.DeleteFunc(server.Users(), func(user simulator.User) bool { return user.Username == "admin" })

	return &tenant{Server: server, t: tb, users: all}
}

// open returns a directory that reads the tenant with an API token.
func (n *tenant) open(token string, options directory.Options) *directory.Directory {
	n.t.Helper()

	endpoint, err := url.Parse(n.URL())
	if err != nil {
		n.t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: token, RetryWaitMin: time.Millisecond, RetryWaitMax: time.Millisecond})
	if err != nil {
		n.t.Fatal(err)
	}

	n.ResetJournal()

	return directory.New(client, options)
}

// bulk are the default options of the provider.
var bulk = directory.Options{BulkReads: true}

// sameEmail matches a user with the same e-mail address.
func sameEmail(user simulator.User) func(*iriusrisk.User) bool {
	return func(listed *iriusrisk.User) bool { return listed.Email != nil && *listed.Email == user.Email }
}

// readUsers reads users as Terraform does, several at a time, and fails the test if one differs.
func (n *tenant) readUsers(d *directory.Directory, users []simulator.User, parallelism int) {
	n.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(parallelism)

	for _, user := range users {
		reads.Go(func() error {
			got, err := d.ConfirmUser(n.t.Context(), user.Username, sameEmail(user))
			if err == nil && got.ID != user.ID {
				err = fmt.Errorf("user %q has the id %s, want %s", user.Username, got.ID, user.ID)
			}

			return err
		})
	}

	if err := reads.Wait(); err != nil {
		n.t.Error(err)
	}
}

// readUnits reads each business unit of users individually, as the additive resources do.
func (n *tenant) readUnits(d *directory.Directory, users []simulator.User, parallelism int) {
	n.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(parallelism)

	for _, user := range users {
		for _, id := range user.BusinessUnitIDs {
			reads.Go(func() error { return n.confirmMember(d, user, id) })
		}
	}

	if err := reads.Wait(); err != nil {
		n.t.Error(err)
	}
}

// confirmMember returns an error unless the directory finds a user in a business unit.
func (n *tenant) confirmMember(d *directory.Directory, user simulator.User, id string) error {
	has, err := d.HasBusinessUnit(n.t.Context(), user.Username, id)
	if err == nil && !has {
		err = fmt.Errorf("user %q lacks the business unit %s", user.Username, id)
	}

	return err
}

// expectRequests fails the test if more requests arrived than expected.
func (n *tenant) expectRequests(most int, what string) {
	n.t.Helper()

	if got := len(n.Journal()); got > most {
		n.t.Errorf("%s took %d requests, want at most %d", what, got, most)
	}
}

func emailOf(user *iriusrisk.User) string {
	if user == nil || user.Email == nil {
		return ""
	}

	return *user.Email
}

func errorOr(err error, text string) string {
	if err != nil {
		return err.Error()
	}

	return text
}
