// Command bench measures what the provider costs: requests, time and memory for an apply, for an empty plan, and for a
// plan that finds one drift, of so many users in three styles, against the simulator at several latencies. Beside each
// stands the floor: as many objects of a provider that talks to nothing, on the same CLI in the same run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// floor is the provider that talks to nothing.
var floor = cli.Provider{Name: "floor", Module: "github.com/iriusrisk/terraform-provider-iriusrisk/bench", Package: "./floor"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "bench failed:", err)
		os.Exit(1)
	}
}

// settings are what a run measures.
type settings struct {
	cli       string
	users     []int
	tenants   []int
	latencies []time.Duration
	applies   []time.Duration
	styles    []style
	best      int
	folder    string
}

func run(ctx context.Context, arguments []string, out io.Writer) error {
	var (
		chosen                                     settings
		users, tenants, latencies, applies, styles string
	)

	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&chosen.cli, "cli", "", "the Terraform or OpenTofu to run; by default the first of terraform and tofu on PATH")
	flags.StringVar(&users, "users", "300", "how many users, for example 100,300,1000")
	flags.StringVar(&tenants, "tenants", "5000,50000", "how many users the tenants have that are read through data iriusrisk_users; none when empty")
	flags.StringVar(&latencies, "latencies", "0,25ms,100ms", "how long the simulator takes for an answer while plans are measured")
	flags.StringVar(&applies, "applies", "0", "how long it takes for an answer while applies are measured, most of which is Terraform's own time")
	flags.StringVar(&styles, "styles", "additive,exclusive,inline", "in which styles access is declared")
	flags.IntVar(&chosen.best, "best", 1, "how often each plan, and an apply without latency, is run; the fastest counts")
	flags.StringVar(&chosen.folder, "out", "", "the folder to write README.md and the plots to; none by default")

	if err := flags.Parse(arguments); err != nil {
		return err
	}

	path, err := cli.Find(chosen.cli)
	if err := errors.Join(err, chosen.read(users, tenants, latencies, applies, styles)); err != nil {
		return err
	}

	chosen.cli = path
	b := &bench{settings: chosen, out: out}

	err = b.build(ctx)
	if err == nil {
		err = b.measureAll(ctx)
	}

	if err := errors.Join(err, os.RemoveAll(b.built)); err != nil {
		return err
	}

	if chosen.folder == "" {
		return nil
	}

	return b.report(ctx, flags)
}

// read reads the lists that the flags hold.
func (s *settings) read(users, tenants, latencies, applies, names string) error {
	var errs [4]error

	s.users, errs[0] = numbers("-users", users)
	s.tenants, errs[1] = numbers("-tenants", tenants)
	s.latencies, errs[2] = durations("-latencies", latencies)
	s.applies, errs[3] = durations("-applies", applies)

	if err := errors.Join(errs[:]...); err != nil {
		return err
	}

	if s.best < 1 {
		return fmt.Errorf("-best: %d is less than 1", s.best)
	}

	for name := range strings.SplitSeq(names, ",") {
		at := slices.IndexFunc(styles, func(style style) bool { return style.name == name })
		if at < 0 {
			return fmt.Errorf("-styles: there is no style %q", name)
		}

		s.styles = append(s.styles, styles[at])
	}

	return nil
}

// latenciesOf are those at which a step is measured.
func (s *settings) latenciesOf(what step) []time.Duration {
	if what.name == applying.name {
		return s.applies
	}

	return s.latencies
}

// numbers reads what a flag lists, such as "100,300".
func numbers(flag, list string) ([]int, error) {
	var counts []int

	for text := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' }) {
		count, err := strconv.Atoi(text)
		if err != nil || count < 1 {
			return nil, fmt.Errorf("%s: %q is not a number of users", flag, text)
		}

		counts = append(counts, count)
	}

	return counts, nil
}

// durations reads what a flag lists, such as "0,25ms".
func durations(flag, list string) ([]time.Duration, error) {
	var durations []time.Duration

	for text := range strings.SplitSeq(list, ",") {
		duration, err := time.ParseDuration(text)
		if err != nil || duration < 0 {
			return nil, fmt.Errorf("%s: %q is not a latency", flag, text)
		}

		durations = append(durations, duration)
	}

	return durations, nil
}

