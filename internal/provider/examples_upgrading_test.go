package provider

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Moving from one resource per role to role_names, as the upgrading guide shows, removes no role from any user.
func TestExamples_upgrading(t *testing.T) {
	t.Parallel()

	after := readExample(t, exampleGlob(t, "guides", "upgrading", "main.tf")[0])
	needs(t, featuresOf(after)...)

	before := strings.ReplaceAll(after, "  role_names = [\"ROLE_DEVELOPER\"]\n", "")

	head, tail, found := strings.Cut(before, "removed {")
	_, tail, found2 := strings.Cut(tail, "\n}\n")

	if !found || !found2 {
		t.Fatal("the example has no removed block")
	}

	before = head + tail + "\nresource \"iriusrisk_user_role\" \"ada_developer\" {\n  username = iriusrisk_user.ada.username\n  role_name = \"ROLE_DEVELOPER\"\n}\n"

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 0)

	workspace := exampleWorkspace(t, server, fstest.MapFS{"main.tf": {Data: []byte(before)}})
	applyAll(t, workspace)

	if err := os.WriteFile(filepath.Join(workspace.Dir(), "main.tf"), []byte(after), 0o600); err != nil {
		t.Fatal(err)
	}

	server.ResetJournal()
	applyAll(t, workspace)

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the move sent %d writes, the first of them %s %s", len(writes), writes[0].Method, writes[0].Path)
	}

	expectChanges(t, workspace)
}

// With destroy = false, an assignment that is no longer declared is removed from the state, and the user keeps the role.
func TestExamples_upgradingKeep(t *testing.T) {
	t.Parallel()
	needs(t, lifecycleDestroy)

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 0)
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true})

	workspace := exampleWorkspace(t, server, exampleFolder("guides", "upgrading", "keep"))
	applyAll(t, workspace)
	changeExample(t, workspace, `"ada", "grace"`, `"ada"`)
	server.ResetJournal()

	if output := applyAll(t, workspace); !strings.Contains(output, `iriusrisk_user_role.developers["grace"]`) {
		t.Errorf("the apply does not name the assignment: %s", output)
	}

	expectNoWrites(t, server)
	expectChanges(t, workspace)

	if roles := mustUser(t, server, "grace").RoleIDs; !slices.Equal(roles, []string{roleID(t, server, "ROLE_DEVELOPER")}) {
		t.Errorf("grace has the roles %q", roles)
	}
}

// The sessions of a user end before the user is deleted.
func TestExamples_upgradingLeavers(t *testing.T) {
	t.Parallel()
	needs(t, destroyActions)

	server := startServer(t, simulator.Options{})
	workspace := exampleWorkspace(t, server, exampleFolder("guides", "upgrading", "leavers"))

	applyAll(t, workspace)
	changeExample(t, workspace, `    grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper" }`+"\n", "")
	server.ResetJournal()
	applyAll(t, workspace)

	if got, want := writesTo(server), []string{"delete_user_sessions", "delete_user"}; !slices.Equal(got, want) {
		t.Errorf("the apply sent %q, not %q", got, want)
	}

	expectChanges(t, workspace)
}

// The steps that Terraform runs for the example about leavers, for older versions.
func TestExamples_upgradingLeaversInProcess(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	state := userState(activeAda(server), nil)
	p := newConfigured(t, server)

	server.ResetJournal()

	_, diagnostics := p.invoke("iriusrisk_revoke_user_sessions", values{"username": state["username"]})
	p.requireNoErrors(diagnostics)

	destroyed, after := p.apply(t.Context(), userType, state, nil)
	p.requireNoErrors(destroyed.Diagnostics)

	if got, want := writesTo(server), []string{"delete_user_sessions", "delete_user"}; after != nil || !slices.Equal(got, want) {
		t.Errorf("the apply sent %q, not %q, and left %v", got, want, after)
	}
}

// The module imports the users who exist and creates the others.
func TestExamples_upgradingImportInModule(t *testing.T) {
	t.Parallel()
	needs(t, importInModules)

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	workspace := exampleWorkspace(t, server, exampleFolder("guides", "upgrading", "import-in-module"))
	if output := applyAll(t, workspace); !strings.Contains(output, "1 imported, 1 added, 0 changed, 0 destroyed") {
		t.Errorf("the apply printed %s", output)
	}

	expectChanges(t, workspace)
}

// changeExample replaces a part of the configuration of a workspace.
func changeExample(t *testing.T, workspace *cli.Workspace, before, after string) {
	t.Helper()

	file := filepath.Join(workspace.Dir(), "main.tf")

	content := readExample(t, file)
	if strings.Count(content, before) != 1 {
		t.Fatalf("the example does not contain %q once", before)
	}

	if err := os.WriteFile(file, []byte(strings.ReplaceAll(content, before, after)), 0o600); err != nil {
		t.Fatal(err)
	}
}
