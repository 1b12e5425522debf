package provider

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// requirement is the terraform block of a configuration that runs outside the test framework.
const requirement = "terraform {\n  required_providers {\n    iriusrisk = { source = \"iriusrisk/iriusrisk\" }\n  }\n}\n"

// mirrorFolder is the folder of the mirror. TestMain removes it.
var mirrorFolder string

// mirror builds the provider of this checkout once for all tests, and returns where the CLI finds it.
var mirror = sync.OnceValues(func() (built cli.Mirror, err error) {
	if mirrorFolder, err = os.MkdirTemp("", "iriusrisk-mirror-"); err != nil {
		return "", err
	}

	return cli.IriusRisk.Build(context.Background(), mirrorFolder)
})

// newWorkspace is a workspace of the CLI with a configuration, against a server.
func newWorkspace(t *testing.T, server *simulator.Server, configuration string, variables map[string]string) *cli.Workspace {
	t.Helper()

	return openWorkspace(t, server, fstest.MapFS{"main.tf": {Data: []byte(requirement + configuration)}}, variables)
}

// openWorkspace is a workspace of the CLI with the files of a configuration, against a server.
func openWorkspace(t *testing.T, server *simulator.Server, configuration fs.FS, variables map[string]string) *cli.Workspace {
	t.Helper()

	built, err := mirror()
	if err != nil {
		t.Fatal(err)
	}

	return openWorkspaceOf(t, built, server, configuration, variables)
}

// openWorkspaceOf is openWorkspace with the provider of a mirror.
func openWorkspaceOf(t *testing.T, built cli.Mirror, server *simulator.Server, configuration fs.FS, variables map[string]string) *cli.Workspace {
	t.Helper()

	path, err := cli.Find(os.Getenv("TF_ACC_TERRAFORM_PATH"))
	if err != nil {
		t.Fatal(err)
	}

	env := map[string]string{"IRIUSRISK_ENDPOINT": server.URL(), "IRIUSRISK_API_TOKEN": server.AdminToken()}
	maps.Copy(env, variables)

	workspace, err := cli.NewWorkspace(t.Context(), built, path, t.TempDir(), configuration, env)
	if err != nil {
		t.Fatal(err)
	}

	return workspace
}

// writeConfiguration replaces the configuration of a workspace.
func writeConfiguration(t *testing.T, workspace *cli.Workspace, configuration string) {
	t.Helper()

	writeFile(t, workspace, "main.tf", requirement+configuration)
}

// writeFile replaces a file of a workspace.
func writeFile(t *testing.T, workspace *cli.Workspace, name, content string) {
	t.Helper()

	if err := os.WriteFile(filepath.Join(workspace.Dir(), name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command of the CLI, fails the test if the command fails, and returns its output.
func run(t *testing.T, workspace *cli.Workspace, arguments ...string) string {
	t.Helper()

	output, err := workspace.Run(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}

	return string(output)
}

// applyAll applies without a confirmation.
func applyAll(t *testing.T, workspace *cli.Workspace) string {
	t.Helper()

	return run(t, workspace, "apply", "-auto-approve", "-input=false", "-no-color")
}

// expectChanges plans, and compares the planned changes with the expected ones.
func expectChanges(t *testing.T, workspace *cli.Workspace, expected ...string) {
	t.Helper()

	changes, err := workspace.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	if !slices.Equal(changes, expected) {
		t.Errorf("the plan changes %q, not %q", changes, expected)
	}
}
