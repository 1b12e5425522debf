package iriusrisk

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// auditLog serves an audit log of sign-ins, which may change between two requests.
type auditLog struct {
	mu            sync.Mutex
	cap, requests int

	// events are the usernames and timestamps, oldest first.
	events [][2]string

	// before can change the log before a request.
	before func(l *auditLog, request int)

	// uncounted is how many events the server does not count.
	uncounted int

	// precision is the number of characters of a timestamp that a filter compares, 0 for all.
	precision int
}

var auditFilter = regexp.MustCompile(`^(?:'timestamp'>='([^']+)':AND:)?'eventType'='LOGIN_SUCCESS'$`)

func (l *auditLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.requests++

	if l.before != nil {
		l.before(l, l.requests)
	}

	query := r.URL.Query()
	size, _ := strconv.Atoi(query.Get("size"))
	size = min(size, l.cap)

	filter := auditFilter.FindStringSubmatch(query.Get("filter"))
	if filter == nil || query.Get("page") != "0" {
		w.WriteHeader(http.StatusBadRequest)

		return
	}

	var items []string

	for _, event := range l.events {
		from, at := filter[1], event[1]
		if l.precision > 0 && from != "" {
			from, at = from[:l.precision], at[:l.precision]
		}

		if at >= from {
			items = append(items, fmt.Sprintf(`{"username":%q,"timestamp":%q,"eventType":"LOGIN_SUCCESS"}`, event[0], event[1]))
		}
	}

	switch query.Get("sort") {
	case "timestamp,desc":
		slices.Reverse(items)
	case "timestamp,asc":
	default:
		w.WriteHeader(http.StatusBadRequest)

		return
	}

	total := len(items)
	if total == 0 {
		_, _ = fmt.Fprintf(w, `{"page":{"number":0,"size":%d,"totalPages":0,"totalElements":0}}`, size)

		return
	}

	items = items[:min(size, total)]
	total -= l.uncounted
	_, _ = io.WriteString(w, pageOf(strings.Join(items, ","), 0, size, (total+size-1)/size, total))
}

// atSecond returns the timestamp of a second of a day.
func atSecond(number int) string {
	return time.Date(2026, 1, 1, 0, 0, number, 0, time.UTC).Format(auditTimeFormat)
}

// signIns returns events of different users, several at each time.
func signIns(number, atOnce int) [][2]string {
	events := make([][2]string, number)
	for i := range events {
		events[i] = [2]string{fmt.Sprintf("user-%d", i), atSecond(i / atOnce)}
	}

	return events
}

// expectSignIns reads a log and expects each sign-in once, in order.
func expectSignIns(t *testing.T, log *auditLog, since time.Time, wanted [][2]string) {
	t.Helper()

	var found [][2]string

	for event, err := range connect(t, serve(t, log.ServeHTTP).URL, nil).EachSignIn(t.Context(), since) {
		if err != nil {
			t.Fatal(err)
		}

		found = append(found, [2]string{event.Username, event.Time.Format(auditTimeFormat)})
	}

	if !slices.Equal(found, wanted) {
		t.Errorf("got %d sign-ins, want %d:\n%v\n%v", len(found), len(wanted), found, wanted)
	}
}

func TestEachSignIn_readsAllPages(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ events, atOnce, pageCap, requests int }{
		{0, 1, 2000, 1}, {1, 1, 2000, 2}, {2000, 1, 2000, 3}, {2001, 1, 2000, 3}, {30, 1, 7, 6}, {30, 3, 7, 6}, {24, 2, 3, 13}, {9, 6, 7, 3},
	} {
		t.Run(fmt.Sprintf("%d at %d, %d at once", test.events, test.pageCap, test.atOnce), func(t *testing.T) {
			t.Parallel()

			log := &auditLog{cap: test.pageCap, events: signIns(test.events, test.atOnce)}
			expectSignIns(t, log, time.Time{}, log.events)

			if log.requests != test.requests {
				t.Errorf("%d requests, want %d", log.requests, test.requests)
			}
		})
	}
}

// Equal events, such as two sign-ins of one user at the same time, are different sign-ins.
func TestEachSignIn_equalEvents(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 4}
	for i := range 5 {
		log.events = append(log.events, [2]string{"ada", atSecond(i)}, [2]string{"ada", atSecond(i)}, [2]string{"ada", atSecond(i)})
	}

	expectSignIns(t, log, time.Time{}, log.events)
}

