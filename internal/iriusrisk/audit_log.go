package iriusrisk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"
)

const (
	// auditPageSize is the largest page of the audit log (observed).
	auditPageSize = 2000

	// signInType is the type of a successful sign-in (observed).
	signInType = "LOGIN_SUCCESS"

	// auditTimeFormat is the format of a timestamp in a filter (observed).
	auditTimeFormat = "2006-01-02T15:04:05.000Z"
)

// AuditEvent is an entry of the audit log (observed).
type AuditEvent struct {
	// Username is the user that the event is about, who may no longer exist. It is "" if the server does not report it.
	Username string

	Time time.Time

	// timestamp is Time in the server's own format, so that a filter compares with the same precision.
	timestamp string
}

// auditEventJSON is an entry of the audit log (observed).
type auditEventJSON struct {
	Username  *string `json:"username"`
	Timestamp *string `json:"timestamp"`
	EventType *string `json:"eventType"`
}

func (w auditEventJSON) event() (AuditEvent, error) {
	timestamp, err := required(w.Timestamp, "timestamp")
	if err != nil {
		return AuditEvent{}, err
	}

	at, err := time.Parse(time.RFC3339, timestamp)
	if err != nil {
		return AuditEvent{}, fmt.Errorf("has the text %q in the field timestamp, where a time in RFC 3339 is expected", timestamp)
	}

	return AuditEvent{Username: valueOr(w.Username, ""), Time: at, timestamp: timestamp}, nil
}

// signIn returns an event that counts as a sign-in. A sign-in without a username is an error, because its user would look
// inactive. A missing type is not reported, so that the filter alone decides.
func (w auditEventJSON) signIn() (AuditEvent, error) {
	event, err := w.event()
	_, nameErr := required(w.Username, "username")

	if err := errors.Join(err, nameErr); err != nil {
		return AuditEvent{}, err
	}

	if w.EventType != nil && *w.EventType != signInType {
		return AuditEvent{}, fmt.Errorf("has the event type %q, but only %s was requested", *w.EventType, signInType)
	}

	return event, nil
}

// Entries of the audit log have no id (observed), so equal ones on a page are different events.
var (
	auditListing  = listing[auditEventJSON, AuditEvent]{operation: opListAudits, convert: auditEventJSON.event}
	signInListing = listing[auditEventJSON, AuditEvent]{operation: opListAudits, convert: auditEventJSON.signIn}
)

// OldestAuditEvent returns the oldest entry of the audit log, of any type, or nil if it has no entries (path documented:
// AuditLogsApi, get_filtered_audits; fields and sort criterion observed). The server deletes old entries; 365 days were
// observed.
func (c *Client) OldestAuditEvent(ctx context.Context) (*AuditEvent, error) {
	page, err := auditListing.page(ctx, c, 0, 1, ListOptions{Sort: []string{"timestamp,asc"}})
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}

	return &page.Items[0], nil
}

// EachSignIn returns the successful sign-ins of all users since a time, oldest first (path documented: AuditLogsApi,
// get_filtered_audits; filter and sort criterion observed). The zero time selects all sign-ins that the server keeps. Only
// one page is in memory. An error ends the iteration; the sign-ins before it are then not all there are.
//
// The log changes while it is read: sign-ins are added at its end, and the server deletes the oldest ones. A page is
// therefore not requested by its number but by the time of the last event before it. Sign-ins after the newest one at the
// beginning are not returned, so that the iteration ends.
func (c *Client) EachSignIn(ctx context.Context, since time.Time) iter.Seq2[AuditEvent, error] {
	return func(yield func(AuditEvent, error) bool) {
		reader := signInReader{client: c, from: since}
		if !since.IsZero() {
			reader.fromText = since.UTC().Truncate(time.Millisecond).Format(auditTimeFormat)
		}

		if err := reader.findNewest(ctx); err != nil {
			yield(AuditEvent{}, err)

			return
		}

		for !reader.done {
			events, err := reader.next(ctx)
			if err != nil {
				yield(AuditEvent{}, err)

				return
			}

			for _, event := range events {
				if !yield(event, nil) {
					return
				}
			}
		}
	}
}

// signInReader reads sign-ins in the order of their time.
type signInReader struct {
	client *Client

	// from is the time from which sign-ins have not been returned yet, and fromText the same in a filter, "" for no limit.
	from     time.Time
	fromText string

	// newest is the time of the last sign-in to return. done is true if all have been returned.
	newest time.Time
	done   bool
}

// page reads a page of the sign-ins that have not been returned yet.
func (r *signInReader) page(ctx context.Context, size int, direction string) (Page[AuditEvent], error) {
	filter := fmt.Sprintf("'eventType'='%s'", signInType)
	if r.fromText != "" {
		filter = fmt.Sprintf("'timestamp'>='%s':AND:%s", r.fromText, filter)
	}

	page, err := signInListing.page(ctx, r.client, 0, size, ListOptions{Filter: filter, Sort: []string{"timestamp," + direction}})
	if err != nil {
		return page, err
	}

	for i := 1; i < len(page.Items); i++ {
		order := page.Items[i-1].Time.Compare(page.Items[i].Time)
		if (direction == "asc" && order > 0) || (direction == "desc" && order < 0) {
			return page, r.client.auditLogError(fmt.Sprintf("is not sorted by timestamp in the order %s, which was requested", direction))
		}
	}

	return page, nil
}

// findNewest reads the newest sign-in. It requests two, so that a server that ignores the sort criterion is detected.
func (r *signInReader) findNewest(ctx context.Context) error {
	page, err := r.page(ctx, 2, "desc")
	if err != nil || len(page.Items) == 0 {
		r.done = true

		return err
	}

	r.newest = page.Items[0].Time

	return nil
}

// next returns the sign-ins of one page, except those at the time of its last one if there may be further pages: the next
// page begins with all sign-ins at that time, so that each is returned once although they have no id.
func (r *signInReader) next(ctx context.Context) ([]AuditEvent, error) {
	page, err := r.page(ctx, auditPageSize, "asc")
	if err != nil {
		return nil, err
	}

	// All sign-ins were deleted meanwhile.
	if len(page.Items) == 0 {
		r.done = true

		return nil, nil
	}

	last := page.Items[len(page.Items)-1]

	// A full page may not be the last one even if it reports so, because the server may count after an event was deleted.
	isLast := page.TotalElements <= len(page.Items) && len(page.Items) < page.Size
	r.done = isLast || last.Time.After(r.newest)

	var events []AuditEvent

	for _, event := range page.Items {
		isNew := !event.Time.Before(r.from) && !event.Time.After(r.newest)
		if isNew && (isLast || event.Time.Before(last.Time)) {
			events = append(events, event)
		}
	}

	if !r.done && !last.Time.After(r.from) {
		return nil, r.client.auditLogError(fmt.Sprintf("counts %d sign-ins, but contains none after %s, so that the others cannot be read", page.TotalElements, last.timestamp))
	}

	r.from, r.fromText = last.Time, last.timestamp

	return events, nil
}

// auditLogError is the error of a page of the audit log that cannot be continued. The problem completes the sentence "the
// response …".
func (c *Client) auditLogError(problem string) error {
	return &AnswerError{Operation: opListAudits, URL: c.base + opListAudits.Path, StatusCode: http.StatusOK, Problem: problem}
}
