package simulator

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// auditDay returns noon of a day in January 2026, one hour east of UTC, with five milliseconds.
func auditDay(number int) time.Time {
	return time.Date(2026, 1, number, 12, 0, 0, 5_000_000, time.FixedZone("east", 3600))
}

// at returns a clock that always shows the same time.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func TestAuditLog_isFilteredAndSorted(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{Now: at(auditDay(4))})
	events := []AuditEvent{{"ada", "LOGIN_SUCCESS", auditDay(3)}, {"ada", "LOGIN_WRONG_PASSWORD", auditDay(2)}, {"grace", "LOGIN_SUCCESS", auditDay(2)}, {"ada", "LOGIN_SUCCESS", auditDay(1)}}

	for i, event := range events {
		if !slices.Contains(AuditEventTypes, event.EventType) {
			t.Errorf("event %d is of no known type", i)
		}
	}

	s.AddAuditEvents(events...)

	filter := `'timestamp'>='2026-01-02T00:00:00.000Z':AND:'eventType'='LOGIN_SUCCESS'`
	answer := call(t, s, "GET", "/audit-logs?sort=timestamp,desc&filter="+url.QueryEscape(filter), "")

	if got := strings.Join(propertyOf(answer, "timestamp"), ","); got != "2026-01-03T11:00:00.005Z,2026-01-02T11:00:00.005Z" {
		t.Errorf("the events are %s", answer.raw)
	}

	// Without a sort criterion, the oldest event comes first.
	if got := propertyOf(call(t, s, "GET", "/audit-logs", ""), "timestamp"); !slices.IsSorted(got) || len(got) != 4 {
		t.Errorf("the events are at %q", got)
	}

	// A time is equal however it is written, and is compared with a time only.
	equal := call(t, s, "GET", "/audit-logs?filter="+url.QueryEscape(`'timestamp'='2026-01-03T12:00:00.005+01:00'`), "")
	if got := propertyOf(equal, "timestamp"); len(got) != 1 {
		t.Errorf("the events are %s", equal.raw)
	}

	for _, invalid := range []string{`'timestamp'>='yesterday'`, `'timestamp'~'2026'`, `'timestamp'IN'2026-01-03T12:00:00Z'`, `'time'>='2026-01-03T12:00:00Z'`} {
		expectStatus(t, call(t, s, "GET", "/audit-logs?filter="+url.QueryEscape(invalid), ""), 400)
	}
}

func TestAuditLog_requiresItsPermission(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})

	for _, path := range []string{"/audit-logs", "/audit-logs/types"} {
		expectStatus(t, callAs(t, s, s.AddCaller("editor", permAllUsers), "GET", path, ""), 403)
		expectStatus(t, callAs(t, s, s.AddCaller("auditor", permAuditLog), "GET", path, ""), 200)
	}
}

// The largest page of the audit log is larger than that of other lists.
func TestAuditLog_pageSize(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{Now: at(auditDay(1)), PageCap: 3})
	for i := range 2500 {
		s.tenant.audit = append(s.tenant.audit, AuditEvent{strconv.Itoa(i), "LOGIN_SUCCESS", auditDay(1)})
	}

	for path, size := range map[string]float64{"/audit-logs": 20, "/audit-logs?size=9999": 2000, "/users?size=9999": 3} {
		page, _ := call(t, s, "GET", path, "").json["page"].(map[string]any)
		if page["size"] != size {
			t.Errorf("%s: the page is %v", path, page)
		}
	}
}

// Events expire as time passes.
func TestAuditLog_retention(t *testing.T) {
	t.Parallel()

	now := auditDay(10)
	s := startWithUsers(t, Options{Now: func() time.Time { return now }, AuditRetention: 48 * time.Hour, AuditTimeFormat: time.DateOnly})

	for day := range 10 {
		s.AddAuditEvents(AuditEvent{"ada", "LOGIN_SUCCESS", auditDay(day + 1)})
	}

	for _, wanted := range []string{"2026-01-08,2026-01-09,2026-01-10", "2026-01-09,2026-01-10", "2026-01-10", ""} {
		if got := strings.Join(propertyOf(call(t, s, "GET", "/audit-logs?sort=timestamp", ""), "timestamp"), ","); got != wanted {
			t.Errorf("the events are %q, want %q", got, wanted)
		}

		now = now.Add(24 * time.Hour)
	}
}

// What happens to users is in the audit log.
func TestAuditLog_recordsEvents(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{Now: at(auditDay(1))})

	if !s.SignIn("ADA") || s.SignIn("unknown") {
		t.Error("only ada can sign in")
	}

	if user, _ := s.User("ada"); user.Sessions != 1 {
		t.Errorf("ada has %d sessions", user.Sessions)
	}

	for range 2 {
		expectStatus(t, call(t, s, "DELETE", "/users/ada/sessions", ""), 200)
	}

	expectStatus(t, call(t, s, "POST", "/users/ada/disable", ""), 200)

	if s.SignIn("ada") {
		t.Error("a disabled user signed in")
	}

	expectStatus(t, call(t, s, "POST", "/users/ada/enable", ""), 200)

	var recorded []string

	answer := call(t, s, "GET", "/audit-logs", "")
	types := propertyOf(answer, "eventType")

	for i, username := range propertyOf(answer, "username") {
		recorded = append(recorded, username+" "+types[i])
	}

	wanted := []string{"ADA LOGIN_SUCCESS", "unknown LOGIN_NO_USER", "ada USER_LOGGED_OUT_BY_ADMIN", "ada USER_DISABLED", "ada LOGIN_ACCOUNT_DISABLED", "ada USER_ENABLED"}
	if !slices.Equal(recorded, wanted) {
		t.Errorf("the events are %q", recorded)
	}
}
