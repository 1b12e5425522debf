package directory

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// A business unit that was created after the list of all business units was read has no list of members, so the lists of
// the others confirm nothing.
func TestUnitSets_unitCreatedBeforeItsMembersAreRead(t *testing.T) {
	t.Parallel()

	server, d := openSeeded(t, 2, 3)
	server.AssignAccess(0, 2)

	user := server.Users()[1]
	d.unitSets.readUnits(t.Context())

	done := d.WritingBusinessUnit()
	added := server.AddBusinessUnit("added", "Added")

	server.JoinBusinessUnit(user.Username, added.ID)
	done()

	d.unitSets.readMembers(t.Context())
	d.members.mu.Lock()
	d.unitSets.complete()
	d.members.mu.Unlock()

	if d.unitSets.index == nil {
		t.Fatal("the lists have not been read")
	}

	units, err := d.ConfirmUserBusinessUnits(t.Context(), user.Username, user.BusinessUnitIDs)
	if err != nil || len(units) != len(user.BusinessUnitIDs)+1 {
		t.Errorf("got %v, %v for a user who joined a new business unit", units, err)
	}
}

// Callers wait for others once, from the time at which the list of all users shows that several users are read.
func TestUnitSets_gathersOnce(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		d := New(nil, Options{BulkReads: true})
		gathers := func() bool {
			d.members.mu.Lock()
			defer d.members.mu.Unlock()

			return d.unitSets.isGathering()
		}

		if gathers() {
			t.Error("callers wait before the list of all users has been read")
		}

		d.allUsers.first = &iriusrisk.Page[iriusrisk.User]{TotalPages: 1}

		if !gathers() {
			t.Error("callers do not wait")
		}

		<-time.After(gatherTime)
		synctest.Wait()

		if gathers() {
			t.Error("callers wait again")
		}
	})
}

// The first pages of the lists of members count as the last ones only if all users are known to fit on one page.
func TestUnitSets_remaining(t *testing.T) {
	t.Parallel()

	d := New(nil, Options{BulkReads: true})
	d.unitSets.units = []iriusrisk.BusinessUnit{{ID: "a"}, {ID: "b"}}

	for _, test := range []struct {
		userPages int
		last      bool
	}{{0, false}, {1, true}, {2, false}} {
		if test.userPages > 0 {
			d.allUsers.first = &iriusrisk.Page[iriusrisk.User]{TotalPages: test.userPages}
		}

		if pages, last := d.unitSets.remaining(); pages != 2 || last != test.last {
			t.Errorf("with %d pages of users, %d pages remain, the last ones: %v", test.userPages, pages, last)
		}
	}
}

// Individual reads in flight are limited to the number of those that have ended, and to one at first. A user who is read
// twice counts once.
func TestUnitSets_limitsIndividualReads(t *testing.T) {
	t.Parallel()

	d := New(nil, Options{BulkReads: true})
	s := &d.unitSets

	for _, step := range []struct {
		act  func()
		want bool
	}{
		{func() {}, true},
		{func() { s.beginSingleRead("a") }, false},
		{s.endSingleRead, true},
		{func() { s.beginSingleRead("b") }, false},
		{s.endSingleRead, true},
		{func() { s.beginSingleRead("c") }, true},
		{func() { s.beginSingleRead("d") }, false},
		{s.endSingleRead, true},
		{s.endSingleRead, true},
		{func() { s.beginSingleRead("a") }, true},
	} {
		step.act()

		if got := s.mayReadSingly(); got != step.want {
			t.Errorf("with %d reads in flight and %d counted, another one is allowed: %v", s.inFlight, d.members.cost.singles, got)
		}
	}
}

// The lists are read as soon as they cost as much as the individual reads that they replace.
func TestUnitSets_isDue(t *testing.T) {
	t.Parallel()

	d := New(nil, Options{BulkReads: true})
	s := &d.unitSets
	s.units = []iriusrisk.BusinessUnit{{ID: "a"}, {ID: "b"}, {ID: "c"}}

	for name, test := range map[string]struct {
		userPages, pages, singles, waiting int
		due                                bool
	}{
		"no further pages: enough":      {userPages: 1, pages: 2, singles: 1, waiting: 2, due: true},
		"no further pages: too few":     {userPages: 1, pages: 2, singles: 2, waiting: 1},
		"perhaps more pages: enough":    {userPages: 2, pages: 2, singles: 3, waiting: 2, due: true},
		"perhaps more pages: too few":   {userPages: 2, pages: 2, singles: 2, waiting: 2},
		"perhaps more pages: few spent": {userPages: 2, pages: 0, singles: 0, waiting: 2},
	} {
		d.allUsers.first = &iriusrisk.Page[iriusrisk.User]{TotalPages: test.userPages}
		d.members.cost = cost{singles: test.singles, pages: test.pages}
		clear(s.waiting)

		for i := range test.waiting {
			s.enter(string(rune('a' + i)))
			s.enter("same")
			s.leave("same")
		}

		if got := s.isDue(); got != test.due {
			t.Errorf("%s: due is %v", name, got)
		}
	}
}
