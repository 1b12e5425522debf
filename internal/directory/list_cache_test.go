package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// For every size of tenant, configuration and page, and every parallelism, reading users takes at most twice the requests
// of the cheaper way: individual reads or the list.
func TestConfirmUser_atMostTwiceTheCheaperWay(t *testing.T) {
	t.Parallel()

	for _, tenantSize := range []int{1, 7, 60, 200} {
		for _, pageCap := range []int{1, 7, 50, 1000} {
			n := newTenant(t, tenantSize, simulator.Options{PageCap: pageCap})
			pages := (len(n.Users()) + pageCap - 1) / pageCap

			for _, configured := range []int{1, 2, 5, 8, 40, 200} {
				for _, parallelism := range []int{1, 10} {
					users := n.users[:min(configured, len(n.users))]
					n.readUsers(n.open(n.AdminToken(), bulk), users, parallelism)
					n.expectRequests(2*min(len(users), pages), fmt.Sprintf("%d of %d users at %d a page, %d at once", len(users), tenantSize, pageCap, parallelism))
				}
			}
		}
	}
}

// The same holds for the business units of users; each unit has a list of its members.
func TestHasBusinessUnit_atMostTwiceTheCheaperWay(t *testing.T) {
	t.Parallel()

	for _, tenantSize := range []int{1, 12, 100} {
		for _, pageCap := range []int{2, 10, 1000} {
			n := newTenant(t, tenantSize, simulator.Options{PageCap: pageCap})

			pages := 0

			for _, unit := range n.BusinessUnits() {
				members := 0

				for _, user := range n.users {
					if slices.Contains(user.BusinessUnitIDs, unit.ID) {
						members++
					}
				}

				pages += max(1, (members+pageCap-1)/pageCap)
			}

			// A user's own units take more than one page when pages are small.
			own := (2 + pageCap - 1) / pageCap

			for _, configured := range []int{1, 2, 5, 30, 100} {
				for _, parallelism := range []int{1, 10} {
					users := n.users[:min(configured, len(n.users))]
					n.readUnits(n.open(n.AdminToken(), bulk), users, parallelism)
					n.expectRequests(2*min(own*len(users), pages), fmt.Sprintf("units of %d of %d users at %d a page, %d at once", len(users), tenantSize, pageCap, parallelism))
				}
			}
		}
	}
}

// For five users of a tenant of six thousand, the six pages are read at most once.
func TestConfirmUser_fewUsersOfALargeTenant(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 6000, simulator.Options{})

	for _, parallelism := range []int{1, 10} {
		n.readUsers(n.open(n.AdminToken(), bulk), n.users[100:105], parallelism)
		n.expectRequests(10, "five of 6,000 users")
	}
}

// Reading all users of a tenant takes little more than its pages, and so does reading all their business units.
func TestLists_wholeTenantTakesItsPages(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 300, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.readUsers(d, n.users, 10)
	n.expectRequests(1+5, "300 users")

	n.ResetJournal()
	n.readUnits(d, n.users, 10)
	n.expectRequests(2*10, "the ten units of 300 users")
}

// If the list fails, is forbidden or is malformed, every user is read individually.
func TestLists_failureFallsBackToIndividualReads(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"forbidden": {Kind: simulator.FaultStatus, Status: 403},
		"down":      {Kind: simulator.FaultStatus, Status: 500},
		"malformed": {Kind: simulator.FaultBody, Status: 200, Body: []byte(`{}`)},
		"reset":     {Kind: simulator.FaultReset},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 30, simulator.Options{})
			d := n.open(n.AdminToken(), bulk)

			for _, operation := range []string{"get_users", "get_business_unit_users"} {
				fault.Operation, fault.Times = operation, -1
				n.Inject(fault)
			}

			n.readUsers(d, n.users, 10)
			n.readUnits(d, n.users, 10)

			if got := []int{n.Count("get_user"), n.Count("get_user_business_units")}; !slices.Equal(got, []int{30, 30}) {
				t.Errorf("single reads and units are %v", got)
			}

			// net/http repeats a GET on other idle connections if a connection that was used before is reset.
			if lists := n.Count("get_users"); lists < 1 || lists > 10 || (name != "reset" && lists > 1) {
				t.Errorf("%d lists", lists)
			}
		})
	}
}

// If a later page fails, the entries of the first one are still used.
func TestConfirmUser_laterPageFails(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{PageCap: 10})
	d := n.open(n.AdminToken(), bulk)

	n.Inject(simulator.Fault{Operation: "get_users", Nth: 2, Kind: simulator.FaultStatus, Status: 403, Times: -1})
	n.readUsers(d, n.users, 1)

	if singles := n.Count("get_user"); singles < 20 || singles > 22 {
		t.Errorf("%d users were read individually", singles)
	}
}

