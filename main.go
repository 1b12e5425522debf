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

// version is set by the linker in release builds.
var version = "dev"

// memoryLimit is the soft memory limit (GOMEMLIMIT) in bytes. Large lists of users are copied several times on the way to
// Terraform; the limit makes the garbage collector reclaim the copies.
const memoryLimit = 256 << 20

// gcPercent is the target of the garbage collector (GOGC). The live heap has only tens of MiB for thousands of users, so a
// high value saves CPU at little cost in memory.
const gcPercent = 400

func main() {
	var serveDebugger, printVersion bool

	flag.BoolVar(&serveDebugger, "debug", false, "serve for a debugger such as Delve: print TF_REATTACH_PROVIDERS and wait for connections")
	flag.BoolVar(&printVersion, "version", false, "print the provider's version and exit")
	flag.Parse()

	if printVersion {
		if _, err := fmt.Fprintln(os.Stdout, version); err != nil {
			log.Fatal(err)
		}

		return
	}

	// Values set in the environment take precedence.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}

	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}

	var options []tf6server.ServeOpt
	if serveDebugger {
		options = append(options, tf6server.WithManagedDebug())
	} else if !logEnabled(os.Environ()) {
		disableLog()
	}

	err := tf6server.Serve("registry.terraform.io/iriusrisk/iriusrisk", provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}
