// Command bench measures what the provider costs: requests, time and memory for an apply, for an empty plan, and for a
// plan that finds one drift, of so many users in three styles, against the simulator at several latencies. Beside each
// stands the floor: as many objects of a provider that talks to nothing, on the same CLI in the same run.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// floor is the provider that talks to nothing.
var floor = cli.Provider{Name: "floor", Package: "github.com/iriusrisk/terraform-provider-iriusrisk/bench/floor"}

// latencies are how long the simulator takes for an answer.
var latencies = []time.Duration{0, 25 * time.Millisecond, 100 * time.Millisecond}

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
	cli    string
	users  []int
	best   int
	folder string
}

func run(ctx context.Context, arguments []string, out io.Writer) error {
	var (
		chosen settings
		users  string
	)

	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&chosen.cli, "cli", "", "the Terraform or OpenTofu to run; by default the first of terraform and tofu on PATH")
	flags.StringVar(&users, "users", "100,300", "how many users, for example 100,300,1000")
	flags.IntVar(&chosen.best, "best", 3, "how often a plan is run, and an apply without latency; the fastest counts")
	flags.StringVar(&chosen.folder, "out", "", "the folder to write README.md and the plots to; none by default")

	if err := flags.Parse(arguments); err != nil {
		return err
	}

	for number := range strings.SplitSeq(users, ",") {
		count, err := strconv.Atoi(number)
		if err != nil || count < 1 {
			return fmt.Errorf("-users: %q is not a number of users", number)
		}

		chosen.users = append(chosen.users, count)
	}

	path, err := cli.Find(chosen.cli)
	if err != nil {
		return err
	}

	chosen.cli = path
	b := &bench{settings: chosen, out: out}

	if err := b.measureAll(ctx); err != nil {
		return err
	}

	if chosen.folder == "" {
		return nil
	}

	return b.report(ctx, strings.Join(arguments, " "))
}

// bench measures and keeps what it has measured.
type bench struct {
	settings

	out  io.Writer
	rows []row
}

// The steps that are measured.
const (
	stepApply = "apply"
	stepPlan  = "empty plan"
	stepDrift = "plan with a drift"
)

// row is one measurement.
type row struct {
	style   style
	users   int
	latency time.Duration
	step    string

	// took is the provider's, floor that of as many objects that do nothing.
	took, floor usage

	// requests counts by operation, least is how many are due by arithmetic; 0 is not said.
	requests map[string]int
	least    int
}

// total is how many requests were sent.
func (r row) total() int {
	sum := 0
	for _, count := range r.requests {
		sum += count
	}

	return sum
}

// ratio is the time in multiples of the floor's.
func (r row) ratio() float64 { return r.took.wall.Seconds() / r.floor.wall.Seconds() }

func (b *bench) measureAll(ctx context.Context) error {
	for _, users := range b.users {
		for _, style := range styles {
			floors, err := b.measureFloor(ctx, style, users)
			if err != nil {
				return err
			}

			for _, latency := range latencies {
				if err := b.measureJob(ctx, style, users, latency, floors); err != nil {
					return err
				}
			}
		}
	}

	return nil
}

// measureFloor applies and plans the style with the provider that does nothing.
func (b *bench) measureFloor(ctx context.Context, style style, users int) (map[string]usage, error) {
	floors := make(map[string]usage)

	// The configuration holds the same ids as the job's.
	server, err := serve(0)
	if err != nil {
		return nil, err
	}
	defer server.Close()

	for round := range b.best {
		err := b.inWorkspace(ctx, floor, style, users, server, func(workspace *cli.Workspace) error {
			if err := b.repeat(1, floors, stepApply, workspace.Command(ctx, applying...)); err != nil || round > 0 {
				return err
			}

			return b.repeat(b.best, floors, stepPlan, workspace.Command(ctx, planning...))
		})
		if err != nil {
			return nil, err
		}
	}

	floors[stepDrift] = floors[stepPlan]

	return floors, nil
}
