// Package cli runs Terraform or OpenTofu with the provider of this checkout, for the demo, the benchmark and end-to-end
// tests.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// version is the version that providers are installed under.
const version = "0.0.1"

// Provider is a provider to build and install.
type Provider struct {
	// Name is the name without namespace. Module is the Go module that builds the provider, with its own dependencies,
	// and Package the main package in it.
	Name, Module, Package string
}

// IriusRisk is the provider of this checkout.
var IriusRisk = Provider{Name: "iriusrisk", Module: "github.com/iriusrisk/terraform-provider-iriusrisk", Package: "."}

// Find returns the path of a CLI, given its name or path. Without one, it looks for terraform and then tofu on PATH.
func Find(name string) (string, error) {
	if name != "" {
		return exec.LookPath(name)
	}

	for _, candidate := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, nil
		}
	}

	return "", errors.New("neither terraform nor tofu is on PATH")
}

// IgnoreMissingSettings unsets TF_CLI_CONFIG_FILE if the file does not exist. Otherwise every command prints a warning
// first, and the version of OpenTofu cannot be parsed.
func IgnoreMissingSettings() error {
	_, err := os.Stat(os.Getenv("TF_CLI_CONFIG_FILE")) //nolint:gosec // The file belongs to the user and is not read.
	if errors.Is(err, fs.ErrNotExist) {
		return os.Unsetenv("TF_CLI_CONFIG_FILE")
	}

	return nil
}

// Workspace is a directory with a configuration, in which a CLI runs with a provider from a mirror.
type Workspace struct {
	path string
	dir  string
	env  []string
}

// NewWorkspace copies a configuration into dir and initializes it with the provider of a mirror. The variables are
// added to the environment of the CLI, from which TF_* and IRIUS* are removed.
func NewWorkspace(ctx context.Context, mirror Mirror, path, dir string, configuration fs.FS, variables map[string]string) (*Workspace, error) {
	w := &Workspace{path: path, dir: dir}

	if err := os.CopyFS(w.Dir(), configuration); err != nil {
		return nil, err
	}

	settings := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(settings, fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror), 0o600); err != nil {
		return nil, err
	}

	w.env = environment(variables, settings)
	_, err := w.Run(ctx, "init", "-input=false")

	return w, err
}

// Mirror is a filesystem mirror that contains one provider.
type Mirror string

// Build builds the provider into a mirror in dir, for both the Terraform and the OpenTofu registry.
func (p Provider) Build(ctx context.Context, dir string) (Mirror, error) {
	folder, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", p.Module).Output() //nolint:gosec // The arguments are the caller's own.
	if err != nil {
		return "", fmt.Errorf("go list -m %s: %w", p.Module, err)
	}

	return p.BuildFrom(ctx, strings.TrimSpace(string(folder)), dir)
}

// BuildFrom is Build with the folder of the Go module, such as that of an earlier commit.
func (p Provider) BuildFrom(ctx context.Context, folder, dir string) (Mirror, error) {
	mirror := filepath.Join(dir, "mirror")
	binary := filepath.Join(dir, "terraform-provider-"+p.Name+"_v"+version)

	build := exec.CommandContext(ctx, "go", "build", "-C", folder, "-ldflags", "-X main.version="+version, "-o", binary, p.Package) //nolint:gosec // The arguments are the caller's own.
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}

	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, host, "iriusrisk", p.Name, version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}

		if err := os.Link(binary, filepath.Join(folder, filepath.Base(binary))); err != nil {
			return "", err
		}
	}

	return Mirror(mirror), nil
}

// environment returns the environment of this process without variables that affect the CLI or the provider, plus the
// given ones.
func environment(variables map[string]string, settings string) []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "IRIUS")
	})

	env = append(env, "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	for name, value := range variables {
		env = append(env, name+"="+value)
	}

	return env
}

// Dir returns the directory of the configuration.
func (w *Workspace) Dir() string { return filepath.Join(w.dir, "work") }

// Command returns a command of the CLI that has not been started. When the context ends, the command is interrupted as
// by Ctrl-C.
func (w *Workspace) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.path, arguments...) //nolint:gosec // The CLI is the caller's choice.
	command.Dir = w.Dir()
	command.Env = w.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }

	return command
}

// Run runs a command of the CLI and returns its standard output. The error of a failed command contains its whole
// output.
func (w *Workspace) Run(ctx context.Context, arguments ...string) ([]byte, error) {
	var problems strings.Builder

	command := w.Command(ctx, arguments...)
	command.Stderr = &problems

	output, err := command.Output()
	if err != nil {
		return output, fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(w.path), strings.Join(arguments, " "), err, output, problems.String())
	}

	return output, nil
}

// Plan runs plan -detailed-exitcode and returns the changes as "address: action", sorted. It checks that the exit code
// is 2 with changes and 0 without.
func (w *Workspace) Plan(ctx context.Context) ([]string, error) {
	_, err := w.Run(ctx, "plan", "-detailed-exitcode", "-input=false", "-out=plan")

	exit, differs := errors.AsType[*exec.ExitError](err)
	if err != nil && (!differs || exit.ExitCode() != 2) {
		return nil, err
	}

	shown, err := w.Run(ctx, "show", "-json", "plan")
	if err != nil {
		return nil, err
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

	if differs != (len(changes) > 0) {
		return nil, fmt.Errorf("the exit code of plan -detailed-exitcode does not match the planned changes %q", changes)
	}

	return changes, nil
}
