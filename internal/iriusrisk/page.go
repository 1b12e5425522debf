package iriusrisk

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	// pageSize is the size that is asked for, in items; the vendor's own scripts ask for as many (observed). The server
	// may give fewer.
	pageSize = 1000

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

	page := Page[T]{Number: *meta.Number, TotalPages: *meta.TotalPages, TotalElements: *meta.TotalElements, Size: pageSize}
	if meta.Size != nil && *meta.Size > 0 {
		page.Size = *meta.Size
	}

	if page.Number != number {
		return Page[T]{}, received.unusable(fmt.Sprintf("repeats: it is page %d where page %d was asked for", page.Number, number))
	}

	if wire.Embedded == nil || len(wire.Embedded.Items) == 0 {
		if number < page.TotalPages && page.TotalElements > 0 {
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

// all reads every page. A list that shrinks while it is read may have moved items to a page that was read already, so
// it is read anew.
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
	seen := make(map[string]struct{})
	size, most := pageSize, 0

	for number := 0; ; number++ {
		page, err := l.page(ctx, c, number, size, options, segments...)
		if err != nil {
			return nil, false, err
		}

		// The server's own size is asked for from then on, so that its pages follow on each other.
		size = min(size, page.Size)

		if page.TotalElements < most {
			return nil, false, nil
		}

		most = page.TotalElements

		fresh := 0

		for _, item := range page.Items {
			key := l.key(item)
			if _, known := seen[key]; known {
				continue
			}

			seen[key] = struct{}{}
			fresh++

			items = append(items, item)
		}

		if number+1 >= page.TotalPages {
			return items, len(items) >= page.TotalElements, nil
		}

		if fresh == 0 {
			return nil, false, nil
		}
	}
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
	size, most, read := pageSize, 0, 0

	for number := 0; ; number++ {
		page, err := l.page(ctx, c, number, size, options, segments...)
		if err != nil {
			return false, false, err
		}

		size = min(size, page.Size)
		read += len(page.Items)

		if page.TotalElements < most {
			return false, false, nil
		}

		most = page.TotalElements

		for _, item := range page.Items {
			key := l.key(item)
			if _, known := seen[key]; known {
				continue
			}

			seen[key] = struct{}{}

			if !yield(item, nil) {
				return false, true, nil
			}
		}

		if number+1 >= page.TotalPages {
			return read >= page.TotalElements, false, nil
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
func required(value lenient[string], name string) (string, error) {
	if value.value == nil || strings.TrimSpace(*value.value) == "" {
		return "", fmt.Errorf("lacks the field %s", name)
	}

	return *value.value, nil
}
