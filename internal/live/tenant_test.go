package live

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Writes to users, roles and business units of other runs, and to anything else, are refused.
func TestTenant_refusesToWriteToOthers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	tenant := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()})
	other := profile{Username: "ada", Email: "ada@example.com"}

	for name, write := range map[string]struct {
		method   string
		body     any
		segments []string
	}{
		"deletes another user":          {http.MethodDelete, nil, []string{"users", "admin"}},
		"deletes a user of another run": {http.MethodDelete, nil, []string{"users", prefix + "00000000-ada"}},
		"creates another user":          {http.MethodPost, other, []string{"users"}},
		"updates another user":          {http.MethodPut, other, []string{"users", "admin"}},
		"creates a business unit":       {http.MethodPost, other, []string{"business-units"}},
		"invites":                       {http.MethodPost, nil, []string{"users", "invite"}},
		"deletes all users":             {http.MethodDelete, nil, []string{"users"}},
		"deletes an empty path":         {http.MethodDelete, nil, nil},
		"creates another role":          {http.MethodPost, iriusrisk.RoleRequest{Name: "Auditors"}, []string{"roles"}},
		"renames a role":                {http.MethodPut, iriusrisk.RoleRequest{Name: "Auditors"}, []string{"roles", server.Roles()[0].ID}},
		"assigns a permission":          {http.MethodPost, map[string][]string{"permissions": {"x"}}, []string{"roles", server.Roles()[0].ID, "global-permissions", "bulk"}},
		"creates another unit":          {http.MethodPost, iriusrisk.CreateBusinessUnitRequest{ReferenceID: tenant.Prefix + "unit", Name: "Payments"}, []string{"business-units"}},
		"changes a unit":                {http.MethodPut, iriusrisk.UpdateBusinessUnitRequest{Name: tenant.Prefix + "unit"}, []string{"business-units", server.BusinessUnits()[0].ID}},
		"deletes a unit":                {http.MethodDelete, nil, []string{"business-units", server.BusinessUnits()[0].ID}},
		"deletes a role":                {http.MethodDelete, nil, []string{"roles", server.Roles()[0].ID}},
		"changes a role":                {http.MethodPut, iriusrisk.RoleRequest{Name: tenant.Prefix + "role"}, []string{"roles", server.Roles()[0].ID}},
	} {
		if _, err := tenant.send(t.Context(), write.method, nil, write.body, write.segments...); err == nil {
			t.Errorf("a probe %s", name)
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("%d writes were sent", len(writes))
	}
}

// Users, roles and business units of earlier runs are swept, but not similar ones.
func TestTenant_sweepsLeftovers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 3})
	before := len(server.Users())

	server.AddRole("tfacc-engineering-role")
	server.AddRole("x-tfacc-0123abcd-role")
	server.AddBusinessUnit("tfacc-0123abcd-unit", "tfacc-engineering-unit")
	roles, units := server.Roles(), server.BusinessUnits()
	server.AddRole("tfacc-0123abcd-role")
	server.AddBusinessUnit("tfacc-0123abcd-unit", "tfacc-0123abcd-unit")

	for _, user := range []struct{ username, email string }{
		{"tfacc-0123abcd-ada", "tfacc-0123abcd-ada@example.com"},
		{"tfacc-0123abcd-bob", "tfacc-0123abcd-other-case@example.com"},
		{"tfacc-89ef4567-ada", "tfacc-89EF4567-ada@example.com"},
		{"tfacc-89ef4567-eve", "eve@acme.example"},
		{"tfacc-engineering", "tfacc-0123abcd-eve@example.com"},
		{"x-tfacc-0123abcd-ada", "tfacc-0123abcd-x@example.com"},
	} {
		server.AddUser(simulator.User{Username: user.username, Email: user.email})
	}

	swept, err := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()}).SweepLeftovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	if wanted := []string{"tfacc-0123abcd-ada", "tfacc-0123abcd-bob", "tfacc-89ef4567-ada"}; !slices.Equal(swept, wanted) {
		t.Errorf("swept were %q", swept)
	}

	if after := len(server.Users()); after != before+3 {
		t.Errorf("%d users are left, not %d", after, before+3)
	}

	if after := server.Roles(); !slices.Equal(after, roles) {
		t.Errorf("the roles that are left are %v", after)
	}

	if after := server.BusinessUnits(); !slices.Equal(after, units) {
		t.Errorf("the business units that are left are %v", after)
	}
}

// The roles and units in the settings are used. If they do not exist, no other one is.
func TestTenant_usesWhatTheSettingsName(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	roles, units := server.Roles(), server.BusinessUnits()

	// Lists are sorted by name.
	slices.SortFunc(roles, func(a, b simulator.Role) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(units, func(a, b simulator.BusinessUnit) int { return strings.Compare(a.Name, b.Name) })

	for name, test := range map[string]struct{ role, unit, roleID, unitID string }{
		"the first ones": {"", "", roles[0].ID, units[0].ID},
		"by name":        {roles[1].Name, units[1].Name, roles[1].ID, units[1].ID},
		"by UUID":        {roles[2].ID, units[2].ID, roles[2].ID, units[2].ID},
		"missing":        {"Absent", "Nowhere", "", ""},
	} {
		tenant := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken(), Role: test.role, BusinessUnit: test.unit})

		role, roleErr := tenant.Role(t.Context())
		unit, unitErr := tenant.BusinessUnit(t.Context())

		if role.ID != test.roleID || unit.ID != test.unitID || (roleErr != nil) != (test.roleID == "") || (unitErr != nil) != (test.unitID == "") {
			t.Errorf("%s: role %q (%v), unit %q (%v)", name, role.ID, roleErr, unit.ID, unitErr)
		}
	}
}

// Check fails for an unreachable tenant and a rejected token, and for nothing else.
func TestTenant_checkDetectsUnusableTenants(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for _, token := range []string{server.AdminToken(), server.AddCaller("unprivileged")} {
		if err := openTenant(t, Settings{Endpoint: server.URL(), APIToken: token}).Check(t.Context()); err != nil {
			t.Error(err)
		}
	}

	if err := openTenant(t, Settings{Endpoint: server.URL(), APIToken: "s3cret"}).Check(t.Context()); !iriusrisk.IsUnauthorized(err) {
		t.Errorf("an unknown token: %v", err)
	}

	// Nothing listens on port 1, and the system assigns it to no other server.
	tenant := &Tenant{Client: clientWithoutRetries(t, "http://127.0.0.1:1")}
	if err := tenant.Check(t.Context()); !iriusrisk.IsUnreachable(err) {
		t.Errorf("no server: %v", err)
	}
}

// Invalid endpoints are rejected before any request, and the error does not contain the token.
func TestOpen_rejectsInvalidEndpoints(t *testing.T) {
	t.Parallel()

	for _, endpoint := range []string{"http://acme.example", "https://user:secret@acme.example", "://"} {
		_, err := Open(Settings{Endpoint: endpoint, APIToken: "s3cret"})
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}
