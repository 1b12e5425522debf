package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// signInPlans are plans of a user's roles in each of the styles.
func signInPlans(roleID string) map[string]managed {
	sets := adaConfig()
	sets["role_ids"] = texts(roleID)

	units := adaConfig()
	units["business_unit_ids"] = texts()

	return map[string]managed{
		"no sets":         {"iriusrisk_user", adaConfig()},
		"role_ids":        {"iriusrisk_user", sets},
		"unit ids":        {"iriusrisk_user", units},
		"exclusive roles": {"iriusrisk_user_roles_exclusive", values{"username": text("bot"), "role_ids": texts(roleID)}},
		"exclusive units": {"iriusrisk_user_business_units_exclusive", values{"username": text("bot"), "business_unit_ids": texts()}},
		"single role":     {"iriusrisk_user_role", values{"username": text("bot"), "role_id": text(roleID)}},
	}
}

// answerInfo replaces the information that the instance reports about itself.
func answerInfo(server *simulator.Server, body string) {
	server.Inject(simulator.Fault{
		Operation: "get_info", Times: -1, Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(body), ContentType: "application/hal+json",
	})
}

const (
	singleSignOnWarning = "Single sign-on may change the access that Terraform manages"
	notAllowedWarning   = "IriusRisk reports that it does not allow managing users or roles"
)

// The reported sign-in settings and the style of the configuration decide whether the plan warns.
func TestSignInAdvice_byStyle(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		info string

		// warns are the expected texts by plan. A plan that is not listed does not warn.
		warns map[string][]string
	}{
		"password":         {info: `{"loginType":"standard","allowManageUsers":true,"allowManageRoles":true}`},
		"nothing reported": {info: `{"version":"4.47.0"}`},
		"empty":            {info: `{"loginType":"","allowManageUsers":true,"allowManageRoles":true}`},
		"other types":      {info: `{"loginType":7,"allowManageUsers":"no","allowManageRoles":0}`},
		"single sign-on": {
			info: `{"loginType":"saml","allowManageUsers":true,"allowManageRoles":true}`,
			warns: map[string][]string{
				"role_ids": {singleSignOnWarning, `"saml"`}, "unit ids": {singleSignOnWarning}, "exclusive roles": {singleSignOnWarning}, "exclusive units": {singleSignOnWarning},
			},
		},
		"roles not allowed": {
			info: `{"loginType":"standard","allowManageUsers":true,"allowManageRoles":false}`,
			warns: map[string][]string{
				"role_ids": {notAllowedWarning, "allowManageRoles is false"}, "unit ids": {notAllowedWarning}, "exclusive roles": {notAllowedWarning}, "exclusive units": {notAllowedWarning}, "single role": {notAllowedWarning},
			},
		},
		"single sign-on, nothing allowed": {
			info: `{"loginType":"ldap","allowManageUsers":false,"allowManageRoles":false}`,
			warns: map[string][]string{
				"role_ids": {singleSignOnWarning}, "unit ids": {singleSignOnWarning}, "exclusive roles": {singleSignOnWarning}, "exclusive units": {singleSignOnWarning},
				"single role": {singleSignOnWarning, `"ldap"`, "allowManageUsers is false and allowManageRoles is false"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := withBot(t)
			role := server.AddRole("Auditor")
			answerInfo(server, test.info)

			for plan, object := range signInPlans(role.ID) {
				p := newConfigured(t, server)
				resp := p.plan(object.typeName, nil, object.state)
				p.requireNoErrors(resp.Diagnostics)
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics, test.warns[plan]...)

				if got := messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics); len(test.warns[plan]) == 0 && got != "" {
					t.Errorf("%s: the plan warns %q", plan, got)
				}
			}
		})
	}
}

// A run reads the sign-in settings once and warns once, for any number of resources.
func TestSignInAdvice_onceARun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{LoginType: "saml"})
	p := newConfigured(t, server)

	var warnings []string

	for _, object := range signInPlans(server.AddRole("Auditor").ID) {
		for range 3 {
			resp := p.plan(object.typeName, nil, object.state)
			p.requireNoErrors(resp.Diagnostics)

			if got := messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics); strings.Contains(got, singleSignOnWarning) {
				warnings = append(warnings, got)
			}
		}
	}

	if len(warnings) != 1 || server.Count("get_info") != 1 {
		t.Errorf("%d requests, and the warnings %q", server.Count("get_info"), warnings)
	}
}

// A single membership without a warning does not suppress the warning of a later authoritative set.
func TestSignInAdvice_laterAuthoritativeSet(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	answerInfo(server, `{"loginType":"saml","allowManageUsers":true,"allowManageRoles":true}`)

	plans := signInPlans(server.AddRole("Auditor").ID)
	p := newConfigured(t, server)

	single := p.plan("iriusrisk_user_role", nil, plans["single role"].state)
	if got := messages(tfprotov6.DiagnosticSeverityWarning, single.Diagnostics); got != "" {
		t.Errorf("the plan of a single membership warns %q", got)
	}

	set := p.plan("iriusrisk_user_business_units_exclusive", nil, plans["exclusive units"].state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, set.Diagnostics, singleSignOnWarning)
}

// If the sign-in settings cannot be read, the plan neither fails nor warns, and does not retry. A user without sets
// does not read them.
func TestSignInAdvice_failureIsSilent(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{LoginType: "saml"})
	server.Inject(simulator.Fault{Operation: "get_info", Times: -1, Status: http.StatusForbidden})

	plans := signInPlans(server.AddRole("Auditor").ID)
	p := newConfigured(t, server)
	p.requireNoErrors(p.plan("iriusrisk_user", nil, plans["no sets"].state).Diagnostics)

	if got := server.Count("get_info"); got != 0 {
		t.Errorf("a user without sets sent %d requests", got)
	}

	for _, object := range plans {
		resp := p.plan(object.typeName, nil, object.state)
		p.requireNoErrors(resp.Diagnostics)

		if got := messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics); strings.Contains(got, singleSignOnWarning) || strings.Contains(got, "get_info") {
			t.Errorf("the plan warns %q", got)
		}
	}

	if got := server.Count("get_info"); got != 1 {
		t.Errorf("%d requests", got)
	}
}

// A server that does not answer delays a plan by no more than the timeout, and is not asked a second time.
func TestSignInAdvice_timeout(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{LoginType: "saml"})
	server.Inject(simulator.Fault{Operation: "get_info", Times: -1, Kind: simulator.FaultSlow})

	endpoint, err := iriusrisk.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: server.AdminToken()})
	if err != nil {
		t.Fatal(err)
	}

	var advice signInAdvice

	began := time.Now()

	for range 2 {
		if info := advice.reported(t.Context(), directory.New(client, directory.Options{}), time.Millisecond); info != nil {
			t.Errorf("got %+v", info)
		}
	}

	if took, requests := time.Since(began), server.Count("get_info"); took >= iriusrisk.DefaultRequestTimeout || requests > 1 {
		t.Errorf("%d requests held the plan up for %s", requests, took)
	}
}
