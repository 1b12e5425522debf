package provider

import (
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const activityType = "iriusrisk_user_activity"

// activityDay returns noon of a day in January 2026.
func activityDay(number int) time.Time { return time.Date(2026, 1, number, 12, 0, 0, 0, time.UTC) }

// onDay20 returns the option of a server whose clock shows noon of 20 January 2026.
func onDay20() simulator.Options {
	return simulator.Options{Now: func() time.Time { return activityDay(20) }}
}

// activityOf returns the users of the data source as "username last_sign_in sign_ins".
func (p *protocol) activityOf(state values) (users []string) {
	p.t.Helper()

	for _, user := range p.listOf(state["users"]) {
		var signIns big.Float

		p.noError(user["sign_ins"].As(&signIns))

		users = append(users, fmt.Sprintf("%s %s %s", p.stringOf(user, "username"), p.stringOf(user, "last_sign_in"), signIns.String()))
	}

	return users
}

// All users are listed with their successful sign-ins, whatever the case of the username in an event. Users who no longer
// exist and other events are ignored.
func TestUserActivityDataSource_countsSignIns(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(*simulator.Options){
		"one page": func(*simulator.Options) {},
		"pages of two": func(o *simulator.Options) {
			o.PageCap, o.AuditPageCap, o.OmitEmptyEmbedded, o.ExtraFields = 2, 2, true, true
		},
		"whole seconds": func(o *simulator.Options) { o.AuditPageCap, o.AuditTimeFormat = 2, time.RFC3339 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			options := onDay20()
			change(&options)

			server := startServer(t, options)
			for _, username := range []string{"grace", "Ada", "bob"} {
				server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})
			}

			server.AddAuditEvents(
				simulator.AuditEvent{Username: "ada", EventType: "LOGIN_SUCCESS", Time: activityDay(3)},
				simulator.AuditEvent{Username: "ADA", EventType: "LOGIN_SUCCESS", Time: activityDay(5)},
				simulator.AuditEvent{Username: "Ada", EventType: "LOGIN_SUCCESS", Time: activityDay(4)},
				simulator.AuditEvent{Username: "Ada", EventType: "USER_LOGGEDOUT", Time: activityDay(6)},
				simulator.AuditEvent{Username: "bob", EventType: "LOGIN_WRONG_PASSWORD", Time: activityDay(4)},
				simulator.AuditEvent{Username: "deleted", EventType: "LOGIN_SUCCESS", Time: activityDay(7)},
				simulator.AuditEvent{Username: "grace", EventType: "LOGIN_SUCCESS", Time: activityDay(2)},
				simulator.AuditEvent{Username: "grace", EventType: "LOGIN_NO_USER", Time: activityDay(1)},
			)
			server.SignIn("GRACE")

			p := newConfigured(t, server)

			for since, wanted := range map[string][]string{
				"":                          {"Ada 2026-01-05T12:00:00Z 3", "admin  0", "bob  0", "grace 2026-01-20T12:00:00Z 2"},
				"2026-01-04T12:00:00Z":      {"Ada 2026-01-05T12:00:00Z 2", "admin  0", "bob  0", "grace 2026-01-20T12:00:00Z 1"},
				"2026-01-04T12:00:01Z":      {"Ada 2026-01-05T12:00:00Z 1", "admin  0", "bob  0", "grace 2026-01-20T12:00:00Z 1"},
				"2026-01-05T14:00:00+02:00": {"Ada 2026-01-05T12:00:00Z 1", "admin  0", "bob  0", "grace 2026-01-20T12:00:00Z 1"},
				"2026-01-21T00:00:00Z":      {"Ada  0", "admin  0", "bob  0", "grace  0"},
			} {
				config := values{}
				if since != "" {
					config["since"] = text(since)
				}

				diagnostics, state := p.data(activityType, config)
				if len(diagnostics) > 0 {
					t.Fatalf("since %q: %s", since, diagnostics[0].Detail)
				}

				if got := p.activityOf(state); !slices.Equal(got, wanted) {
					t.Errorf("since %q: got %q, want %q", since, got, wanted)
				}

				if p.stringOf(state, "oldest_event") != "2026-01-01T12:00:00Z" || !state["complete"].Equal(boolean(true)) {
					t.Errorf("since %q: the state is %v", since, state)
				}
			}

			// The users are read once, also by other data sources.
			diagnostics, _ := p.data("iriusrisk_users", values{})
			p.requireNoErrors(diagnostics)

			pages := 1
			if options.PageCap == 2 {
				pages = 2
			}

			if got := server.Count("get_users"); got != pages {
				t.Errorf("the users were read with %d requests, want %d", got, pages)
			}
		})
	}
}

