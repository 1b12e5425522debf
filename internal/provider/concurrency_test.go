package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The provider serializes concurrent writes to one user, and does not serialize writes to different users.
func TestConcurrency_writesToOneUserAreSerial(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{FailOverlappingWrites: true, Latency: 5 * time.Millisecond})
	configuration := &strings.Builder{}

	for _, username := range []string{"ada", "grace"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})
	}

	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprintf("%q", server.AddRole(fmt.Sprintf("Role %d", i)).ID))
	}

	fmt.Fprintf(configuration, "resource \"iriusrisk_user_role\" \"x\" {\n  for_each = { for pair in setproduct([\"ada\", \"grace\"], [%s]) : join(\"/\", pair) => pair }\n  username = each.value[0]\n  role_id  = each.value[1]\n}\n", strings.Join(ids, ", "))

	workspace := newWorkspace(t, server, configuration.String(), nil)

	runParallel(t, workspace, server, "apply", 50)
	runParallel(t, workspace, server, "destroy", 0)

	if server.MaxConcurrent() < 2 {
		t.Error("no requests were concurrent")
	}
}

// runParallel runs a command at parallelism 50, and checks the roles that both users have afterwards.
func runParallel(t *testing.T, workspace *cli.Workspace, server *simulator.Server, command string, roles int) {
	t.Helper()

	if _, err := workspace.Run(t.Context(), command, "-auto-approve", "-input=false", "-parallelism=50"); err != nil {
		t.Fatal(err)
	}

	for _, username := range []string{"ada", "grace"} {
		if user, _ := server.User(username); len(user.RoleIDs) != roles {
			t.Errorf("after %s %s has %d roles, not %d", command, username, len(user.RoleIDs), roles)
		}
	}

	if overlaps := server.OverlappingWrites(); overlaps > 0 {
		t.Errorf("%d writes to one user overlapped", overlaps)
	}
}
