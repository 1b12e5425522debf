package directory

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// listCache caches a list that replaces many individual reads, such as the list of all users or of the members of a
// business unit. The list is fetched once it is no more expensive than the individual reads done so far, so the total is
// at most twice the optimum (the ski-rental rule). If a request for the list fails, individual reads continue without it.
type listCache[T any] struct {
	writes *writeLog

	// page reads a page; key returns the username that identifies an item.
	page func(ctx context.Context, number, size int) (iriusrisk.Page[T], error)
	key  func(T) string

	// firstIsCheap is true if the first page costs as little as an individual read and often is the whole list, so that it
	// is read first.
	firstIsCheap bool

	// mu guards all fields below. Lists that replace the same individual reads share mu and cost.
	mu   *sync.Mutex
	cost *cost

	// entries are the items read so far, by key.
	entries map[string]listEntry[T]

	// first is the first page without its items, or nil before it has been read. It holds the number of pages.
	first *iriusrisk.Page[T]

	// most is the highest number of items that a page has reported.
	most int

	// ended is true when no further page will be read: all have been read, or a request failed. complete is true when all
	// have been read; asOf is then the generation in which the oldest request began.
	ended, complete bool
	asOf            generation

	// fills counts the calls of fill.
	fills int

	// reading is closed when the pages being read have arrived; it is nil while no page is being read. waiting counts the
	// callers that wait for a key.
	reading chan struct{}
	waiting map[string]int
}

// newListCache returns a list that shares its lock and its cost with no other list.
func newListCache[T any](writes *writeLog, page func(ctx context.Context, number, size int) (iriusrisk.Page[T], error), key func(T) string) *listCache[T] {
	return &listCache[T]{
		writes: writes, page: page, key: key,
		mu: new(sync.Mutex), cost: &cost{readSingly: make(map[string]struct{})},
		entries: make(map[string]listEntry[T]), waiting: make(map[string]int),
	}
}

// cost compares the individual reads done instead of a list with the pages read instead of individual reads. Lists that
// replace the same individual reads share it; otherwise each list would count them.
type cost struct {
	singles, pages int

	// readSingly holds the keys that are or were read individually. Those reads are cached, so repeating one is free.
	readSingly map[string]struct{}

	// ahead is the number of pages that were requested ahead and have not been used yet. They are not among pages.
	ahead int

	// confirmed holds the users that a list has confirmed and that were not read individually, if several lists share the cost:
	// without lists each of them would have cost an individual read.
	confirmed map[string]struct{}
}

// countSingleRead counts an individual read, once for each key.
func (c *cost) countSingleRead(key string) {
	if _, counted := c.readSingly[key]; !counted {
		c.readSingly[key] = struct{}{}
		c.singles++
		delete(c.confirmed, key)
	}
}

// confirm records that a list has confirmed the item of a key.
func (c *cost) confirm(key string) {
	if _, counted := c.readSingly[key]; !counted && c.confirmed != nil {
		c.confirmed[key] = struct{}{}
	}
}

// users returns the number of individual reads that there would be without lists.
func (c *cost) users() int { return c.singles + len(c.confirmed) }

// listEntry is an item of a list, as of the generation in which the request for its page began.
type listEntry[T any] struct {
	item T
	asOf generation

	// duplicated is true if the list changed while it was read and contains the item more than once. It is not known then
	// which of them is current.
	duplicated bool
}

// find returns the item with a key if the list contains it. It reads the list first when that is due. If no item is
// found, the caller has to read the object individually.
func (l *listCache[T]) find(ctx context.Context, key string) (item T, found bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	lastWrite := l.writes.lastWriteTo(key)

	for {
		// A cancelled caller sends no further request.
		if err := context.Cause(ctx); err != nil {
			return item, false, err
		}

		listed, known := l.entries[key]
		_, singly := l.cost.readSingly[key]

		switch {
		case known && (listed.duplicated || lastWrite() > listed.asOf):
			return listed.item, false, nil
		case known:
			l.cost.confirm(key)

			return listed.item, true, nil
		case l.ended, singly:
			return item, false, nil
		case l.reading == nil && !l.isDue(0):
			l.cost.countSingleRead(key)

			return item, false, nil
		case l.reading == nil:
			l.startReading(context.WithoutCancel(ctx))
		}

		if err := l.wait(ctx, key); err != nil {
			return item, false, err
		}
	}
}

// noteSingleRead counts an individual read by a caller that does not use the list.
func (l *listCache[T]) noteSingleRead(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.cost.countSingleRead(key)
}

// isDue reports whether the next pages cost no more requests than the individual reads done so far plus the given number
// of further ones. The first page tells how many others there are, so it is read after one individual read, or
// immediately if it costs as little.
func (l *listCache[T]) isDue(more int) bool {
	if l.first == nil {
		return l.firstIsCheap || l.cost.users() > l.cost.pages+l.cost.ahead
	}

	return l.cost.singles+l.cost.ahead+more >= l.cost.pages+l.first.TotalPages-1
}

