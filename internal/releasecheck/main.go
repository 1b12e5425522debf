// Command releasecheck tells whether a folder that `make release` filled holds a release as the Terraform and OpenTofu
// registries want it: https://developer.hashicorp.com/terraform/registry/providers/publishing.
package main

import (
	"context"
	"fmt"
	"os"
)

const (
	name       = "terraform-provider-iriusrisk"
	modulePath = "github.com/iriusrisk/" + name
)

// platforms are those that a release is built for.
var platforms = []string{
	"darwin_amd64", "darwin_arm64", "freebsd_amd64", "freebsd_arm64",
	"linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: releasecheck KEYRING FOLDER\n\nKEYRING holds the public key, as gpg --export writes it.")
		os.Exit(2)
	}

	version, err := newChecker(os.Args[1]).check(context.Background(), os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	fmt.Printf("%s %s is a signed release of %d platforms as the registry wants it\n", name, version, len(platforms))
}
