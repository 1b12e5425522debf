package live

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
)

var auditTimePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

// checkAuditTime describes the format of a timestamp in the audit log.
func checkAuditTime(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "audit-logs")
	if err != nil {
		return "", err
	}

	items, err := received.items()

	switch {
	case err != nil:
		return "", err
	case len(items) == 0:
		return "", errors.New("the list is empty")
	case auditTimePattern.MatchString(items[0].text("timestamp")):
		return "RFC 3339 with milliseconds and Z", nil
	default:
		return "another " + kind(items[0]["timestamp"]), nil
	}
}

// auditPageSize is the page size that the client requests from the audit log.
const auditPageSize = 2000

// checkAuditPageSize describes the page size that the server reports for the audit log.
func checkAuditPageSize(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, url.Values{"size": {strconv.Itoa(auditPageSize)}}, "audit-logs")
	if err != nil {
		return "", err
	}

	fields, err := received.fields()
	if err != nil {
		return "", err
	}

	if size := objectIn(fields["page"]).number("size"); size > 0 {
		return strconv.Itoa(size), nil
	}

	return "not reported", nil
}

// signInFilter selects successful sign-ins.
const signInFilter = "'eventType'='LOGIN_SUCCESS'"

// signIns returns the first two sign-ins that match a filter.
func (p *probe) signIns(ctx context.Context, filter, direction string) ([]object, reply, error) {
	received, err := p.get(ctx, url.Values{"size": {"2"}, "filter": {filter}, "sort": {"timestamp," + direction}}, "audit-logs")
	if err != nil || !received.succeeded() {
		return nil, received, err
	}

	items, err := received.items()

	return items, received, err
}

// checkSignIns reads the newest sign-in, and the sign-ins from its time on.
func checkSignIns(ctx context.Context, p *probe) (string, error) {
	newest, received, err := p.signIns(ctx, signInFilter, "desc")

	switch {
	case err != nil || !received.succeeded():
		return describeList(received, false), err
	case len(newest) == 0:
		return "", errors.New("no sign-in is recorded")
	}

	last := newest[0].text("timestamp")
	if last == "" {
		return "", errors.New("a sign-in has no timestamp")
	}

	since, received, err := p.signIns(ctx, "'timestamp'>='"+last+"':AND:"+signInFilter, "asc")
	if err != nil || !received.succeeded() {
		return describeList(received, false), err
	}

	unwanted := func(event object) bool { return event.text("eventType") != "LOGIN_SUCCESS" }
	earlier := func(event object) bool { return event.text("timestamp") < last }
	descending := newest[len(newest)-1].text("timestamp") <= last

	return describeList(received, descending && len(since) > 0 && !slices.ContainsFunc(slices.Concat(newest, since), unwanted) && !slices.ContainsFunc(since, earlier)), nil
}
