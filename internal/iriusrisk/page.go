package iriusrisk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// PageSize is the size that is asked for, in items; the vendor's own scripts ask for as many (observed). The server
// may give fewer.
const PageSize = 1000

// ListOptions selects and orders the items of a list (documented: UsersApi, get_users).
type ListOptions struct {
	// Filter is an expression of the API's filter grammar, "" for everything.
	Filter string

	// Sort are criteria in the form "property,asc" or "property,desc".
	Sort []string
}

// sortedBy makes the order that a list is read in a definite one, so that its pages follow on each other: by a property
// that tells items apart, at least among those that are alike otherwise. That a list can be sorted by any property of its
// items is documented for filters and inferred for sorting.
func (o ListOptions) sortedBy(property string) ListOptions {
	named := func(criterion string) bool {
		return criterion == property || strings.HasPrefix(criterion, property+",")
	}

	if !slices.ContainsFunc(o.Sort, named) {
		o.Sort = append(slices.Clone(o.Sort), property+",asc")
	}

	return o
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
		return Page[T]{}, l.withPosition(received, err, number)
	}

	return l.check(received, wire, number)
}

// withPosition adds to an error of decoding a page which of its items it is about, if it is about one.
func (l listing[W, T]) withPosition(received *answer, err error, number int) error {
	var wire pageJSON[json.RawMessage]

	invalid, ok := errors.AsType[*AnswerError](err)
	if !ok || json.Unmarshal(received.body, &wire) != nil || wire.Embedded == nil {
		return err
	}

	for i, item := range wire.Embedded.Items {
		if json.Unmarshal(item, new(W)) != nil {
			invalid.Problem += position(i, number)

			break
		}
	}

	return invalid
}

// position says in words where in a list an item is, counting as readers do and pages as the API does.
func position(item, page int) string { return fmt.Sprintf(", in item %d of page %d", item+1, page) }

// check turns a page on the wire into a Page. Whatever is not surely a page is an error, because a list that seems
// empty would be taken for access that is gone.
func (l listing[W, T]) check(received *answer, wire pageJSON[W], number int) (Page[T], error) {
	meta := wire.Page
	if meta == nil || meta.TotalPages == nil || meta.TotalElements == nil || meta.Number == nil {
		return Page[T]{}, received.invalid("is not a page: it lacks the page object with number, totalPages and totalElements")
	}

	page := Page[T]{Number: *meta.Number, TotalPages: *meta.TotalPages, TotalElements: *meta.TotalElements, Size: PageSize}
	if meta.Size != nil && *meta.Size > 0 {
		page.Size = *meta.Size
	}

	if page.TotalPages < 0 || page.TotalElements < 0 {
		return Page[T]{}, received.invalid(fmt.Sprintf("counts %d items on %d pages", page.TotalElements, page.TotalPages))
	}

	if page.Number != number {
		return Page[T]{}, received.invalid(fmt.Sprintf("repeats: it is page %d where page %d was asked for", page.Number, number))
	}

	if wire.Embedded == nil || len(wire.Embedded.Items) == 0 {
		if number < max(page.TotalPages, 1) && (page.TotalElements > 0 || page.TotalPages > 1) {
			return Page[T]{}, received.invalid(fmt.Sprintf("has no items on page %d, but counts %d items on %d pages", number, page.TotalElements, page.TotalPages))
		}

		return page, nil
	}

	if page.TotalPages == 0 || page.TotalElements == 0 {
		return Page[T]{}, received.invalid(fmt.Sprintf("has items on page %d, but counts %d items on %d pages", number, page.TotalElements, page.TotalPages))
	}

	places := make(map[string]int, len(wire.Embedded.Items))

	for i, item := range wire.Embedded.Items {
		converted, err := l.convert(item)
		if err != nil {
			return Page[T]{}, received.invalid(err.Error() + position(i, number))
		}

		// Items move between pages when a list changes, but a page is of one moment.
		key := l.key(converted)
		if earlier, known := places[key]; known {
			return Page[T]{}, received.invalid(fmt.Sprintf("holds the same thing twice, %q, as items %d and %d of page %d", key, earlier+1, i+1, number))
		}

		places[key] = i

		page.Items = append(page.Items, converted)
	}

	return page, nil
}

// required returns a string that a shape has to have.
func required(value *string, name string) (string, error) {
	if value == nil || strings.TrimSpace(*value) == "" {
		return "", fmt.Errorf("lacks the field %s", name)
	}

	return *value, nil
}
