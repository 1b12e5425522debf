// Command terraform-provider-iriusrisk serves the IriusRisk provider to Terraform and OpenTofu.
package main

import (
	"flag"
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

func main() {
	var serveDebugger bool

	// Whoever sets GOMEMLIMIT knows better.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}

	flag.BoolVar(&serveDebugger, "debug", false, "serve for a debugger such as delve: print TF_REATTACH_PROVIDERS and wait")
	flag.Parse()

	var options []tf6server.ServeOpt
	if serveDebugger {
		options = append(options, tf6server.WithManagedDebug())
	}

	err := tf6server.Serve("registry.terraform.io/iriusrisk/iriusrisk", provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}
