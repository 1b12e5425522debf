// Command terraform-provider-iriusrisk serves the IriusRisk provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

// version is stamped by the linker on release builds.
var version = "dev"

func main() {
	var debug bool

	flag.BoolVar(&debug, "debug", false, "serve for a debugger such as delve: print TF_REATTACH_PROVIDERS and wait")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/iriusrisk/iriusrisk",
		Debug:   debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
