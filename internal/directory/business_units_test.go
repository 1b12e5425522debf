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

// confirmUnits confirms business units and returns how many requests that took.
func (n *tenant) confirmUnits(d *directory.Directory, units []simulator.BusinessUnit) int {
	n.t.Helper()
	n.ResetJournal()

	for _, unit := range units {
		got, err := d.ConfirmBusinessUnit(n.t.Context(), unit.ID, func(listed *iriusrisk.BusinessUnit) bool { return listed.Name == unit.Name })
		if err != nil || got.ID != unit.ID {
			n.t.Fatalf("got %v, %v", got, err)
		}
	}

	return len(n.Journal())
}

// Confirming business units takes one request if one page holds them all, and at most twice the cheaper way otherwise.
func TestConfirmBusinessUnit_requests(t *testing.T) {
	t.Parallel()

	for _, pageCap := range []int{1, 3, 10, 1000} {
		n := newTenant(t, 1, simulator.Options{PageCap: pageCap})
		pages := (len(n.BusinessUnits()) + pageCap - 1) / pageCap

		for _, configured := range []int{1, 2, 5, 10} {
			got := n.confirmUnits(n.open(n.AdminToken(), bulk), n.BusinessUnits()[:configured])
			if most := 2 * min(configured, pages); got > most || (pages == 1 && got != 1) {
				t.Errorf("%d of 10 units at %d a page took %d requests, want at most %d", configured, pageCap, got, most)
			}
		}
	}
}

// A list of all business units that was read for another purpose confirms them without a further request. A write to a
// business unit invalidates it.
func TestConfirmBusinessUnit_usesAndInvalidatesLists(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 1, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	if _, err := d.BusinessUnits(t.Context(), iriusrisk.ListOptions{}); err != nil {
		t.Fatal(err)
	}

	if got := n.confirmUnits(d, n.BusinessUnits()); got != 0 {
		t.Errorf("%d requests after a list", got)
	}

	done := d.WritingBusinessUnit()

	if got := n.confirmUnits(d, n.BusinessUnits()[:1]); got != 1 {
		t.Errorf("%d requests during a write", got)
	}

	done()

	if got := n.confirmUnits(d, n.BusinessUnits()[:1]); got != 1 {
		t.Errorf("%d requests after a write", got)
	}
}

// The members of a business unit are read once, also if their units are confirmed before or afterwards.
func TestBusinessUnitMembers_sharesLists(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 40, simulator.Options{PageCap: 5})
	unit := n.BusinessUnits()[0]

	var want []string

	for _, user := range n.users {
		if slices.Contains(user.BusinessUnitIDs, unit.ID) {
			want = append(want, user.Username)
		}
	}

	pages := (len(want) + 4) / 5

	for _, name := range []string{"members first", "members last"} {
		d := n.open(n.AdminToken(), bulk)

		read := func() {
			got, err := d.BusinessUnitMembers(t.Context(), unit.ID)
			if slices.Sort(got); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
			}
		}
		confirm := func() {
			for _, username := range want {
				if has, err := d.HasBusinessUnit(t.Context(), username, unit.ID); !has || err != nil {
					t.Errorf("%s: %s has %v, %v", name, username, has, err)
				}
			}
		}

		if name == "members first" {
			read()
			confirm()
		} else {
			confirm()
			read()
		}

		read()

		if got := n.Count("get_business_unit_users"); got != pages {
			t.Errorf("%s: %d requests for %d pages", name, got, pages)
		}

		done := d.Writing(want[0])
		read()
		done()

		if got := n.Count("get_business_unit_users"); got != 2*pages {
			t.Errorf("%s: %d requests for %d pages after a write", name, got, pages)
		}
	}
}

// The list of all users is enough to tell which usernames exist, in any letter case.
func TestHasUser(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{})

	for _, options := range []directory.Options{{BulkReads: true}, {}} {
		d := n.open(n.AdminToken(), options)

		for i := range 30 {
			for username, want := range map[string]bool{n.users[i].Username: true, fmt.Sprintf("nemo%d", i): false} {
				if got, err := d.HasUser(t.Context(), username); got != want || err != nil {
					t.Errorf("%s: %v, %v", username, got, err)
				}
			}
		}

		if got := len(n.Journal()); options.BulkReads && got > 5 {
			t.Errorf("%d requests", got)
		}
	}

	n.Inject(simulator.Fault{Operation: "get_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})

	if _, err := n.open(n.AdminToken(), directory.Options{}).HasUser(t.Context(), "nemo"); !iriusrisk.IsForbidden(err) {
		t.Errorf("got %v", err)
	}
}
