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

// defaultPageSize is the size of a page when none is asked for (documented: UsersApi).
const defaultPageSize = 20

// pageParameters are the query's parameters that a list knows.
var pageParameters = []string{"page", "size", "sort", "filter"}

// paged answers a page of things: those that the filter selects, in the order of the sort criteria. show makes the JSON
// of one.
func paged[T any](s *Server, r *request, things []T, known properties[T], show func(T) object) response {
	query, number, size, err := s.parsePageQuery(r.URL.RawQuery)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	selected, err := selectAndSort(s, r, query, things, known)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	total := len(selected)
	totalPages := (total + size - 1) / size

	// A page beyond the end is empty; its number may be too big to multiply.
	from := total
	if number < totalPages {
		from = number * size
	}

	items := make([]object, 0, min(size, total-from))
	for _, thing := range selected[from:min(from+size, total)] {
		items = append(items, show(thing))
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

// listed returns what the query selects of things, in its order. It is kept until the tenant changes, so that the pages
// of a big tenant are sorted once, as a database does with an index.
func selectAndSort[T any](s *Server, r *request, query url.Values, things []T, known properties[T]) ([]T, error) {
	key := strings.Join(append([]string{r.callerName, r.URL.EscapedPath(), query.Get("filter")}, query["sort"]...), "\x00")

	if kept, found := s.lists.Load(key); found {
		if selected, ok := kept.([]T); ok {
			return selected, nil
		}
	}

	selected, err := selectBy(query.Get("filter"), things, known)
	if err != nil {
		return nil, err
	}

	if selected, err = sortedBy(query["sort"], selected, known); err != nil {
		return nil, err
	}

	s.lists.Store(key, selected)

	return selected, nil
}

// parsePageQuery reads the number and the size of the page that is asked for. What a list does not know is refused, for a
// misspelt parameter would go unnoticed otherwise.
func (s *Server) parsePageQuery(raw string) (query url.Values, number, size int, err error) {
	if query, err = url.ParseQuery(raw); err != nil {
		return nil, 0, 0, errors.New("the query cannot be read")
	}

	for name, values := range query {
		switch {
		case !slices.Contains(pageParameters, name):
			return nil, 0, 0, fmt.Errorf("the parameter %q is unknown", name)
		case name != "sort" && len(values) > 1:
			return nil, 0, 0, fmt.Errorf("there is more than one %s", name)
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

	return query, number, min(size, s.options.PageCap), nil
}

// pageLinks are the links of a page (observed).
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

// selectBy returns what a filter selects. Without one it is the things themselves, not to be changed.
func selectBy[T any](filter string, things []T, known properties[T]) ([]T, error) {
	if filter == "" {
		return things, nil
	}

	matches, err := parseFilter(filter, known)
	if err != nil {
		return nil, fmt.Errorf("the filter cannot be read: %w", err)
	}

	var selected []T

	for _, thing := range things {
		if matches(thing) {
			selected = append(selected, thing)
		}
	}

	return selected, nil
}

// sortedBy returns things sorted by criteria such as "lastName,desc", of which the first weighs most. Without criteria
// the things stay as they are, uncopied, so that a plain page of a big tenant costs no more than its items.
func sortedBy[T any](criteria []string, things []T, known properties[T]) ([]T, error) {
	if len(criteria) == 0 {
		return things, nil
	}

	orders := make([]func(a, b T) int, 0, len(criteria))

	for _, criterion := range criteria {
		name, direction, _ := strings.Cut(criterion, ",")

		property, found := known[name]
		if !found {
			return nil, fmt.Errorf("sort names the unknown property %q", name)
		}

		switch {
		case property.kind == nested:
			return nil, fmt.Errorf("sort names the object %q", name)
		case direction == "" || strings.EqualFold(direction, "asc"):
			orders = append(orders, property.compare)
		case strings.EqualFold(direction, "desc"):
			orders = append(orders, func(a, b T) int { return property.compare(b, a) })
		default:
			return nil, fmt.Errorf("sort has the unknown direction %q", direction)
		}
	}

	sorted := slices.Clone(things)
	slices.SortStableFunc(sorted, func(a, b T) int {
		for _, order := range orders {
			if by := order(a, b); by != 0 {
				return by
			}
		}

		return 0
	})

	return sorted, nil
}
