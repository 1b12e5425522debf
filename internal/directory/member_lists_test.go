package directory_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// openWithUnits opens a directory that has read the list of all business units, as a plan does for their names.
func (n *tenant) openWithUnits() *directory.Directory {
	n.t.Helper()

	d := n.open(n.AdminToken(), bulk)

	if _, err := d.BusinessUnits(n.t.Context(), iriusrisk.ListOptions{}); err != nil {
		n.t.Fatal(err)
	}

	n.ResetJournal()

	return d
}

// membersOf returns the users who are in a business unit.
func membersOf(users []simulator.User, id string) []simulator.User {
	return slices.DeleteFunc(slices.Clone(users), func(user simulator.User) bool { return !slices.Contains(user.BusinessUnitIDs, id) })
}

// readMembers reads the memberships of users in one business unit after the other, several users at a time, as Terraform does
// with a block for each business unit.
func (n *tenant) readMembers(d *directory.Directory, users []simulator.User, units []string, parallelism int) {
	n.t.Helper()

	for _, id := range units {
		var reads errgroup.Group

		reads.SetLimit(parallelism)

		for _, user := range membersOf(users, id) {
			reads.Go(func() error { return n.confirmMember(d, user, id) })
		}

		if err := reads.Wait(); err != nil {
			n.t.Error(err)
		}
	}
}

// unitIDsOf returns the ids of all business units of the tenant, in random order.
func unitIDsOf(n *tenant, random *rand.Rand) []string {
	var ids []string
	for _, unit := range n.BusinessUnits() {
		ids = append(ids, unit.ID)
	}

	random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })

	return ids
}

// However many users and business units of a tenant are configured, reading ahead included, the memberships take at most
// twice the requests of the cheaper way: individual reads, or the lists of the configured business units.
func TestHasBusinessUnit_readAheadWithinTheBound(t *testing.T) {
	t.Parallel()

	for seed := range uint64(120) {
		random := rand.New(rand.NewPCG(seed, 0))
		pageCap := []int{3, 10, 1000}[seed%3]
		n := newTenant(t, 1+random.IntN(100), simulator.Options{PageCap: pageCap})
		users := shuffled(n.users, 1+random.IntN(len(n.users)), random)
		units := unitIDsOf(n, random)[:1+random.IntN(10)]
		pages := 0

		for _, id := range units {
			if len(membersOf(users, id)) > 0 {
				pages += max(1, (len(membersOf(n.users, id))+pageCap-1)/pageCap)
			}
		}

		singles := len(slices.DeleteFunc(slices.Clone(users), func(user simulator.User) bool {
			return !slices.ContainsFunc(units, func(id string) bool { return slices.Contains(user.BusinessUnitIDs, id) })
		}))

		n.readMembers(n.openWithUnits(), users, units, 1+random.IntN(12))
		n.expectRequests(2*min(singles, pages), fmt.Sprintf("seed %d: %d units of %d of %d users at %d a page", seed, len(units), len(users), len(n.users), pageCap))
	}
}

// After the first two business units, lists are requested before callers ask for them, the more the more are used. All
// business units take one request each, and one for the first user.
func TestHasBusinessUnit_readsListsAhead(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 100, simulator.Options{})
	d := n.openWithUnits()
	requested := make(chan struct{}, 10)
	units := unitIDsOf(n, rand.New(rand.NewPCG(1, 0)))

	// Lists are read ahead in the order of the ids.
	slices.Sort(units)
	n.OnRequest("get_business_unit_users", func(simulator.RequestInfo) { requested <- struct{}{} })
	n.readMembers(d, n.users, units[:4], 10)

	// The first two are followed by one, the third by two more, and the fourth by two more again.
	for range 2 + 1 + 2 + 2 {
		<-requested
	}

	n.readMembers(d, n.users, units, 10)
	n.expectRequests(len(units)+1, "the members of all business units")
}

// expectLists fails the test unless a number of lists of members were requested.
func (n *tenant) expectLists(want int) {
	n.t.Helper()

	if got := n.Count("get_business_unit_users"); got != want {
		n.t.Errorf("%d lists of members were requested, want %d", got, want)
	}
}

// Without the list of all business units, and without bulk reads, no list is read ahead.
func TestHasBusinessUnit_notReadAhead(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 100, simulator.Options{})
	units := unitIDsOf(n, rand.New(rand.NewPCG(1, 0)))

	n.readMembers(n.open(n.AdminToken(), bulk), n.users, units[:4], 10)
	n.expectLists(4)

	n.readMembers(n.open(n.AdminToken(), directory.Options{}), n.users, units[:4], 10)
	n.expectLists(0)
}

// A failed request ahead is not reported. The caller that needs the list reads individually.
func TestHasBusinessUnit_failedReadAhead(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 100, simulator.Options{})
	d := n.openWithUnits()
	units := unitIDsOf(n, rand.New(rand.NewPCG(1, 0)))

	// The third list is the first one that is requested ahead.
	n.Inject(simulator.Fault{Operation: "get_business_unit_users", Nth: 3, Kind: simulator.FaultStatus, Status: http.StatusForbidden})
	n.readMembers(d, n.users, units[:6], 10)
	n.readMembers(d, n.users, units[6:], 10)
	n.expectLists(len(units))

	if got := n.Count("get_user_business_units"); got < 2 || got > 21 {
		t.Errorf("%d users were read individually, want the first one and those of one business unit", got)
	}
}

// A request ahead that is in flight ends when the directory is closed. Reads still work.
func TestClose_endsReadingListsAhead(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 100, simulator.Options{})
	d := n.openWithUnits()
	units := unitIDsOf(n, rand.New(rand.NewPCG(1, 0)))
	arrived, answer := make(chan string, len(units)), make(chan struct{})

	// The server answers requests ahead only after the test.
	n.OnRequest("get_business_unit_users", func(request simulator.RequestInfo) {
		if !strings.Contains(request.Path, units[0]) && !strings.Contains(request.Path, units[1]) {
			arrived <- request.Path

			<-answer
		}
	})
	t.Cleanup(func() { close(answer) })

	n.readMembers(d, n.users, units[:2], 10)

	path := <-arrived
	id := units[slices.IndexFunc(units, func(id string) bool { return strings.Contains(path, id) })]

	d.Close()

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	if has, err := d.HasBusinessUnit(ctx, membersOf(n.users, id)[0].Username, id); err != nil || !has {
		t.Errorf("got %t, %v", has, err)
	}
}

// A membership that was removed after its list had been requested ahead is read individually.
func TestHasBusinessUnit_listAheadIsOlderThanAWrite(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 100, simulator.Options{})
	d := n.openWithUnits()
	units := unitIDsOf(n, rand.New(rand.NewPCG(1, 0)))
	left := make(map[string]string)

	n.readMembers(d, n.users, units[:4], 10)

	for _, id := range units[4:] {
		user := membersOf(n.users, id)[0]
		done := d.Writing(user.Username)

		n.LeaveBusinessUnit(user.Username, id)
		done()

		left[id] = user.Username
	}

	for id, username := range left {
		if has, err := d.HasBusinessUnit(t.Context(), username, id); err != nil || has {
			t.Errorf("user %q is in the business unit %s: %v, %v", username, id, has, err)
		}
	}
}
