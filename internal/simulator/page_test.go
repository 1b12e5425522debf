package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

func TestPage_sizeAndNumber(t *testing.T) {
	t.Parallel()

	s := start(t, Options{PageCap: 7, OmitEmptyEmbedded: true})
	s.Seed(19, 0, 0)

	all := make(map[string]bool)

	for page, size := range []int{7, 7, 6, 0} {
		answer := call(t, s, "GET", "/users?size=1000&page="+strconv.Itoa(page), "")
		names := usernames(t, answer)

		if len(names) != size {
			t.Errorf("page %d has %d items, want %d", page, len(names), size)
		}

		for _, name := range names {
			all[name] = true
		}

		meta, _ := answer.json["page"].(map[string]any)
		if meta["size"] != 7.0 || meta["totalPages"] != 3.0 || meta["totalElements"] != 20.0 || meta["number"] != float64(page) {
			t.Errorf("page %d says %v", page, meta)
		}

		if _, embedded := answer.json["_embedded"]; embedded != (size > 0) {
			t.Errorf("page %d: has _embedded: %t", page, embedded)
		}

		links, _ := answer.json["_links"].(map[string]any)
		if _, next := links["next"]; next != (page < 2) {
			t.Errorf("page %d: has a next link: %t", page, next)
		}
	}

	if len(all) != 20 {
		t.Errorf("the pages hold %d users", len(all))
	}

	for _, bad := range []string{"page=-1", "page=x", "size=0", "size=x"} {
		expectStatus(t, call(t, s, "GET", "/users?"+bad, ""), 400)
	}

	wide := start(t, Options{})
	wide.Seed(30, 0, 0)

	if names := usernames(t, call(t, wide, "GET", "/users", "")); len(names) != 20 {
		t.Errorf("a page has %d items when no size is requested", len(names))
	}
}

// The links of a page point at the public host and keep the query.
func TestPage_links(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	s.Seed(9, 0, 0)

	for _, test := range []struct {
		page string
		want map[string]string
	}{
		{"0", map[string]string{"first": "0", "self": "0", "next": "1", "last": "3"}},
		{"2", map[string]string{"first": "0", "self": "2", "prev": "1", "next": "3", "last": "3"}},
		{"3", map[string]string{"first": "0", "self": "3", "prev": "2", "last": "3"}},
		{"9", map[string]string{"first": "0", "self": "9", "prev": "3", "last": "3"}},
	} {
		links, _ := call(t, s, "GET", "/users?size=3&sort=username,desc&page="+test.page, "").json["_links"].(map[string]any)
		if len(links) != len(test.want) {
			t.Errorf("page %s has the links %v", test.page, links)
		}

		for name, page := range test.want {
			object, _ := links[name].(map[string]any)
			href, _ := object["href"].(string)

			if want := publicHost + "/users?page=" + page + "&size=3&sort=username%2Cdesc"; href != want {
				t.Errorf("page %s, %s: %q, want %q", test.page, name, href, want)
			}
		}
	}
}

// BenchmarkPage measures a page of a large tenant.
func BenchmarkPage(b *testing.B) {
	s, err := Start(Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()

	s.Seed(50_000, 20, 10)

	for name, query := range map[string]string{"plain": "", "filtered": "&filter=" + url.QueryEscape("'email'~'liskov'"), "sorted": "&sort=lastName,asc&sort=username,desc"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				route, segments := match("GET", "/api/v2/users")
				address := &url.URL{Path: "/api/v2/users", RawQuery: "size=1000&page=25" + query}

				if out := s.handle(benchmarked(s, route, segments, address)); out.status != 200 {
					b.Fatal(out.status)
				}
			}
		})
	}
}

// benchmarked returns a request that bypasses the network.
func benchmarked(s *Server, to *route, segments map[string]string, address *url.URL) *request {
	return &request{
		Request: &http.Request{Method: to.method, URL: address, Header: http.Header{"Api-Token": {s.AdminToken()}, "Accept": {"*/*"}}},
		route:   to, segments: segments,
	}
}
