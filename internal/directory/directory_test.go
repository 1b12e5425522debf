package directory_test

import (
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Without bulk reads no list is read.
func TestUser_withoutBulkReads(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 20, simulator.Options{})
	d := n.open(n.AdminToken(), directory.Options{})

	n.readUsers(d, n.users, 10)
	n.readUnits(d, n.users, 10)

	if got := []int{n.Count("get_user"), n.Count("get_user_business_units"), len(n.Journal())}; !slices.Equal(got, []int{20, 20, 40}) {
		t.Errorf("users, units and all requests are %v", got)
	}
}

// BenchmarkMemory measures the memory of a directory that has cached the list of fifty thousand users, and the roles and
// business units of a thousand of them.
func BenchmarkMemory(b *testing.B) {
	n := newTenant(b, 50000, simulator.Options{})

	heap := func() float64 {
		var stats runtime.MemStats

		// The journal of the simulator is not part of the directory.
		n.ResetJournal()
		n.AdminToken()

		runtime.GC()
		runtime.ReadMemStats(&stats)

		return float64(stats.HeapAlloc)
	}

	for b.Loop() {
		d := n.open(n.AdminToken(), bulk)
		before := heap()

		if _, err := d.Users(b.Context(), iriusrisk.ListOptions{}); err != nil {
			b.Fatal(err)
		}

		listed := heap()

		for _, user := range n.users[:1000] {
			_, rolesErr := d.UserRoles(b.Context(), user.Username)
			_, unitsErr := d.UserBusinessUnits(b.Context(), user.Username)

			if err := errors.Join(rolesErr, unitsErr); err != nil {
				b.Fatal(err)
			}
		}

		b.ReportMetric((listed-before)/50000, "B/listed-user")
		b.ReportMetric((heap()-listed)/1000, "B/access-of-a-user")
		runtime.KeepAlive(d)
	}
}

// An unfiltered list of users that was read for another purpose confirms them without a further request.
func TestConfirmUser_usesLists(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 20, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	if _, err := d.Users(t.Context(), iriusrisk.ListOptions{}); err != nil {
		t.Fatal(err)
	}

	n.ResetJournal()
	n.readUsers(d, n.users, 10)
	n.expectRequests(0, "users of a list")
}
