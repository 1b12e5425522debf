// Command iriusrisk-simulator serves a simulated IriusRisk with a seeded tenant on a loopback address until it is
// interrupted.
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

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)

	stop()

	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until the context ends. It writes shell commands to out and one line per request to log.
func run(ctx context.Context, arguments []string, out, log io.Writer) error {
	options := simulator.Options{Log: log}

	var users, roles, units int

	flags := flag.NewFlagSet("iriusrisk-simulator", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.StringVar(&options.Addr, "addr", "127.0.0.1:8080", "loopback address to listen on")
	flags.DurationVar(&options.Latency, "latency", 0, "delay of every response, for example 25ms")
	flags.IntVar(&options.PageCap, "page-cap", 0, "maximum page size in items; 0 means 1000")
	flags.IntVar(&users, "users", 50, "number of users")
	flags.IntVar(&roles, "roles", 20, "number of roles")
	flags.IntVar(&units, "units", 10, "number of business units")

	if err := flags.Parse(arguments); err != nil {
		return err
	}

	server, err := simulator.Start(options)
	if err != nil {
		return err
	}
	defer server.Close()

	server.Seed(users, roles, units)

	_, err = fmt.Fprintf(
		out, "# A simulated IriusRisk with %d users, %d roles and %d business units. Press Ctrl-C to stop it.\nexport IRIUSRISK_ENDPOINT=%s\nexport IRIUSRISK_API_TOKEN=%s\n",
		users, roles, units, server.URL(), server.AdminToken(),
	)
	if err != nil {
		return err
	}

	<-ctx.Done()

	return nil
}
