package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const roleType = "iriusrisk_role"

// roleHCL is a role with the label "auditor".
func roleHCL(arguments ...string) string {
	return fmt.Sprintf("resource %q \"auditor\" {\n  %s\n}\n", roleType, strings.Join(arguments, "\n  "))
}

// roleConfig is a configuration of a role with both sets.
func roleConfig(name, description string, global, project []string) values {
	return values{"name": text(name), "description": text(description), "global_permissions": texts(global...), "project_permissions": texts(project...)}
}

// roleState is the state of a role with both sets.
func roleState(server *simulator.Server, role simulator.Role) values {
	global, project := server.RolePermissions(role.ID)
	state := roleConfig(role.Name, role.Description, global, project)
	state["id"] = text(role.ID)

	return state
}

// roleOnServer returns the only role with a name.
func roleOnServer(server *simulator.Server, name string) (role simulator.Role, found bool) {
	roles := slices.DeleteFunc(server.Roles(), func(role simulator.Role) bool { return role.Name != name })
	if len(roles) != 1 {
		return role, false
	}

	return roles[0], true
}

// isRoleOnServer compares the role with a name on the server.
func isRoleOnServer(server *simulator.Server, name, description string, global, project []string) error {
	role, found := roleOnServer(server, name)
	if !found {
		return fmt.Errorf("the server does not have one role %q", name)
	}

	hasGlobal, hasProject := server.RolePermissions(role.ID)

	return errors.Join(
		want("description", role.Description, description),
		want("global permissions", fmt.Sprint(hasGlobal), fmt.Sprint(global)), want("project permissions", fmt.Sprint(hasProject), fmt.Sprint(project)),
	)
}

func checkRole(server *simulator.Server, name, description string, global, project []string) resource.TestCheckFunc {
	return onServer(func() error { return isRoleOnServer(server, name, description, global, project) })
}

// A role is created, every argument is changed in place, drift of each is corrected in place, a role that was deleted is created
// again, and the role is destroyed.
func TestRole_lifecycle(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	subject := &instance{typeName: roleType}
	first := values{"name": text("Auditor"), "global_permissions": texts("API_ACCESS", "LIBRARY_VIEW"), "project_permissions": texts("RISK_VIEW")}
	second := values{"name": text("Auditors"), "description": text("Read everything"), "global_permissions": texts("LIBRARY_VIEW", "TAG_CREATE"), "project_permissions": texts()}
	isFirst := checkRole(server, "Auditor", "", []string{"API_ACCESS", "LIBRARY_VIEW"}, []string{"RISK_VIEW"})
	isSecond := checkRole(server, "Auditors", "Read everything", []string{"LIBRARY_VIEW", "TAG_CREATE"}, []string{})

	for i, step := range []struct {
		drift  func(id string)
		config values
		action string
		check  resource.TestCheckFunc
	}{
		{func(string) {}, first, "create", isFirst},
		{func(string) {}, second, "update", isSecond},
		{func(id string) {
			server.SetRolePermissions(id, []string{"ALL_USERS_UPDATE", "LIBRARY_VIEW", "TAG_CREATE"}, nil)
		}, second, "update", isSecond},
		{func(id string) {
			server.SetRolePermissions(id, []string{"LIBRARY_VIEW"}, []string{"UDT_VIEW_6f1c2b7e-0c55-4d0a-9a43-5d7e8b1f2a90"})
			server.UpdateRole(id, func(role *simulator.Role) { role.Description = "Drifted" })
		}, second, "update", isSecond},
		{server.RemoveRole, second, "create", isSecond},
	} {
		step.drift(plainText(subject.state["id"]))

		if action := subject.plannedAction(newConfigured(t, server), step.config); action != step.action {
			t.Errorf("step %d: the planned action is %s", i, action)
		}

		server.ResetJournal()
		subject.requireConverged(newConfigured(t, server), step.config)

		if creates := server.Count("create_role") > 0; creates != (step.action == "create") || server.Count("delete_role") > 0 {
			t.Errorf("step %d: a role is created: %t", i, creates)
		}

		if err := step.check(nil); err != nil || !subject.plansNothing(newConfigured(t, server), step.config) {
			t.Errorf("step %d: %v, or the second plan shows a difference", i, err)
		}
	}

	subject.requireConverged(newConfigured(t, server), nil)

	if roles := server.Roles(); len(roles) > 0 {
		t.Errorf("after destroy the server has %v", roles)
	}
}

