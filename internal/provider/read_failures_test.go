package provider

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// readFailures are answers to a read that do not prove absence.
var readFailures = map[string]simulator.Fault{
	"401":                 {Kind: simulator.FaultStatus, Status: http.StatusUnauthorized},
	"403":                 {Kind: simulator.FaultStatus, Status: http.StatusForbidden},
	"429":                 {Kind: simulator.FaultStatus, Status: http.StatusTooManyRequests},
	"500":                 {Kind: simulator.FaultStatus, Status: http.StatusInternalServerError},
	"503":                 {Kind: simulator.FaultStatus, Status: http.StatusServiceUnavailable, RetryAfter: "0"},
	"reset":               {Kind: simulator.FaultReset},
	"HTML":                {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte("<!DOCTYPE html><p>sign in"), ContentType: "text/html"},
	"HTML with 404 words": {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte("404 not found"), ContentType: "text/plain"},
	"truncated JSON":      {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`{"id":"1","username":"bo`), ContentType: "application/hal+json"},
	"empty body":          {Kind: simulator.FaultBody, Status: http.StatusOK},
	"empty object":        {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`{}`)},
	"null":                {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`null`)},
	"an empty list":       {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`[]`)},
	"10 MB":               {Kind: simulator.FaultBody, Status: http.StatusOK, Body: bytes.Repeat([]byte(" "), 10<<20)},
	"a page that repeats": {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`{"_embedded":{"items":[]},"page":{"number":7,"size":1,"totalPages":9,"totalElements":9}}`)},
	"a page without items": {
		Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(`{"page":{"number":0,"size":20,"totalPages":1,"totalElements":1}}`),
	},
}

// A failed read is not treated as absence: the state is unchanged, and the error names the failure. The test covers
// every resource, data source and list.
func TestRead_failureIsNotAbsence(t *testing.T) {
	t.Parallel()

	for name, fault := range readFailures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			p := newConfigured(t, server)
			fault.Times = -1

			for _, subject := range readableResources(p, ids) {
				for _, operation := range subject.reads {
					fault.Operation = operation
					server.Inject(fault)

					// Each reads in a run of its own, so that no answer is cached, and without lists, which a single read replaces if
					// they fail.
					read, state := withoutBulkReads(t, server).read(subject.typeName, subject.state)
					p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "Unable to ", subject.named)

					if fmt.Sprint(state) != fmt.Sprint(subject.state) {
						t.Errorf("%s, %s: the state is %v, and was %v", subject.typeName, operation, state, subject.state)
					}

					server.ClearFaults()
				}
			}

			fault.Operation = ""
			server.Inject(fault)

			for typeName, config := range readableData(ids) {
				// The contract specifies no field of an invitation.
				if typeName == "iriusrisk_user_invitation" && strings.HasPrefix(name, "a page") {
					continue
				}

				diagnostics, state := newConfigured(t, server).data(typeName, config)
				if !failed(diagnostics) || len(state) > len(config) || strings.Contains(messages(tfprotov6.DiagnosticSeverityError, diagnostics), "There is no") {
					t.Errorf("%s: %v, %s", typeName, state, messages(tfprotov6.DiagnosticSeverityError, diagnostics))
				}
			}

			for _, typeName := range []string{"iriusrisk_user", "iriusrisk_user_role", "iriusrisk_user_business_unit", "iriusrisk_role", "iriusrisk_business_unit"} {
				if results, diagnostics := newConfigured(t, server).list(typeName, values{}, true, 0); !failed(diagnostics) || len(results) > 0 {
					t.Errorf("%s: %d results, %s", typeName, len(results), messages(tfprotov6.DiagnosticSeverityError, diagnostics))
				}
			}
		})
	}
}

// readable is a resource in the state, with the operations that read it.
type readable struct {
	instance

	// named is the part of an error that names the object.
	named string

	reads []string
}

// withoutBulkReads is newConfigured for a provider that reads each object individually.
func withoutBulkReads(t *testing.T, server *simulator.Server) *protocol {
	t.Helper()

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "bulk_reads": boolean(false)}))

	return p
}

// readableResources creates one object of each resource type.
func readableResources(p *protocol, ids map[string]string) (subjects []readable) {
	bot := func(change values) values {
		config := values{"username": text("bot")}
		maps.Copy(config, change)

		return config
	}
	addNamed := func(typeName, named string, config values, reads ...string) {
		subject := readable{instance{typeName: typeName}, named, reads}
		p.requireNoErrors(subject.converge(p, config))
		subjects = append(subjects, subject)
	}
	add := func(typeName string, config values, reads ...string) { addNamed(typeName, `"bot"`, config, reads...) }

	add("iriusrisk_user", bot(values{
		"email": text("bot@example.com"), "first_name": text("Bot"), "last_name": text("Bot"), "adopt_existing": boolean(true),
		"role_ids": texts(ids["role_id"]), "business_unit_ids": texts(ids["business_unit_id"]),
	}), "get_user", "get_user_roles", "get_user_business_units")
	add(tokenType, bot(nil), "get_user")

	for _, kind := range membershipCases {
		add(kind.typeName, bot(values{kind.attribute: text(ids[kind.attribute])}), kind.list)
		add(kind.typeName+"s_exclusive", bot(values{kind.setAttribute(): texts(ids[kind.attribute])}), kind.list)
	}

	addNamed("iriusrisk_role", "Reader", values{"name": text("Reader"), "global_permissions": texts("LIBRARY_VIEW"), "project_permissions": texts("RISK_VIEW")},
		"get_role", "get_global_permissions_by_role_id", "get_project_permissions_by_role_id")
	addNamed("iriusrisk_business_unit", "Reading", values{"name": text("Reading"), "reference_id": text("reading")}, "get_business_unit")
	addNamed(unitUsersType, ids["business_unit_id"], values{"business_unit_id": text(ids["business_unit_id"]), "usernames": texts("bot")}, "get_business_unit_users")

	return append(subjects, allUsers(p))
}

