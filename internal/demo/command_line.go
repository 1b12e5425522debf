package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// demoVersion is the version under which the demo installs the provider.
const demoVersion = "0.0.1"

// commandLine runs Terraform or OpenTofu in a folder of the demo's own, with the provider installed in a mirror there.
type commandLine struct {
	path string
	dir  string
	out  io.Writer
	env  []string
}

func (c *commandLine) workDir() string { return filepath.Join(c.dir, "work") }

// prepare builds the provider into a mirror, and copies the configuration.
func (c *commandLine) prepare(ctx context.Context, endpoint, token string) error {
	mirror := filepath.Join(c.dir, "mirror")
	binary := filepath.Join(c.dir, "terraform-provider-iriusrisk_v"+demoVersion)

	build := exec.CommandContext(ctx, "go", "build", "-ldflags", "-X main.version="+demoVersion, "-o", binary, ".") //nolint:gosec // The arguments are the demo's own.
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}

	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, host, "iriusrisk", "iriusrisk", demoVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}

		if err := os.Link(binary, filepath.Join(folder, filepath.Base(binary))); err != nil {
			return err
		}
	}

	if err := os.CopyFS(c.workDir(), os.DirFS(filepath.Join("examples", "quickstart"))); err != nil {
		return err
	}

	config := filepath.Join(c.dir, "cli.tfrc")
	c.env = environment(map[string]string{
		"IRIUSRISK_ENDPOINT":  endpoint,
		"IRIUSRISK_API_TOKEN": token,
		"TF_CLI_CONFIG_FILE":  config,
		"CHECKPOINT_DISABLE":  "1",
		"TF_IN_AUTOMATION":    "1",
	})

	return os.WriteFile(config, fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror), 0o600)
}

// environment is this process's, without whatever would make Terraform or the provider behave otherwise, and with
// the given variables.
func environment(set map[string]string) []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "IRIUS")
	})

	for name, value := range set {
		env = append(env, name+"="+value)
	}

	return env
}

// run runs a command of the CLI and returns what it printed; a failure shows all of it.
func (c *commandLine) run(ctx context.Context, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, c.path, arguments...) //nolint:gosec // The CLI is the caller's choice.
	command.Dir = c.workDir()
	command.Env = c.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }

	var problems strings.Builder

	command.Stderr = &problems

	output, err := command.Output()
	if err != nil {
		return output, fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(c.path), strings.Join(arguments, " "), err, output, problems.String())
	}

	return output, nil
}

// plan plans and returns the changes as "address: action", sorted. The exit code has to agree with them: 2 with
// changes, 0 without.
func (c *commandLine) plan(ctx context.Context) ([]string, error) {
	_, err := c.run(ctx, "plan", "-detailed-exitcode", "-input=false", "-out=plan")

	exit, failed := errors.AsType[*exec.ExitError](err)
	if err != nil && (!failed || exit.ExitCode() != 2) {
		return nil, err
	}

	shown, showErr := c.run(ctx, "show", "-json", "plan")
	if showErr != nil {
		return nil, showErr
	}

	var plan struct {
		Changes []struct {
			Address string `json:"address"`
			Change  struct {
				Actions []string `json:"actions"`
			} `json:"change"`
		} `json:"resource_changes"`
	}

	if err := json.Unmarshal(shown, &plan); err != nil {
		return nil, err
	}

	var changes []string

	for _, resource := range plan.Changes {
		if action := strings.Join(resource.Change.Actions, ", "); action != "no-op" && action != "read" {
			changes = append(changes, resource.Address+": "+action)
		}
	}

	slices.Sort(changes)

	if failed != (len(changes) > 0) {
		return nil, fmt.Errorf("plan -detailed-exitcode disagrees with the planned changes %q", changes)
	}

	return changes, nil
}