// If the log does not reach back to since, the result says so.
func TestUserActivityDataSource_incompleteLog(t *testing.T) {
	t.Parallel()

	server := startServer(t, onDay20())
	p := newConfigured(t, server)
	since := values{"since": text("2026-01-02T00:00:00Z")}

	diagnostics, state := p.data(activityType, since)
	p.requireNoErrors(diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, "The audit log is empty, but sign-ins since 2026-01-02T00:00:00Z were requested.")

	if p.stringOf(state, "oldest_event") != "" || !state["complete"].Equal(boolean(false)) || len(p.activityOf(state)) != 1 {
		t.Errorf("the state is %v", state)
	}

	server.AddAuditEvents(simulator.AuditEvent{Username: "admin", EventType: "LOGIN_SUCCESS", Time: activityDay(3)})

	diagnostics, state = p.data(activityType, since)
	p.requireNoErrors(diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, "does not reach back to since", "is of 2026-01-03T12:00:00Z, but sign-ins since 2026-01-02T00:00:00Z")

	if p.stringOf(state, "oldest_event") != "2026-01-03T12:00:00Z" || !state["complete"].Equal(boolean(false)) || !slices.Equal(p.activityOf(state), []string{"admin 2026-01-03T12:00:00Z 1"}) {
		t.Errorf("the state is %v", state)
	}

	diagnostics, state = p.data(activityType, values{"since": text(p.stringOf(state, "oldest_event"))})
	if len(diagnostics) > 0 || !state["complete"].Equal(boolean(true)) {
		t.Errorf("%v, the state is %v", diagnostics, state)
	}
}

