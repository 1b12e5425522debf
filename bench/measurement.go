package main

import (
	"context"
	"errors"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// measureStyle measures the provider and the floor side by side: applies in new tenants, imports of their users, then plans at
// every latency, each right after the same plan of the floor.
func (b *bench) measureStyle(ctx context.Context, style style, users int) error {
	m := &measurement{bench: b, style: style, users: users, runs: make(map[key]*runs)}

	if err := m.measureSteps(ctx); err != nil {
		return err
	}

	for _, what := range []step{applying, importing, planning, drifting} {
		for _, latency := range b.latenciesOf(what) {
			took := m.runs[key{cli.IriusRisk.Name, what.name, latency}]
			if took == nil {
				continue // The style has no import.
			}

			b.rows = append(b.rows, row{style, users, latency, what, took.usage, m.floor(what, latency), took.requests})
			b.say("%s\n", b.rows[len(b.rows)-1])
		}
	}

	return nil
}

// measurement measures one style with a number of users.
type measurement struct {
	*bench

	style style
	users int
	runs  map[key]*runs
}

// key identifies what a run measured.
type key struct {
	provider, step string
	latency        time.Duration
}

// runs is the fastest of several runs, with the highest memory and number of requests of all of them.
type runs struct {
	usage

	count    int
	requests map[string]int
}

// floor returns the usage of a step with the provider that does nothing. Drift does not affect it, and latency does not
// affect its applies.
func (m *measurement) floor(what step, latency time.Duration) usage {
	if what.name == drifting.name {
		what = planning
	}

	if what.name != planning.name {
		latency = 0
	}

	return m.runs[key{floor.Name, what.name, latency}].usage
}

// run runs a step in a workspace and adds its usage.
func (m *measurement) run(ctx context.Context, in *workspace, provider cli.Provider, what step, latency time.Duration) error {
	in.server.SetLatency(latency)
	in.server.ResetJournal()

	took, err := m.measured(ctx, in, what)
	measured := key{provider.Name, what.name, latency}

	if m.runs[measured] == nil {
		m.runs[measured] = new(runs)
	}

	m.runs[measured].add(took, requestsOf(in.server))

	return err
}

// add adds a run.
func (r *runs) add(took usage, requests map[string]int) {
	cliMemory, providerMemory := max(r.cliMemory, took.cliMemory), max(r.providerMemory, took.providerMemory)

	if r.count == 0 || took.wall < r.wall {
		r.usage = took
	}

	if total(requests) >= total(r.requests) {
		r.requests = requests
	}

	r.cliMemory, r.providerMemory = cliMemory, providerMemory
	r.count++
}

// measureSteps applies, imports and plans with the floor and the provider.
func (m *measurement) measureSteps(ctx context.Context) (err error) {
	idle, err := m.apply(ctx, floor, 0, m.best)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, idle.close()) }()

	if err := m.importUsers(ctx, floor, idle.server, 0, m.best); err != nil {
		return err
	}

	var last *workspace
	defer func() { err = errors.Join(err, last.close()) }()

	for _, latency := range m.applies {
		rounds := 1
		if latency == 0 {
			rounds = m.best
		}

		if err := last.close(); err != nil {
			return err
		}

		if last, err = m.apply(ctx, cli.IriusRisk, latency, rounds); err != nil {
			return err
		}

		if err := m.importUsers(ctx, cli.IriusRisk, last.server, latency, rounds); err != nil {
			return err
		}
	}

	return m.plan(ctx, idle, last)
}

// apply applies the configuration several times, each time in a new tenant. It returns the last workspace, which the
// caller closes.
func (m *measurement) apply(ctx context.Context, provider cli.Provider, latency time.Duration, rounds int) (last *workspace, err error) {
	for range rounds {
		if err := last.close(); err != nil {
			return nil, err
		}

		if last, err = m.applyOnce(ctx, provider, latency); err != nil {
			return nil, err
		}
	}

	return last, nil
}

// applyOnce applies the configuration in a new tenant.
func (m *measurement) applyOnce(ctx context.Context, provider cli.Provider, latency time.Duration) (*workspace, error) {
	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		return nil, err
	}

	server.Seed(0, roles, units)

	applied, err := m.open(ctx, provider, server, m.style.configuration(provider.Name, m.users, server, ""))
	if err != nil {
		server.Close()

		return nil, err
	}

	if err := m.run(ctx, applied, provider, applying, latency); err != nil {
		return nil, errors.Join(err, applied.close())
	}

	return applied, nil
}

// importUsers imports the users of a tenant several times, each time into a new workspace. The first user lacks a role, which
// the import adds.
func (m *measurement) importUsers(ctx context.Context, provider cli.Provider, server *simulator.Server, latency time.Duration, rounds int) error {
	if m.style.imports == "" {
		return nil
	}

	for range rounds {
		// The floor creates no users.
		if _, exists := server.User(username(0)); exists {
			server.RevokeRole(username(0), server.Roles()[0].ID)
		}

		imported, err := m.open(ctx, provider, server, m.style.configuration(provider.Name, m.users, server, m.style.imports))
		if err != nil {
			return err
		}

		if err := errors.Join(m.run(ctx, imported, provider, importing, latency), imported.remove()); err != nil {
			return err
		}
	}

	return nil
}

// plan plans at every latency: without changes, and with a role removed outside Terraform.
func (m *measurement) plan(ctx context.Context, idle, applied *workspace) error {
	server := applied.server

	for _, latency := range m.latencies {
		for range m.best {
			if err := m.run(ctx, idle, floor, planning, latency); err != nil {
				return err
			}

			if err := m.run(ctx, applied, cli.IriusRisk, planning, latency); err != nil {
				return err
			}

			// The first user has the first role in every style.
			server.RevokeRole(username(0), server.Roles()[0].ID)

			if err := m.run(ctx, applied, cli.IriusRisk, drifting, latency); err != nil {
				return err
			}

			server.GrantRole(username(0), server.Roles()[0].ID)
		}
	}

	return nil
}
