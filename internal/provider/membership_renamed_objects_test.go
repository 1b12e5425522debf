package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A renamed object changes the computed name of a set without a plan. The old name is unknown then, and the new one is the same
// object. Several objects with one name are refused.
func TestMembershipNames_renamedObjects(t *testing.T) {
	t.Parallel()

	for i, kind := range membershipCases {
		// Both kinds and both styles share their code, so each is tested once.
		server, subject := newSetSubject(t, kind, kind.setTypes()[i])
		a, b, c := kind.make(server, "Alpha"), kind.make(server, "Beta"), kind.make(server, "Gamma")
		named := func(names ...string) values {
			config := subject.config()
			config[kind.nameAttribute()+"s"] = texts(names...)
			delete(config, kind.setAttribute())

			return config
		}
		refused := func(config values, says ...string) {
			p := newConfigured(t, server)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(subject.typeName, subject.state, config).Diagnostics, says...)
		}
		applied := func(config values, ids ...string) {
			p := newConfigured(t, server)
			p.requireNoErrors(subject.converge(p, config))

			if err := kind.check(server, "ada", ids...)(nil); err != nil {
				t.Error(err)
			}
		}

		applied(subject.config(b, c), b, c)
		kind.rename(server, b, "Delta")

		p := newConfigured(t, server)
		p.requireNoErrors(subject.refresh(p))

		planned := p.plan(subject.typeName, subject.state, subject.config(b, c))
		after := p.decode(p.schema.ResourceSchemas[subject.typeName], planned.PlannedState)

		if fmt.Sprint(after) != fmt.Sprint(subject.state) || !containsSet(after[kind.nameAttribute()+"s"], []string{"Delta", "Gamma"}) {
			t.Errorf("the plan is %v, the state %v", after, subject.state)
		}

		refused(named("Beta", "Gamma"), `named "Beta"`)
		refused(named("Delta", "gamma"), `named "gamma"`, `Did you mean "Gamma"?`)

		// Two objects that swap their names swap what is declared.
		kind.rename(server, a, "Delta")
		kind.rename(server, b, "Alpha")
		applied(named("Delta", "Gamma"), a, c)

		kind.make(server, "Gamma")
		refused(named("Delta", "Gamma"), "Several", `named "Gamma"`, c)
	}
}

// The old name of a renamed object is unknown, and the new one is the same object.
func TestMembershipNames_singleMembershipOfARenamedObject(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		server := startServer(t, simulator.Options{})
		addUsers(server, "ada")

		id := kind.make(server, "Beta")
		subject := &instance{typeName: kind.typeName}
		named := func(name string) values { return values{"username": text("ada"), kind.nameAttribute(): text(name)} }

		p := newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, named("Beta")))
		kind.rename(server, id, "Gamma")

		p = newConfigured(t, server)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(kind.typeName, subject.state, named("Beta")).Diagnostics, `named "Beta"`)
		server.ResetJournal()
		p.requireNoErrors(subject.converge(p, named("Gamma")))

		if got := []string{p.stringOf(subject.state, kind.attribute), p.stringOf(subject.state, kind.nameAttribute())}; got[0] != id || got[1] != "Gamma" || len(server.Writes()) > 0 {
			t.Errorf("the state has %q after %d writes", got, len(server.Writes()))
		}

		both := named("Gamma")
		both[kind.attribute] = text(id)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.validate(kind.typeName, both), "Invalid Attribute Combination")
	}
}
