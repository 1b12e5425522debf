package simulator

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAuditLog_isFilteredAndSorted(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	day := func(number int) time.Time {
		return time.Date(2026, 1, number, 12, 0, 0, 5_000_000, time.FixedZone("east", 3600))
	}

	for i, event := range []AuditEvent{{"ada", "LOGIN_SUCCESS", day(3)}, {"ada", "LOGIN_WRONG_PASSWORD", day(2)}, {"grace", "LOGIN_SUCCESS", day(2)}, {"ada", "LOGIN_SUCCESS", day(1)}} {
		if !slices.Contains(AuditEventTypes, event.EventType) {
			t.Errorf("event %d is of no known type", i)
		}

		s.AddAuditEvent(event)
	}

	filter := `'timestamp'>='2026-01-02T00:00:00.000Z':AND:'eventType'='LOGIN_SUCCESS'`
	answer := call(t, s, "GET", "/audit-logs?sort=timestamp&filter="+url.QueryEscape(filter), "")

	if got := strings.Join(propertyOf(answer, "timestamp"), ","); got != "2026-01-02T11:00:00.005Z,2026-01-03T11:00:00.005Z" {
		t.Errorf("the events are %s", answer.raw)
	}

	expectStatus(t, callAs(t, s, s.AddCaller("editor", permAllUsers), "GET", "/audit-logs", ""), 403)
	expectStatus(t, call(t, s, "POST", "/users/ada/disable", ""), 200)
	expectStatus(t, call(t, s, "POST", "/users/ada/enable", ""), 200)

	if types := propertyOf(call(t, s, "GET", "/audit-logs", ""), "eventType"); !slices.Equal(types[4:], []string{"USER_DISABLED", "USER_ENABLED"}) {
		t.Errorf("the events are %q", types)
	}
}
