package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// The numbers of the algorithms of keys that the Terraform Registry takes (RFC 4880, section 9.1; documented by the
// registry: "RSA or DSA").
var registryAlgorithms = map[string]string{"1": "RSA", "17": "DSA"}

// verifySignature verifies the detached signature of a file by gpgv with the public key in a keyring.
func verifySignature(ctx context.Context, keyring, signature, file string) error {
	// gpgv looks for a keyring without a slash in the user's own folder.
	keyring, err := filepath.Abs(keyring)
	if err != nil {
		return err
	}

	command := exec.CommandContext(ctx, "gpgv", "--status-fd", "1", "--keyring", keyring, signature, file) //nolint:gosec // The arguments are those of this command.

	var complaints bytes.Buffer

	command.Stderr = &complaints

	status, err := command.Output()
	if err != nil {
		return fmt.Errorf("gpgv: %w: %s", err, strings.TrimSpace(complaints.String()))
	}

	return checkStatus(string(status))
}

// checkStatus checks what gpgv reports: one good signature, by a key that the Terraform Registry takes.
func checkStatus(status string) error {
	good, algorithm := false, ""

	for line := range strings.Lines(status) {
		fields := strings.Fields(line)

		switch {
		case len(fields) < 2 || fields[0] != "[GNUPG:]":
		case fields[1] == "GOODSIG":
			good = true
		case fields[1] == "VALIDSIG" && len(fields) > 8:
			algorithm = fields[8]
		}
	}

	if !good {
		return errors.New("gpgv reports no good signature; the key may have expired")
	}

	if registryAlgorithms[algorithm] == "" {
		return fmt.Errorf("the key's algorithm is number %q, and the Terraform Registry takes RSA and DSA only", algorithm)
	}

	return nil
}
