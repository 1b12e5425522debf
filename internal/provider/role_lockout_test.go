package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// robot adds a caller who has some roles, and returns a function that configures a provider with their API token. The provider
// does not retry.
func robot(t *testing.T, server *simulator.Server, roles ...simulator.Role) (configured func() *protocol) {
	t.Helper()

	token := server.AddCaller("robot")
	for _, role := range roles {
		server.GrantRole("robot", role.ID)
	}

	return func() *protocol {
		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token), "max_retries": number(0)}))

		return p
	}
}

// A change that would lock the provider out is refused by the plan, and by an apply without it, before any request changes
// anything.
func TestRole_lockout(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		others  []string // The global permissions of another role of the caller.
		change  []string // The global permissions that are planned; nil destroys the role.
		problem string
	}{
		"loses ROLES_UPDATE":            {nil, []string{"ALL_USERS_UPDATE", "API_ACCESS"}, "would lose ROLES_UPDATE"},
		"loses all":                     {[]string{"API_ACCESS"}, []string{}, "would lose ALL_USERS_UPDATE, ROLES_UPDATE"},
		"another role has the same":     {[]string{"ROLES_UPDATE"}, []string{"ALL_USERS_UPDATE", "API_ACCESS"}, ""},
		"deletes a role that they have": {[]string{"ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE"}, nil, "is one of the provider's own"},
		"keeps what it needs":           {nil, []string{"ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE", "TAG_CREATE"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			role, other := server.AddRole("Automation"), server.AddRole("Other")
			server.SetRolePermissions(role.ID, []string{"ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE"}, nil)
			server.SetRolePermissions(other.ID, test.others, nil)
			configured := robot(t, server, role, other)

			state := roleState(server, role)
			config := roleConfig(role.Name, role.Description, test.change, nil)

			if test.change == nil {
				config = nil
			}

			p := configured()
			planned := p.plan(roleType, state, config)

			// The plan of another caller is not refused.
			unaware := newConfigured(t, server).plan(roleType, state, config)
			applied, _ := configured().applyPlanned(t.Context(), roleType, state, config, unaware)

			if test.problem == "" {
				p.requireNoErrors(append(planned.Diagnostics, applied.Diagnostics...))

				return
			}

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, test.problem, "robot")
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, applied.Diagnostics, test.problem, "robot")

			if writes := server.Writes(); len(writes) > 0 {
				t.Errorf("sent %v", writes)
			}
		})
	}
}

// If the roles of the user that the provider runs as, or the permissions of these roles, cannot be read, nothing is removed.
func TestRole_lockoutFailsClosed(t *testing.T) {
	t.Parallel()

	for _, operation := range []string{"get_user_profile", "get_user_roles", "get_global_permissions_by_role_id"} {
		for change, problem := range map[string]string{"loses ROLES_UPDATE": "runs as keeps ROLES_UPDATE", "is deleted": "does not have role"} {
			server := startServer(t, simulator.Options{})
			role, other := server.AddRole("Auditor"), server.AddRole("Automation")
			server.SetRolePermissions(role.ID, []string{"LIBRARY_VIEW", "ROLES_UPDATE"}, nil)
			server.SetRolePermissions(other.ID, []string{"ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE"}, nil)

			configured := robot(t, server, role, other)
			state, config := roleState(server, role), roleConfig(role.Name, role.Description, []string{"LIBRARY_VIEW"}, nil)

			if change == "is deleted" {
				server.RevokeRole("robot", role.ID)

				config = nil
			}

			if config == nil && operation == "get_global_permissions_by_role_id" {
				continue
			}

			allowed := configured().plan(roleType, state, config)
			server.Inject(simulator.Fault{Operation: operation, Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})

			p := configured()
			planned := p.plan(roleType, state, config)
			applied, _ := configured().applyPlanned(t.Context(), roleType, state, config, allowed)

			p.requireNoErrors(allowed.Diagnostics)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, problem, "403")
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, applied.Diagnostics, problem, "403")

			if writes := server.Writes(); len(writes) > 0 {
				t.Errorf("%s, %s: sent %v", operation, change, writes)
			}
		}
	}
}

// Two roles that lose the same permission in one run cannot rely on each other: the plan of the second one is refused, and so is
// its change in an apply. A role that has the permission allows both.
func TestRole_lockoutByTwoRoles(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		third   []string
		problem bool
	}{
		"only the two have it": {[]string{"ALL_USERS_UPDATE", "API_ACCESS"}, true},
		"a third one has it":   {[]string{"ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE"}, false},
	} {
		server := startServer(t, simulator.Options{})
		roles := []simulator.Role{server.AddRole("First"), server.AddRole("Second"), server.AddRole("Third")}

		for _, role := range roles[:2] {
			server.SetRolePermissions(role.ID, []string{"LIBRARY_VIEW", "ROLES_UPDATE"}, nil)
		}

		server.SetRolePermissions(roles[2].ID, test.third, nil)

		configured := robot(t, server, roles...)
		planning, applying, unaware := configured(), configured(), newConfigured(t, server)
		config := func(role simulator.Role) values {
			return roleConfig(role.Name, role.Description, []string{"LIBRARY_VIEW"}, nil)
		}

		// The plans of another caller are not refused, so that the apply has to refuse the change.
		var said, allowed [2]*tfprotov6.PlanResourceChangeResponse

		for i, role := range roles[:2] {
			said[i] = planning.plan(roleType, roleState(server, role), config(role))
			allowed[i] = unaware.plan(roleType, roleState(server, role), config(role))
		}

		for i, role := range roles[:2] {
			applied, _ := applying.applyPlanned(t.Context(), roleType, roleState(server, role), config(role), allowed[i])
			refused := test.problem && i == 1

			for _, diagnostics := range [][]*tfprotov6.Diagnostic{said[i].Diagnostics, applied.Diagnostics} {
				if problems := messages(tfprotov6.DiagnosticSeverityError, diagnostics); refused != strings.Contains(problems, "would lose ROLES_UPDATE") || (!refused && problems != "") {
					t.Errorf("%s, role %d: %q", name, i, problems)
				}
			}

			remaining, _ := server.RolePermissions(role.ID)
			if (len(remaining) == 2) != refused {
				t.Errorf("%s, role %d has %v", name, i, remaining)
			}
		}
	}
}

// The provider keeps each permission that it needs.
func TestRole_lockoutByEachPermission(t *testing.T) {
	t.Parallel()

	needed := []string{"ALL_USERS_UPDATE", "API_ACCESS", "MANAGE_USERS_BU", "ROLES_UPDATE"}

	for i, lost := range needed {
		server := startServer(t, simulator.Options{})
		role := server.AddRole("Automation")
		server.SetRolePermissions(role.ID, needed, nil)

		p := robot(t, server, role)()
		planned := p.plan(roleType, roleState(server, role), roleConfig(role.Name, role.Description, slices.Delete(slices.Clone(needed), i, i+1), nil))
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, "would lose "+lost+",")
	}
}
