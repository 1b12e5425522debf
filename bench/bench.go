package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// bench runs the measurements and collects their results.
type bench struct {
	settings

	out      io.Writer
	rows     []row
	listings []listing

	// mirrors are the built providers by name, in the folder built.
	mirrors map[string]cli.Mirror
	built   string
}

// build builds the providers.
func (b *bench) build(ctx context.Context) (err error) {
	b.mirrors = make(map[string]cli.Mirror)

	if b.built, err = os.MkdirTemp("", "iriusrisk-bench-providers-"); err != nil {
		return err
	}

	for _, provider := range []cli.Provider{floor, cli.IriusRisk} {
		dir := filepath.Join(b.built, provider.Name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}

		if b.mirrors[provider.Name], err = provider.Build(ctx, dir); err != nil {
			return err
		}
	}

	return nil
}

// step is a measured command of the CLI.
type step struct {
	name      string
	arguments []string

	// exitCode is the expected exit code.
	exitCode int
}

var (
	applying   = step{"apply", []string{"apply", "-auto-approve", "-input=false"}, 0}
	importing  = step{"import", []string{"apply", "-auto-approve", "-input=false"}, 0}
	planning   = step{"empty plan", []string{"plan", "-detailed-exitcode", "-input=false"}, 0}
	listingAll = step{"data source", []string{"plan", "-input=false"}, 0}
	drifting   = step{"plan with drift", []string{"plan", "-detailed-exitcode", "-input=false"}, 2}
)

// row is one measurement.
type row struct {
	style   style
	users   int
	latency time.Duration
	step    step

	// took is the usage with the provider, floor the usage with the same objects of the provider that does nothing.
	took, floor usage

	// requests are the requests by operation in the run with the most requests.
	requests map[string]int
}

// total returns the number of requests.
func (r row) total() int { return total(r.requests) }

// total returns the number of requests of all operations.
func total(requests map[string]int) int {
	sum := 0
	for _, count := range requests {
		sum += count
	}

	return sum
}

// ratio returns the time divided by the time of the floor.
func (r row) ratio() float64 { return r.took.wall.Seconds() / r.floor.wall.Seconds() }

func (b *bench) measureAll(ctx context.Context) error {
	for _, users := range b.users {
		for _, style := range b.styles {
			if err := b.measureStyle(ctx, style, users); err != nil {
				return err
			}
		}
	}

	for _, users := range b.tenants {
		if err := b.measureListing(ctx, users); err != nil {
			return err
		}
	}

	return nil
}

// listing is the cost of reading a whole tenant through data iriusrisk_users.
type listing struct {
	users, requests int
	took            usage
}

// measureListing measures reading a tenant with a number of users.
func (b *bench) measureListing(ctx context.Context, users int) (err error) {
	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		return err
	}

	server.Seed(users, roles, units)

	reading, err := b.open(ctx, cli.IriusRisk, server, listingConfiguration)
	if err != nil {
		server.Close()

		return err
	}
	defer func() { err = errors.Join(err, reading.close()) }()

	var least runs

	for range b.best {
		server.ResetJournal()

		took, err := b.measured(ctx, reading, listingAll)
		if err != nil {
			return err
		}

		least.add(took, requestsOf(server))
	}

	b.listings = append(b.listings, listing{users, total(least.requests), least.usage})
	b.say("data iriusrisk_users, %d users: %.2f s (CPU: provider %.2f s, CLI %.2f s), %d requests, provider %d MiB\n",
		users, least.wall.Seconds(), least.providerCPU.Seconds(), (least.cpu - least.providerCPU).Seconds(), total(least.requests), least.providerMemory>>20)

	return nil
}

// say prints a line. Errors of writing to a closed terminal are ignored.
func (b *bench) say(format string, arguments ...any) { _, _ = fmt.Fprintf(b.out, format, arguments...) }

// measured runs and measures a step. An unexpected exit code is an error.
func (b *bench) measured(ctx context.Context, in *workspace, what step) (usage, error) {
	took, err := measure(in.Command(ctx, what.arguments...))
	if err == nil && took.exitCode != what.exitCode {
		err = fmt.Errorf("the %s ended with exit code %d, want %d", what.name, took.exitCode, what.exitCode)
	}

	return took, err
}

// String returns the measurement as one line.
func (r row) String() string {
	return fmt.Sprintf("%d users, %s, %s, %s: %.2f s, %.2f times the floor, %d requests, provider %d MiB (floor %d MiB)",
		r.users, r.style.name, r.latency, r.step.name, r.took.wall.Seconds(), r.ratio(), r.total(), r.took.providerMemory>>20, r.floor.providerMemory>>20)
}

// requestsOf counts the requests that a server received, by operation.
func requestsOf(server *simulator.Server) map[string]int {
	counts := make(map[string]int)
	for _, entry := range server.Journal() {
		counts[entry.Operation]++
	}

	return counts
}