// Sign-ins that are added while the log is read do not change the result, and the iteration ends even if each request
// finds another page of them.
func TestEachSignIn_growingLog(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 16, events: signIns(30, 2), before: func(l *auditLog, request int) {
		for i := range 20 {
			if request > 1 {
				l.events = append(l.events, [2]string{"late", atSecond(1000 + 20*request + i)})
			}
		}
	}}

	expectSignIns(t, log, time.Time{}, slices.Clone(log.events))
}

// When the server deletes old events while the log is read, the others move to earlier pages. None of them is lost.
func TestEachSignIn_expiringEvents(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 7, events: signIns(30, 1), before: func(l *auditLog, request int) {
		if request == 3 {
			l.events = l.events[5:]
		}
	}}

	expectSignIns(t, log, time.Time{}, slices.Clone(log.events))
}

// A server may count the events after it has deleted some, so that a full page looks like the last one.
func TestEachSignIn_eventsExpireBeforeTheyAreCounted(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 7, events: signIns(8, 1), before: func(l *auditLog, request int) {
		l.uncounted = 0
		if request == 2 {
			l.uncounted = 1
		}
	}}

	expectSignIns(t, log, time.Time{}, log.events)
}

// When the server deletes all events while the log is read, the iteration ends.
func TestEachSignIn_allEventsExpire(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 7, events: signIns(3, 1), before: func(l *auditLog, request int) {
		if request == 2 {
			l.events = nil
		}
	}}

	expectSignIns(t, log, time.Time{}, nil)
}

// The sign-ins at the time of since are included, also if since is written with another offset.
func TestEachSignIn_since(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 7, events: signIns(30, 1)}
	expectSignIns(t, log, time.Date(2026, 1, 1, 2, 0, 12, 0, time.FixedZone("east", 7200)), log.events[12:])
}

// A server may ignore the fractions of a second in a filter, or store more digits than milliseconds. Each sign-in is
// returned once.
func TestEachSignIn_otherPrecision(t *testing.T) {
	t.Parallel()

	coarse := &auditLog{cap: 7, precision: len("2026-01-01T00:00:00")}
	for i := range 20 {
		coarse.events = append(coarse.events, [2]string{strconv.Itoa(i), fmt.Sprintf("2026-01-01T00:00:%02d.%03dZ", i/4, i%4)})
	}

	expectSignIns(t, coarse, time.Date(2026, 1, 1, 0, 0, 1, 2e6, time.UTC), coarse.events[6:])

	fine := &auditLog{cap: 3}
	for i := range 10 {
		fine.events = append(fine.events, [2]string{strconv.Itoa(i), fmt.Sprintf("2026-01-01T00:00:00.%06dZ", i)})
	}

	found := 0

	for _, err := range connect(t, serve(t, fine.ServeHTTP).URL, nil).EachSignIn(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}

		found++
	}

	if found != 10 {
		t.Errorf("got %d sign-ins, want 10", found)
	}
}

// failureOf returns the error that ends the iteration over the sign-ins.
func failureOf(t *testing.T, handler http.HandlerFunc) (failure error) {
	t.Helper()

	for _, err := range connect(t, serve(t, handler).URL, nil).EachSignIn(t.Context(), time.Time{}) {
		failure = err
	}

	return failure
}

// A page that cannot be read ends the iteration with an error, whichever page it is.
func TestEachSignIn_failedPageIsAnError(t *testing.T) {
	t.Parallel()

	for failing := 1; failing <= 6; failing++ {
		log := &auditLog{cap: 7, events: signIns(30, 1)}

		expectError(t, failureOf(t, func(w http.ResponseWriter, r *http.Request) {
			if log.requests+1 == failing {
				w.WriteHeader(http.StatusForbidden)

				return
			}

			log.ServeHTTP(w, r)
		}), "403", "get_filtered_audits")
	}
}

