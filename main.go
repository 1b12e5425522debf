// Command terraform-provider-iriusrisk serves the IriusRisk provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

// version is stamped by the linker on release builds.
var version = "dev"

// memoryLimit is where the garbage collector begins to work harder, in bytes. Lists of tens of thousands of users are
// copied several times on their way to Terraform, and what is left of each copy would otherwise be let pile up.
const memoryLimit = 256 << 20

// garbagePercent is how much garbage may pile up beside what is in use, in percent of it. Little is in use: a few tens of
// MiB for thousands of users.
const garbagePercent = 400

func main() {
	var serveDebugger, printVersion bool

	flag.BoolVar(&serveDebugger, "debug", false, "serve for a debugger such as delve: print TF_REATTACH_PROVIDERS and wait")
	flag.BoolVar(&printVersion, "version", false, "print the provider's version and exit")
	flag.Parse()

	if printVersion {
		if _, err := fmt.Fprintln(os.Stdout, version); err != nil {
			log.Fatal(err)
		}

		return
	}

	// Whoever sets these variables knows better.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}

	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}

	var options []tf6server.ServeOpt
	if serveDebugger {
		options = append(options, tf6server.WithManagedDebug())
	} else if !logIsRead(os.Environ()) {
		silenceLog()
	}

	err := tf6server.Serve("registry.terraform.io/iriusrisk/iriusrisk", provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}
