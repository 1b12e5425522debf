package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Managing the memberships of one user in two styles warns in the plan, in either order.
func TestMembershipStyles_mixingWarns(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			id := kind.make(server, "A")
			user := func() values {
				config := adaConfig()
				config[kind.setAttribute()] = texts(id)

				return config
			}
			blocks := map[string]values{
				"iriusrisk_user":              user(),
				kind.typeName:                 {"username": text("ADA"), kind.attribute: text(id)},
				kind.typeName + "s_exclusive": {"username": text("ada"), kind.setAttribute(): texts(id)},
			}

			for first := range blocks {
				for second := range blocks {
					p := newConfigured(t, server)
					alone := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(first, nil, blocks[first]).Diagnostics)
					both := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(second, nil, blocks[second]).Diagnostics)

					if alone != "" || strings.Contains(both, "Both ") != (first != second) {
						t.Errorf("%s then %s: %q, %q", first, second, alone, both)
					}
				}
			}

			// Another user does not conflict, and neither does an unset set.
			p := newConfigured(t, server)
			p.plan("iriusrisk_user", nil, adaConfig())
			p.plan(kind.typeName, nil, values{"username": text("grace"), kind.attribute: text(id)})

			if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName, nil, blocks[kind.typeName]).Diagnostics); got != "" {
				t.Errorf("warned: %s", got)
			}
		})
	}
}

// The plan warns of mixed styles by the username, even while the ids are unknown.
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

// The plan warns of two resources for one membership, and of two exclusive sets for one user.
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

// A resource that the plan destroys does not conflict with one that it creates.
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

// Terraform plans a replacement in two calls, which do not conflict with each other.
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

					// A second resource still conflicts with the replaced one.
					if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(typeName, nil, config).Diagnostics); !strings.Contains(got, "Conflicting resources manage") {
						t.Errorf("%s of %s: another one is not noticed", typeName, prior)
					}
				}
			}
		})
	}
}
