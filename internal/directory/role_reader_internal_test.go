package directory

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// openSeeded starts a simulated IriusRisk with a number of users and business units, and opens a directory of it.
func openSeeded(t *testing.T, users, units int) (*simulator.Server, *Directory) {
	t.Helper()

	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)
	server.Seed(users, 1, units)

	endpoint, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: server.AdminToken()})
	if err != nil {
		t.Fatal(err)
	}

	return server, New(client, Options{BulkReads: true})
}

// readUsers reads each user individually, one after the other.
func readUsers(t *testing.T, d *Directory, users []simulator.User) {
	t.Helper()

	for _, user := range users {
		if _, err := d.User(t.Context(), user.Username); err != nil {
			t.Fatal(err)
		}
	}
}

// unreachable is a client whose server does not exist.
func unreachable(t *testing.T) *iriusrisk.Client {
	t.Helper()

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, APIToken: "t"})
	if err != nil {
		t.Fatal(err)
	}

	return client
}

// await waits until a condition holds that another goroutine will meet. It has the lock while it checks.
func await(t *testing.T, lock sync.Locker, condition func() bool) {
	t.Helper()

	met := func() bool {
		lock.Lock()
		defer lock.Unlock()

		return condition()
	}

	for end := time.Now().Add(20 * time.Second); !met(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("what the test waits for does not happen")
		}
	}
}

func cancelled(t *testing.T) context.Context {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	return ctx
}

// Callers that ask for the roles of the same user share a request, so they leave slots for reads ahead.
func TestRoleReader_callersThatShareARequestLeaveSlots(t *testing.T) {
	t.Parallel()

	client := unreachable(t)
	most := client.MaxConcurrentRequests()

	// In a cancelled run, no request is sent.
	ctx := cancelled(t)

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

	server, d := openSeeded(t, 3, 1)
	users := server.Users()
	readUsers(t, d, users)

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

// Reads ahead start only while a caller of a run that goes on waits for roles, and those that have ended leave their slots.
func TestRoleReader_readsAheadWhileCallersWait(t *testing.T) {
	t.Parallel()

	r := newRoleReader(unreachable(t), newWriteLog(), nil)
	r.answered, r.recent, r.listed = 100, []string{"next"}, []string{}

	if r.mayReadAhead() {
		t.Error("roles are read ahead although no caller waits")
	}

	first := r.enter(cancelled(t), "first")
	second := r.enter(cancelled(t), "second")
	r.leave(cancelled(t), first, true)

	if waiting, left, _ := r.progress(); waiting != 1 || left != 1 || r.ahead != 0 || !r.mayReadAhead() {
		t.Errorf("%d callers wait, %d have left, %d reads ahead in a cancelled run", waiting, left, r.ahead)
	}

	r.mu.Lock()
	r.fill(t.Context())

	if r.ahead != 1 || len(r.unused) != 1 {
		t.Errorf("%d reads ahead of %d users", r.ahead, len(r.unused))
	}

	r.mu.Unlock()
	r.leave(cancelled(t), second, true)

	r.close()

	// The directory is closed, so that the read ahead fails at once.
	closed := newRoleReader(unreachable(t), newWriteLog(), nil)
	closed.close()

	closed.ahead = 1
	closed.readAhead(cancelled(t), "next")

	if closed.ahead != 0 || !closed.stopped {
		t.Errorf("%d reads ahead after the only one has failed", closed.ahead)
	}
}

// A failed read ahead stops further ones and is not reported. The callers that need the roles read them themselves.
func TestRoleReader_failureStopsReadingAhead(t *testing.T) {
	t.Parallel()

	server, d := openSeeded(t, 30, 1)
	users := server.Users()
	readUsers(t, d, users)

	readRoles := func(users []simulator.User) {
		for _, user := range users {
			if _, err := d.UserRoles(t.Context(), user.Username); err != nil {
				t.Error(err)
			}
		}
	}

	// Users are read ahead in the order in which they were read.
	asked, failing, later := users[:minAnswered+1], users[minAnswered+1:minAnswered+4], users[minAnswered+4:]
	for _, user := range failing {
		server.Inject(simulator.Fault{Operation: "get_user_roles", Username: user.Username, Status: http.StatusForbidden})
	}

	readRoles(asked)
	await(t, &d.roles.mu, func() bool { return d.roles.stopped && d.roles.ahead == 0 })

	if server.PendingFaults() != 0 {
		t.Errorf("the roles of %d users were not read ahead", server.PendingFaults())
	}

	readRoles(later[:len(later)/2])

	if len(d.roles.unused) != len(failing) {
		t.Errorf("%d users were read ahead, want those before the failure", len(d.roles.unused))
	}

	readRoles(failing)
}
