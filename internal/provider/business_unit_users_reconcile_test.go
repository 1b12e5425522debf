package provider

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A resource for a single membership that is destroyed while the set is created does not remove what the set declares, whether
// the removal begins after the members were read or is under way by then.
func TestUnitUsers_membershipDestroyedDuringCreation(t *testing.T) {
	t.Parallel()

	for _, removalFirst := range []bool{false, true} {
		server, unit := unitWithUsers(t, "ada", "bob")
		s := providerDataWith(t, server, time.Millisecond)
		plan := unitUsersModel{BusinessUnitID: types.StringValue(unit.ID), Usernames: newLargeSet([]string{"ada", "bob"})}

		remove := func() {
			var diags diag.Diagnostics

			if unlock, ok := s.lock(t.Context(), "ada", &diags); ok {
				s.unassign(t.Context(), assignment{businessUnitMembership, "ada", unit.ID}, &diags)
				unlock()
			}

			if diags.HasError() {
				t.Errorf("removal first %t: %v", removalFirst, diags)
			}
		}

		created := make(chan types.List, 1)
		create := func() {
			var diags diag.Diagnostics

			actual, ok := s.reconcileUnit(t.Context(), plan, types.ListNull(types.StringType), &diags)
			if !ok {
				t.Errorf("removal first %t: %v", removalFirst, diags)
			}

			created <- actual
		}

		if removalFirst {
			var membersRead atomic.Bool

			server.OnAnswer("get_business_unit_users", func(*simulator.Answer) { membersRead.Store(true) })
			server.OnRequest("delete_business_units_users", func(simulator.RequestInfo) {
				go create()

				for !membersRead.Load() && callersOf(s.locks, "ada") < 2 {
					runtime.Gosched()
				}
			})
			remove()
		} else {
			server.OnAnswer("get_business_unit_users", func(*simulator.Answer) { remove() })
			create()
		}

		actual := <-created

		if err := checkMembers(server, unit.ID, "ada", "bob"); err != nil || !actual.Equal(plan.Usernames) {
			t.Errorf("removal first %t: %v, the state is %v", removalFirst, err, actual)
		}
	}
}

// callersOf counts the calls that hold the lock of a user or wait for it.
func callersOf(locks *userLocks, username string) int {
	locks.mu.Lock()
	defer locks.mu.Unlock()

	if lock, found := locks.locks[iriusrisk.FoldUsername(username)]; found {
		return lock.callers
	}

	return 0
}
