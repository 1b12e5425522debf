package directory

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Callers that ask for the roles of the same user share a request, so they leave slots for reads ahead.
func TestRoleReader_callersThatShareARequestLeaveSlots(t *testing.T) {
	t.Parallel()

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: &url.URL{Scheme: "https", Host: "example.com"}, APIToken: "t"})
	if err != nil {
		t.Fatal(err)
	}

	most := client.MaxConcurrentRequests()

	// A cancelled caller sends no request.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	for _, test := range []struct{ callers, users int }{{9, 3}, {most, most}, {2 * most, most - 1}} {
		r := newRoleReader(client, newWriteLog(), nil)
		r.answered = 100

		for caller := range test.callers {
			r.enter(ctx, fmt.Sprintf("user%d", caller%test.users))
		}

		ahead := 0
		for r.mayReadAhead() {
			ahead++
			r.ahead++
		}

		if ahead != most-test.users {
			t.Errorf("%d reads ahead beside %d callers that ask for %d users, want %d", ahead, test.callers, test.users, most-test.users)
		}
	}
}

// The roles of users that were read individually are read ahead without a list of all users, in the order in which the
// users were read.
func TestRoleReader_readsIndividualUsersAhead(t *testing.T) {
	t.Parallel()

	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)
	server.Seed(3, 1, 1)

	endpoint, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: server.AdminToken()})
	if err != nil {
		t.Fatal(err)
	}

	d := New(client, Options{BulkReads: true})
	users := server.Users()

	for _, user := range users {
		if _, err := d.User(t.Context(), user.Username); err != nil {
			t.Fatal(err)
		}
	}

	d.roles.asked[users[0].Username] = struct{}{}

	for _, user := range users[1:] {
		if got, ok := d.roles.next(); got != user.Username || !ok {
			t.Errorf("the next user is %q, want %q", got, user.Username)
		}
	}

	if got, ok := d.roles.next(); ok {
		t.Errorf("%q follows the last user", got)
	}
}
