// Command bench measures the requests, time and memory of an apply, of an import, of an empty plan and of a plan with drift,
// for several numbers of users in three styles, against the simulator at several latencies. It compares each with the floor: the same
// number of objects of a provider that sends no requests, with the same CLI in the same run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
)

// floor is the provider that sends no requests.
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

func run(ctx context.Context, arguments []string, out io.Writer) error {
	var (
		chosen                                     settings
		users, tenants, latencies, applies, styles string
	)

	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&chosen.cli, "cli", "", "path of the Terraform or OpenTofu executable (default: terraform or tofu from PATH)")
	flags.StringVar(&users, "users", "300", "comma-separated numbers of users, for example 100,300,1000")
	flags.StringVar(&tenants, "tenants", "5000,50000", "comma-separated sizes of the tenants to read through data iriusrisk_users, in users; empty for none")
	flags.StringVar(&latencies, "latencies", "0,25ms,100ms", "comma-separated latencies of the simulator for plans")
	flags.StringVar(&applies, "applies", "0", "comma-separated latencies of the simulator for applies, which take longest")
	flags.StringVar(&styles, "styles", "additive,exclusive,inline", "comma-separated styles of declaring access")
	flags.IntVar(&chosen.best, "best", 1, "number of runs of each plan and of each apply without latency; the fastest run counts")
	flags.StringVar(&chosen.folder, "out", "", "folder in which to update README.md and the plots (default: none)")

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