// A user that is missing from the list is read individually, and only a 404 response means that it does not exist.
func TestConfirmUser_missingEntryIsReadIndividually(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 10, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users, 1)

	added := n.AddUser(simulator.User{Username: "late", Email: "late@example.com"})
	n.ResetJournal()
	n.readUsers(d, []simulator.User{added}, 1)

	_, err := d.ConfirmUser(t.Context(), "unknown", sameEmail(added))
	if !iriusrisk.IsNotFound(err) {
		t.Errorf("the error is %v", err)
	}

	if got := n.Count("get_user"); got != 2 {
		t.Errorf("%d individual reads, want 2", got)
	}
}

// An entry that differs from the expected value is read individually, and that response is returned.
func TestConfirmUser_differingEntryIsReadIndividually(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 10, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users[:2], 1)

	drifted := n.users[5]
	n.UpdateUser(drifted.Username, func(user *simulator.User) { user.Email = "moved@example.com" })
	n.ResetJournal()

	got, err := d.ConfirmUser(t.Context(), drifted.Username, func(listed *iriusrisk.User) bool { return listed.ID == "other" })
	if err != nil || got.Email == nil || *got.Email != "moved@example.com" {
		t.Errorf("got %v, %v", got, err)
	}

	n.expectRequests(1, "a user that differs")
}

// The list of a business unit's members confirms a membership; its absence is confirmed by an individual read.
func TestHasBusinessUnit_absenceIsReadIndividually(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUnits(d, n.users, 1)

	lost := n.users[20]
	n.LeaveBusinessUnit(lost.Username, lost.BusinessUnitIDs[0])
	n.ResetJournal()

	// The cached list still contains the user.
	if has, err := d.HasBusinessUnit(t.Context(), lost.Username, lost.BusinessUnitIDs[0]); err != nil || !has {
		t.Errorf("got %v, %v", has, err)
	}

	other := otherUnit(n, lost)
	if has, err := d.HasBusinessUnit(t.Context(), lost.Username, other); err != nil || has {
		t.Errorf("got %v, %v for a unit of which the user is not a member", has, err)
	}

	if got := n.Count("get_user_business_units"); got != 1 {
		t.Errorf("%d individual reads, want 1", got)
	}
}

// otherUnit returns a business unit of which a user is not a member.
func otherUnit(n *tenant, user simulator.User) string {
	for _, unit := range n.BusinessUnits() {
		if !slices.Contains(user.BusinessUnitIDs, unit.ID) {
			return unit.ID
		}
	}

	return ""
}

// A list whose pages report more and more pages is not read endlessly.
func TestConfirmUser_endlessList(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 5, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	for number := range 3 {
		n.Inject(simulator.Fault{
			Operation: "get_users", Nth: 1, Kind: simulator.FaultBody, Status: 200,
			Body: fmt.Appendf(nil, `{"_embedded":{"items":[{"id":"1","username":"reader"}]},"page":{"number":%d,"size":1,"totalPages":%d,"totalElements":1000000}}`, number, 2+number*500000),
		})
	}

	n.readUsers(d, n.users, 1)
	n.expectRequests(2+len(n.users), "an endless list")
}

// Business units that share users in a chain share one cost, so that the same individual reads are not counted for each.
func TestHasBusinessUnit_unitsShareTheirCost(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{PageCap: 2})
	units := n.BusinessUnits()
	chain := n.users[:9]

	for i := range n.users {
		ids := []string{units[i%10].ID}
		if i < len(chain) {
			ids = append(ids, units[i+1].ID)
			chain[i].BusinessUnitIDs = ids
		}

		n.UpdateUser(n.users[i].Username, func(user *simulator.User) { user.BusinessUnitIDs = ids })
	}

	for _, parallelism := range []int{1, 10} {
		n.readUnits(n.open(n.AdminToken(), bulk), chain, parallelism)
		n.expectRequests(2*len(chain), fmt.Sprintf("a chain of users, %d at once", parallelism))
	}
}

// A user that a list contains twice, because it changed between its pages, is read individually.
func TestConfirmUser_duplicatedEntryIsReadIndividually(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 20, simulator.Options{PageCap: 7})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users[:1], 1)

	// A user added at the top before the second page is read moves the last user of the first page to the second.
	n.OnRequest("get_users", func(request simulator.RequestInfo) {
		if strings.Contains(request.Query, "page=1") {
			n.OnRequest("get_users", nil)
			n.AddUser(simulator.User{Username: "aaron", Email: "aaron@example.com"})
		}
	})

	n.readUsers(d, n.users, 10)
	n.readUsers(d, n.users, 1)

	// In the order of the list the seventh user moves, which may be the administrator.
	usernames := append([]string{"admin"}, make([]string, 0, len(n.users))...)
	for _, user := range n.users {
		usernames = append(usernames, user.Username)
	}

	slices.Sort(usernames)

	moved := func(entry simulator.Entry) bool {
		return entry.Operation == "get_user" && entry.Username == usernames[6]
	}
	if usernames[6] != "admin" && !slices.ContainsFunc(n.Journal(), moved) {
		t.Errorf("user %q is in the list twice and was not read individually", usernames[6])
	}
}