// allUsers declares all enabled users of the instance.
func allUsers(p *protocol) readable {
	_, everyone := p.data("iriusrisk_users", values{})
	usernames := []string{}

	for _, user := range p.listOf(everyone["users"]) {
		usernames = append(usernames, p.stringOf(user, "username"))
	}

	subject := readable{instance{typeName: "iriusrisk_users_exclusive"}, "users", []string{"get_users"}}
	p.requireNoErrors(subject.converge(p, values{"usernames": texts(usernames...)}))

	return subject
}

// readableData are configurations of all data sources.
func readableData(ids map[string]string) map[string]values {
	return map[string]values{
		"iriusrisk_users":           {},
		"iriusrisk_user":            {"username": text("bot")},
		"iriusrisk_users_summary":   {},
		activityType:                {},
		"iriusrisk_user_sessions":   {"username": text("bot")},
		"iriusrisk_user_invitation": {"id": text(ids["role_id"])},
		"iriusrisk_current_user":    {},
		"iriusrisk_role":            {"name": text("ROLE_READ_ONLY")},
		"iriusrisk_roles":           {},
		"iriusrisk_permissions":     {},
		"iriusrisk_business_unit":   {"id": text(ids["business_unit_id"])},
		"iriusrisk_business_units":  {},
	}
}

// The failed reads cover every resource and data source.
func TestRead_failuresCoverEveryType(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	p := newConfigured(t, server)
	covered := make(map[string]bool)

	for _, subject := range readableResources(p, ids) {
		covered[subject.typeName] = true
	}

	for typeName := range p.schema.ResourceSchemas {
		if !covered[typeName] {
			t.Errorf("no read of the resource %s is made to fail", typeName)
		}
	}

	for typeName := range p.schema.DataSourceSchemas {
		if _, covered := readableData(ids)[typeName]; !covered {
			t.Errorf("no read of the data source %s is made to fail", typeName)
		}
	}
}

// everythingMissing makes the server answer every request with 404, like a gateway during a restart.
func everythingMissing(server *simulator.Server) {
	server.Inject(simulator.Fault{Times: -1, Kind: simulator.FaultStatus, Status: http.StatusNotFound})
}

// A wrong endpoint answers every request with 404, which does not prove that any object was deleted.
func TestRead_wrongEndpointIsNotAbsence(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	server.RotateToken("bot")

	lost := newUnconfigured(t)
	lost.requireNoErrors(lost.configure(values{"endpoint": text(server.URL() + "/elsewhere"), "api_token": text(server.AdminToken())}))

	for typeName, state := range map[string]values{
		"iriusrisk_user":                 {"id": text("1"), "username": text("bot")},
		"iriusrisk_user_role":            {"id": text("x"), "username": text("bot"), "role_id": text(ids["role_id"])},
		"iriusrisk_user_roles_exclusive": {"id": text("bot"), "username": text("bot"), "role_ids": texts(ids["role_id"])},
		tokenType:                        {"id": text("bot"), "username": text("bot"), "hint": text(server.Hint("bot"))},
	} {
		read, remaining := lost.read(typeName, state)
		lost.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "404", "check the endpoint")

		if fmt.Sprint(remaining) != fmt.Sprint(state) {
			t.Errorf("%s: the state is %v", typeName, remaining)
		}
	}

	diagnostics, _ := lost.data("iriusrisk_users", values{})
	lost.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "no IriusRisk API v2 at this URL")
}

// A 404 to every request does not prove absence: no resource is removed from the state, even if the run has proven
// another absence before.
func TestRead_gatewayThatAnswersNotFoundIsNotAbsence(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	server.RotateToken("bot")

	gone := server.AddUser(simulator.User{Username: "gone", Email: "gone@example.com", FirstName: "G", LastName: "G"})
	server.RemoveUser("gone")

	p := newConfigured(t, server)

	// The absence of one user is proven.
	read, remaining := p.read(userType, userState(gone, nil))
	p.requireNoErrors(read.Diagnostics)

	if remaining != nil {
		t.Fatalf("the deleted user is still in state: %v", remaining)
	}

	everythingMissing(server)

	for typeName, state := range map[string]values{
		userType:                         userState(mustUser(t, server, "bot"), nil),
		"iriusrisk_user_role":            {"id": text("x"), "username": text("bot"), "role_id": text(ids["role_id"])},
		"iriusrisk_user_roles_exclusive": {"id": text("bot"), "username": text("bot"), "role_ids": texts(ids["role_id"])},
		tokenType:                        {"id": text("bot"), "username": text("bot"), "hint": text(server.Hint("bot"))},
	} {
		read, remaining := p.read(typeName, state)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "cannot verify whether it was deleted")

		if remaining == nil {
			t.Errorf("%s was removed from the state", typeName)
		}
	}
}
