package provider

import (
	"fmt"
	"maps"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Changing only the letter case of a username plans no change, in every resource.
func TestUsernameCase_replacesNothing(t *testing.T) {
	t.Parallel()

	const id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

	p := newConfigured(t, startServer(t, simulator.Options{}))

	for typeName, rest := range map[string]values{
		"iriusrisk_user_role":                     {"role_id": text(id), "id": text("ada/" + id)},
		"iriusrisk_user_business_unit":            {"business_unit_id": text(id), "id": text("ada/" + id)},
		"iriusrisk_user_roles_exclusive":          {"role_ids": texts(id), "id": text("ada")},
		"iriusrisk_user_business_units_exclusive": {"business_unit_ids": texts(id), "id": text("ada")},
		"iriusrisk_user_api_token":                {"token": text("t"), "hint": text("h"), "id": text("ada")},
	} {
		prior, config := maps.Clone(rest), maps.Clone(rest)
		prior["username"], config["username"] = text("ada"), text("ADA")

		for _, computed := range []string{"id", "token", "hint"} {
			delete(config, computed)
		}

		planned := p.plan(typeName, prior, config)
		p.requireNoErrors(planned.Diagnostics)

		if got := p.decode(p.schema.ResourceSchemas[typeName], planned.PlannedState); len(planned.RequiresReplace) > 0 || fmt.Sprint(got) != fmt.Sprint(prior) {
			t.Errorf("%s: planned %v, replaces for %v", typeName, got, planned.RequiresReplace)
		}
	}
}