// Events that IriusRisk deletes while the log is read make the result incomplete, although the log reached back to since
// when the read began.
func TestUserActivityDataSource_eventsExpireDuringTheRead(t *testing.T) {
	t.Parallel()

	now := activityDay(20)
	server := startServer(t, simulator.Options{Now: func() time.Time { return now }, AuditRetention: 10 * 24 * time.Hour, AuditPageCap: 3})

	for day := range 10 {
		server.AddAuditEvents(simulator.AuditEvent{Username: "admin", EventType: "LOGIN_SUCCESS", Time: activityDay(day + 10)})
	}

	// The hook runs before the request is handled, and the requests of the data source follow each other.
	server.OnRequest("get_filtered_audits", func(simulator.RequestInfo) {
		if server.Count("get_filtered_audits") == 3 {
			now = activityDay(22)
		}
	})

	p := newConfigured(t, server)
	diagnostics, state := p.data(activityType, values{"since": text("2026-01-11T00:00:00Z")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, diagnostics, "The oldest event in the audit log is of 2026-01-12T12:00:00Z")

	if got := p.activityOf(state); !slices.Equal(got, []string{"admin 2026-01-19T12:00:00Z 9"}) {
		t.Errorf("the activity is %q", got)
	}
}

// A failure of any request is an error: no user is missing and none looks inactive.
func TestUserActivityDataSource_partialReadIsAnError(t *testing.T) {
	t.Parallel()

	options := onDay20()
	options.PageCap, options.AuditPageCap = 4, 4

	for operation, requests := range map[string]int{"get_users": 3, "get_filtered_audits": 6} {
		for failing := 1; failing <= requests+1; failing++ {
			// A new server for each fault, because a failed read may leave requests that still arrive.
			server := startServer(t, options)
			server.Seed(9, 0, 0)

			for day := range 10 {
				server.AddAuditEvents(simulator.AuditEvent{Username: "admin", EventType: "LOGIN_SUCCESS", Time: activityDay(day + 1)})
			}

			server.Inject(simulator.Fault{Operation: operation, Nth: failing, Kind: simulator.FaultStatus, Status: http.StatusInternalServerError})

			p := withoutRetries(t, server)
			diagnostics, state := p.data(activityType, values{})

			// The request after the last one shows that all were counted.
			if fails := failing <= requests; failed(diagnostics) != fails || (state["users"].Type() == nil) != fails {
				t.Errorf("%s %d: %s, %v", operation, failing, messages(tfprotov6.DiagnosticSeverityError, diagnostics), state)
			}
		}
	}
}

// An event that cannot be understood is an error that names the field and the event.
func TestUserActivityDataSource_malformedEvents(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		field   string
		value   any
		message string
	}{
		"no username":       {"username", nil, "lacks the field username, in item 2 of page 0"},
		"another username":  {"username", 7, "has a number in the field _embedded.items.username, where a string is expected, in item 2 of page 0"},
		"no timestamp":      {"timestamp", nil, "lacks the field timestamp, in item 2 of page 0"},
		"another timestamp": {"timestamp", "01/02/2026", `has the text "01/02/2026" in the field timestamp, where a time in RFC 3339 is expected, in item 2 of page 0`},
		"another type":      {"eventType", "LOGIN_NO_USER", `has the event type "LOGIN_NO_USER", but only LOGIN_SUCCESS was requested, in item 2 of page 0`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, onDay20())
			for day := range 3 {
				server.AddAuditEvents(simulator.AuditEvent{Username: "admin", EventType: "LOGIN_SUCCESS", Time: activityDay(day + 1)})
			}

			server.OnAnswer("get_filtered_audits", func(answer *simulator.Answer) {
				body, _ := answer.Body.(map[string]any)
				embedded, _ := body["_embedded"].(map[string]any)

				if items, _ := embedded["items"].([]any); len(items) > 1 {
					event, _ := items[1].(map[string]any)
					event[test.field] = test.value
				}
			})

			p := newConfigured(t, server)
			diagnostics, state := p.data(activityType, values{})
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to read the sign-ins in the audit log", test.message)

			if state["users"].Type() != nil {
				t.Errorf("the state is %v", state)
			}
		})
	}
}

// A missing permission is named.
func TestUserActivityDataSource_permissions(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for missing, token := range map[string]string{
		"ALL_USERS_AUDIT_LOG_VIEW":            server.AddCaller("editor", "ALL_USERS_UPDATE"),
		"ALL_USERS_UPDATE or MANAGE_USERS_BU": server.AddCaller("auditor", "ALL_USERS_AUDIT_LOG_VIEW"),
		"":                                    server.AddCaller("reviewer", "ALL_USERS_UPDATE", "ALL_USERS_AUDIT_LOG_VIEW"),
	} {
		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

		diagnostics, _ := p.data(activityType, values{})
		if failed(diagnostics) != (missing != "") {
			t.Errorf("without %q: %v", missing, diagnostics)
		}

		if missing != "" {
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "needs the permission "+missing)
		}
	}
}

// A time that is not one, or is in the future, is an error before any request.
func TestUserActivityDataSource_invalidSince(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	server.ResetJournal()

	for since, message := range map[string]string{
		"":                     "is not a time in RFC 3339",
		"2026-01-31":           "is not a time in RFC 3339",
		"90d":                  "is not a time in RFC 3339",
		"2026-13-01T00:00:00Z": "is not a time in RFC 3339",
		"2999-01-01T00:00:00Z": "is in the future",
	} {
		diagnostics, state := p.data(activityType, values{"since": text(since)})
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, message)

		if _, read := state["users"]; read {
			t.Errorf("since %q: the state is %v", since, slices.Collect(maps.Keys(state)))
		}
	}

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("%d requests were sent", len(requests))
	}
}
