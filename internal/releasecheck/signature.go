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

// registryAlgorithms are the key algorithms that the Terraform Registry accepts, by number (RFC 4880, section 9.1;
// documented by the registry: "RSA or DSA").
var registryAlgorithms = map[string]string{"1": "RSA", "17": "DSA"}

// verifySignature verifies the detached signature of a file with gpgv and the public key in a keyring.
func verifySignature(ctx context.Context, keyring, signature, file string) error {
	// gpgv searches a keyring without a slash in the user's GnuPG directory.
	keyring, err := filepath.Abs(keyring)
	if err != nil {
		return err
	}

	command := exec.CommandContext(ctx, "gpgv", "--status-fd", "1", "--keyring", keyring, signature, file) //nolint:gosec // The arguments come from the command line.

	var complaints bytes.Buffer

	command.Stderr = &complaints

	status, err := command.Output()
	if err != nil {
		return fmt.Errorf("gpgv: %w: %s", err, strings.TrimSpace(complaints.String()))
	}

	return checkStatus(string(status))
}

// checkStatus checks the output of gpgv: a good signature, with a key that the Terraform Registry accepts.
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
		return errors.New("gpgv reports no valid signature; the key may have expired")
	}

	if registryAlgorithms[algorithm] == "" {
		return fmt.Errorf("the key has algorithm number %q, but the Terraform Registry accepts only RSA and DSA", algorithm)
	}

	return nil
}
