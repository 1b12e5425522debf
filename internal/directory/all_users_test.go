package directory_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// expectAllUsers reads all users and compares their number with that of the server.
func (n *tenant) expectAllUsers(d *directory.Directory) {
	n.t.Helper()

	users, err := d.AllUsers(n.t.Context())
	if err != nil || len(users) != len(n.Users()) {
		n.t.Errorf("%d of %d users, error %v", len(users), len(n.Users()), err)
	}
}

// The list of all users is read once, whether before or after users are read, and also answers those reads.
func TestAllUsers_oneList(t *testing.T) {
	t.Parallel()

	for _, size := range []int{1, 9, 95} {
		n := newTenant(t, size, simulator.Options{PageCap: 10})
		pages := (size + 1 + 9) / 10

		d := n.open(n.AdminToken(), bulk)
		n.expectAllUsers(d)
		n.expectAllUsers(d)
		n.readUsers(d, n.users, 10)
		n.expectRequests(pages, "the list and then all users")

		d = n.open(n.AdminToken(), bulk)
		n.readUsers(d, n.users, 10)
		n.expectAllUsers(d)

		if lists := n.Count("get_users"); lists != pages {
			t.Errorf("%d of %d pages", lists, pages)
		}
	}
}

// A list that changes while it is read, a write and a failure lead to a new list. Without bulk reads there is one list as well.
func TestAllUsers_noUserIsMissing(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 35, simulator.Options{PageCap: 10})
	first := n.users[0].Username

	// The first page is read before a user on it is deleted, so a user moves to it from the second page.
	var once sync.Once

	n.OnRequest("get_users", func(simulator.RequestInfo) {
		if n.Count("get_users") > 1 {
			once.Do(func() { n.RemoveUser(first) })
		}
	})

	d := n.open(n.AdminToken(), bulk)
	n.expectAllUsers(d)
	n.OnRequest("get_users", nil)

	if _, found := n.User(first); found {
		t.Error("the list did not change")
	}

	n.AddUser(simulator.User{Username: "zoe", Email: "zoe@example.com", Enabled: true})
	d.Writing("zoe")()
	n.expectAllUsers(d)

	d = n.open(n.AdminToken(), directory.Options{})
	n.expectAllUsers(d)

	n.Inject(simulator.Fault{Operation: "get_users", Nth: 2, Status: http.StatusForbidden})
	n.expectAllUsers(n.open(n.AdminToken(), bulk))
	n.Inject(simulator.Fault{Operation: "get_users", Status: http.StatusForbidden, Times: -1})

	if users, err := n.open(n.AdminToken(), bulk).AllUsers(t.Context()); err == nil {
		t.Errorf("%d users without an error", len(users))
	}
}
