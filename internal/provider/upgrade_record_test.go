package provider

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

var (
	recordState  = flag.String("record-state", "", "the folder of testdata/upgrade to write the state of its configuration to")
	recordCommit = flag.String("record-commit", "HEAD", "the commit whose provider writes the state")
)

// TestUpgradeRecord_writesState writes a recording if -record-state is set: it applies the configuration in the folder with the
// provider of a commit. Use OpenTofu 1.12 or Terraform 1.12, or later, which write identities to the state.
func TestUpgradeRecord_writesState(t *testing.T) {
	t.Parallel()

	if *recordState == "" {
		t.Skip("-record-state is not set")
	}

	needs(t, importByIdentity)

	server := startServer(t, simulator.Options{})
	server.AddRole("Developer")
	server.AddBusinessUnit("payments", "Payments")

	commit := git(t, "rev-parse", *recordCommit+"^{commit}")
	workspace := openWorkspaceOf(t, buildCommit(t, commit), server, fstest.MapFS{"main.tf": {Data: recordedConfiguration(t, *recordState)}}, nil)

	applyAll(t, workspace)
	expectChanges(t, workspace)

	written := recording{Commit: commit, BusinessUnits: server.BusinessUnits()}
	if err := json.Unmarshal([]byte(readExample(t, filepath.Join(workspace.Dir(), "terraform.tfstate"))), &written.State); err != nil {
		t.Fatal(err)
	}

	// Old versions of the CLI read the state too.
	written.State.TerraformVersion = "1.0.0"

	for _, role := range server.Roles() {
		global, project := server.RolePermissions(role.ID)
		written.Roles = append(written.Roles, recordedRole{role, global, project})
	}

	written.Users = slices.DeleteFunc(server.Users(), func(user simulator.User) bool { return user.APIToken == server.AdminToken() })

	content, err := json.MarshalIndent(written, "", "  ")
	must(err)
	must(os.WriteFile(filepath.Join(upgradeFolder, *recordState, "recorded.json"), append(content, '\n'), 0o600))
}

// buildCommit builds the provider of a commit.
func buildCommit(t *testing.T, commit string) cli.Mirror {
	t.Helper()

	source, target := t.TempDir(), t.TempDir()
	git(t, "archive", "--output", filepath.Join(target, "source.tar"), commit)

	if output, err := exec.Command("tar", "-x", "-C", source, "-f", filepath.Join(target, "source.tar")).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, output)
	}

	built, err := cli.IriusRisk.BuildFrom(t.Context(), source, target)
	if err != nil {
		t.Fatal(err)
	}

	return built
}

// git runs a command of Git in the root of the repository and returns its output.
func git(t *testing.T, arguments ...string) string {
	t.Helper()

	command := exec.Command("git", arguments...)
	command.Dir = filepath.Join("..", "..")

	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(arguments, " "), err, output)
	}

	return strings.TrimSpace(string(output))
}