// wait releases the lock and waits until the pages being read have arrived.
func (l *listCache[T]) wait(ctx context.Context, key string) error {
	reading := l.reading
	l.waiting[key]++
	l.mu.Unlock()

	defer func() {
		l.mu.Lock()

		if l.waiting[key]--; l.waiting[key] == 0 {
			delete(l.waiting, key)
		}
	}()

	select {
	case <-reading:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// startReading starts reading the first page or, after it, all other pages. The context must not end with that of a caller,
// because other callers may be waiting for the requests.
func (l *listCache[T]) startReading(ctx context.Context) {
	reading := make(chan struct{})
	l.reading = reading

	readPages, pages := l.readFirst, 1
	if l.first != nil {
		readPages, pages = l.readOthers, l.first.TotalPages-1
	}

	l.cost.pages += pages

	go func() {
		err := readPages(ctx)

		l.mu.Lock()
		defer l.mu.Unlock()

		l.reading = nil
		l.ended = err != nil || l.ended || l.first.TotalPages < 2
		l.complete = l.complete || (err == nil && l.ended)

		// Each caller that does not find its key on the first page would send an individual read now.
		if missing := l.waitingForMissing(); !l.ended && missing > 0 && l.isDue(missing) {
			l.startReading(context.WithoutCancel(ctx))
		}

		close(reading)
	}()
}

// waitingForMissing returns how many keys callers wait for that have not been read yet.
func (l *listCache[T]) waitingForMissing() int {
	count := 0

	for key := range l.waiting {
		_, known := l.entries[key]
		_, singly := l.cost.readSingly[key]

		if !known && !singly {
			count++
		}
	}

	return count
}

func (l *listCache[T]) readFirst(ctx context.Context) error {
	asOf := l.writes.now()

	first, err := l.readPage(ctx, 0, iriusrisk.PageSize)
	if err != nil {
		return err
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	l.first = &first

	// fill may have stored the whole list in the meantime, as of another generation.
	if !l.ended {
		l.asOf = asOf
	}

	return nil
}

func (l *listCache[T]) readOthers(ctx context.Context) error {
	size := min(iriusrisk.PageSize, l.first.Size)

	_, err := iriusrisk.FollowingPages(ctx, *l.first, func(ctx context.Context, number int) (iriusrisk.Page[T], error) {
		page, err := l.readPage(ctx, number, size)

		// Ignore pages added after the first one was read; their users are read individually.
		page.TotalPages = min(page.TotalPages, l.first.TotalPages)

		return page, err
	})

	l.mu.Lock()
	defer l.mu.Unlock()

	l.ended = true

	return err
}

// readPage reads a page, stores its items and returns the page without them.
func (l *listCache[T]) readPage(ctx context.Context, number, size int) (iriusrisk.Page[T], error) {
	asOf := l.writes.now()

	page, err := l.page(ctx, number, size)
	if err != nil {
		return page, err
	}

	l.store(page, asOf)
	page.Items = nil

	return page, nil
}

// store stores a page of the list.
func (l *listCache[T]) store(page iriusrisk.Page[T], asOf generation) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.most = max(l.most, page.TotalElements)

	// fill may have stored the whole list in the meantime.
	if l.ended {
		return
	}

	for _, item := range page.Items {
		key := l.key(item)
		_, duplicated := l.entries[key]
		l.entries[key] = listEntry[T]{item: item, asOf: asOf, duplicated: duplicated}
	}
}

// fill stores a complete list that the caller has read.
func (l *listCache[T]) fill(items []T, asOf generation) {
	entries := make(map[string]listEntry[T], len(items))
	for _, item := range items {
		entries[l.key(item)] = listEntry[T]{item: item, asOf: asOf}
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	l.entries, l.ended, l.complete, l.asOf = entries, true, true, asOf
	l.fills++
}

// lacks reports whether the complete list has been read, has no item with the key, and the key has not been written
// since.
func (l *listCache[T]) lacks(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	_, listed := l.entries[key]

	return l.complete && !listed && l.writes.lastWriteTo(key)() <= l.asOf
}

// isCurrent reports whether no user has been written since the list was read.
func (l *listCache[T]) isCurrent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.writes.now() <= l.asOf
}

// whole returns the keys of all items, sorted, if the complete list has been read, without a change meanwhile and without
// a write to any user since.
func (l *listCache[T]) whole() (keys []string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if !l.isConsistent() || l.writes.now() > l.asOf {
		return nil, false
	}

	return slices.Sorted(maps.Keys(l.entries)), true
}

// keys returns the keys of all items, sorted, or nil if the complete list has not been read or has more than a number of
// items.
func (l *listCache[T]) keys(most int) []string {
	l.mu.Lock()
	defer l.mu.Unlock()

	if !l.complete || len(l.entries) > most {
		return nil
	}

	return slices.Sorted(maps.Keys(l.entries))
}

// get returns an item if it has been read, and the key has not been written since.
func (l *listCache[T]) get(key string) (item T, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()

	listed, known := l.entries[key]

	return listed.item, known && !listed.duplicated && l.writes.lastWriteTo(key)() <= listed.asOf
}

// beingRead returns a channel that is closed when the pages being read have arrived, or nil if none is being read.
func (l *listCache[T]) beingRead() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.reading
}

// hasFirstPage reports whether the first page has been read.
func (l *listCache[T]) hasFirstPage() bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.first != nil
}

// hasOnePage reports whether the list is known to have a single page.
func (l *listCache[T]) hasOnePage() bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.first != nil && l.first.TotalPages < 2
}

// isConsistent reports whether the complete list has been read, and did not change meanwhile. The caller holds the lock.
func (l *listCache[T]) isConsistent() bool {
	if !l.complete || (l.first != nil && len(l.entries) != l.first.TotalElements) {
		return false
	}

	for _, listed := range l.entries {
		if listed.duplicated {
			return false
		}
	}

	return true
}
