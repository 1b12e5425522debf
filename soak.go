//go:build soak

package main

import (
	"log"
	"os"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/soak"
)

// A provider for make soak answers each line of its standard input with a sample of itself. Released providers are built
// without this file.
func init() {
	go func() {
		if err := soak.Answer(os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
	}()
}
