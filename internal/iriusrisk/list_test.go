package iriusrisk

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// pages serves a list of users whose members may change between two requests.
type pages struct {
	mu            sync.Mutex
	cap, requests int
	members       []int

	// before can change the list before a request.
	before func(p *pages, request int)
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.requests++

	if p.before != nil {
		p.before(p, p.requests)
	}

	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("size"))
	size = min(size, p.cap)
	from, to := min(number*size, len(p.members)), min((number+1)*size, len(p.members))

	var items []string
	for _, member := range p.members[from:to] {
		items = append(items, fmt.Sprintf(`{"id":"%d","username":"user-%d"}`, member, member))
	}

	totalPages := (len(p.members) + size - 1) / size
	if len(items) == 0 {
		_, _ = fmt.Fprintf(w, `{"page":{"number":%d,"size":%d,"totalPages":%d,"totalElements":%d}}`, number, size, totalPages, len(p.members))

		return
	}

	_, _ = io.WriteString(w, pageOf(strings.Join(items, ","), number, size, totalPages, len(p.members)))
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}

	return all
}

func TestListUsers_readsAllPages(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ members, pageCap, requests int }{
		{0, 1000, 1}, {1, 1000, 1}, {1000, 1000, 1}, {1001, 1000, 2}, {20, 7, 3}, {21, 7, 3}, {1000, 7, 143},
	} {
		t.Run(fmt.Sprintf("%d at %d", test.members, test.pageCap), func(t *testing.T) {
			t.Parallel()

			list := &pages{cap: test.pageCap, members: numbers(test.members)}
			expectUsers(t, list, test.members)

			if list.requests != test.requests {
				t.Errorf("%d requests, want %d", list.requests, test.requests)
			}
		})
	}
}

// expectUsers lists the users and expects each member once.
func expectUsers(t *testing.T, list *pages, members int) {
	t.Helper()

	users, err := connect(t, serve(t, list.ServeHTTP).URL, nil).ListUsers(t.Context(), ListOptions{})
	if err != nil {
		t.Fatal(err)
	}

	distinct := make(map[string]bool)
	for _, user := range users {
		distinct[user.ID] = true
	}

	if len(users) != members || len(distinct) != members {
		t.Errorf("got %d users, %d of them distinct, want %d", len(users), len(distinct), members)
	}

	for _, member := range list.members {
		if !distinct[strconv.Itoa(member)] {
			t.Errorf("user %d is missing", member)
		}
	}
}

// When a list shrinks, a user may move to a page that has been read already. The user is not lost.
func TestListUsers_shrinkingListLosesNoUser(t *testing.T) {
	t.Parallel()

	expectUsers(t, &pages{cap: 7, members: numbers(30), before: func(p *pages, request int) {
		if request == 3 {
			p.members = p.members[1:]
		}
	}}, 29)
}

// When a list shrinks so far that the next page is beyond its end, it is read again.
func TestListUsers_listShrinksBelowThePage(t *testing.T) {
	t.Parallel()

	expectUsers(t, &pages{cap: 7, members: numbers(10), before: func(p *pages, request int) {
		if request == 2 {
			p.members = p.members[:3]
		}
	}}, 3)
}

// When a list grows, a user may be on two pages. The user is returned once.
func TestListUsers_growingListReturnsUsersOnce(t *testing.T) {
	t.Parallel()

	expectUsers(t, &pages{cap: 7, members: numbers(20), before: func(p *pages, request int) {
		if request == 2 {
			p.members = append([]int{99}, p.members...)
		}
	}}, 21)
}

