package provider

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// readFailures are answers to a read that say nothing about what is there.
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

// A read that fails is never taken for things being gone: state stays as it was, and the error says what happened.
func TestRead_failureIsNotAbsence(t *testing.T) {
	t.Parallel()

	for name, fault := range readFailures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			p := speakUnconfigured(t)
			p.succeed(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())}))

			states := map[string]values{"iriusrisk_user": {"username": text("bot"), "email": text("bot@example.com"), "first_name": text("Bot"), "last_name": text("Bot")}}
			for _, kind := range membershipCases {
				states[kind.typeName] = values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}
			}

			states[tokenType] = values{"username": text("bot")}

			for typeName, config := range states {
				server.ClearFaults()

				created := &instance{typeName: typeName}
				if typeName == "iriusrisk_user" {
					_, created.state = p.read(typeName, values{"username": text("bot")})
				} else {
					p.succeed(created.converge(p, config))
				}

				fault.Times = -1
				server.Inject(fault)

				read, state := speak(t, server).read(typeName, created.state)
				p.expectSaid(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "Unable to read", `"bot"`)

				if fmt.Sprint(state) != fmt.Sprint(created.state) {
					t.Errorf("%s: the state is %v, and was %v", typeName, state, created.state)
				}
			}

			for typeName, config := range map[string]values{
				"iriusrisk_users":         {},
				"iriusrisk_role":          {"name": text("Auditor")},
				"iriusrisk_business_unit": {"name": text("Payments")},
			} {
				resp, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: p.object(p.schema.DataSourceSchemas[typeName], config)})
				p.noError(err)

				if !failed(resp.Diagnostics) || strings.Contains(said(tfprotov6.DiagnosticSeverityError, resp.Diagnostics), "There is no") {
					t.Errorf("%s: %s", typeName, said(tfprotov6.DiagnosticSeverityError, resp.Diagnostics))
				}
			}
		})
	}
}
