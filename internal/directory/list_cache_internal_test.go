package directory

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// gatedList returns a list whose pages have one item each, "item0", "item1" and so on, and are not answered before answer
// is closed.
func gatedList(writes *writeLog, totalPages int) (list *listCache[string], requests *atomic.Int64, answer chan struct{}) {
	requests, answer = new(atomic.Int64), make(chan struct{})

	list = newListCache(writes, func(_ context.Context, number, _ int) (iriusrisk.Page[string], error) {
		requests.Add(1)
		<-answer

		return iriusrisk.Page[string]{
			Items: []string{fmt.Sprintf("item%d", number)}, Number: number, Size: 1, TotalPages: totalPages, TotalElements: totalPages,
		}, nil
	}, func(item string) string { return item })

	return list, requests, answer
}

// A complete list that is stored while the first page is being read keeps its own generation.
func TestListCache_filledWhileTheFirstPageIsRead(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		writes := newWriteLog()
		list, _, answer := gatedList(writes, 1)
		asOf := writes.now()

		writes.record("created")

		list.noteSingleRead("other")

		go list.find(t.Context(), "item0") //nolint:errcheck // It only starts the request.

		synctest.Wait()
		list.fill([]string{"item0"}, asOf)
		close(answer)
		synctest.Wait()

		if list.lacks("created") {
			t.Error("a list that is older than the creation of a user decides that the user does not exist")
		}

		if _, complete, err := list.all(t.Context()); complete || err != nil {
			t.Errorf("a list that is older than the creation of a user is complete (%v)", err)
		}
	})
}

// When the first page has arrived, the callers whose items it does not contain count as individual reads that the other
// pages save. Callers that no longer wait do not count, and without any caller no page is read.
func TestListCache_readsFurtherPagesForWaitingCallers(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		singles, waiting, cancelled, pages int
		requests                           int64
	}{
		"enough callers": {singles: 1, waiting: 3, pages: 4, requests: 4},
		"too few":        {singles: 1, waiting: 2, pages: 4, requests: 1},
		"some cancelled": {singles: 1, waiting: 1, cancelled: 3, pages: 4, requests: 1},
		"none":           {singles: 5, cancelled: 1, pages: 4, requests: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				list, requests, answer := gatedList(newWriteLog(), test.pages)
				ctx, cancel := context.WithCancel(t.Context())

				for i := range test.singles {
					list.noteSingleRead(fmt.Sprintf("single%d", i))
				}

				for i := range test.waiting {
					go list.find(t.Context(), fmt.Sprintf("waiting%d", i)) //nolint:errcheck // The requests are checked.
				}

				for i := range test.cancelled {
					go list.find(ctx, fmt.Sprintf("cancelled%d", i)) //nolint:errcheck // It is cancelled.
				}

				synctest.Wait()
				cancel()
				synctest.Wait()
				close(answer)
				synctest.Wait()

				if got := requests.Load(); got != test.requests {
					t.Errorf("%d pages were read, want %d", got, test.requests)
				}

				if len(list.waiting) != 0 {
					t.Errorf("after all calls these wait: %v", list.waiting)
				}
			})
		})
	}
}

// The keys of a list are returned up to a number of items.
func TestListCache_keys(t *testing.T) {
	t.Parallel()

	list, _, _ := gatedList(newWriteLog(), 1)
	list.fill([]string{"b", "a"}, 0)

	for most, want := range map[int]int{1: 0, 2: 2, 3: 2} {
		if got := len(list.keys(most)); got != want {
			t.Errorf("%d keys of two items, where at most %d are wanted", got, most)
		}
	}
}
