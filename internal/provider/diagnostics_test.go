package provider

import (
	"context"
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Every error names the operation and its object, the status, the server's message and what to do.
func TestDiagnostics_texts(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	role, unitID := server.AddRole("ROLE_READ_ONLY").ID, server.AddBusinessUnit("payments", "Payments").ID
	member := values{"username": text("bot"), "role_id": text(role)}
	unit := values{"username": text("bot"), "business_unit_id": text(unitID)}
	token := values{"username": text("bot")}

	for _, test := range []struct {
		operation string
		status    int
		typeName  string
		config    values
		says      []string
	}{
		{"get_user", 401, "iriusrisk_user", adaConfig(), []string{`Unable to look up username "ada" before creating it`, "401 Unauthorized", "get_user", "api_token is valid", "the API is enabled"}},
		{"create_user", 403, "iriusrisk_user", adaConfig(), []string{`Unable to create user "ada"`, "403 Forbidden", "create_user", "Fault number 403", "needs the permission ALL_USERS_UPDATE."}},
		{"create_user", 400, "iriusrisk_user", adaConfig(), []string{`Unable to create user "ada"`, "400 Bad Request", "Bad Request: Fault number 400 was injected"}},
		{"create_user", 500, "iriusrisk_user", adaConfig(), []string{`Unable to create user "ada"`, "500 Internal Server Error", "probably nothing was created"}},
		{"add_user_role", 404, "iriusrisk_user_role", member, []string{`Unable to assign the role ` + role + ` to user "bot"`, "404 Not Found", "not visible to the provider's API token", "MANAGE_USERS_BU"}},
		{"add_user_role", 403, "iriusrisk_user_role", member, []string{"needs the permission ALL_USERS_UPDATE or MANAGE_USERS_BU."}},
		{"add_user_business_unit", 403, "iriusrisk_user_business_unit", unit, []string{`Unable to assign the business unit ` + unitID + ` to user "bot"`, "needs the permission ALL_USERS_UPDATE or MANAGE_USERS_BU."}},
		{"generate_user_api_token", 403, tokenType, token, []string{`Unable to generate the API token of user "bot"`, "needs the permission API_ACCESS and one of ALL_USERS_UPDATE or MANAGE_USERS_BU."}},
		{"generate_user_api_token", 500, tokenType, token, []string{"a token may have been generated whose value is lost", "the next apply generates another"}},
		{"get_user_profile", 403, tokenType, token, []string{`Unable to verify that "bot" is not the user that the provider runs as`, "lacks a permission"}},
	} {
		server.ClearFaults()
		server.Inject(simulator.Fault{Operation: test.operation, Kind: simulator.FaultStatus, Status: test.status, Times: -1})

		p := newConfigured(t, server)
		resp, _ := p.apply(t.Context(), test.typeName, nil, test.config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, test.says...)
	}
}

// For a caller who sees only some users, a 404 does not prove that an object does not exist.
func TestDiagnostics_notFoundByARestrictedCaller(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	role := server.AddRole("ROLE_READ_ONLY").ID
	server.UpdateUser("bot", func(user *simulator.User) { user.RoleIDs = []string{role} })

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS"))}))

	const hidden = "not visible to the provider's API token"

	for typeName, config := range map[string]values{
		"iriusrisk_user_role":            {"username": text("bot"), "role_id": text(role)},
		"iriusrisk_user_roles_exclusive": {"username": text("bot"), "role_ids": texts(role)},
		tokenType:                        {"username": text("bot")},
	} {
		created, _ := p.apply(t.Context(), typeName, nil, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `user "bot"`, "404", hidden, "MANAGE_USERS_BU")

		read, _ := p.read(typeName, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, `User "bot" was not found`, "removed from the state")
	}

	read, _ := p.read("iriusrisk_user", values{"username": text("bot")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, `User "bot" was not found`, "removed from the state")

	for typeName, config := range map[string]values{"iriusrisk_user": {"username": text("bot")}, "iriusrisk_user_sessions": {"username": text("bot")}} {
		diagnostics, _ := p.data(typeName, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, `user`, "404", hidden)
	}
}

func notFound(path string) error {
	return &iriusrisk.Error{StatusCode: http.StatusNotFound, Operation: iriusrisk.Operation{Path: path}}
}

func TestExplain_transport(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		err  error
		says string
	}{
		{&iriusrisk.TransportError{Err: context.DeadlineExceeded}, "request_timeout"},
		{&iriusrisk.TransportError{Err: context.Canceled}, "interrupted"},
		{&iriusrisk.TransportError{Err: http.ErrServerClosed}, "reachable from this machine"},
		{&iriusrisk.TransportError{Err: x509.UnknownAuthorityError{}}, "ca_certificate_file"},
		{&iriusrisk.TransportError{Err: x509.HostnameError{Certificate: &x509.Certificate{}}}, "ca_certificate_file"},
		{notFound("/users/{username}/roles/{role-id}"), "The user or the role does not exist, or is not visible"},
		{notFound("/users/{username}/business-units/{business-unit-id}"), "Check each of them"},
		{notFound("/business-units/{business-unit-id}"), "The business unit does not exist"},
		{notFound("/roles/{role-id}"), "The role does not exist."},
		{notFound("/business-units/{business-unit-id}"), "The business unit does not exist. With MANAGE_USERS_BU alone"},
		{notFound("/users"), "Check the provider's endpoint"},
		{&iriusrisk.Error{StatusCode: http.StatusTeapot}, "418"},
	} {
		got := explain(test.err)
		if !strings.Contains(got, test.says) {
			t.Errorf("%v: %q does not say %q", test.err, got, test.says)
		}

		if iriusrisk.IsNotFound(test.err) && strings.Contains(got, "not visible") != slices.Contains(iriusrisk.NamedObjects(test.err), "user") {
			t.Errorf("%v: %q is about visibility", test.err, got)
		}
	}
}

// The errors for 401, 403 and an unreachable server say what to do.
func TestDiagnostics_sayWhatToDo(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text("wrong-token")}))
	read, state := p.read("iriusrisk_user", values{"username": text("ada"), "id": text("x")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, `Unable to read user "ada"`, "401", "api_token", "the API is enabled")

	if state == nil {
		t.Error("a failed read removed the user from state")
	}

	if strings.Contains(messages(tfprotov6.DiagnosticSeverityError, read.Diagnostics), "wrong-token") {
		t.Error("the error shows the API token")
	}

	unprivileged := newUnconfigured(t)
	unprivileged.requireNoErrors(unprivileged.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AddCaller("unprivileged"))}))
	read, _ = unprivileged.read("iriusrisk_user", values{"username": text("ada")})
	unprivileged.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "403", "ALL_USERS_UPDATE or MANAGE_USERS_BU")

	away := newUnconfigured(t)
	away.requireNoErrors(away.configure(values{"endpoint": text(noServer), "api_token": text("x"), "max_retries": tftypes.NewValue(tftypes.Number, 1)}))
	read, _ = away.read("iriusrisk_user", values{"username": text("ada")})
	away.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "endpoint is correct and reachable")
}
