package directory_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The permissions of a role are read once, shared in flight, until the role is written. A write to another role does not
// invalidate them, and an error is not cached.
func TestRolePermissions_cached(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 1, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	role, other := n.AddRole("ROLE_RISK_MANAGER"), n.AddRole("ROLE_TESTER")

	read := func() {
		if got, err := d.RolePermissions(t.Context(), iriusrisk.GlobalPermissions, role.ID); err != nil || len(got) != 1 {
			t.Errorf("got %v, %v", got, err)
		}
	}
	expect := func(when string, requests int) {
		if got := n.Count("get_global_permissions_by_role_id"); got != requests {
			t.Errorf("%s: %d requests, not %d", when, got, requests)
		}
	}

	n.ResetJournal()
	n.Inject(simulator.Fault{Operation: "get_global_permissions_by_role_id", Kind: simulator.FaultStatus, Status: http.StatusForbidden})

	if _, err := d.RolePermissions(t.Context(), iriusrisk.GlobalPermissions, role.ID); !iriusrisk.IsForbidden(err) {
		t.Errorf("got %v", err)
	}

	var reads sync.WaitGroup
	for range 10 {
		reads.Go(read)
	}

	reads.Wait()
	expect("after an error and ten reads", 2)

	d.WritingRole(other.ID)()
	read()
	expect("after a write to another role", 2)

	done := d.WritingRole(role.ID)

	read()
	expect("during a write", 3)
	done()
	read()
	expect("after a write", 4)
}

// One list confirms all roles. One that differs is read individually, and a write to a role invalidates the list.
func TestConfirmRole_requests(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 1, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	confirm := func(matches bool) {
		for _, role := range n.Roles() {
			got, err := d.ConfirmRole(t.Context(), role.ID, func(*iriusrisk.Role) bool { return matches })
			if err != nil || got.ID != role.ID {
				t.Errorf("got %v, %v", got, err)
			}
		}
	}

	n.ResetJournal()
	confirm(true)
	confirm(true)

	if lists, singles := n.Count("get_all_roles"), n.Count("get_role"); lists != 1 || singles != 0 {
		t.Errorf("%d lists and %d single reads", lists, singles)
	}

	confirm(false)

	if lists, singles := n.Count("get_all_roles"), n.Count("get_role"); lists != 1 || singles != len(n.Roles()) {
		t.Errorf("%d lists and %d single reads", lists, singles)
	}
}

// An unfiltered list of roles that was read for another purpose confirms them without a further request. A filtered one
// does not show which roles there are.
func TestConfirmRole_usesLists(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		filter   string
		requests int
	}{
		"unfiltered": {"", 0},
		"filtered":   {"'name'='none'", 1},
	} {
		n := newTenant(t, 1, simulator.Options{})
		d := n.open(n.AdminToken(), bulk)

		if _, err := d.Roles(t.Context(), iriusrisk.ListOptions{Filter: test.filter}); err != nil {
			t.Fatal(err)
		}

		n.ResetJournal()

		role := n.Roles()[0]
		if _, err := d.ConfirmRole(t.Context(), role.ID, func(*iriusrisk.Role) bool { return true }); err != nil {
			t.Fatal(err)
		}

		if lists, singles := n.Count("get_all_roles"), n.Count("get_role"); lists != test.requests || singles != 0 {
			t.Errorf("%s: %d lists and %d single reads", name, lists, singles)
		}
	}
}
