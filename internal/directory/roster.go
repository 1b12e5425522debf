package directory

import (
	"context"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// roster is a list that answers many single reads at once, such as that of all users or of a unit's members. It is read
// once its pages cost no more requests than the single reads already made in its place (ski rental), so that both
// together are never more than twice the better way. A failure ends it, and single reads go on.
type roster[T any] struct {
	clock *clock

	// page reads a page, key tells what an item is found by: a username.
	page func(ctx context.Context, number, size int) (iriusrisk.Page[T], error)
	key  func(T) string

	// mu guards all below. Rosters that spare the same single reads share it, and singly with it.
	mu *sync.Mutex

	// singly are the keys that were, or are being, read singly. Those reads are shared and remembered, so asking for one
	// of them again costs nothing.
	singly map[string]struct{}

	// account weighs single reads against pages.
	account *account

	// entries are the items read so far, found by their keys.
	entries map[string]entry[T]

	// first is the first page, without its items, nil until it has been read. It tells how many pages there are.
	first *iriusrisk.Page[T]

	// ended tells that nothing more will be read: everything has been, or a request failed. whole tells that everything has
	// been, and began when the oldest of its requests began.
	ended, whole bool
	began        moment

	// reading is closed when the pages being read are there; nil while none are. waiting are the keys that are waited for.
	reading chan struct{}
	waiting map[string]int
}

// account is how many single reads were made in place of lists, and how many pages were read in place of single reads. The
// rosters that spare the same single reads have one in common, or each of them would be paid for by all.
type account struct{ singles, pages int }

// entry is an item of a page whose request began in a moment.
type entry[T any] struct {
	item  T
	began moment

	// twice tells that the list changed while it was read and holds the item more than once, so that neither is believed.
	twice bool
}

// find returns the item with a key if the list has been read and has it, or if it is time to read the list and it has
// it. When nothing is found, the caller reads singly.
func (r *roster[T]) find(ctx context.Context, key string) (item T, found bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()

	wrote := r.clock.wroteTo(key)

	for {
		// Whoever has given up asks for nothing more.
		if err := context.Cause(ctx); err != nil {
			return item, false, err
		}

		listed, known := r.entries[key]
		_, singly := r.singly[key]

		switch {
		case known:
			return listed.item, !listed.twice && wrote() <= listed.began, nil
		case r.ended, singly:
			return item, false, nil
		case r.reading == nil && !r.isDue(0):
			r.singly[key] = struct{}{}
			r.account.singles++

			return item, false, nil
		case r.reading == nil:
			r.read(ctx)
		}

		if err := r.wait(ctx, key); err != nil {
			return item, false, err
		}
	}
}

// noteSingle notes that a key is read singly without the list having been asked.
func (r *roster[T]) noteSingle(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()

	if _, singly := r.singly[key]; !singly {
		r.singly[key] = struct{}{}
		r.account.singles++
	}
}

// isDue tells whether reading on costs no more requests than the single reads that were made, and those that would be
// now. The first page tells what the others cost, and is worth a request once one has been made.
func (r *roster[T]) isDue(more int) bool {
	if r.first == nil {
		return r.account.singles > r.account.pages
	}

	return r.account.singles+more >= r.account.pages+r.first.TotalPages-1
}

// wait waits, with the lock released, until the pages being read are there.
func (r *roster[T]) wait(ctx context.Context, key string) error {
	reading := r.reading
	r.waiting[key]++
	r.mu.Unlock()

	defer func() {
		r.mu.Lock()

		if r.waiting[key]--; r.waiting[key] == 0 {
			delete(r.waiting, key)
		}
	}()

	select {
	case <-reading:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// read has the first page read, or else all others. The requests outlive whoever asked for them.
func (r *roster[T]) read(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	reading := make(chan struct{})
	r.reading = reading

	pages, cost := r.readFirst, 1
	if r.first != nil {
		pages, cost = r.readOthers, r.first.TotalPages-1
	}

	r.account.pages += cost

	go func() {
		err := pages(ctx)

		r.mu.Lock()
		defer r.mu.Unlock()

		r.reading = nil
		r.ended = err != nil || r.ended || r.first.TotalPages < 2
		r.whole = r.whole || (err == nil && r.ended)

		// Those who wait for what the first page does not have are reads that would be made now.
		if unanswered := r.unanswered(); !r.ended && unanswered > 0 && r.isDue(unanswered) {
			r.read(ctx)
		}

		close(reading)
	}()
}

// unanswered is how many of the keys that are waited for have not been found yet.
func (r *roster[T]) unanswered() int {
	count := 0

	for key := range r.waiting {
		_, known := r.entries[key]
		_, singly := r.singly[key]

		if !known && !singly {
			count++
		}
	}

	return count
}

func (r *roster[T]) readFirst(ctx context.Context) error {
	began := r.clock.now()

	first, err := r.readPage(ctx, 0, iriusrisk.PageSize)
	if err != nil {
		return err
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	r.first, r.began = &first, began

	return nil
}

func (r *roster[T]) readOthers(ctx context.Context) error {
	size := min(iriusrisk.PageSize, r.first.Size)

	_, err := iriusrisk.FollowingPages(ctx, *r.first, func(ctx context.Context, number int) (iriusrisk.Page[T], error) {
		page, err := r.readPage(ctx, number, size)

		// Whoever is on a page that was added meanwhile is read singly.
		page.TotalPages = min(page.TotalPages, r.first.TotalPages)

		return page, err
	})

	r.mu.Lock()
	defer r.mu.Unlock()

	r.ended = true

	return err
}

// readPage reads a page, keeps its items and returns what is left of it.
func (r *roster[T]) readPage(ctx context.Context, number, size int) (iriusrisk.Page[T], error) {
	began := r.clock.now()

	page, err := r.page(ctx, number, size)
	if err != nil {
		return page, err
	}

	r.keep(page.Items, began)
	page.Items = nil

	return page, nil
}

// keep keeps items of the list.
func (r *roster[T]) keep(items []T, began moment) {
	r.mu.Lock()
	defer r.mu.Unlock()

	// The whole list may have come from elsewhere meanwhile.
	if r.ended {
		return
	}

	for _, item := range items {
		key := r.key(item)
		_, twice := r.entries[key]
		r.entries[key] = entry[T]{item: item, began: began, twice: twice}
	}
}

// complete takes over the whole list, which was read elsewhere.
func (r *roster[T]) complete(items []T, began moment) {
	entries := make(map[string]entry[T], len(items))
	for _, item := range items {
		entries[r.key(item)] = entry[T]{item: item, began: began}
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	r.entries, r.ended, r.whole, r.began = entries, true, true, began
}

// lacks reports whether the whole list has been read, has no item with the key, and no write to the key has happened since.
func (r *roster[T]) lacks(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()

	_, listed := r.entries[key]

	return r.whole && !listed && r.clock.wroteTo(key)() <= r.began
}