// bench measures and keeps what it has measured.
type bench struct {
	settings

	out      io.Writer
	rows     []row
	listings []listing

	// mirrors hold the providers, by name, in the folder built.
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

// step is a command of the CLI that is measured.
type step struct {
	name      string
	arguments []string

	// exitCode is the one that says that the plan is as it should be.
	exitCode int
}

var (
	applying   = step{"apply", []string{"apply", "-auto-approve", "-input=false"}, 0}
	planning   = step{"empty plan", []string{"plan", "-detailed-exitcode", "-input=false"}, 0}
	listingAll = step{"data source", []string{"plan", "-input=false"}, 0}
	drifting   = step{"plan with a drift", []string{"plan", "-detailed-exitcode", "-input=false"}, 2}
)

// row is one measurement.
type row struct {
	style   style
	users   int
	latency time.Duration
	step    step

	// took is the provider's, floor that of as many objects that do nothing.
	took, floor usage

	// requests counts by operation, of the run that took the most.
	requests map[string]int
}

// total is how many requests were sent.
func (r row) total() int { return total(r.requests) }

// total is how many requests of all operations there are.
func total(requests map[string]int) int {
	sum := 0
	for _, count := range requests {
		sum += count
	}

	return sum
}

// ratio is the time in multiples of the floor's.
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

// listing is what reading a whole tenant through data iriusrisk_users takes.
type listing struct {
	users, requests int
	took            usage
}

// measureListing reads a tenant of so many users.
func (b *bench) measureListing(ctx context.Context, users int) error {
	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		return err
	}
	defer server.Close()

	server.Seed(users, roles, units)

	var least runs

	for range b.best {
		err := b.inWorkspace(ctx, cli.IriusRisk, listingConfiguration, server, func(workspace *cli.Workspace) error {
			server.ResetJournal()

			took, err := b.measured(ctx, workspace, listingAll)
			least.note(took, counted(server))

			return err
		})
		if err != nil {
			return err
		}
	}

	b.listings = append(b.listings, listing{users, total(least.requests), least.usage})
	b.say("data iriusrisk_users, %d users: %.2f s (CPU: provider %.2f s, CLI %.2f s), %d requests, provider %d MiB\n",
		users, least.wall.Seconds(), least.providerCPU.Seconds(), (least.cpu - least.providerCPU).Seconds(), total(least.requests), least.providerMemory>>20)

	return nil
}

// say prints a line; a terminal that is gone has nobody to complain to.
func (b *bench) say(format string, arguments ...any) { _, _ = fmt.Fprintf(b.out, format, arguments...) }

// measured measures a step, which has to end as it should.
func (b *bench) measured(ctx context.Context, workspace *cli.Workspace, what step) (usage, error) {
	took, err := measure(workspace.Command(ctx, what.arguments...))
	if err == nil && took.exitCode != what.exitCode {
		err = fmt.Errorf("the %s ended with %d, not %d", what.name, took.exitCode, what.exitCode)
	}

	return took, err
}

// measureStyle measures the provider and the floor side by side. It applies in new tenants, and plans at every
// latency from one state, each time right after the floor has planned.
func (b *bench) measureStyle(ctx context.Context, style style, users int) error {
	m := &measurement{bench: b, style: style, users: users, runs: make(map[at]*runs)}

	err := m.apply(ctx, floor, 0, b.best, func(idle *cli.Workspace, _ *simulator.Server) error {
		for i, latency := range b.applies {
			rounds := 1
			if latency == 0 {
				rounds = b.best
			}

			var then func(*cli.Workspace, *simulator.Server) error
			if i == len(b.applies)-1 {
				then = func(workspace *cli.Workspace, server *simulator.Server) error {
					return m.plan(ctx, idle, workspace, server)
				}
			}

			if err := m.apply(ctx, cli.IriusRisk, latency, rounds, then); err != nil {
				return err
			}
		}

		return nil
	})
	if err != nil {
		return err
	}

	for _, what := range []step{applying, planning, drifting} {
		for _, latency := range b.latenciesOf(what) {
			took := m.runs[at{cli.IriusRisk.Name, what.name, latency}]
			b.rows = append(b.rows, row{style, users, latency, what, took.usage, m.floor(what, latency), took.requests})
			b.say("%s\n", b.rows[len(b.rows)-1])
		}
	}

	return nil
}

