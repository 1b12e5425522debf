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

// PageSize is the requested number of items of a page, as in the vendor's scripts (observed). The server may return fewer.
const PageSize = 1000

// ListOptions filters and sorts a list (documented: UsersApi, get_users).
type ListOptions struct {
	// Filter is an expression in the API's filter grammar; "" selects all items.
	Filter string

	// Sort contains criteria of the form "property,asc" or "property,desc".
	Sort []string
}

// sortedBy adds a property that identifies items as the last sort criterion. The order is then the same for each page, so
// that the pages of a list neither overlap nor leave gaps. That lists can be sorted by any property of their items is
// documented for filters and inferred for sorting.
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

	// Number is the zero-based number of the page; Size is the page size that the server uses, in items.
	Number, Size int

	// TotalPages and TotalElements are the numbers of pages and items that the server reports.
	TotalPages, TotalElements int
}

// pageJSON is the JSON of a page (observed). An empty page may have no _embedded (inferred).
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

// listing is an operation that returns pages of items. convert converts an item from JSON. key returns what identifies it,
// and is nil if nothing does.
type listing[W, T any] struct {
	operation Operation
	convert   func(W) (T, error)
	key       func(T) string
}

// page reads and checks one page.
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

// withPosition adds the position of the invalid item to the error of decoding a page, if an item caused it.
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

// position describes the position of an item. Items are counted from 1, pages from 0 as in the API.
func position(item, page int) string { return fmt.Sprintf(", in item %d of page %d", item+1, page) }

// check converts and checks a page. An inconsistent page is an error, because a list that is wrongly empty would look like
// removed access.
func (l listing[W, T]) check(received *answer, wire pageJSON[W], number int) (Page[T], error) {
	meta := wire.Page
	if meta == nil || meta.TotalPages == nil || meta.TotalElements == nil || meta.Number == nil {
		return Page[T]{}, received.invalid("is not a page: it has no page object with number, totalPages and totalElements")
	}

	page := Page[T]{Number: *meta.Number, TotalPages: *meta.TotalPages, TotalElements: *meta.TotalElements, Size: PageSize}
	if meta.Size != nil && *meta.Size > 0 {
		page.Size = *meta.Size
	}

	if page.TotalPages < 0 || page.TotalElements < 0 {
		return Page[T]{}, received.invalid(fmt.Sprintf("counts %d items on %d pages", page.TotalElements, page.TotalPages))
	}

	if page.Number != number {
		return Page[T]{}, received.invalid(fmt.Sprintf("is page %d, but page %d was requested", page.Number, number))
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

		// A list that changes may contain an item on two pages, but never twice on one page.
		if l.key != nil {
			key := l.key(converted)
			if earlier, known := places[key]; known {
				return Page[T]{}, received.invalid(fmt.Sprintf("contains the same item twice, %q, as items %d and %d of page %d", key, earlier+1, i+1, number))
			}

			places[key] = i
		}

		page.Items = append(page.Items, converted)
	}

	return page, nil
}

// required returns a string that must be present.
func required(value *string, name string) (string, error) {
	if value == nil || strings.TrimSpace(*value) == "" {
		return "", fmt.Errorf("lacks the field %s", name)
	}

	return *value, nil
}
