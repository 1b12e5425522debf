package simulator

import (
	"net/http"
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

// auditTime is the format of a timestamp (observed).
const auditTime = "2006-01-02T15:04:05.000Z"

func (e AuditEvent) timestamp() string { return e.Time.UTC().Format(auditTime) }

var auditProperties = properties[AuditEvent]{
	"username":  textProperty(func(event AuditEvent) string { return event.Username }),
	"eventType": textProperty(func(event AuditEvent) string { return event.EventType }),
	"timestamp": textProperty(AuditEvent.timestamp),
}

// AddAuditEvent adds an entry to the audit log.
func (s *Server) AddAuditEvent(event AuditEvent) {
	s.withTenant(func(t *tenant) { t.audit = append(t.audit, event) })
}

// recordEvent adds an event about a user to the audit log.
func (t *tenant) recordEvent(u *user, eventType string) {
	t.audit = append(t.audit, AuditEvent{Username: u.Username, EventType: eventType, Time: time.Now()})
}

// listAuditEvents lists the audit log, oldest event first unless a sort criterion is given.
func (s *Server) listAuditEvents(r *request) response {
	return paged(s, r, s.tenant.audit, auditProperties, func(event AuditEvent) object {
		return object{"username": event.Username, "timestamp": event.timestamp(), "eventType": event.EventType}
	})
}

func (s *Server) listAuditEventTypes(*request) response {
	return response{status: http.StatusOK, body: AuditEventTypes}
}