// The lifecycle works on every server that the contract permits. It runs in process, because only the answers differ.
func TestRole_onEveryKindOfServer(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{
		"pages of one":        {PageCap: 1, OmitEmptyEmbedded: true},
		"without bodies":      {WriteStatus: http.StatusNoContent},
		"names as ids":        {PermissionNamesAsIDs: true},
		"strict permissions":  {MissingPermission: http.StatusConflict},
		"names are not taken": {DuplicateRoleName: http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, options)
			role := &instance{typeName: roleType}

			converge := func(config values, check resource.TestCheckFunc) {
				p := newConfigured(t, server)
				p.requireNoErrors(role.converge(p, config))
				server.ResetJournal()
				p.requireNoErrors(role.converge(newConfigured(t, server), config))

				if err := errors.Join(check(nil), want("writes of a second apply", len(server.Writes()), 0)); err != nil {
					t.Error(err)
				}
			}

			first := values{"name": text("Auditor"), "global_permissions": texts("API_ACCESS", "LIBRARY_VIEW"), "project_permissions": texts("RISK_VIEW")}
			second := values{"name": text("Auditors"), "description": text("Read everything"), "global_permissions": texts("LIBRARY_VIEW", "TAG_CREATE"), "project_permissions": texts()}
			isSecond := checkRole(server, "Auditors", "Read everything", []string{"LIBRARY_VIEW", "TAG_CREATE"}, []string{})

			converge(first, checkRole(server, "Auditor", "", []string{"API_ACCESS", "LIBRARY_VIEW"}, []string{"RISK_VIEW"}))
			converge(second, isSecond)

			created, _ := roleOnServer(server, "Auditors")
			server.SetRolePermissions(created.ID, []string{"ALL_USERS_UPDATE", "LIBRARY_VIEW"}, []string{"RISK_VIEW"})
			server.UpdateRole(created.ID, func(role *simulator.Role) { role.Description = "Drifted" })
			converge(second, isSecond)

			server.RemoveRole(created.ID)
			converge(second, isSecond)

			p := newConfigured(t, server)
			if imported := p.imported(roleType, "Auditors"); !imported["id"].Equal(role.state["id"]) || !imported["global_permissions"].Equal(role.state["global_permissions"]) {
				t.Errorf("imported %v, the state has %v", imported, role.state)
			}

			p.requireNoErrors(role.converge(p, nil))

			if roles := server.Roles(); len(roles) > 0 {
				t.Errorf("after destroy the server has %v", roles)
			}
		})
	}
}

// An update sends the planned difference only: additions first, and no PUT if name and description do not change.
func TestRole_updateSendsTheDifference(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor")
	server.SetRolePermissions(role.ID, []string{"API_ACCESS", "LIBRARY_VIEW"}, []string{"RISK_VIEW"})
	state := roleState(server, role)

	// Added outside Terraform after the refresh: not in the plan, so it stays.
	server.SetRolePermissions(role.ID, []string{"API_ACCESS", "LIBRARY_VIEW", "TAG_DELETE"}, []string{"RISK_VIEW"})

	p := newConfigured(t, server)
	server.ResetJournal()

	updated, _ := p.apply(t.Context(), roleType, state, roleConfig("Auditor", role.Description, []string{"LIBRARY_VIEW", "TAG_CREATE"}, []string{"RISK_VIEW"}))
	p.requireNoErrors(updated.Diagnostics)

	var writes []string
	for _, write := range server.Writes() {
		writes = append(writes, write.Method)

		if write.Method == http.MethodDelete {
			continue
		}

		var sent struct{ Permissions []string }
		if err := json.Unmarshal(write.Body, &sent); err != nil || len(sent.Permissions) != 1 {
			t.Errorf("%s sends %d permissions, want 1: %v", write.Method, len(sent.Permissions), err)
		}
	}

	if err := isRoleOnServer(server, "Auditor", role.Description, []string{"LIBRARY_VIEW", "TAG_CREATE", "TAG_DELETE"}, []string{"RISK_VIEW"}); err != nil || fmt.Sprint(writes) != "[POST DELETE]" {
		t.Errorf("%v: %v", writes, err)
	}

	server.UpdateRole(role.ID, func(role *simulator.Role) { role.Description = "Changed outside" })

	p = newConfigured(t, server)
	renamed := roleConfig("Auditors", role.Description, []string{"API_ACCESS", "LIBRARY_VIEW"}, []string{"RISK_VIEW"})
	updated, _ = p.apply(t.Context(), roleType, state, renamed)
	p.requireNoErrors(updated.Diagnostics)

	if err := isRoleOnServer(server, "Auditors", "Changed outside", []string{"LIBRARY_VIEW", "TAG_CREATE", "TAG_DELETE"}, []string{"RISK_VIEW"}); err != nil {
		t.Error(err)
	}
}

// A misspelled permission is an error of the plan that names the closest ones. One in the state is not looked up.
func TestRole_unknownPermission(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	runSteps(t, server,
		resource.TestStep{Config: roleHCL(`name = "Auditor"`, `global_permissions = ["ALL_USER_UPDATE"]`), ExpectError: regexp.MustCompile(`(?s)There is no global permission "ALL_USER_UPDATE".*Did you mean "ALL_USERS_UPDATE"`)},
		resource.TestStep{Config: roleHCL(`name = "Auditor"`, `global_permissions = ["RISK_VIEW"]`), ExpectError: regexp.MustCompile(`(?s)It is a project\s+permission`)},
		resource.TestStep{Config: roleHCL(`name = "Auditor"`, `project_permissions = ["NONE_LIKE_IT"]`), ExpectError: regexp.MustCompile(`There is no project permission "NONE_LIKE_IT"`)},
	)

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the plans sent %v", writes)
	}

	role := server.AddRole("Auditor")
	state := roleState(server, role)
	state["global_permissions"] = texts("UDT_OF_ANOTHER_FIELD")

	p := newConfigured(t, server)
	server.ResetJournal()

	planned := p.plan(roleType, state, roleConfig("Auditor", role.Description, []string{"UDT_OF_ANOTHER_FIELD"}, nil))
	p.requireNoErrors(planned.Diagnostics)

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("the plan sent %v", requests)
	}
}
