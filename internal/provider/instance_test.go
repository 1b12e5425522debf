package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// instance is a resource as Terraform keeps it between two runs: its state, its private state, and whether it is
// tainted.
type instance struct {
	typeName string
	state    values
	private  []byte
	tainted  bool
}

// converge does what `terraform apply` does with one resource: refresh, plan, and create, update, replace or destroy. A
// nil configuration destroys. It returns all diagnostics.
func (i *instance) converge(p *protocol, config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	var said []*tfprotov6.Diagnostic

	if i.state != nil {
		resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: i.typeName, CurrentState: p.object(p.schema.ResourceSchemas[i.typeName], i.state), Private: i.private,
		})
		p.noError(err)

		said = append(said, resp.Diagnostics...)
		if failed(said) {
			return said
		}

		i.state, i.private = p.decode(p.schema.ResourceSchemas[i.typeName], resp.NewState), resp.Private
	}

	if i.state != nil {
		private, replaces := i.replacement(p, config)
		if replaces {
			said = append(said, i.destroy(p, private)...)
			if failed(said) {
				return said
			}
		}
	}

	if i.state == nil && config == nil {
		return said
	}

	return append(said, i.change(p, config)...)
}

// plansNothing reports whether a refresh and a plan, which must succeed, show no difference.
func (i *instance) plansNothing(p *protocol, config values) bool {
	p.t.Helper()

	return i.plannedAction(p, config) == "no-op"
}

// plannedAction refreshes and plans, which must succeed, and returns what Terraform would do: "create", "replace", "update" or
// "no-op".
func (i *instance) plannedAction(p *protocol, config values) string {
	p.t.Helper()

	if i.state != nil {
		p.requireNoErrors(i.refresh(p))
	}

	if i.state == nil {
		return "create"
	}

	planned := p.planPrivate(i.typeName, i.state, config, i.private)
	p.requireNoErrors(planned.Diagnostics)

	switch {
	case len(planned.RequiresReplace) > 0:
		return "replace"
	case fmt.Sprint(p.decode(p.schema.ResourceSchemas[i.typeName], planned.PlannedState)) != fmt.Sprint(i.state):
		return "update"
	default:
		return "no-op"
	}
}

// replacement reports whether the configuration replaces the object. It returns the private state of the planned
// creation, which Terraform passes to the destruction. The plan of a tainted object starts without private state.
func (i *instance) replacement(p *protocol, config values) (private []byte, replaces bool) {
	p.t.Helper()

	if config == nil {
		return nil, false
	}

	if !i.tainted {
		update := p.planPrivate(i.typeName, i.state, config, i.private)
		if len(update.RequiresReplace) == 0 {
			return nil, false
		}

		private = update.PlannedPrivate
	}

	return p.planPrivate(i.typeName, nil, config, private).PlannedPrivate, true
}

// destroy applies the destruction of the object with the private state of its plan.
func (i *instance) destroy(p *protocol, private []byte) []*tfprotov6.Diagnostic {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[i.typeName]
	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: i.typeName, PriorState: p.object(schema, i.state), Config: p.object(schema, nil), PlannedState: p.object(schema, nil), PlannedPrivate: private,
	})
	p.noError(err)

	i.state, i.private = p.decode(schema, resp.NewState), resp.Private
	i.tainted = i.tainted && i.state != nil

	return resp.Diagnostics
}

// change plans and applies one step.
func (i *instance) change(p *protocol, config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[i.typeName]
	planned := p.planPrivate(i.typeName, i.state, config, i.private)

	if failed(planned.Diagnostics) {
		return planned.Diagnostics
	}

	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: i.typeName, PriorState: p.object(schema, i.state), Config: p.object(schema, config),
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	p.noError(err)

	creates := i.state == nil
	i.state, i.private = p.decode(schema, resp.NewState), resp.Private
	i.tainted = creates && i.state != nil && failed(resp.Diagnostics)

	if !failed(resp.Diagnostics) {
		p.requireConsistent(i.typeName, p.decode(schema, planned.PlannedState), i.state)
	}

	return append(planned.Diagnostics, resp.Diagnostics...)
}

// requireConsistent fails the test if Terraform would refuse the result of an apply: a value is unknown, or is not the planned
// one.
func (p *protocol) requireConsistent(typeName string, planned, applied values) {
	p.t.Helper()

	for name, value := range applied {
		if _, found := planned[name]; !found || !value.IsFullyKnown() {
			p.t.Errorf("%s: %s is %v after the apply, and was planned as %v", typeName, name, value, planned[name])
		}
	}

	for name, value := range planned {
		if value.IsFullyKnown() && !value.Equal(applied[name]) {
			p.t.Errorf("%s: %s is %v after the apply, and was planned as %v", typeName, name, applied[name], value)
		}
	}
}
