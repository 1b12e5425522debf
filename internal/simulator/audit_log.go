package simulator

import (
	"net/http"
	"slices"
	"time"
)

// AuditEvent is an entry of the audit log.
type AuditEvent struct {
	// Username is the user the event is about. EventType is one of AuditEventTypes.
	Username, EventType string

	Time time.Time
}

// AuditEventTypes are the event types observed on real instances.
var AuditEventTypes = []string{
	"LOGIN_SUCCESS", "LOGIN_NO_USER", "LOGIN_WRONG_PASSWORD", "LOGIN_ACCOUNT_LOCKED", "LOGIN_ACCOUNT_DISABLED",
	"USER_LOGGEDOUT", "USER_LOGGED_OUT_BY_ADMIN", "USER_ENABLED", "USER_DISABLED",
}

const (
	// auditTime is the format of a timestamp (observed).
	auditTime = "2006-01-02T15:04:05.000Z"

	// auditPageCap is the maximum page size of the audit log (observed).
	auditPageCap = 2000

	// auditRetention is how long events are kept (observed in one instance).
	auditRetention = 365 * 24 * time.Hour
)

var auditProperties = properties[AuditEvent]{
	"username":  textProperty(func(event AuditEvent) string { return event.Username }),
	"eventType": textProperty(func(event AuditEvent) string { return event.EventType }),
	"timestamp": instantProperty(func(event AuditEvent) time.Time { return event.Time }),
}

// AddAuditEvents adds entries to the audit log, in any order.
func (s *Server) AddAuditEvents(events ...AuditEvent) {
	s.withTenant(func(t *tenant) { t.record(events...) })
}

// record adds events to the audit log, which is sorted by time.
func (t *tenant) record(events ...AuditEvent) {
	t.audit = append(t.audit, events...)

	byTime := func(a, b AuditEvent) int { return a.Time.Compare(b.Time) }
	if before := len(t.audit) - len(events) - 1; !slices.IsSortedFunc(t.audit[max(before, 0):], byTime) {
		slices.SortStableFunc(t.audit, byTime)
	}
}

// recordEvent adds an event that happens now to the audit log.
func (s *Server) recordEvent(username, eventType string) {
	s.tenant.record(AuditEvent{Username: username, EventType: eventType, Time: s.options.Now()})
}

// SignIn makes a user sign in, with the username as typed, and reports whether this succeeds: the user must exist and be
// enabled.
func (s *Server) SignIn(username string) (signedIn bool) {
	s.withTenant(func(t *tenant) {
		u := t.byName[fold(username)]

		switch {
		case u == nil:
			s.recordEvent(username, "LOGIN_NO_USER")
		case !u.Enabled:
			s.recordEvent(username, "LOGIN_ACCOUNT_DISABLED")
		default:
			u.Sessions++
			s.recordEvent(username, "LOGIN_SUCCESS")

			signedIn = true
		}
	})

	return signedIn
}

// keptEvents returns the events that have not expired, oldest first.
func (s *Server) keptEvents() []AuditEvent {
	from, _ := slices.BinarySearchFunc(s.tenant.audit, s.options.Now().Add(-s.options.AuditRetention), func(event AuditEvent, oldest time.Time) int {
		return event.Time.Compare(oldest)
	})

	return s.tenant.audit[from:]
}

// listAuditEvents lists the audit log, oldest event first unless a sort criterion is given.
func (s *Server) listAuditEvents(r *request) response {
	return pagedUpTo(s.options.AuditPageCap, s, r, s.keptEvents(), auditProperties, func(event AuditEvent) object {
		return object{"username": event.Username, "timestamp": event.Time.UTC().Format(s.options.AuditTimeFormat), "eventType": event.EventType}
	})
}

func (s *Server) listAuditEventTypes(*request) response {
	return response{status: http.StatusOK, body: AuditEventTypes}
}
