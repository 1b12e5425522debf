package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A plan warns of every other way to manage the same memberships, in either order, and of nothing else.
func TestUnitUsers_conflicts(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t)
	loans := server.AddBusinessUnit("loans", "Loans")

	type block struct {
		typeName string
		config   values
	}

	additive := func(username, unitID string) block {
		return block{"iriusrisk_user_business_unit", values{"username": text(username), "business_unit_id": text(unitID)}}
	}
	exclusive := func(username string, unitIDs ...string) block {
		return block{"iriusrisk_user_business_units_exclusive", values{"username": text(username), "business_unit_ids": texts(unitIDs...)}}
	}
	inline := func(unitIDs ...string) block {
		return block{userType, declared("new", "new@example.com", values{"business_unit_ids": texts(unitIDs...)})}
	}
	members := block{unitUsersType, unitUsers(unit, "ada")}

	for name, test := range map[string]struct {
		other     block
		conflicts bool
	}{
		"additive, same unit":                  {additive("bob", unit.ID), true},
		"additive, same unit in another case":  {additive("bob", strings.ToUpper(unit.ID)), true},
		"additive, other unit":                 {additive("ada", loans.ID), false},
		"exclusive, declared user":             {exclusive("Ada", loans.ID), true},
		"exclusive, other user with the unit":  {exclusive("bob", unit.ID), true},
		"exclusive, other user, other unit":    {exclusive("bob", loans.ID), false},
		"inline, other user with the unit":     {inline(unit.ID), true},
		"inline, other user without the unit":  {inline(), false},
		"another set of the same unit":         {block{unitUsersType, unitUsers(unit, "bob")}, true},
		"a set of another unit, same user":     {block{unitUsersType, unitUsers(loans, "ada")}, false},
		"the roles of a declared user":         {block{"iriusrisk_user_roles_exclusive", values{"username": text("ada"), "role_ids": texts()}}, false},
		"a unit that does not exist yet":       {block{unitUsersType, values{"business_unit_id": unknownText(), "usernames": texts("ada")}}, false},
		"additive, a unit that does not exist": {block{"iriusrisk_user_business_unit", values{"username": text("ada"), "business_unit_id": unknownText()}}, false},
	} {
		for order, blocks := range map[string][]block{"": {members, test.other}, ", in the other order": {test.other, members}} {
			p := newConfigured(t, server)

			var said []*tfprotov6.Diagnostic
			for _, b := range blocks {
				said = append(said, p.plan(b.typeName, nil, b.config).Diagnostics...)
			}

			if warnings := messages(tfprotov6.DiagnosticSeverityWarning, said); test.conflicts != strings.Contains(warnings, "Conflicting resources manage the members of a business unit") {
				t.Errorf("%s%s: %q", name, order, warnings)
			}
		}
	}
}
