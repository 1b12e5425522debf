package iriusrisk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// maxListPasses is how often a list that changes while it is read is read.
const maxListPasses = 5

// all reads every page. A list that changes while it is read may have moved items to a page that was read already, so
// unless every item is there it is read again from its beginning.
func (l listing[W, T]) all(ctx context.Context, c *Client, options ListOptions, segments ...string) ([]T, error) {
	var gap string

	for range maxListPasses {
		var (
			items []T
			err   error
		)

		if items, gap, err = l.pass(ctx, c, options, segments...); err != nil || gap == "" {
			return items, err
		}
	}

	return nil, l.changingListError(c, segments, gap)
}

// pass reads the pages once. The gap says why something may have been missed, "" when nothing can have been.
func (l listing[W, T]) pass(ctx context.Context, c *Client, options ListOptions, segments ...string) (items []T, gap string, err error) {
	first, err := l.page(ctx, c, 0, PageSize, options, segments...)
	if err != nil {
		return nil, "", err
	}

	// Each page begins with another item, else the list has changed or the server repeats itself, and there is no end to it.
	firstSeen := l.newFirstItems(first)

	// The server's own size is asked for from then on, so that its pages follow on each other.
	pages, err := FollowingPages(ctx, first, func(ctx context.Context, number int) (Page[T], error) {
		page, err := l.page(ctx, c, number, min(PageSize, first.Size), options, segments...)
		if err == nil && !firstSeen.add(page) {
			err = errRepeats
		}

		return page, err
	})

	switch {
	case errors.Is(err, errRepeats):
		return nil, errRepeats.Error(), nil
	case err != nil:
		return nil, "", err
	}

	items, gap = l.merge(append([]Page[T]{first}, pages...))

	return items, gap, nil
}

// errRepeats says that two pages of a list begin with the same item.
var errRepeats = errors.New("two pages began with the same item")

// firstItems are the items that the pages of a list begin with.
type firstItems[T any] struct {
	key func(T) string

	mu   sync.Mutex
	seen map[string]struct{}
}

func (l listing[W, T]) newFirstItems(first Page[T]) *firstItems[T] {
	h := &firstItems[T]{key: l.key, seen: make(map[string]struct{})}
	h.add(first)

	return h
}

// add notes what a page begins with, and reports whether that is new.
func (h *firstItems[T]) add(page Page[T]) bool {
	if len(page.Items) == 0 {
		return true
	}

	h.mu.Lock()
	defer h.mu.Unlock()

	key := h.key(page.Items[0])
	_, known := h.seen[key]
	h.seen[key] = struct{}{}

	return !known
}

// merge puts pages together, each item once. There is a gap unless there are as many items as the server ever counted.
func (l listing[W, T]) merge(pages []Page[T]) (items []T, gap string) {
	seen := make(map[string]struct{})
	most := 0

	for _, page := range pages {
		most = max(most, page.TotalElements)

		for _, item := range page.Items {
			key := l.key(item)
			if _, known := seen[key]; known {
				continue
			}

			seen[key] = struct{}{}

			items = append(items, item)
		}
	}

	return items, gapBetween(most, len(items))
}

// gapBetween is "" when a list holds as many items as it counts, or more, since it may have grown.
func gapBetween(counted, held int) string {
	if held >= counted {
		return ""
	}

	return fmt.Sprintf("it counted %d items and held %d different ones", counted, held)
}

// pagesAtOnce is how many pages of one list are asked for side by side. How many requests are under way at once is
// bounded by Config.MaxConcurrentRequests besides.
const pagesAtOnce = 32

// FollowingPages reads the pages that follow the first one side by side, and returns them in order. A list that grows
// meanwhile has its further pages read too. The first error ends it.
func FollowingPages[T any](ctx context.Context, first Page[T], read func(ctx context.Context, number int) (Page[T], error)) ([]Page[T], error) {
	var pages []Page[T]

	for next, total := 1, first.TotalPages; next < total; {
		more, err := pagesBetween(ctx, next, total, read)
		if err != nil {
			return nil, err
		}

		next = total

		for _, page := range more {
			total = max(total, page.TotalPages)
		}

		pages = append(pages, more...)
	}

	return pages, nil
}

// pagesBetween reads the pages from one number up to another. What it keeps grows with what arrives, not with what the
// server says there is.
func pagesBetween[T any](ctx context.Context, from, to int, read func(ctx context.Context, number int) (Page[T], error)) ([]Page[T], error) {
	var (
		mu    sync.Mutex
		pages []Page[T]
	)

	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(pagesAtOnce)

	for number := from; number < to && reading.Err() == nil; number++ {
		group.Go(func() error {
			page, err := read(reading, number)
			if err != nil {
				return err
			}

			mu.Lock()
			defer mu.Unlock()

			pages = append(pages, page)

			return nil
		})
	}

	if err := group.Wait(); err != nil {
		return nil, err
	}

	slices.SortFunc(pages, func(a, b Page[T]) int { return cmp.Compare(a.Number, b.Number) })

	return pages, context.Cause(ctx)
}

// each streams the items page by page. A list that shrinks while it is read is read again from its beginning, and what
// was not seen before follows. An error ends the stream.
func (l listing[W, T]) each(ctx context.Context, c *Client, options ListOptions, segments ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var (
			none T
			gap  string
		)

		seen := make(map[string]struct{})

		for range maxListPasses {
			var (
				ended bool
				err   error
			)

			gap, ended, err = l.stream(ctx, c, options, seen, yield, segments...)

			switch {
			case err != nil:
				yield(none, err)

				return
			case gap == "" || ended:
				return
			}
		}

		yield(none, l.changingListError(c, segments, gap))
	}
}

// stream walks the pages once and yields what is not seen yet. It returns a gap as walk does, and whether the reader has
// had enough.
func (l listing[W, T]) stream(ctx context.Context, c *Client, options ListOptions, seen map[string]struct{}, yield func(T, error) bool, segments ...string) (gap string, ended bool, err error) {
	read := make(map[string]struct{})
	size, most := PageSize, 0

	for number := 0; ; number++ {
		page, err := l.page(ctx, c, number, size, options, segments...)
		if err != nil {
			return "", false, err
		}

		size = min(size, page.Size)

		if page.TotalElements < most {
			return fmt.Sprintf("it counted %d items and then %d", most, page.TotalElements), false, nil
		}

		most = page.TotalElements
		before := len(read)

		for _, item := range page.Items {
			key := l.key(item)
			read[key] = struct{}{}

			if _, known := seen[key]; known {
				continue
			}

			seen[key] = struct{}{}

			if !yield(item, nil) {
				return "", true, nil
			}
		}

		if number+1 >= page.TotalPages {
			return gapBetween(page.TotalElements, len(read)), false, nil
		}

		if len(read) == before {
			return fmt.Sprintf("page %d held nothing that the pages before it did not", number), false, nil
		}
	}
}

// changingListError is the error of a list that was never whole.
func (l listing[W, T]) changingListError(c *Client, segments []string, gap string) error {
	path, err := l.operation.fill(segments)
	if err != nil {
		return err
	}

	return &AnswerError{
		Operation: l.operation, URL: c.base + path, StatusCode: http.StatusOK,
		Problem: fmt.Sprintf("is no whole list, although it was read %d times: the last time %s", maxListPasses, gap),
	}
}
