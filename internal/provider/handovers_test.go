package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Terraform does not apply a block without changes, so the plan refuses to remove a membership that such a block keeps,
// in either order.
func TestHandovers_membershipThatAnotherBlockKeeps(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		server, ids := tenantForFaults(t, simulator.Options{})
		id := ids[kind.attribute]
		one := values{"id": text("bot/" + id), "username": text("bot"), kind.attribute: text(id)}
		destruction := func(p *protocol) []*tfprotov6.Diagnostic { return p.plan(kind.typeName, one, nil).Diagnostics }

		for name, keep := range map[string]func(p *protocol) []*tfprotov6.Diagnostic{
			"single": func(p *protocol) []*tfprotov6.Diagnostic {
				return p.plan(kind.typeName, one, values{"username": text("bot"), kind.attribute: text(id)}).Diagnostics
			},
			"exclusive": func(p *protocol) []*tfprotov6.Diagnostic {
				set := values{"username": text("bot"), kind.setAttribute(): texts(id)}
				prior := values{"id": text("bot"), "username": text("bot"), kind.setAttribute(): texts(id)}

				return p.plan(kind.typeName+"s_exclusive", prior, set).Diagnostics
			},
			"inline": func(p *protocol) []*tfprotov6.Diagnostic {
				prior := userState(mustUser(t, server, "bot"), values{kind.setAttribute(): texts(id)})

				return p.plan(userType, prior, keepConfig(prior)).Diagnostics
			},
		} {
			for order, plans := range map[string][]func(*protocol) []*tfprotov6.Diagnostic{"kept first": {keep, destruction}, "removed first": {destruction, keep}} {
				p := newConfigured(t, server)

				var diagnostics []*tfprotov6.Diagnostic
				for _, plan := range plans {
					diagnostics = append(diagnostics, plan(p)...)
				}

				problems := messages(tfprotov6.DiagnosticSeverityError, diagnostics)
				if !strings.Contains(problems, "is removed by one block and kept by another") || !strings.Contains(problems, "destroy = false") {
					t.Errorf("%s, %s, %s: got %q", kind.typeName, name, order, problems)
				}
			}
		}

		// A new set is applied, and keeps the membership of a destroyed single block during the apply.
		p := newConfigured(t, server)
		p.requireNoErrors(p.plan(kind.typeName+"s_exclusive", nil, values{"username": text("bot"), kind.setAttribute(): texts(id)}).Diagnostics)
		p.requireNoErrors(destruction(p))
	}
}

func TestHandovers_tokenThatAnotherBlockKeeps(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	_, kept := newConfigured(t, server).apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	other := values{"id": text("bot"), "username": text("bot"), "hint": kept["hint"]}

	p := newConfigured(t, server)
	p.requireNoErrors(p.plan(tokenType, kept, values{"username": text("bot")}).Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(tokenType, other, nil).Diagnostics, "is removed by one block and kept by another")
}
