package iriusrisk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	// PageSize is the size that is asked for, in items; the vendor's own scripts ask for as many (observed). The server
	// may give fewer.
	PageSize = 1000

	// maxWalks is how often a list that shrinks while it is read is read anew.
	maxWalks = 5
)

// ListOptions selects and orders the items of a list (documented: UsersApi, get_users).
type ListOptions struct {
	// Filter is an expression of the API's filter grammar, "" for everything.
	Filter string

	// Sort are criteria in the form "property,asc" or "property,desc".
	Sort []string
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T

	// Number is the zero-based number of the page, Size the server's own size of a page in items.
	Number, Size int

	// TotalPages and TotalElements are the server's count of pages and items.
	TotalPages, TotalElements int
}

// pageJSON is a page on the wire (observed). On an empty page _embedded may be missing (inferred).
type pageJSON[W any] struct {
	Embedded *struct {
		Items []W `json:"items"`
	} `json:"_embedded"`
	Page *struct {
		Number        *int `json:"number"`
		Size          *int `json:"size"`
		TotalPages    *int `json:"totalPages"`
		TotalElements *int `json:"totalElements"`
	} `json:"page"`
}

// listing is a paged operation: how its items look on the wire, what they become, and what tells one from another.
type listing[W, T any] struct {
	operation Operation
	convert   func(W) (T, error)
	key       func(T) string
}

// page reads one page and makes sure that it is one.
func (l listing[W, T]) page(ctx context.Context, c *Client, number, size int, options ListOptions, segments ...string) (Page[T], error) {
	query := url.Values{"page": {strconv.Itoa(number)}, "size": {strconv.Itoa(size)}}

	if options.Filter != "" {
		query.Set("filter", options.Filter)
	}

	for _, criterion := range options.Sort {
		query.Add("sort", criterion)
	}

	received, err := c.send(ctx, l.operation, query, nil, segments...)
	if err != nil {
		return Page[T]{}, err
	}

	var wire pageJSON[W]
	if err := received.decode(&wire); err != nil {
		return Page[T]{}, err
	}

	return l.check(received, wire, number)
}

// check turns a page on the wire into a Page. Whatever is not surely a page is an error, because a list that seems
// empty would be taken for access that is gone.
func (l listing[W, T]) check(received *answer, wire pageJSON[W], number int) (Page[T], error) {
	meta := wire.Page
	if meta == nil || meta.TotalPages == nil || meta.TotalElements == nil || meta.Number == nil {
		return Page[T]{}, received.unusable("is not a page: it lacks the page object with number, totalPages and totalElements")
	}

	page := Page[T]{Number: *meta.Number, TotalPages: *meta.TotalPages, TotalElements: *meta.TotalElements, Size: PageSize}
	if meta.Size != nil && *meta.Size > 0 {
		page.Size = *meta.Size
	}

	if page.Number != number {
		return Page[T]{}, received.unusable(fmt.Sprintf("repeats: it is page %d where page %d was asked for", page.Number, number))
	}

	if wire.Embedded == nil || len(wire.Embedded.Items) == 0 {
		if number < page.TotalPages && (page.TotalElements > 0 || page.TotalPages > 1) {
			return Page[T]{}, received.unusable(fmt.Sprintf("has no items on page %d of %d", number, page.TotalPages))
		}

		return page, nil
	}

	for _, item := range wire.Embedded.Items {
		converted, err := l.convert(item)
		if err != nil {
			return Page[T]{}, received.unusable(err.Error())
		}

		page.Items = append(page.Items, converted)
	}

	return page, nil
}

// all reads every page. A list that changes while it is read may have moved items to a page that was read already, so
// unless every item is there it is read anew.
func (l listing[W, T]) all(ctx context.Context, c *Client, options ListOptions, segments ...string) ([]T, error) {
	for range maxWalks {
		items, whole, err := l.walk(ctx, c, options, segments...)
		if err != nil || whole {
			return items, err
		}
	}

	return nil, l.restless(c, segments)
}

