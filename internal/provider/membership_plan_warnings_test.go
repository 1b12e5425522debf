package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The plan of a new set names the memberships that the user will lose.
func TestMembershipExclusive_firstManagementWarns(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			a, b, c := kind.make(server, "Aaa"), kind.make(server, "Bbb"), kind.make(server, "Ccc")
			kind.assign(server, "ada", a)
			kind.assign(server, "ada", b)

			typeName := kind.typeName + "s_exclusive"
			loses := `User "ada" will lose`
			bothLost := []string{loses, "Aaa (" + a + ")", "Bbb (" + b + ")"}
			mixed := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text(strings.ToUpper(a)), unknownText()})

			for name, test := range map[string]struct {
				prior    values
				username tftypes.Value
				set      tftypes.Value
				says     []string
			}{
				"creation, empty":             {nil, text("ada"), texts(), append([]string{"Applying it removes"}, bothLost...)},
				"creation, one kept":          {nil, text("ada"), texts(strings.ToUpper(b), c), []string{loses, "Aaa (" + a + ")"}},
				"creation, all kept":          {nil, text("ada"), texts(a, b, c), nil},
				"unknown set":                 {nil, text("ada"), unknownTexts(), append([]string{"known only after apply"}, bothLost...)},
				"unknown element":             {nil, text("ada"), mixed, []string{loses, "known only after apply", "Bbb (" + b + ")"}},
				"unknown username":            {nil, unknownText(), texts(), nil},
				"user who does not exist yet": {nil, text("grace"), texts(), nil},
				"moved from another user":     {values{"id": text("grace"), "username": text("grace"), kind.setAttribute(): texts()}, text("ada"), texts(), bothLost},
				"managed before":              {values{"id": text("ada"), "username": text("ada"), kind.setAttribute(): texts(a, b)}, text("ada"), texts(), nil},
			} {
				p := newConfigured(t, server)
				planned := p.plan(typeName, test.prior, values{"username": test.username, kind.setAttribute(): test.set})
				p.requireNoErrors(planned.Diagnostics)
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, test.says...)

				got := messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics)
				if (test.says == nil) != (got == "") || strings.Contains(got, a) != strings.Contains(strings.Join(test.says, " "), a) {
					t.Errorf("%s: %s", name, got)
				}
			}

			server.Inject(simulator.Fault{Operation: kind.list, Times: -1, Status: http.StatusForbidden})

			p := newConfigured(t, server)
			planned := p.plan(typeName, nil, values{"username": text("ada"), kind.setAttribute(): texts()})
			p.requireNoErrors(planned.Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `of user "ada" may be removed`, "could not be determined", "403")

			// An unconfigured provider cannot read the memberships.
			p = newUnconfigured(t)
			p.requireNoErrors(p.configure(values{"endpoint": unknownText(), "api_token": text("0a2e4c68-1111-2222-3333-444455556666")}))

			if planned := p.plan(typeName, nil, values{"username": text("ada"), kind.setAttribute(): texts()}); len(planned.Diagnostics) > 0 {
				t.Errorf("not configured: %v", planned.Diagnostics)
			}
		})
	}
}

// The plan reads no memberships of a user that it creates. When Terraform plans again during an apply, it reads none at all.
func TestMembershipExclusive_readsNoMembershipsOfNewUsers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", Enabled: true})
	role := server.AddRole("Tester").ID

	exclusive := func(username string) values { return values{"username": text(username), "role_ids": texts(role)} }

	p := newConfigured(t, server)
	p.requireNoErrors(p.plan(userType, nil, adaConfig()).Diagnostics)
	p.requireNoErrors(p.plan("iriusrisk_user_roles_exclusive", nil, exclusive("ADA")).Diagnostics)

	if got := server.Count("get_user_roles"); got != 0 {
		t.Errorf("the plan of a new user read %d sets of roles", got)
	}

	adopted := adaConfig()
	adopted["username"], adopted["email"] = text("grace"), text("grace@example.com")
	adopted["adopt_existing"] = tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue)

	p = newConfigured(t, server)
	p.requireNoErrors(p.plan(userType, nil, adopted).Diagnostics)
	p.requireNoErrors(p.plan("iriusrisk_user_roles_exclusive", nil, exclusive("grace")).Diagnostics)

	if got := server.Count("get_user_roles"); got != 1 {
		t.Errorf("the plan of a user who may be adopted read %d sets of roles, want 1", got)
	}

	server.ResetJournal()

	p = newConfigured(t, server)
	response, _ := p.apply(t.Context(), userType, nil, adaConfig())
	p.requireNoErrors(response.Diagnostics)
	p.requireNoErrors(p.plan("iriusrisk_user_roles_exclusive", nil, exclusive("grace")).Diagnostics)

	if got := server.Count("get_user_roles"); got != 0 {
		t.Errorf("the plan during the apply read %d sets of roles", got)
	}
}

// Terraform shows a set removed from the configuration as a removal. The warning says that no membership is removed.
func TestProviderData_warnNoLongerManaged(t *testing.T) {
	t.Parallel()

	var diags diag.Diagnostics

	newProviderData().warnNoLongerManaged(businessUnitMembership, types.StringValue("ada"), &diags)

	if len(diags.Warnings()) != 1 || !strings.Contains(diags[0].Summary(), `The business units of user "ada" are no longer managed`) || !strings.Contains(diags[0].Detail(), "This removes no business unit") {
		t.Errorf("said %v", diags)
	}
}