// A list that changes in every pass is an error, and so are repeated and inconsistent pages. None of them is treated as a
// list with fewer users.
func TestLists_incompleteListIsAnError(t *testing.T) {
	t.Parallel()

	changing := &pages{cap: 2, members: numbers(1000), before: func(p *pages, _ int) { p.members = p.members[1:] }}
	expectError(t, second(connect(t, serve(t, changing.ServeHTTP).URL, nil).ListUsers(t.Context(), ListOptions{})), "is not a complete list, although it was read 5 times")

	for name, test := range map[string]struct{ body, message string }{
		"page number repeats":       {pageOf(ada, 0, 1, 2, 2), "but page 1 was requested"},
		"no page object":            {`{"_embedded":{"items":[]}}`, "is not a page"},
		"empty object":              {`{}`, "is not a page"},
		"null":                      {`null`, "is not a page"},
		"page without totals":       {`{"_embedded":{"items":[]},"page":{"number":0}}`, "is not a page"},
		"items missing":             {`{"page":{"number":0,"size":20,"totalPages":1,"totalElements":3}}`, "has no items on page 0, but counts 3 items on 1 pages"},
		"items without pages":       {`{"page":{"number":0,"size":20,"totalPages":0,"totalElements":3}}`, "has no items on page 0, but counts 3 items on 0 pages"},
		"empty pages without end":   {`{"page":{"number":0,"size":20,"totalPages":1000000000,"totalElements":0}}`, "has no items"},
		"negative pages":            {`{"page":{"number":0,"size":20,"totalPages":-3,"totalElements":0}}`, "counts 0 items on -3 pages"},
		"negative items":            {pageOf(ada, 0, 20, 1, -7), "counts -7 items on 1 pages"},
		"items, but no pages":       {pageOf(ada, 0, 20, 0, 1), "has items on page 0, but counts 1 items on 0 pages"},
		"items, but none counted":   {pageOf(ada, 0, 20, 1, 0), "has items on page 0, but counts 0 items on 1 pages"},
		"an array":                  {`[]`, "a different structure"},
		"a user without username":   {pageOf(ada+`,{"id":"2"}`, 0, 20, 1, 2), "lacks the field username, in item 2 of page 0"},
		"a user that is null":       {pageOf(ada+`,null`, 0, 20, 1, 2), "lacks the field username, in item 2 of page 0"},
		"a user with a number":      {pageOf(ada+`,`+`{"id":"2","username":"bob"},{"id":3,"username":"x"}`, 0, 20, 1, 3), "has a number in the field _embedded.items.id, where a string is expected, in item 3 of page 0"},
		"item that is a number":     {pageOf(ada+`,7`, 0, 20, 1, 2), "has a number in the field _embedded.items, where an object is expected, in item 2 of page 0"},
		"page of strings":           {`{"page":{"number":"0","totalPages":1,"totalElements":1}}`, "has a string in the field page.number, where a whole number is expected"},
		"duplicated item":           {pageOf(ada+`,{"id":"2","username":"bob"},`+ada, 0, 20, 1, 3), `contains the same item twice, "1", as items 1 and 3 of page 0`},
		"fewer items than reported": {pageOf(ada, 0, 20, 1, 3), "is not a complete list, although it was read 5 times; the last time it reported 3 items and contained 1 different ones"},
		"empty body":                {``, "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectError(t, second(connect(t, serve(t, answers(200, test.body)).URL, nil).ListUsers(t.Context(), ListOptions{})), test.message)
		})
	}
}

// A server that returns the same items for each page number is detected by ListUsers and by EachUser, before they have read all
// the pages that it reports.
func TestLists_sameItemsOnEveryPage(t *testing.T) {
	t.Parallel()

	for _, totalPages := range []int{2, 200, 1000000} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			number, _ := strconv.Atoi(r.URL.Query().Get("page"))
			_, _ = io.WriteString(w, pageOf(ada, number, 1, totalPages, totalPages))
		})
		client := connect(t, server.URL, nil)

		expectError(t, second(client.ListUsers(t.Context(), ListOptions{})), "is not a complete list, although it was read 5 times")

		var streamed error
		for _, err := range client.EachUser(t.Context(), ListOptions{}) {
			streamed = err
		}

		expectError(t, streamed, "is not a complete list, although it was read 5 times")

		if requests := len(server.all()); requests > 2*maxListPasses*(1+2*pagesAtOnce) {
			t.Fatalf("%d requests were made for %d pages", requests, totalPages)
		}
	}
}

// The pages after the first are requested with the page size of the server, so that they do not overlap.
func TestLists_requestTheServersPageSize(t *testing.T) {
	t.Parallel()

	list := &pages{cap: 7, members: numbers(21)}
	server := serve(t, list.ServeHTTP)

	client := connect(t, server.URL, nil)

	if _, err := client.ListUsers(t.Context(), ListOptions{}); err != nil {
		t.Fatal(err)
	}

	whole := len(server.all())

	for _, err := range client.EachUser(t.Context(), ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
	}

	for i, request := range server.all() {
		query, err := url.ParseQuery(request.query)
		if err != nil {
			t.Fatal(err)
		}

		if size := query.Get("size"); size != "7" && i > 0 && i != whole {
			t.Errorf("request %d has the page size %s", i+1, size)
		}
	}
}

// Pages that are added while the list is read are read as well.
func TestFollowingPages_growingList(t *testing.T) {
	t.Parallel()

	read, err := FollowingPages(t.Context(), Page[int]{TotalPages: 2}, func(_ context.Context, number int) (Page[int], error) {
		return Page[int]{Number: number, TotalPages: min(number+3, 6)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}

	var found []int
	for _, page := range read {
		found = append(found, page.Number)
	}

	if !slices.Equal(found, []int{1, 2, 3, 4, 5}) {
		t.Errorf("read the pages %v", found)
	}
}

// If a user is deleted while pages are read one by one, the next user moves to a page that has been read already.
func TestEachUser_shrinkingListLosesNoUser(t *testing.T) {
	t.Parallel()

	list := &pages{cap: 7, members: numbers(30), before: func(p *pages, request int) {
		if request == 3 {
			p.members = p.members[1:]
		}
	}}

	returned := make(map[string]int)

	for user, err := range connect(t, serve(t, list.ServeHTTP).URL, nil).EachUser(t.Context(), ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}

		returned[user.ID]++
	}

	for _, member := range list.members {
		if count := returned[strconv.Itoa(member)]; count != 1 {
			t.Errorf("user %d was returned %d times", member, count)
		}
	}
}
