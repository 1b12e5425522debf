package directory_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// confirmSets confirms the business units of users as sets, several users at a time, and fails the test if the result is
// not what the server has. The users are expected to have the units that they had when they were taken from the server.
func (n *tenant) confirmSets(d *directory.Directory, users []simulator.User, parallelism int) {
	n.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(parallelism)

	for _, user := range users {
		reads.Go(func() error {
			units, err := d.ConfirmUserBusinessUnits(n.t.Context(), user.Username, user.BusinessUnitIDs)
			if err != nil {
				return err
			}

			now, _ := n.User(user.Username)
			if got, want := unitIDs(units), now.BusinessUnitIDs; !sameIDs(got, want) {
				return fmt.Errorf("user %q has the units %v, want %v", user.Username, got, want)
			}

			return nil
		})
	}

	if err := reads.Wait(); err != nil {
		n.t.Error(err)
	}
}

func unitIDs(units []iriusrisk.BusinessUnit) []string {
	ids := make([]string, len(units))
	for i, unit := range units {
		ids[i] = unit.ID
	}

	return ids
}

func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// For every size of tenant and configuration, and every parallelism, confirming sets takes at most twice the requests of
// the cheaper way: a read for each user, or the lists of all units with the two requests that show which units there are.
func TestConfirmUserBusinessUnits_atMostTwiceTheCheaperWay(t *testing.T) {
	t.Parallel()

	for _, tenantSize := range []int{1, 12, 100} {
		for _, pageCap := range []int{10, 1000} {
			n := newTenant(t, tenantSize, simulator.Options{PageCap: pageCap})
			pages := 2

			for _, unit := range n.BusinessUnits() {
				members := 0

				for _, user := range n.users {
					if slices.Contains(user.BusinessUnitIDs, unit.ID) {
						members++
					}
				}

				pages += max(1, (members+pageCap-1)/pageCap)
			}

			for _, configured := range []int{1, 2, 5, 30, 100} {
				for _, parallelism := range []int{1, 3, 10, 50} {
					users := n.users[:min(configured, len(n.users))]
					n.confirmSets(n.open(n.AdminToken(), bulk), users, parallelism)
					n.expectRequests(2*min(len(users), pages), fmt.Sprintf("sets of %d of %d users at %d a page, %d at once", len(users), tenantSize, pageCap, parallelism))
				}
			}
		}
	}
}

// With ten users at a time, as in a plan, the lists are read before more than a few users have been read individually.
func TestConfirmUserBusinessUnits_readsListsEarly(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 300, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.readUsers(d, n.users[:2], 1)
	n.confirmSets(d, n.users, 10)

	if got := n.Count("get_user_business_units"); got > 3 {
		t.Errorf("%d users were read individually", got)
	}
}

// Whatever changes outside Terraform, the result is what the server has, and every difference is read individually.
func TestConfirmUserBusinessUnits_showsEveryDifference(t *testing.T) {
	t.Parallel()

	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 0))
		n := newTenant(t, 40, simulator.Options{PageCap: []int{7, 1000}[seed%2]})
		units := n.BusinessUnits()
		changed := make(map[string]struct{})

		for range random.IntN(30) {
			user, unit := n.users[random.IntN(len(n.users))], units[random.IntN(len(units))]

			n.UpdateUser(user.Username, func(user *simulator.User) {
				switch at := slices.Index(user.BusinessUnitIDs, unit.ID); {
				case at < 0:
					user.BusinessUnitIDs = append(slices.Clone(user.BusinessUnitIDs), unit.ID)
				case random.IntN(3) == 0:
					user.BusinessUnitIDs = nil
				default:
					user.BusinessUnitIDs = slices.Delete(slices.Clone(user.BusinessUnitIDs), at, at+1)
				}
			})

			if now, _ := n.User(user.Username); sameIDs(now.BusinessUnitIDs, user.BusinessUnitIDs) {
				delete(changed, user.Username)
			} else {
				changed[user.Username] = struct{}{}
			}
		}

		n.confirmSets(n.open(n.AdminToken(), bulk), n.users, 1+random.IntN(12))

		for _, entry := range n.Journal() {
			if entry.Operation == "get_user_business_units" {
				delete(changed, entry.Username)
			}
		}

		if len(changed) > 0 {
			t.Errorf("seed %d: these users differ and were not read individually: %v", seed, slices.Sorted(maps.Keys(changed)))
		}
	}
}

// Lists that fail, that are not lists, or that the caller sees only in part confirm nothing.
func TestConfirmUserBusinessUnits_fallsBackToIndividualReads(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"members are forbidden":     {Operation: "get_business_unit_users", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1},
		"one list fails":            {Operation: "get_business_unit_users", Nth: 4, Kind: simulator.FaultStatus, Status: http.StatusForbidden},
		"units are forbidden":       {Operation: "get_filtered_business_units", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1},
		"permissions are forbidden": {Operation: "get_user_profile_permissions", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1},
		"not all users are visible": {Operation: "get_user_profile_permissions", Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`["MANAGE_USERS_BU"]`), Times: -1},
		"a list that is incomplete": {Operation: "get_business_unit_users", Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`{"_embedded":{"items":[{"username":"reader"}]},"page":{"number":0,"size":1000,"totalPages":1,"totalElements":2}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 40, simulator.Options{})
			d := n.open(n.AdminToken(), bulk)

			n.Inject(fault)
			n.confirmSets(d, n.users, 10)

			if got := n.Count("get_user_business_units"); got != len(n.users) {
				t.Errorf("%d of %d users were read individually", got, len(n.users))
			}
		})
	}
}

// The lists may leave out disabled users, so only the absence of an enabled user from all lists counts.
func TestConfirmUserBusinessUnits_emptySets(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 40, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	enabled, disabled := n.users[30], n.users[31]

	for _, user := range []*simulator.User{&enabled, &disabled} {
		user.BusinessUnitIDs = nil

		n.UpdateUser(user.Username, func(now *simulator.User) { now.BusinessUnitIDs, now.Enabled = nil, user.Username == enabled.Username })
	}

	n.readUsers(d, n.users[:5], 1)
	n.confirmSets(d, n.users[:20], 10)
	n.ResetJournal()
	n.confirmSets(d, []simulator.User{enabled}, 1)
	n.expectRequests(0, "an enabled user without units")
	n.confirmSets(d, []simulator.User{disabled}, 1)

	if got := n.Count("get_user_business_units"); got != 1 {
		t.Errorf("a disabled user without units was read %d times", got)
	}
}

// A user that was written after the lists were read is read individually.
func TestConfirmUserBusinessUnits_afterAWrite(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 40, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.confirmSets(d, n.users[:30], 10)
	n.ResetJournal()
	n.confirmSets(d, n.users[35:36], 1)
	n.expectRequests(0, "a user in the lists")

	done := d.Writing(n.users[35].Username)
	n.JoinBusinessUnit(n.users[35].Username, otherUnit(n, n.users[35]))
	done()
	n.confirmSets(d, n.users[35:36], 1)

	if got := n.Count("get_user_business_units"); got != 1 {
		t.Errorf("a user that was written was read %d times", got)
	}
}
