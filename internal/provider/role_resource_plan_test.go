package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A set that is managed for the first time names what it removes, and a set that is no longer managed removes nothing.
func TestRolePlan_warnings(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_LIBRARY_EDITOR")
	unmanaged := values{"id": text(role.ID), "name": text(role.Name), "description": text(role.Description)}
	config := values{"name": text(role.Name), "description": text(role.Description), "global_permissions": texts("TAG_CREATE")}

	p := newConfigured(t, server)
	planned := p.plan(roleType, unmanaged, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "will lose permissions that this plan does not list", "LIBRARY_VIEW")

	applied, state := p.applyPlanned(t.Context(), roleType, unmanaged, config, planned)
	p.requireNoErrors(applied.Diagnostics)

	if err := isRoleOnServer(server, role.Name, role.Description, []string{"TAG_CREATE"}, []string{}); err != nil {
		t.Error(err)
	}

	p = newConfigured(t, server)
	server.ResetJournal()

	delete(config, "global_permissions")

	planned = p.plan(roleType, state, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "are not managed", "removes no permission", "global_permissions = []")

	applied, state = p.applyPlanned(t.Context(), roleType, state, config, planned)
	p.requireNoErrors(applied.Diagnostics)

	if _, managed := state["global_permissions"]; managed || len(server.Writes()) > 0 {
		t.Errorf("the state is %v after the writes %v", state, server.Writes())
	}
}

// Two blocks of one plan cannot lose a role, in either order, and two blocks that keep one role warn.
func TestRolePlan_oneRoleInTwoBlocks(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor")
	state := roleState(server, role)
	keep := step{state, roleConfig("Auditor", role.Description, nil, nil)}
	destroy := step{prior: state}
	create := step{nil, roleConfig("Auditor", "", nil, nil)}

	for name, test := range map[string]struct {
		steps    []step
		severity tfprotov6.DiagnosticSeverity
		problem  string
	}{
		"kept and destroyed":    {[]step{keep, destroy}, tfprotov6.DiagnosticSeverityError, "is destroyed by one block and kept by another"},
		"destroyed and created": {[]step{destroy, create}, tfprotov6.DiagnosticSeverityError, "is destroyed by one block and kept by another"},
		"kept by two":           {[]step{keep, keep}, tfprotov6.DiagnosticSeverityWarning, "is managed by two blocks"},
		"kept and created":      {[]step{keep, create}, tfprotov6.DiagnosticSeverityWarning, `The role name "Auditor" is declared by two blocks`},
		"created by two":        {[]step{{nil, roleConfig("New", "", nil, nil)}, {nil, roleConfig("New", "Another", nil, nil)}}, tfprotov6.DiagnosticSeverityWarning, `The role name "New" is declared by two blocks`},
	} {
		for range 2 {
			p := newConfigured(t, server)

			var said []*tfprotov6.Diagnostic
			for _, step := range test.steps {
				said = append(said, p.plan(roleType, step.prior, step.config).Diagnostics...)
			}

			if !strings.Contains(messages(test.severity, said), test.problem) {
				t.Errorf("%s: %v", name, said)
			}

			slices.Reverse(test.steps)
		}
	}
}

// A role that was deleted outside Terraform cannot be lost, so its name is free for a renamed block. A 404 alone proves nothing.
func TestRolePlan_renamedBlockOfADeletedRole(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor")
	steps := []step{{prior: roleState(server, role)}, {nil, roleConfig("Auditor", "", nil, nil)}}
	plan := func(p *protocol) []*tfprotov6.Diagnostic {
		var said []*tfprotov6.Diagnostic
		for _, step := range steps {
			said = append(said, p.plan(roleType, step.prior, step.config).Diagnostics...)
		}

		slices.Reverse(steps)

		return said
	}

	server.RemoveRole(role.ID)

	for range 2 {
		p := newConfigured(t, server)
		p.requireNoErrors(plan(p))
	}

	server.Inject(simulator.Fault{Operation: "get_user_profile", Times: -1, Status: http.StatusNotFound})

	for range 2 {
		p := withoutRetries(t, server)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, plan(p), "is destroyed by one block and kept by another")
	}
}

