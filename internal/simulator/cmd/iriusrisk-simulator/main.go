// Command iriusrisk-simulator serves a simulated IriusRisk with a seeded tenant on loopback, until it is interrupted.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func main() {
	var (
		options             simulator.Options
		users, roles, units int
	)

	flag.StringVar(&options.Addr, "addr", "127.0.0.1:8080", "the loopback address to listen on")
	flag.DurationVar(&options.Latency, "latency", 0, "how long every answer takes, for example 25ms")
	flag.IntVar(&options.PageCap, "page-cap", 0, "the largest page, in items; 0 is 1000")
	flag.IntVar(&users, "users", 50, "how many users the tenant has")
	flag.IntVar(&roles, "roles", 20, "how many roles it has")
	flag.IntVar(&units, "units", 10, "how many business units it has")
	flag.Parse()

	options.Log = os.Stderr

	server, err := simulator.Start(options)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	server.Seed(users, roles, units)

	fmt.Printf("# A simulated IriusRisk with %d users, %d roles and %d business units. Ctrl-C ends it.\n", users, roles, units)
	fmt.Printf("export IRIUSRISK_ENDPOINT=%s\nexport IRIUSRISK_API_TOKEN=%s\n", server.URL(), server.AdminToken())

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	<-ctx.Done()
	stop()
	server.Close()
}