// measurement is that of a style.
type measurement struct {
	*bench

	style style
	users int
	runs  map[at]*runs
}

// at is what a measurement is of.
type at struct {
	provider, step string
	latency        time.Duration
}

// runs are the fastest of several runs, with the most memory and requests that any of them took.
type runs struct {
	usage

	count    int
	requests map[string]int
}

// floor is what a step takes with the provider that does nothing. A drift makes no difference to it, nor does latency to
// an apply.
func (m *measurement) floor(what step, latency time.Duration) usage {
	if what.name == applying.name {
		return m.runs[at{floor.Name, what.name, 0}].usage
	}

	return m.runs[at{floor.Name, planning.name, latency}].usage
}

// run runs a step and notes what it took.
func (m *measurement) run(ctx context.Context, provider cli.Provider, workspace *cli.Workspace, server *simulator.Server, what step, latency time.Duration) error {
	server.SetLatency(latency)
	server.ResetJournal()

	took, err := m.measured(ctx, workspace, what)
	key := at{provider.Name, what.name, latency}

	if m.runs[key] == nil {
		m.runs[key] = new(runs)
	}

	m.runs[key].note(took, counted(server))

	return err
}

func (r *runs) note(took usage, requests map[string]int) {
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

// apply applies so many times, each in a new tenant, and goes on from the last.
func (m *measurement) apply(ctx context.Context, provider cli.Provider, latency time.Duration, rounds int, then func(*cli.Workspace, *simulator.Server) error) error {
	for round := range rounds {
		server, err := serve()
		if err != nil {
			return err
		}

		err = m.inWorkspace(ctx, provider, m.style.configuration(provider.Name, m.users, server), server, func(workspace *cli.Workspace) error {
			err := m.run(ctx, provider, workspace, server, applying, latency)
			if err == nil && round == rounds-1 && then != nil {
				err = then(workspace, server)
			}

			return err
		})

		server.Close()

		if err != nil {
			return err
		}
	}

	return nil
}

// plan plans at every latency, with nothing to change and with a role taken behind Terraform's back.
func (m *measurement) plan(ctx context.Context, idle, workspace *cli.Workspace, server *simulator.Server) error {
	for _, latency := range m.latencies {
		for range m.best {
			if err := m.run(ctx, floor, idle, server, planning, latency); err != nil {
				return err
			}

			if err := m.run(ctx, cli.IriusRisk, workspace, server, planning, latency); err != nil {
				return err
			}

			// The first user has the first role in every style.
			server.RevokeRole(username(0), server.Roles()[0].ID)

			if err := m.run(ctx, cli.IriusRisk, workspace, server, drifting, latency); err != nil {
				return err
			}

			server.GrantRole(username(0), server.Roles()[0].ID)
		}
	}

	return nil
}

// String is the measurement in a line.
func (r row) String() string {
	return fmt.Sprintf("%d users, %s, %s, %s: %.2f s, %.2f times the floor, %d requests, provider %d MiB (the floor's %d)",
		r.users, r.style.name, r.latency, r.step.name, r.took.wall.Seconds(), r.ratio(), r.total(), r.took.providerMemory>>20, r.floor.providerMemory>>20)
}

// serve starts a tenant with roles and business units and nobody in it.
func serve() (*simulator.Server, error) {
	server, err := simulator.Start(simulator.Options{})
	if err == nil {
		server.Seed(0, roles, units)
	}

	return server, err
}

// counted is how many requests of each operation have arrived.
func counted(server *simulator.Server) map[string]int {
	counts := make(map[string]int)
	for _, entry := range server.Journal() {
		counts[entry.Operation]++
	}

	return counts
}

// inWorkspace does something in a workspace of its own with a configuration.
func (b *bench) inWorkspace(ctx context.Context, provider cli.Provider, configuration fs.FS, server *simulator.Server, do func(*cli.Workspace) error) (err error) {
	dir, err := os.MkdirTemp("", "iriusrisk-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	workspace, err := cli.NewWorkspace(ctx, b.mirrors[provider.Name], b.cli, dir, configuration, map[string]string{
		"IRIUSRISK_ENDPOINT":  server.URL(),
		"IRIUSRISK_API_TOKEN": server.AdminToken(),
	})
	if err != nil {
		return err
	}

	return do(workspace)
}
