package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// membershipCase has the differences between the tests of roles and those of business units.
type membershipCase struct {
	typeName, attribute string

	make     func(server *simulator.Server, name string) (id string)
	assign   func(server *simulator.Server, username, id string)
	unassign func(server *simulator.Server, username, id string)
	has      func(user simulator.User) []string
	list     string // the vendor's name of the list operation
	remove   string
	add      string
}

var membershipCases = []membershipCase{
	{
		typeName: "iriusrisk_user_role", attribute: "role_id",
		make:   func(server *simulator.Server, name string) string { return server.AddRole(name).ID },
		assign: (*simulator.Server).GrantRole, unassign: (*simulator.Server).RevokeRole,
		has:  func(user simulator.User) []string { return user.RoleIDs },
		list: "get_user_roles", add: "add_user_role", remove: "delete_user_role",
	},
	{
		typeName: "iriusrisk_user_business_unit", attribute: "business_unit_id",
		make: func(server *simulator.Server, name string) string {
			return server.AddBusinessUnit(strings.ToLower(name), name).ID
		},
		assign: (*simulator.Server).JoinBusinessUnit, unassign: (*simulator.Server).LeaveBusinessUnit,
		has:  func(user simulator.User) []string { return user.BusinessUnitIDs },
		list: "get_user_business_units", add: "add_user_business_unit", remove: "delete_business_units_users",
	},
}

// kind is the provider's kind of the case.
func (c membershipCase) kind() membershipKind {
	if c.attribute == roleMembership.attribute {
		return roleMembership
	}

	return businessUnitMembership
}

func (c membershipCase) setAttribute() string { return c.attribute + "s" }

func (c membershipCase) hcl(username, id string) string {
	return fmt.Sprintf("resource %q \"x\" {\n  username = %q\n  %s = %q\n}\n", c.typeName, username, c.attribute, id)
}

// check checks that a user has exactly these memberships on the server.
func (c membershipCase) check(server *simulator.Server, username string, ids ...string) resource.TestCheckFunc {
	return checkUser(server, username, func(user simulator.User) error {
		got := slices.Sorted(slices.Values(c.has(user)))
		slices.Sort(ids)

		if !slices.Equal(got, ids) {
			return fmt.Errorf("the user has %q on the server, not %q", got, ids)
		}

		return nil
	})
}

// setStyle is one of the two ways to manage all memberships of a user.
type setStyle struct {
	name, address string
	// hcl is the configuration with a set. A nil set omits the argument, which only the inline style allows.
	hcl func(kind membershipCase, set []string) string
}

func setStyles(kind membershipCase) []setStyle {
	return []setStyle{
		{"inline", ada, func(kind membershipCase, set []string) string {
			if set == nil {
				return userHCL("ada", "ada", "")
			}

			return userHCL("ada", "ada", fmt.Sprintf("  %s = %s", kind.setAttribute(), setLiteral(set)))
		}},
		{"exclusive", kind.typeName + "s_exclusive.x", func(kind membershipCase, set []string) string {
			return userHCL("ada", "ada", "") + blockHCL("resource", kind.typeName+"s_exclusive", "username = iriusrisk_user.ada.username", kind.setAttribute()+" = "+setLiteral(set))
		}},
	}
}

func setLiteral(ids []string) string {
	if len(ids) == 0 {
		return "[]"
	}

	return `["` + strings.Join(ids, `", "`) + `"]`
}

// setSubject is a set in one of the two styles. It manages the user "ada".
type setSubject struct {
	instance

	config func(ids ...string) values
}

// apply applies a configuration in a new run without a refresh.
func (s *setSubject) apply(t *testing.T, server *simulator.Server, config values) []*tfprotov6.Diagnostic {
	t.Helper()

	p := withoutRetries(t, server)

	return s.change(p, config)
}
