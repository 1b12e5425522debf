package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// defaultPageSize is the page size of a request without one (documented: UsersApi).
const defaultPageSize = 20

// pageParameters are the query parameters of a list.
var pageParameters = []string{"page", "size", "sort", "filter"}

// paged returns a page of items, filtered and sorted as requested. show converts one item to JSON.
func paged[T any](s *Server, r *request, entries []T, known properties[T], show func(T) object) response {
	return pagedUpTo(s.options.PageCap, s, r, entries, known, show)
}

// pagedUpTo is paged with a maximum page size.
func pagedUpTo[T any](limit int, s *Server, r *request, entries []T, known properties[T], show func(T) object) response {
	query, number, size, err := parsePageQuery(r.URL.RawQuery, limit)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	selected, err := selectAndSort(s, r, query, entries, known)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	total := len(selected)
	totalPages := (total + size - 1) / size

	// A page beyond the end is empty. Comparing first avoids an overflow for large page numbers.
	from := total
	if number < totalPages {
		from = number * size
	}

	items := make([]object, 0, min(size, total-from))
	for _, entry := range selected[from:min(from+size, total)] {
		items = append(items, show(entry))
	}

	body := object{
		"_links": pageLinks(r.URL, number, size, totalPages),
		"page":   object{"size": size, "totalElements": total, "totalPages": totalPages, "number": number},
	}

	if len(items) > 0 || !s.options.OmitEmptyEmbedded {
		body["_embedded"] = object{"items": items}
	}

	return response{status: http.StatusOK, body: body}
}

// selectAndSort returns the items that the query selects, in the requested order. The result is cached until the tenant
// changes, so that the pages of a large tenant are sorted only once. The number of items is part of the key, because events
// expire without a change of the tenant.
func selectAndSort[T any](s *Server, r *request, query url.Values, entries []T, known properties[T]) ([]T, error) {
	key := strings.Join(append([]string{r.callerName, r.URL.EscapedPath(), strconv.Itoa(len(entries)), query.Get("filter")}, query["sort"]...), "\x00")

	if kept, found := s.lists.Load(key); found {
		if selected, ok := kept.([]T); ok {
			return selected, nil
		}
	}

	selected, err := selectBy(query.Get("filter"), entries, known)
	if err != nil {
		return nil, err
	}

	if selected, err = sortedBy(query["sort"], selected, known); err != nil {
		return nil, err
	}

	s.lists.Store(key, selected)

	return selected, nil
}

// parsePageQuery returns the query and the number and size of the requested page. Unknown parameters are rejected,
// because a mistyped one would otherwise go unnoticed.
func parsePageQuery(raw string, limit int) (query url.Values, number, size int, err error) {
	if query, err = url.ParseQuery(raw); err != nil {
		return nil, 0, 0, errors.New("the query is malformed")
	}

	for name, values := range query {
		switch {
		case !slices.Contains(pageParameters, name):
			return nil, 0, 0, fmt.Errorf("the parameter %q is unknown", name)
		case name != "sort" && len(values) > 1:
			return nil, 0, 0, fmt.Errorf("the parameter %q is repeated", name)
		}
	}

	size = defaultPageSize

	if query.Has("page") {
		if number, err = strconv.Atoi(query.Get("page")); err != nil || number < 0 {
			return nil, 0, 0, fmt.Errorf("page %q is not a number from 0", query.Get("page"))
		}
	}

	if query.Has("size") {
		if size, err = strconv.Atoi(query.Get("size")); err != nil || size < 1 {
			return nil, 0, 0, fmt.Errorf("size %q is not a number from 1", query.Get("size"))
		}
	}

	return query, number, min(size, limit), nil
}

// pageLinks returns the links of a page (observed).
func pageLinks(address *url.URL, number, size, totalPages int) object {
	at := func(page int) object {
		query := address.Query()
		query.Set("page", strconv.Itoa(page))
		query.Set("size", strconv.Itoa(size))

		return link(strings.TrimPrefix(address.EscapedPath(), "/api/v2") + "?" + query.Encode())
	}

	links := object{"first": at(0), "self": at(number), "last": at(max(totalPages-1, 0))}
	if number > 0 && totalPages > 0 {
		links["prev"] = at(min(number, totalPages) - 1)
	}

	if number < totalPages-1 {
		links["next"] = at(number + 1)
	}

	return links
}

// selectBy returns the items that match a filter. Without a filter it returns the items themselves, which must not be
// changed.
func selectBy[T any](filter string, entries []T, known properties[T]) ([]T, error) {
	if filter == "" {
		return entries, nil
	}

	matches, err := parseFilter(filter, known)
	if err != nil {
		return nil, fmt.Errorf("the filter is invalid: %w", err)
	}

	var selected []T

	for _, entry := range entries {
		if matches(entry) {
			selected = append(selected, entry)
		}
	}

	return selected, nil
}

// sortedBy returns the items sorted by criteria such as "lastName,desc", the most significant first. It returns items in this
// order uncopied, so that a page of a large tenant is cheap.
func sortedBy[T any](criteria []string, entries []T, known properties[T]) ([]T, error) {
	if len(criteria) == 0 {
		return entries, nil
	}

	orders := make([]func(a, b T) int, 0, len(criteria))

	for _, criterion := range criteria {
		name, direction, _ := strings.Cut(criterion, ",")

		property, found := known[name]
		if !found {
			return nil, fmt.Errorf("the sort property %q is unknown", name)
		}

		switch {
		case property.kind == nested:
			return nil, fmt.Errorf("the sort property %q is an object", name)
		case direction == "" || strings.EqualFold(direction, "asc"):
			orders = append(orders, property.compare)
		case strings.EqualFold(direction, "desc"):
			orders = append(orders, func(a, b T) int { return property.compare(b, a) })
		default:
			return nil, fmt.Errorf("the sort direction %q is unknown", direction)
		}
	}

	compare := func(a, b T) int {
		for _, order := range orders {
			if by := order(a, b); by != 0 {
				return by
			}
		}

		return 0
	}

	if slices.IsSortedFunc(entries, compare) {
		return entries, nil
	}

	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, compare)

	return sorted, nil
}
