package provider

import (
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
			// The block that is planned last warns. Only a destruction that is planned last can leave the membership alone.
			p := newConfigured(t, server)
			p.requireNoErrors(keep(p))

			planned := p.plan(kind.typeName, one, nil)
			p.requireNoErrors(planned.Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `User "bot" keeps a`)

			server.ResetJournal()

			run := newConfigured(t, server)
			destroyed, remaining := run.applyPlanned(t.Context(), kind.typeName, one, nil, planned)
			run.requireNoErrors(destroyed.Diagnostics)

			if writes := server.Writes(); len(writes) > 0 || remaining != nil {
				t.Errorf("%s, %s: the destruction sent %v, state %v", kind.typeName, name, writes, remaining)
			}

			p = newConfigured(t, server)
			p.requireNoErrors(destruction(p))
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, keep(p), "is removed although another block manages it", "destroy = false")
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
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(tokenType, other, nil).Diagnostics, "is revoked by one block and kept by another", "destroy = false")
}
