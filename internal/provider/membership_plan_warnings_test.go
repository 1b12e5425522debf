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

// unknownTexts is a set of strings known after apply.
func unknownTexts() tftypes.Value {
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, tftypes.UnknownValue)
}

// Mixing the styles is noticed by the username, in the very plan that creates the roles and units.
func TestMembershipStyles_mixingWarnsWhileIDsAreUnknown(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, _ := tenantForFaults(t, simulator.Options{})
			single := values{"username": text("bot"), kind.attribute: unknownText()}
			exclusive := values{"username": text("BOT"), kind.setAttribute(): unknownTexts()}

			p := newConfigured(t, server)
			p.requireNoErrors(p.plan(kind.typeName+"s_exclusive", nil, exclusive).Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName, nil, single).Diagnostics, "Conflicting resources manage the ", `of user "bot"`)

			p = newConfigured(t, server)
			p.requireNoErrors(p.plan(kind.typeName, nil, single).Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName+"s_exclusive", nil, exclusive).Diagnostics, "Conflicting resources manage the ", `of user "BOT"`)
		})
	}
}

// Two resources for one membership, or two exclusive sets for one user, are noticed in the plan.
func TestMembershipStyles_managedTwiceWarns(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id, other := ids[kind.attribute], kind.make(server, "Other")
			single := func(username string, memberID tftypes.Value) values {
				return values{"username": text(username), kind.attribute: memberID}
			}

			p := newConfigured(t, server)

			for name, config := range map[string]values{
				"the first": single("bot", text(id)), "another id": single("bot", text(other)), "another user": single("ada", text(id)),
				"an unknown id": single("bot", unknownText()), "another unknown id": single("bot", unknownText()),
			} {
				if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName, nil, config).Diagnostics); got != "" {
					t.Errorf("%s: %s", name, got)
				}
			}

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName, nil, single("Bot", text(strings.ToUpper(id)))).Diagnostics, "Conflicting resources manage a ", `of user "Bot"`, "removed block")

			exclusive := values{"username": text("bot"), kind.setAttribute(): texts(id)}
			p = newConfigured(t, server)

			if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName+"s_exclusive", nil, exclusive).Diagnostics); got != "" {
				t.Errorf("one exclusive set: %s", got)
			}

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName+"s_exclusive", nil, exclusive).Diagnostics, "Conflicting resources manage the ", `of user "bot"`, "s_exclusive resources manage all ")
		})
	}
}

// What a plan destroys does not share a membership with what it creates.
func TestMembershipStyles_destroyedIsNotManaged(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]
			state := values{"id": text("bot/" + id), "username": text("bot"), kind.attribute: text(id)}

			p := newConfigured(t, server)
			p.requireNoErrors(p.plan(kind.typeName, state, nil).Diagnostics)

			for typeName, config := range map[string]values{
				kind.typeName:                 {"username": text("bot"), kind.attribute: text(id)},
				kind.typeName + "s_exclusive": {"username": text("bot"), kind.setAttribute(): texts(id)},
			} {
				p = newConfigured(t, server)
				p.requireNoErrors(p.plan(kind.typeName, state, nil).Diagnostics)

				if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(typeName, nil, config).Diagnostics); got != "" {
					t.Errorf("%s: %s", typeName, got)
				}
			}
		})
	}
}

// Terraform plans a replacement in two calls, and the second one does not take the first one for another resource.
func TestMembershipStyles_replacementIsOneObject(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]

			for typeName, config := range map[string]values{
				kind.typeName:                 {"username": text("bot"), kind.attribute: text(id)},
				kind.typeName + "s_exclusive": {"username": text("bot"), kind.setAttribute(): texts(id)},
			} {
				for _, prior := range []string{"bot", "ada"} {
					state := values{"id": text(prior), "username": text(prior), kind.attribute: text(id)}
					if typeName != kind.typeName {
						state = values{"id": text(prior), "username": text(prior), kind.setAttribute(): texts(id)}
					}

					p := newConfigured(t, server)
					first := p.plan(typeName, state, config)
					second := p.planPrivate(typeName, nil, config, first.PlannedPrivate)

					for _, planned := range []*tfprotov6.PlanResourceChangeResponse{first, second} {
						if len(planned.Diagnostics) > 0 {
							t.Errorf("%s of %s: %s", typeName, prior, messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics))
						}
					}

					// The object is known all the same.
					if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(typeName, nil, config).Diagnostics); !strings.Contains(got, "Conflicting resources manage") {
						t.Errorf("%s of %s: another one is not noticed", typeName, prior)
					}
				}
			}
		})
	}
}

// A set that begins to manage a user names in the plan what they will lose.
func TestMembershipExclusive_firstManagementWarns(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
			a, b, c := kind.make(server, "Aaa"), kind.make(server, "Bbb"), kind.make(server, "Ccc")
			kind.give(server, "ada", a)
			kind.give(server, "ada", b)

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

			// A provider that is not configured yet cannot look.
			p = newUnconfigured(t)
			p.requireNoErrors(p.configure(values{"endpoint": unknownText(), "api_token": text("0a2e4c68-1111-2222-3333-444455556666")}))

			if planned := p.plan(typeName, nil, values{"username": text("ada"), kind.setAttribute(): texts()}); len(planned.Diagnostics) > 0 {
				t.Errorf("not configured: %v", planned.Diagnostics)
			}
		})
	}
}

// After an import the set is what the user has, and the plan shows what it changes.
func TestMembershipExclusive_importShowsTheDifference(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]
			kind.give(server, "bot", id)

			p := newConfigured(t, server)
			_, state := p.read(kind.typeName+"s_exclusive", values{"username": text("bot")})

			if !containsSet(state[kind.setAttribute()], []string{id}) {
				t.Errorf("the state is %v", state)
			}

			if planned := p.plan(kind.typeName+"s_exclusive", state, values{"username": text("bot"), kind.setAttribute(): texts()}); len(planned.Diagnostics) > 0 {
				t.Errorf("said %v", planned.Diagnostics)
			}
		})
	}
}

// A set that leaves the configuration is shown as removed, and the note says that nothing is.
func TestSession_warnNoLongerManaged(t *testing.T) {
	t.Parallel()

	var diags diag.Diagnostics

	newProviderData().warnNoLongerManaged(businessUnitMembership, types.StringValue("ada"), &diags)

	if len(diags.Warnings()) != 1 || !strings.Contains(diags[0].Summary(), `The business units of user "ada" are no longer managed`) || !strings.Contains(diags[0].Detail(), "This removes no business unit") {
		t.Errorf("said %v", diags)
	}
}