// The UUID and the name import a role with both sets, and the plan after it is empty. What names no role, or several, does not.
func TestRole_import(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_RISK_MANAGER")
	first, second := server.AddRole("Twice"), server.AddRole("Twice")

	for _, id := range []string{role.ID, strings.ToUpper(role.ID), role.Name} {
		p := newConfigured(t, server)
		state := p.imported(roleType, id)

		config := roleState(server, role)
		delete(config, "id")

		planned := p.plan(roleType, state, config)
		if got := p.decode(p.schema.ResourceSchemas[roleType], planned.PlannedState); fmt.Sprint(got) != fmt.Sprint(state) || fmt.Sprint(state) != fmt.Sprint(roleState(server, role)) || len(planned.Diagnostics) > 0 {
			t.Errorf("%s is imported as %v and planned as %v: %v", id, state, got, planned.Diagnostics)
		}
	}

	for id, problems := range map[string][]string{
		"Twice":             {"Ambiguous import", first.ID, second.ID},
		"ROLE_RISK_MANAGRE": {"There is no role with the id or name", `Did you mean "ROLE_RISK_MANAGER"`},
	} {
		p := newConfigured(t, server)
		p.expectImportError(roleType, id, problems...)
	}
}

// A role without project permissions is imported with an empty plan, also if the configuration does not set them.
func TestRole_importWithoutASet(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_TEMPLATE_EDITOR")

	p := newConfigured(t, server)
	state := p.imported(roleType, role.ID)
	config := values{"name": text(role.Name), "description": text(role.Description), "global_permissions": texts("LIBRARY_VIEW", "TEMPLATE_UPDATE")}

	planned := p.plan(roleType, state, config)
	if got := p.decode(p.schema.ResourceSchemas[roleType], planned.PlannedState); fmt.Sprint(got) != fmt.Sprint(state) || len(planned.Diagnostics) > 0 {
		t.Errorf("%v is planned as %v: %v", state, got, planned.Diagnostics)
	}
}

// An identity is the UUID. Create, Read and Update set it.
func TestRole_identity(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)

	created, state := p.apply(t.Context(), roleType, nil, roleConfig("Auditor", "", nil, nil))
	p.requireNoErrors(created.Diagnostics)

	role, _ := roleOnServer(server, "Auditor")
	p.expectIdentity(roleType, created.NewIdentity, map[string]string{"id": role.ID})

	read, state := p.read(roleType, state)
	p.expectIdentity(roleType, read.NewIdentity, map[string]string{"id": role.ID})

	updated, _ := p.apply(t.Context(), roleType, state, roleConfig("Auditors", "", nil, nil))
	p.requireNoErrors(updated.Diagnostics)
	p.expectIdentity(roleType, updated.NewIdentity, map[string]string{"id": role.ID})
}

// A name that is taken is an error with the import. A run that is known to plan reports it in the plan.
func TestRole_nameIsTaken(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role, other := server.AddRole("Auditor"), server.AddRole("Other")

	p := newConfigured(t, server)
	p.read(roleType, roleState(server, other))
	planned := p.plan(roleType, nil, roleConfig("Auditor", "", nil, nil))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, `Role "Auditor" already exists`, role.ID, "import {")

	created, _ := newConfigured(t, server).apply(t.Context(), roleType, nil, roleConfig("Auditor", "", nil, nil))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `Role "Auditor" already exists`, role.ID, "import {")

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("sent %v", writes)
	}
}

// A creation without a usable response is looked up. It is ours, because the name was free before.
func TestRole_unknownOutcomeOfCreation(t *testing.T) {
	t.Parallel()

	for name, fault := range lostAnswers {
		server := startServer(t, simulator.Options{})
		fault.Operation = "create_role"
		server.Inject(fault)

		p := withoutRetries(t, server)
		created, state := p.apply(t.Context(), roleType, nil, roleConfig("Auditor", "Reads", []string{"LIBRARY_VIEW"}, nil))
		p.requireNoErrors(created.Diagnostics)

		if role, _ := roleOnServer(server, "Auditor"); role.ID == "" || p.stringOf(state, "id") != role.ID {
			t.Errorf("%s: the state is %v", name, state)
		}
	}
}

