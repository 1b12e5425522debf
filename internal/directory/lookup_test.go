package directory_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// lookUp looks for a user by username and by e-mail address, and expects the given id; "" stands for no user.
func (n *tenant) lookUp(d *directory.Directory, username, email, id string) {
	n.t.Helper()

	byName, err := d.LookupUser(n.t.Context(), username)
	if err != nil {
		n.t.Fatal(err)
	}

	byEmail, err := d.LookupEmail(n.t.Context(), email)
	if err != nil {
		n.t.Fatal(err)
	}

	for what, user := range map[string]string{username: idOrNone(byName), email: idOrNone(byEmail)} {
		if user != id {
			n.t.Errorf("%s belongs to %q, want %q", what, user, id)
		}
	}
}

// idOrNone returns the id of a user, or "" if there is none.
func idOrNone(user *iriusrisk.User) string {
	if user == nil {
		return ""
	}

	return user.ID
}

func TestLookup_takesFewRequests(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		options           directory.Options
		lookUps, requests int
		users, pageCap    int
	}{
		"one":                     {options: bulk, lookUps: 1, users: 1000, pageCap: 100, requests: 3},
		"many":                    {options: bulk, lookUps: 100, users: 300, pageCap: 1000, requests: 4},
		"many on several pages":   {options: bulk, lookUps: 100, users: 1000, pageCap: 100, requests: 2 * 11},
		"many without bulk reads": {lookUps: 10, users: 300, pageCap: 1000, requests: 20},
	} {
		tenant := newTenant(t, test.users, simulator.Options{PageCap: test.pageCap})
		d := tenant.open(tenant.AdminToken(), test.options)

		for i := range test.lookUps {
			tenant.lookUp(d, fmt.Sprintf("new%d", i), fmt.Sprintf("new%d@example.com", i), "")
		}

		if requests := len(tenant.Journal()); requests > test.requests {
			t.Errorf("%s: %d requests, more than %d", name, requests, test.requests)
		}

		// A user that is found is read individually, so an outdated list decides nothing.
		known := tenant.users[len(tenant.users)/2]
		tenant.lookUp(d, known.Username, known.Email, known.ID)

		changed, removed := tenant.users[3], tenant.users[4]
		tenant.UpdateUser(changed.Username, func(user *simulator.User) { user.Email = "changed@example.com" })
		tenant.RemoveUser(removed.Username)
		tenant.lookUp(d, removed.Username, removed.Email, "")

		if holder, err := d.LookupEmail(t.Context(), changed.Email); holder != nil || err != nil {
			t.Errorf("%s: the former address belongs to %v (%v)", name, holder, err)
		}
	}
}

func TestLookup_afterAWrite(t *testing.T) {
	t.Parallel()

	tenant := newTenant(t, 50, simulator.Options{})
	d := tenant.open(tenant.AdminToken(), bulk)

	for i := range 5 {
		tenant.lookUp(d, fmt.Sprintf("new%d", i), fmt.Sprintf("new%d@example.com", i), "")
	}

	done := d.Writing("new1")
	added := tenant.AddUser(simulator.User{Username: "new1", Email: "new1@example.com"})

	done()

	if user, err := d.LookupUser(t.Context(), "new1"); err != nil || idOrNone(user) != added.ID {
		t.Errorf("the user created since is not found: %v (%v)", user, err)
	}
}

func TestLookup_failures(t *testing.T) {
	t.Parallel()

	tenant := newTenant(t, 50, simulator.Options{})

	for _, operation := range []string{"get_user", "get_users"} {
		tenant.Inject(simulator.Fault{Operation: operation, Times: -1, Kind: simulator.FaultStatus, Status: http.StatusForbidden})
	}

	d := tenant.open(tenant.AdminToken(), bulk)

	if user, err := d.LookupUser(t.Context(), "new"); err == nil {
		t.Errorf("found %v without a response", user)
	}

	if user, err := d.LookupEmail(t.Context(), "new@example.com"); err == nil {
		t.Errorf("found %v without a response", user)
	}

	// How an apostrophe is quoted in a filter is not documented, so the address is not looked up.
	if user, err := d.LookupEmail(t.Context(), "o'neill@example.com"); err != nil || user != nil {
		t.Errorf("found %v (%v)", user, err)
	}
}

// A list that is read after a write replaces the one in which users were looked up before it.
func TestLookup_afterAWriteAndANewList(t *testing.T) {
	t.Parallel()

	for name, relist := range map[string]bool{"a write": false, "a write and a new list": true} {
		n := newTenant(t, 50, simulator.Options{})
		d := n.open(n.AdminToken(), bulk)

		for i := range 5 {
			n.lookUp(d, fmt.Sprintf("new%d", i), fmt.Sprintf("new%d@example.com", i), "")
		}

		done := d.Writing("New1")
		added := n.AddUser(simulator.User{Username: "New1", Email: "new1@example.com"})

		done()

		if relist {
			if _, err := d.Users(t.Context(), iriusrisk.ListOptions{}); err != nil {
				t.Fatal(err)
			}
		}

		n.ResetJournal()

		if holder, err := d.LookupEmail(t.Context(), added.Email); err != nil || idOrNone(holder) != added.ID {
			t.Errorf("after %s, the address belongs to %v (%v)", name, holder, err)
		}

		if _, err := d.HasUser(t.Context(), "new1"); err != nil {
			t.Errorf("after %s: %v", name, err)
		}

		asked := func(entry simulator.Entry) bool { return entry.Operation == "get_user" && entry.Username == "new1" }
		if !slices.ContainsFunc(n.Journal(), asked) {
			t.Errorf("after %s, a list decided that a user does not exist who differs in letter case only", name)
		}
	}
}
