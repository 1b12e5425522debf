package provider

import (
	"errors"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// roleFaultScenarios are the changes of roles and their permissions.
func roleFaultScenarios() map[string]faultScenario {
	none := func(map[string]string) values { return nil }
	role := func(name, description string, global, project []string) func(map[string]string) values {
		return func(map[string]string) values { return roleConfig(name, description, global, project) }
	}
	isRole := func(name, description string, global, project []string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			found, _ := roleOnServer(server, name)

			return errors.Join(
				isRoleOnServer(server, name, description, global, project), want("roles", len(server.Roles()), 3), want("id", found.ID, plainText(state["id"])),
				want("state", containsSet(state["global_permissions"], global) && containsSet(state["project_permissions"], project), true),
			)
		}
	}

	none1, libraries, tags, risks := []string{}, []string{"LIBRARY_VIEW"}, []string{"TAG_CREATE"}, []string{"RISK_VIEW"}

	return map[string]faultScenario{
		"role, create":                     {roleType, none, role("Auditor", "Reads", libraries, risks), isRole("Auditor", "Reads", libraries, risks)},
		"role, create without permissions": {roleType, none, role("Auditor", "", nil, nil), isRole("Auditor", "", none1, none1)},
		"role, update":                     {roleType, role("Auditor", "", libraries, risks), role("Auditors", "Reads", tags, nil), isRole("Auditors", "Reads", tags, none1)},
		"role, update permissions":         {roleType, role("Auditor", "", libraries, nil), role("Auditor", "", tags, risks), isRole("Auditor", "", tags, risks)},
		"role, delete": {roleType, role("Auditor", "", libraries, risks), none, func(server *simulator.Server, _ map[string]string, state values) error {
			return errors.Join(want("roles", len(server.Roles()), 2), want("is in state", state != nil, false))
		}},
	}
}
