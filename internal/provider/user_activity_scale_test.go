package provider

import (
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// largeLog serves a tenant whose users and sign-ins are computed from their number, so that it needs no memory. Every
// second event has the username in upper case.
type largeLog struct {
	users, events int

	// requests counts the requests for sign-ins. before is called before each of them.
	requests atomic.Int64
	before   func(request int64)
}

// signInStep is the time between two sign-ins.
const signInStep = 30 * time.Second

func (l *largeLog) eventTime(number int) time.Time {
	return activityDay(1).Add(time.Duration(number) * signInStep)
}

var sinceInFilter = regexp.MustCompile(`'timestamp'>='([^']+)'`)

func (l *largeLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	number, _ := strconv.Atoi(query.Get("page"))
	size, _ := strconv.Atoi(query.Get("size"))

	if strings.HasSuffix(r.URL.Path, "/users") {
		l.write(w, number, min(size, 1000), l.users, func(i int) string { return fmt.Sprintf(`{"id":"%d","username":"user-%d"}`, i, i) })

		return
	}

	l.before(l.requests.Add(1))

	from := 0

	if since := sinceInFilter.FindStringSubmatch(query.Get("filter")); since != nil {
		at, _ := time.Parse(time.RFC3339, since[1])
		from = int((at.Sub(activityDay(1)) + signInStep - 1) / signInStep)
	}

	l.write(w, number, min(size, 2000), l.events-from, func(i int) string {
		event := from + i
		if query.Get("sort") == "timestamp,desc" {
			event = l.events - 1 - i
		}

		name := "user-"
		if event%2 == 1 {
			name = "USER-"
		}

		return fmt.Sprintf(`{"username":"%s%d","timestamp":"%s","eventType":"LOGIN_SUCCESS"}`, name, event%l.users, l.eventTime(event).Format("2006-01-02T15:04:05.000Z"))
	})
}

// write writes a page of a list.
func (l *largeLog) write(w http.ResponseWriter, number, size, total int, item func(i int) string) {
	_, _ = fmt.Fprint(w, `{"_embedded":{"items":[`)

	for i := number * size; i < min((number+1)*size, total); i++ {
		if i > number*size {
			_, _ = fmt.Fprint(w, ",")
		}

		_, _ = fmt.Fprint(w, item(i))
	}

	_, _ = fmt.Fprintf(w, `]},"page":{"number":%d,"size":%d,"totalElements":%d,"totalPages":%d}}`, number, size, total, (total+size-1)/size)
}

// The memory for 500,000 sign-ins of 10,000 users does not depend on the number of sign-ins. The test does not run in
// parallel with others, because it measures the memory of the process.
func TestUserActivityDataSource_boundedMemory(t *testing.T) { //nolint:paralleltest // It measures the memory.
	const users, events, most = 10_000, 500_000, 4 << 20

	var early, late runtime.MemStats

	log := &largeLog{users: users, events: events, before: func(request int64) {
		switch request {
		case 20:
			runtime.GC()
			runtime.ReadMemStats(&early)
		case 240:
			runtime.GC()
			runtime.ReadMemStats(&late)
		}
	}}

	server := httptest.NewServer(log)
	defer server.Close()

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL), "api_token": text("token")}))

	diagnostics, state := p.data(activityType, values{})
	p.requireNoErrors(diagnostics)

	if grown := int64(late.HeapAlloc) - int64(early.HeapAlloc); grown > most {
		t.Errorf("the memory grew by %d bytes between request 20 and 240", grown)
	}

	if requests := log.requests.Load(); requests > events/1999+4 {
		t.Errorf("%d requests were sent for the sign-ins", requests)
	}

	listed := p.listOf(state["users"])
	if len(listed) != users {
		t.Fatalf("%d users are listed", len(listed))
	}

	for _, user := range listed {
		var signIns big.Float

		p.noError(user["sign_ins"].As(&signIns))

		number, err := strconv.Atoi(strings.TrimPrefix(p.stringOf(user, "username"), "user-"))
		p.noError(err)

		last := log.eventTime(events - users + number).Format(time.RFC3339)
		if signIns.String() != strconv.Itoa(events/users) || p.stringOf(user, "last_sign_in") != last {
			t.Fatalf("user %d has %s sign-ins, the last one at %s, want %s", number, signIns.String(), p.stringOf(user, "last_sign_in"), last)
		}
	}
}
