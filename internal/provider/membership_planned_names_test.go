package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const missingID = "00000000-0000-4000-8000-00000000dead"

// listOperation is the vendor's name of the operation that lists all roles or business units.
func (c membershipCase) listOperation() string {
	if c.attribute == roleMembership.attribute {
		return "get_all_roles"
	}

	return "get_filtered_business_units"
}

// A UUID that does not exist fails the plan, before any write. This also holds for a stored plan: Terraform plans again
// during its apply.
func TestPlannedNames_missingObject(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		server := startServer(t, simulator.Options{})
		server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
		existing := kind.make(server, "Aaa")

		for _, test := range []struct {
			typeName string
			config   values
		}{
			{kind.typeName, values{"username": text("ada"), kind.attribute: text(missingID)}},
			{kind.typeName + "s_exclusive", values{"username": text("ada"), kind.setAttribute(): texts(existing, missingID)}},
		} {
			p := newConfigured(t, server)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(test.typeName, nil, test.config).Diagnostics,
				fmt.Sprintf("There is no %s with the id %s", kind.kind().noun, missingID))
		}

		// A caller who sees only some business units cannot tell.
		p := newUnconfigured(t)
		token := server.AddCaller("manager", "MANAGE_USERS_BU")
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

		planned := p.plan(kind.typeName, nil, values{"username": text("manager"), kind.attribute: text(missingID)})
		if refused := len(messages(tfprotov6.DiagnosticSeverityError, planned.Diagnostics)) > 0; refused == kind.kind().scoped {
			t.Errorf("%s: the plan of a caller with MANAGE_USERS_BU said %v", kind.typeName, planned.Diagnostics)
		}
	}
}

// An object that was created after the list was read is found.
func TestPlannedNames_objectCreatedSince(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)

		for _, name := range []string{"Aaa", "Bbb"} {
			planned := p.plan(kind.typeName, nil, values{"username": text("ada"), kind.attribute: text(strings.ToUpper(kind.make(server, name)))})
			p.requireNoErrors(planned.Diagnostics)

			if got := p.stringOf(p.decode(p.schema.ResourceSchemas[kind.typeName], planned.PlannedState), kind.nameAttribute()); got != name {
				t.Errorf("planned the name %q, want %q", got, name)
			}
		}
	}
}

// Terraform rejects a name that the plan has shown and that is unknown when it plans again during the apply. So a list that
// cannot be read is an error, except for a caller who can never read it.
func TestPlannedNames_unreadableList(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		server := startServer(t, simulator.Options{})
		id := kind.make(server, "Aaa")
		token := server.AddCaller("manager", "MANAGE_USERS_BU")

		for _, test := range []struct {
			token   string
			status  int
			refused bool
		}{
			{server.AdminToken(), http.StatusNotImplemented, true},
			{server.AdminToken(), http.StatusForbidden, true},
			{token, http.StatusForbidden, false},
			{token, http.StatusNotImplemented, true},
		} {
			server.ClearFaults()
			server.Inject(simulator.Fault{Operation: kind.listOperation(), Status: test.status, Times: -1})

			p := newUnconfigured(t)
			p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(test.token)}))

			planned := p.plan(kind.typeName, nil, values{"username": text("ada"), kind.attribute: text(id)})
			if test.refused {
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, fmt.Sprintf("look up the names of %ss", kind.kind().noun))

				continue
			}

			p.requireNoErrors(planned.Diagnostics)

			if name := p.decode(p.schema.ResourceSchemas[kind.typeName], planned.PlannedState)[kind.nameAttribute()]; name.IsKnown() {
				t.Errorf("planned the name %v from a list that cannot be read", name)
			}
		}
	}
}

// A role that the same plan renames has its new name, because Terraform renames it before it assigns it.
func TestPlannedNames_renamedInTheSamePlan(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
	p := newConfigured(t, server)

	role := func(name string) values { return values{"name": text(name), "description": text("")} }
	created, state := p.apply(t.Context(), roleType, nil, role("Before"))
	p.requireNoErrors(created.Diagnostics)

	id := p.stringOf(state, "id")
	single := roleMembership.typeName
	config := values{"username": text("ada"), "role_id": text(id)}
	nameOf := func(planned *tfprotov6.PlanResourceChangeResponse) string {
		p.requireNoErrors(planned.Diagnostics)

		return p.stringOf(p.decode(p.schema.ResourceSchemas["iriusrisk_"+single], planned.PlannedState), "role_name")
	}

	p = newConfigured(t, server)
	p.requireNoErrors(p.plan(roleType, state, role("After")).Diagnostics)

	if got := nameOf(p.plan("iriusrisk_"+single, nil, config)); got != "After" {
		t.Errorf("the plan shows the name %q, want After", got)
	}

	p = newConfigured(t, server)
	renamed, _ := p.apply(t.Context(), roleType, state, role("After"))
	p.requireNoErrors(renamed.Diagnostics)

	if got := nameOf(p.plan("iriusrisk_"+single, nil, config)); got != "After" {
		t.Errorf("the apply shows the name %q, want After", got)
	}
}
