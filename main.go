// Command terraform-provider-iriusrisk serves the IriusRisk provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

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

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/iriusrisk/iriusrisk",
		Debug:   serveDebugger,
	})
	if err != nil {
		log.Fatal(err)
	}
}
