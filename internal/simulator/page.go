package simulator

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// defaultPageSize is the size of a page when none is asked for (documented: UsersApi).
const defaultPageSize = 20

func newReader(content []byte) io.Reader { return bytes.NewReader(content) }

// paged answers a page of things: those that the filter selects, in the order of the sort criteria. property reads a
// property of a thing by the API's name, show makes the JSON of one.
func paged[T any](s *Server, r *request, things []T, property func(T, string) (any, bool), show func(T) object) response {
	query := r.URL.Query()

	number, size, err := s.pageAsked(query)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	selected, err := selectBy(query["filter"], things, property)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	if err := sortBy(query["sort"], &selected, property); err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}

	total := len(selected)
	totalPages := (total + size - 1) / size
	from := min(number*size, total)
	to := min(from+size, total)

	items := make([]object, 0, to-from)
	for _, thing := range selected[from:to] {
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

// pageAsked reads the number and the size of the page that is asked for.
func (s *Server) pageAsked(query url.Values) (number, size int, err error) {
	size = defaultPageSize

	if text := query.Get("page"); text != "" {
		if number, err = strconv.Atoi(text); err != nil || number < 0 {
			return 0, 0, fmt.Errorf("page %q is not a number from 0", text)
		}
	}

	if text := query.Get("size"); text != "" {
		if size, err = strconv.Atoi(text); err != nil || size < 1 {
			return 0, 0, fmt.Errorf("size %q is not a number from 1", text)
		}
	}

	return number, min(size, s.options.PageCap), nil
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
	if number > 0 {
		links["prev"] = at(number - 1)
	}

	if number+1 < totalPages {
		links["next"] = at(number + 1)
	}

	return links
}

// selectBy returns what a filter selects, in a new slice.
func selectBy[T any](filters []string, things []T, property func(T, string) (any, bool)) ([]T, error) {
	if len(filters) > 1 {
		return nil, errors.New("there is more than one filter")
	}

	if len(filters) == 0 || filters[0] == "" {
		return slices.Clone(things), nil
	}

	matches, properties, err := parseFilter(filters[0])
	if err != nil {
		return nil, fmt.Errorf("the filter cannot be read: %w", err)
	}

	var none T

	for _, name := range properties {
		if _, known := property(none, name); !known {
			return nil, fmt.Errorf("the filter names the unknown property %q", name)
		}
	}

	var selected []T

	for _, thing := range things {
		if matches(func(name string) any { value, _ := property(thing, name); return value }) {
			selected = append(selected, thing)
		}
	}

	return selected, nil
}

// sortBy sorts by criteria such as "lastName,desc".
func sortBy[T any](criteria []string, things *[]T, property func(T, string) (any, bool)) error {
	var none T

	for _, criterion := range slices.Backward(criteria) {
		name, direction, _ := strings.Cut(criterion, ",")
		if _, known := property(none, name); !known {
			return fmt.Errorf("sort names the unknown property %q", name)
		}

		sign := 1

		switch strings.ToLower(direction) {
		case "", "asc":
		case "desc":
			sign = -1
		default:
			return fmt.Errorf("sort has the unknown direction %q", direction)
		}

		slices.SortStableFunc(*things, func(a, b T) int {
			left, _ := property(a, name)
			right, _ := property(b, name)

			return sign * cmp.Compare(textOf(left), textOf(right))
		})
	}

	return nil
}
