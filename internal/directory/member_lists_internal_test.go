package directory

import (
	"fmt"
	"net/http"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// readsAhead reports whether a directory may read another list ahead, after a number of lists with a page each have confirmed a
// number of users.
func readsAhead(d *Directory, used, users int, more func(*memberLists)) bool {
	m := d.members

	m.mu.Lock()
	defer m.mu.Unlock()

	m.cost = cost{pages: used, confirmed: make(map[string]struct{})}
	clear(m.used)

	for i := range used {
		m.used[fmt.Sprint("unit", i)] = struct{}{}
	}

	for i := range users {
		m.cost.confirmed[fmt.Sprint("user", i)] = struct{}{}
	}

	more(m)

	return m.mayReadAhead()
}

// Lists that were read ahead and not used and individual reads together never outnumber the lists in use, and there are several
// users for each list.
func TestMemberLists_mayReadAhead(t *testing.T) {
	t.Parallel()

	_, d := openSeeded(t, 1, 1)

	for _, test := range []struct {
		used, users    int
		singles, ahead int
		want           bool
	}{
		{used: 0, users: 100, want: false},
		{used: 1, users: 100, want: true},
		{used: 1, users: 100, singles: 1, want: false},
		{used: 1, users: 100, ahead: 1, want: false},
		{used: 3, users: 100, singles: 1, ahead: 1, want: true},
		{used: 3, users: 100, singles: 2, ahead: 1, want: false},
		{used: 3, users: 13, want: true},
		{used: 3, users: 12, want: false},
		{used: 3, users: 16, ahead: 1, want: false},
	} {
		got := readsAhead(d, test.used, test.users, func(m *memberLists) { m.cost.singles, m.cost.ahead = test.singles, test.ahead })
		if got != test.want {
			t.Errorf("%+v: got %t", test, got)
		}
	}

	d.Close()

	if readsAhead(d, 3, 100, func(*memberLists) {}) {
		t.Error("a list may be read ahead after the directory was closed")
	}
}

// A failed request ahead stops further ones.
func TestMemberLists_failureStopsReadingAhead(t *testing.T) {
	t.Parallel()

	server, d := openSeeded(t, 1, 3)

	if _, err := d.BusinessUnits(t.Context(), iriusrisk.ListOptions{}); err != nil {
		t.Fatal(err)
	}

	server.Inject(simulator.Fault{Operation: "get_business_unit_users", Times: -1, Status: http.StatusForbidden})

	if !readsAhead(d, 1, 100, func(*memberLists) {}) {
		t.Error("no list may be read ahead")
	}

	d.readMembersAhead(t.Context(), "unit0")
	await(t, &d.members.mu, func() bool { return d.members.stopped })

	if readsAhead(d, 3, 100, func(*memberLists) {}) {
		t.Error("a list may be read ahead after another one has failed")
	}

	if got := server.Count("get_business_unit_users"); got != 1 {
		t.Errorf("%d lists were requested, want the one that failed", got)
	}
}

// While all slots are in use, no list is read ahead.
func TestMemberLists_readAheadUsesIdleSlots(t *testing.T) {
	t.Parallel()

	server, d := openSeeded(t, iriusrisk.DefaultMaxConcurrentRequests, 1)
	arrived, answer := make(chan struct{}), make(chan struct{})

	server.OnRequest("get_user", func(simulator.RequestInfo) {
		arrived <- struct{}{}

		<-answer
	})

	var reads errgroup.Group

	for i, user := range server.Users()[:iriusrisk.DefaultMaxConcurrentRequests] {
		if !readsAhead(d, 3, 100, func(*memberLists) {}) {
			t.Errorf("no list may be read ahead while %d slots are in use", i)
		}

		reads.Go(func() error {
			_, err := d.User(t.Context(), user.Username)

			return err
		})
		<-arrived
	}

	if readsAhead(d, 3, 100, func(*memberLists) {}) {
		t.Error("a list may be read ahead while all slots are in use")
	}

	close(answer)

	if err := reads.Wait(); err != nil {
		t.Error(err)
	}
}