// Events that are not sign-ins as requested are errors that name the field and the position.
func TestEachSignIn_invalidEvents(t *testing.T) {
	t.Parallel()

	const valid = `{"username":"ada","timestamp":"2026-01-01T00:00:00.000Z","eventType":"LOGIN_SUCCESS"}`

	for name, test := range map[string]struct{ items, message string }{
		"no username":          {valid + `,{"timestamp":"2026-01-01T00:00:00.000Z"}`, "lacks the field username, in item 2 of page 0"},
		"an empty username":    {`{"username":"","timestamp":"2026-01-01T00:00:00.000Z"}`, "lacks the field username"},
		"no timestamp":         {`{"username":"ada"}`, "lacks the field timestamp"},
		"not a time":           {`{"username":"ada","timestamp":"yesterday"}`, `has the text "yesterday" in the field timestamp, where a time in RFC 3339 is expected, in item 1 of page 0`},
		"a date":               {`{"username":"ada","timestamp":"2026-01-01"}`, "where a time in RFC 3339 is expected"},
		"a number":             {`{"username":"ada","timestamp":1767225600000}`, "has a number in the field _embedded.items.timestamp, where a string is expected"},
		"a username of digits": {`{"username":7,"timestamp":"2026-01-01T00:00:00.000Z"}`, "has a number in the field _embedded.items.username"},
		"another type":         {`{"username":"ada","timestamp":"2026-01-01T00:00:00.000Z","eventType":"LOGIN_NO_USER"}`, `has the event type "LOGIN_NO_USER", but only LOGIN_SUCCESS was requested`},
		"null":                 {`null`, "lacks the field timestamp"},
		"not sorted":           {`{"username":"ada","timestamp":"2026-01-01T00:00:00.000Z"},{"username":"bob","timestamp":"2026-01-02T00:00:00.000Z"}`, "is not sorted by timestamp in the order desc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			items := strings.Count(test.items, "{") + strings.Count(test.items, "null")
			expectError(t, failureOf(t, answers(200, pageOf(test.items, 0, 20, 1, items))), test.message)
		})
	}

	// A missing type is not reported: the filter alone decides.
	if err := failureOf(t, answers(200, pageOf(`{"username":"ada","timestamp":"2026-01-01T00:00:00Z"}`, 0, 20, 1, 1))); err != nil {
		t.Error(err)
	}
}

// A server that ignores the filter returns the same page again and again, and one that ignores the sort criterion could
// hide events. Both are errors.
func TestEachSignIn_ignoredQueryIsAnError(t *testing.T) {
	t.Parallel()

	event := func(second int) string { return fmt.Sprintf(`{"username":"ada","timestamp":%q}`, atSecond(second)) }
	serving := func(ascending string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			items := ascending
			if r.URL.Query().Get("sort") == "timestamp,desc" {
				items = event(9)
			}

			_, _ = io.WriteString(w, pageOf(items, 0, 2, 5, 9))
		}
	}

	expectError(t, failureOf(t, serving(event(1)+","+event(2))), "counts 9 sign-ins, but contains none after 2026-01-01T00:00:02.000Z")
	expectError(t, failureOf(t, serving(event(2)+","+event(1))), "is not sorted by timestamp in the order asc")
	expectError(t, failureOf(t, serving(event(1)+","+event(1))), "contains none after 2026-01-01T00:00:01.000Z")
}

// The caller can end the iteration, which sends no further request.
func TestEachSignIn_endedByTheCaller(t *testing.T) {
	t.Parallel()

	log := &auditLog{cap: 7, events: signIns(30, 1)}

	for _, err := range connect(t, serve(t, log.ServeHTTP).URL, nil).EachSignIn(t.Context(), time.Time{}) {
		if err != nil {
			t.Error(err)
		}

		break
	}

	if log.requests != 2 {
		t.Errorf("%d requests, want 2", log.requests)
	}
}

// The oldest event may be of any type, and may have no user. An empty log has none.
func TestOldestAuditEvent(t *testing.T) {
	t.Parallel()

	oldest := func(body string) (*AuditEvent, error) {
		return connect(t, serve(t, answers(200, body)).URL, nil).OldestAuditEvent(t.Context())
	}

	event, err := oldest(pageOf(`{"timestamp":"2026-01-01T00:00:00.000Z","eventType":"LOGIN_NO_USER"}`, 0, 1, 40, 40))
	if err != nil || !event.Time.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("got %v, %v", event, err)
	}

	if event, err := oldest(`{"page":{"number":0,"size":1,"totalPages":0,"totalElements":0}}`); event != nil || err != nil {
		t.Errorf("got %v, %v", event, err)
	}

	expectError(t, second(oldest(pageOf(`{"eventType":"LOGIN_NO_USER"}`, 0, 1, 1, 1))), "lacks the field timestamp")
}