// A role whose permissions cannot be assigned is deleted; if that fails too, it is in the state, with what it has.
func TestRole_partialCreation(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	config := roleConfig("Auditor", "", []string{"LIBRARY_VIEW"}, []string{"RISK_VIEW"})
	refused := simulator.Fault{Operation: "assign_project_permissions_to_role", Kind: simulator.FaultStatus, Status: http.StatusForbidden}

	server.Inject(refused)

	p := withoutRetries(t, server)
	created, state := p.apply(t.Context(), roleType, nil, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "assign project permissions to role")
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, created.Diagnostics, `New role "Auditor" was deleted`)

	if state != nil || len(server.Roles()) > 0 {
		t.Errorf("the state is %v, the roles are %v", state, server.Roles())
	}

	server.Inject(refused)
	server.Inject(simulator.Fault{Operation: "delete_role", Kind: simulator.FaultStatus, Status: http.StatusForbidden})

	created, state = p.apply(t.Context(), roleType, nil, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "was only partially created", "tainted")

	role, _ := roleOnServer(server, "Auditor")
	if p.stringOf(state, "id") != role.ID || !containsSet(state["global_permissions"], []string{"LIBRARY_VIEW"}) || !containsSet(state["project_permissions"], nil) {
		t.Errorf("the state is %v", state)
	}
}

// A 404 alone proves nothing.
func TestRole_absence(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("Auditor")
	state := roleState(server, role)

	server.RemoveRole(role.ID)
	server.Inject(simulator.Fault{Operation: "get_user_profile", Kind: simulator.FaultStatus, Status: http.StatusNotFound, Times: -1})

	p := withoutRetries(t, server)
	read, kept := p.read(roleType, state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "cannot verify whether it was deleted")

	if kept == nil {
		t.Error("the role was removed from the state")
	}

	server.ClearFaults()

	read, kept = p.read(roleType, state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "was not found")

	if kept != nil {
		t.Errorf("the state is %v", kept)
	}
}

// An empty plan of many roles reads one list and the two lists of permissions of each role.
func TestRole_boundsRequests(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	var objects []managed
	for i := range 15 {
		objects = append(objects, managed{roleType, roleState(server, server.AddRole(fmt.Sprintf("Role %d", i)))})
	}

	p := newConfigured(t, server)
	server.ResetJournal()
	p.refresh(objects)

	for _, object := range objects {
		config := roleState(server, server.Roles()[0])
		for name := range config {
			config[name] = object.state[name]
		}

		delete(config, "id")
		p.requireNoErrors(p.plan(roleType, object.state, config).Diagnostics)
	}

	if got := len(server.Journal()); got > 1+2*len(objects) {
		t.Errorf("%d requests for %d roles", got, len(objects))
	}
}

// The protected role answers an error, which is passed on.
func TestRole_protected(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_ADMIN")

	p := newConfigured(t, server)
	state := roleState(server, role)
	config := roleState(server, role)
	delete(config, "id")
	config["project_permissions"] = texts()

	updated, _ := p.apply(t.Context(), roleType, state, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, "The role is protected")
}

// The list resource shows what an import and a read store.
func TestRoleListResource(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_RISK_MANAGER")
	server.AddRole("Other")

	p := newConfigured(t, server)
	results, diagnostics := p.list(roleType, values{"filter": text("'name'='ROLE_RISK_MANAGER'")}, true, 0)
	p.requireNoErrors(diagnostics)

	if len(results) != 1 || results[0].name != role.Name || fmt.Sprint(results[0].resource) != fmt.Sprint(roleState(server, role)) {
		t.Errorf("listed %v", results)
	}
}
