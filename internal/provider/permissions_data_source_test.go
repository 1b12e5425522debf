package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestPermissionsDataSource(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 3})
	names := func(permissions []simulator.Permission) (all []string) {
		for _, permission := range permissions {
			all = append(all, permission.Name)
		}

		return all
	}

	p := newConfigured(t, server)
	diagnostics, state := p.data("iriusrisk_permissions", values{})
	p.requireNoErrors(diagnostics)

	if !containsSet(state["global"], names(server.GlobalPermissions())) || !containsSet(state["project"], names(server.ProjectPermissions())) {
		t.Errorf("the permissions are %v", state)
	}
}

// Permissions are null unless they are included, and the permissions of a role are read once per run.
func TestDataSources_includePermissions(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	auditor, administrator := server.AddRole("Auditor"), server.AddRole("Administrator")
	server.SetRolePermissions(auditor.ID, []string{"LIBRARY_VIEW"}, []string{"RISK_VIEW"})
	server.SetRolePermissions(administrator.ID, []string{"ALL_USERS_UPDATE", "LIBRARY_VIEW"}, nil)
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true, RoleIDs: []string{auditor.ID, administrator.ID}})
	server.AddUser(simulator.User{Username: "bot", Email: "bot@example.com", Enabled: true, RoleIDs: []string{auditor.ID}})

	p := newConfigured(t, server)
	included := boolean(true)

	diagnostics, role := p.data("iriusrisk_role", values{"name": text("Auditor"), "include_permissions": included})
	p.requireNoErrors(diagnostics)

	diagnostics, roles := p.data("iriusrisk_roles", values{"include_permissions": included})
	p.requireNoErrors(diagnostics)

	diagnostics, user := p.data("iriusrisk_user", values{"username": text("ada"), "include_permissions": included})
	p.requireNoErrors(diagnostics)

	diagnostics, users := p.data("iriusrisk_users", values{"include_permissions": included})
	p.requireNoErrors(diagnostics)

	both := []string{"ALL_USERS_UPDATE", "LIBRARY_VIEW"}
	if !containsSet(role["global_permissions"], []string{"LIBRARY_VIEW"}) || !containsSet(role["project_permissions"], []string{"RISK_VIEW"}) {
		t.Errorf("the role is %v", role)
	}

	if listed := p.listOf(roles["roles"]); len(listed) != 2 || !containsSet(listed[0]["global_permissions"], both) {
		t.Errorf("the roles are %v", listed)
	}

	if !containsSet(user["permissions"], both) {
		t.Errorf("the user is %v", user)
	}

	if listed := p.listOf(users["users"]); len(listed) != 3 || !containsSet(listed[0]["permissions"], both) || !containsSet(listed[1]["permissions"], nil) {
		t.Errorf("the users are %v", listed)
	}

	for operation, most := range map[string]int{"get_global_permissions_by_role_id": 2, "get_project_permissions_by_role_id": 2, "get_user_roles": 3} {
		if got := server.Count(operation); got != most {
			t.Errorf("%s was sent %d times, not %d", operation, got, most)
		}
	}

	diagnostics, user = p.data("iriusrisk_user", values{"username": text("ada")})
	p.requireNoErrors(diagnostics)

	if _, found := user["permissions"]; found {
		t.Errorf("the user is %v", user)
	}

	server.Inject(simulator.Fault{Operation: "get_global_permissions_by_role_id", Kind: simulator.FaultStatus, Status: 403, Times: -1})

	for typeName, config := range map[string]values{
		"iriusrisk_role": {"name": text("Auditor")}, "iriusrisk_roles": {}, "iriusrisk_user": {"username": text("ada")}, "iriusrisk_users": {},
	} {
		config["include_permissions"] = included

		p := withoutRetries(t, server)
		diagnostics, state := p.data(typeName, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "global permissions of role", "ROLES_UPDATE")

		if state["permissions"].Type() != nil {
			t.Errorf("%s is %s", typeName, fmt.Sprint(state))
		}
	}
}
