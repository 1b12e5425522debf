package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
)

// versionLine matches the output of the version command of Terraform and OpenTofu.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v1\.(\d+)\.`)

// Version reports whether a CLI is OpenTofu rather than Terraform, and returns the minor version: 12 for 1.12.3.
func Version(ctx context.Context, path string) (openTofu bool, minor int, err error) {
	command := exec.CommandContext(ctx, path, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")

	output, err := command.Output()
	if err != nil {
		return false, 0, fmt.Errorf("%s version: %w", path, err)
	}

	found := versionLine.FindSubmatch(output)
	if found == nil {
		return false, 0, fmt.Errorf("%s is neither Terraform 1 nor OpenTofu 1: %q", path, output)
	}

	minor, err = strconv.Atoi(string(found[2]))

	return string(found[1]) == "OpenTofu", minor, err
}
