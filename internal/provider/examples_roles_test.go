package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The check of the guide about roles names users who hold ALL_USERS_UPDATE by any role.
func TestExamples_rolesAsCode(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "edsger", Email: "edsger@example.com", Enabled: true})

	workspace := exampleWorkspace(t, server, exampleFolder("guides", "roles-as-code"))
	applyAll(t, workspace)
	expectChanges(t, workspace)

	administrator, _ := roleOnServer(server, "User administrator")
	server.GrantRole("edsger", administrator.ID)

	if plan := run(t, workspace, "plan", "-input=false", "-no-color"); !strings.Contains(plan, "Users outside the list hold ALL_USERS_UPDATE: edsger.") {
		t.Errorf("the plan printed %s", plan)
	}

	server.RevokeRole("edsger", administrator.ID)

	auditor, _ := roleOnServer(server, "Auditor")
	server.SetRolePermissions(auditor.ID, []string{"ALL_USERS_UPDATE", "PRODUCTS_LIST_ALL", "RISK_SUMMARY_VIEW"}, []string{"ARCHITECTURE_VIEW", "RISK_VIEW"})
	expectChanges(t, workspace, "iriusrisk_role.auditor: update")
	applyAll(t, workspace)
	expectChanges(t, workspace)

	if global, _ := server.RolePermissions(auditor.ID); slices.Contains(global, "ALL_USERS_UPDATE") {
		t.Errorf("the permissions are %v", global)
	}
}

// The guide copies roles to an instance whose permissions have different ids.
func TestExamples_rolesAsCodeCopy(t *testing.T) {
	t.Parallel()

	source, target := startServer(t, simulator.Options{}), startServer(t, simulator.Options{PermissionNamesAsIDs: true})
	role := source.AddRole("ROLE_RISK_MANAGER")
	instance := func(server *simulator.Server) string {
		return fmt.Sprintf("{ endpoint = %q, api_token = %q }", server.URL(), server.AdminToken())
	}

	workspace := openWorkspace(t, target, exampleFolder("guides", "roles-as-code", "copy"), map[string]string{
		"TF_VAR_source_instance": instance(source), "TF_VAR_target_instance": instance(target), "TF_VAR_roles": `["ROLE_RISK_MANAGER"]`,
	})
	applyAll(t, workspace)
	expectChanges(t, workspace)

	global, project := source.RolePermissions(role.ID)
	if err := isRoleOnServer(target, role.Name, role.Description, global, project); err != nil {
		t.Error(err)
	}
}
