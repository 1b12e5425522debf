// Command releasecheck checks that a folder filled by `make release` contains a release that the Terraform and OpenTofu
// registries accept: https://developer.hashicorp.com/terraform/registry/providers/publishing.
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

// platforms lists the platforms of a release.
var platforms = []string{
	"darwin_amd64", "darwin_arm64", "freebsd_amd64", "freebsd_arm64",
	"linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: releasecheck KEYRING FOLDER\n\nKEYRING is the file with the public key that gpg --export writes.")
		os.Exit(2)
	}

	version, err := newChecker(os.Args[1]).check(context.Background(), os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	fmt.Printf("%s %s is a valid, signed release for %d platforms\n", name, version, len(platforms))
}