// walk reads the pages once, and reports whether nothing can have been missed.
func (l listing[W, T]) walk(ctx context.Context, c *Client, options ListOptions, segments ...string) (items []T, whole bool, err error) {
	first, err := l.page(ctx, c, 0, PageSize, options, segments...)
	if err != nil {
		return nil, false, err
	}

	// Each page begins with another item, else the list has changed or the server repeats itself, and there is no end to it.
	heads := l.newHeads(first)

	// The server's own size is asked for from then on, so that its pages follow on each other.
	pages, err := FollowingPages(ctx, first, func(ctx context.Context, number int) (Page[T], error) {
		page, err := l.page(ctx, c, number, min(PageSize, first.Size), options, segments...)
		if err == nil && !heads.add(page) {
			err = errRepeats
		}

		return page, err
	})

	switch {
	case errors.Is(err, errRepeats):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}

	items, whole = l.merge(append([]Page[T]{first}, pages...))

	return items, whole, nil
}

// errRepeats says that two pages of a list begin with the same item.
var errRepeats = errors.New("two pages begin with the same item")

// heads are the items that the pages of a list begin with.
type heads[T any] struct {
	key func(T) string

	mu   sync.Mutex
	seen map[string]struct{}
}

func (l listing[W, T]) newHeads(first Page[T]) *heads[T] {
	h := &heads[T]{key: l.key, seen: make(map[string]struct{})}
	h.add(first)

	return h
}

// add notes what a page begins with, and reports whether that is new.
func (h *heads[T]) add(page Page[T]) bool {
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

// merge puts pages together, each item once, and reports whether there are as many items as the server ever counted.
func (l listing[W, T]) merge(pages []Page[T]) (items []T, whole bool) {
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

	return items, len(items) >= most
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

// each streams the items page by page. A list that shrinks while it is read is read anew, and what was not seen before
// follows. An error ends the stream.
func (l listing[W, T]) each(ctx context.Context, c *Client, options ListOptions, segments ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T

		seen := make(map[string]struct{})

		for range maxWalks {
			whole, ended, err := l.stream(ctx, c, options, seen, yield, segments...)

			switch {
			case err != nil:
				yield(none, err)

				return
			case whole || ended:
				return
			}
		}

		yield(none, l.restless(c, segments))
	}
}

// stream walks the pages once and yields what is not seen yet. It reports whether nothing can have been missed, and
// whether the reader has had enough.
func (l listing[W, T]) stream(ctx context.Context, c *Client, options ListOptions, seen map[string]struct{}, yield func(T, error) bool, segments ...string) (whole, ended bool, err error) {
	read := make(map[string]struct{})
	size, most := PageSize, 0

	for number := 0; ; number++ {
		page, err := l.page(ctx, c, number, size, options, segments...)
		if err != nil {
			return false, false, err
		}

		size = min(size, page.Size)

		if page.TotalElements < most {
			return false, false, nil
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
				return false, true, nil
			}
		}

		if number+1 >= page.TotalPages {
			return len(read) >= page.TotalElements, false, nil
		}

		if len(read) == before {
			return false, false, nil
		}
	}
}

// restless is the error of a list that never stands still.
func (l listing[W, T]) restless(c *Client, segments []string) error {
	path, err := l.operation.fill(segments)
	if err != nil {
		return err
	}

	return &AnswerError{
		Operation: l.operation, URL: c.base + path, StatusCode: http.StatusOK,
		Problem: fmt.Sprintf("kept changing between pages: the list was read %d times and never whole", maxWalks),
	}
}

// required returns a string that a shape has to have.
func required(value *string, name string) (string, error) {
	if value == nil || strings.TrimSpace(*value) == "" {
		return "", fmt.Errorf("lacks the field %s", name)
	}

	return *value, nil
}
