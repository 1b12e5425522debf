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

// maxListPasses limits how often a list is read if it changes while it is read.
const maxListPasses = 5

// all reads every page. If a list changes while it is read, items may move to a page that has been read already. If items
// may be missing, all reads the list again from the beginning.
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

// pass reads the pages once. gap describes why items may be missing; it is "" if the list is complete.
func (l listing[W, T]) pass(ctx context.Context, c *Client, options ListOptions, segments ...string) (items []T, gap string, err error) {
	first, err := l.page(ctx, c, 0, PageSize, options, segments...)
	if err != nil {
		return nil, "", err
	}

	// Two pages that start with the same item mean that the list changed or that the server ignores the page number.
	firstSeen := l.newFirstItems(first)

	// Further pages are requested with the page size of the server, so that they do not overlap.
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

// errRepeats is the error of two pages that start with the same item.
var errRepeats = errors.New("two pages started with the same item")

// firstItems are the first items of the pages of a list.
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

// add adds the first item of a page and reports whether it is new.
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

// merge joins pages and drops repeated items. There is a gap if there are fewer items than the server reported at any time.
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

// gapBetween describes missing items. It returns "" if at least the reported number of items was read; a list may have
// grown.
func gapBetween(reported, found int) string {
	if found >= reported {
		return ""
	}

	return fmt.Sprintf("it reported %d items and contained %d different ones", reported, found)
}

// pagesAtOnce limits how many pages of one list are requested in parallel. Config.MaxConcurrentRequests limits all
// concurrent requests.
const pagesAtOnce = 32

// FollowingPages reads the pages after the first one in parallel and returns them in order. If the list grows meanwhile, it
// also reads the added pages. It returns the first error.
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

// pagesBetween reads the pages from one number up to, but not including, another. Its memory depends on the received pages,
// not on the number of pages that the server reports.
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

// each returns the items while it reads page by page. If a list shrinks meanwhile, each reads it again from the beginning
// and returns the items that it has not returned yet. An error ends the iteration.
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

// stream reads the pages once and yields the items that are not in seen. It returns a gap as pass does, and whether the
// caller ended the iteration.
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
			return fmt.Sprintf("it reported %d items and then %d", most, page.TotalElements), false, nil
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
			return fmt.Sprintf("page %d contained no item that the pages before it did not", number), false, nil
		}
	}
}

// changingListError is the error of a list that was incomplete in every pass.
func (l listing[W, T]) changingListError(c *Client, segments []string, gap string) error {
	path, err := l.operation.fill(segments)
	if err != nil {
		return err
	}

	return &AnswerError{
		Operation: l.operation, URL: c.base + path, StatusCode: http.StatusOK,
		Problem: fmt.Sprintf("is not a complete list, although it was read %d times; the last time %s", maxListPasses, gap),
	}
}
