package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// joined adds numbered users to a tenant and to a business unit.
func joined(server *simulator.Server, unit simulator.BusinessUnit, users int) {
	for i := range users {
		username := fmt.Sprintf("member%02d", i)
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})
		server.JoinBusinessUnit(username, unit.ID)
	}
}

// A business unit with members is not destroyed unless force_destroy is set. The error names up to twenty of them.
func TestBusinessUnit_destroyRefusesMembers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	joined(server, unit, 23)

	p := newConfigured(t, server)
	server.ResetJournal()

	destroyed, state := p.apply(t.Context(), unitType, unitState(unit), nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, `Business unit "Payments" (`+unit.ID+`) has members`, "member00, member01", "member19 and 3 more", "force_destroy")

	if state == nil || len(server.Writes()) > 0 || len(server.BusinessUnits()) != 1 {
		t.Errorf("the state is %v, the writes are %v", state, server.Writes())
	}

	forced := unitState(unit)
	forced["force_destroy"] = boolean(true)

	p = newConfigured(t, server)
	planned := p.plan(unitType, forced, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "is deleted although it has members", "member00", "projects")

	destroyed, state = p.applyPlanned(t.Context(), unitType, forced, nil, planned)
	p.requireNoErrors(destroyed.Diagnostics)

	if state != nil || len(server.BusinessUnits()) != 0 || len(mustUser(t, server, "member00").BusinessUnitIDs) > 0 {
		t.Errorf("the state is %v", state)
	}
}

// A member who joins after the plan is found by the fresh read of the apply.
func TestBusinessUnit_destroyReadsTheMembersAgain(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")

	p := newConfigured(t, server)
	planned := p.plan(unitType, unitState(unit), nil)
	p.requireNoErrors(planned.Diagnostics)
	joined(server, unit, 1)

	destroyed, state := p.applyPlanned(t.Context(), unitType, unitState(unit), nil, planned)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "has members", "member00")

	if state == nil || len(server.BusinessUnits()) != 1 {
		t.Errorf("the state is %v", state)
	}
}

// A business unit with a membership that the same run has assigned is not deleted, not even with force_destroy.
func TestBusinessUnit_destroyKeepsMembersOfThisRun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})

	state := unitState(unit)
	state["force_destroy"] = boolean(true)

	p := newConfigured(t, server)
	added, _ := p.apply(t.Context(), "iriusrisk_user_business_unit", nil, values{"username": text("ada"), "business_unit_id": text(unit.ID)})
	p.requireNoErrors(added.Diagnostics)

	destroyed, _ := p.apply(t.Context(), unitType, state, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "has members that this run has added", "ada")

	if len(server.BusinessUnits()) != 1 {
		t.Error("the business unit was deleted")
	}
}

// Replacing a business unit with members is refused before anything is deleted. With force_destroy, and without members,
// the replacement works in both orders, and users that move to the new business unit lose nothing.
func TestBusinessUnit_replace(t *testing.T) {
	t.Parallel()

	config := func(referenceID, lifecycle, more string) string {
		return unitHCL(`name = "Payments"`, fmt.Sprintf("reference_id = %q", referenceID), more, lifecycle) + userHCL("ada", "ada", "  business_unit_ids = [iriusrisk_business_unit.pay.id]")
	}

	for name, lifecycle := range map[string]string{"destroyed first": "", "created first": "lifecycle {\n    create_before_destroy = true\n  }"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			hasOnly := func(referenceID string) resource.TestCheckFunc {
				return checkUser(server, "ada", func(user simulator.User) error {
					unit, _ := unitOnServer(server, referenceID)

					return want("business units", fmt.Sprint(len(server.BusinessUnits()), user.BusinessUnitIDs), fmt.Sprint(1, []string{unit.ID}))
				})
			}

			runSteps(t, server,
				resource.TestStep{Config: config("pay", lifecycle, ""), Check: hasOnly("pay")},
				resource.TestStep{Config: config("payments", lifecycle, ""), ExpectError: regexp.MustCompile(`(?s)cannot\s+be\s+replaced\s+while\s+it\s+has\s+members.*ada`)},
				resource.TestStep{Config: config("pay", lifecycle, "force_destroy = true"), Check: hasOnly("pay")},
				resource.TestStep{Config: config("payments", lifecycle, "force_destroy = true"), Check: hasOnly("payments")},
			)
		})

		t.Run(name+", without members", func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			only := func(referenceID string) resource.TestCheckFunc {
				return onServer(func() error {
					units := server.BusinessUnits()

					return want("business units", fmt.Sprint(len(units), units[0].ReferenceID), fmt.Sprint(1, referenceID))
				})
			}

			runSteps(t, server,
				resource.TestStep{Config: unitHCL(`name = "Payments"`, `reference_id = "pay"`, lifecycle), Check: only("pay")},
				resource.TestStep{Config: unitHCL(`name = "Payments"`, `reference_id = "payments"`, lifecycle), Check: only("payments")},
			)
		})
	}
}

// A replacement under the same reference id, required by -replace or because the object is tainted, is refused at plan time
// if the business unit has members, and is no conflict of two blocks.
func TestBusinessUnit_replaceUnderTheSameReferenceID(t *testing.T) {
	t.Parallel()

	for _, members := range []int{0, 1} {
		server := startServer(t, simulator.Options{})
		unit := server.AddBusinessUnit("pay", "Payments")
		joined(server, unit, members)

		for name, tainted := range map[string]bool{"tainted": true, "-replace": false} {
			p := newConfigured(t, server)
			_, state := p.read(unitType, unitState(unit))
			config := unitConfig("pay", "Payments", unit.Description)

			var private []byte

			var said []*tfprotov6.Diagnostic

			if !tainted {
				first := p.plan(unitType, state, config)
				said, private = first.Diagnostics, first.PlannedPrivate
			}

			said = append(said, p.planPrivate(unitType, nil, config, private).Diagnostics...)
			problems := messages(tfprotov6.DiagnosticSeverityError, said)

			if (members > 0) != strings.Contains(problems, "cannot be replaced while it has members") || (members == 0 && problems != "") {
				t.Errorf("%s with %d members: %q", name, members, problems)
			}
		}
	}
}

// A caller who sees only their own business units does not delete one of them. If that cannot be determined, nothing is
// deleted.
func TestBusinessUnit_lockOut(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	token := server.AddCaller("manager", "MANAGE_USERS_BU", "BUSINESS_UNIT_UPDATE", "API_ACCESS")
	server.JoinBusinessUnit("manager", unit.ID)

	state := unitState(unit)
	state["force_destroy"] = boolean(true)

	scoped := func() *protocol {
		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

		return p
	}

	p := scoped()
	planned := p.plan(unitType, state, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, "is one of the provider's own", "ALL_USERS_UPDATE")

	destroyed, _ := p.applyPlanned(t.Context(), unitType, state, nil, planned)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "is one of the provider's own", "ALL_USERS_UPDATE")

	for _, operation := range []string{"get_user_profile_permissions", "get_user_profile", "get_business_unit_users"} {
		p = scoped()
		server.Inject(simulator.Fault{Operation: operation, Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})

		destroyed, _ = p.applyPlanned(t.Context(), unitType, state, nil, planned)
		if !failed(destroyed.Diagnostics) {
			t.Errorf("%s: the unit was deleted", operation)
		}

		server.ClearFaults()
	}

	if writes := server.Writes(); len(writes) > 0 || len(server.BusinessUnits()) != 1 {
		t.Errorf("wrote %v", writes)
	}

	// With ALL_USERS_UPDATE, the business unit of the provider's own user may be deleted.
	server.JoinBusinessUnit("admin", unit.ID)

	p = newConfigured(t, server)
	destroyed, _ = p.apply(t.Context(), unitType, state, nil)
	p.requireNoErrors(destroyed.Diagnostics)
}

// The absence of a business unit is proven: by a read of the unit and of the caller's own profile, and only by a caller who
// sees all business units.
func TestBusinessUnit_absence(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	state := unitState(unit)
	notFound := func(operation string) simulator.Fault {
		return simulator.Fault{Operation: operation, Kind: simulator.FaultStatus, Status: http.StatusNotFound, Times: -1}
	}

	// A 404 to the deletion of a unit that exists is an error.
	server.Inject(notFound("delete_business_unit"))

	p := newConfigured(t, server)
	destroyed, kept := p.apply(t.Context(), unitType, state, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "Unable to delete business unit", "404")

	if kept == nil {
		t.Error("the unit is removed from the state")
	}

	server.ClearFaults()
	server.RemoveBusinessUnit(unit.ID)

	// Without a readable profile, a 404 proves nothing.
	server.Inject(notFound("get_user_profile"))

	p = newConfigured(t, server)
	read, kept := p.read(unitType, state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "Unable to read business unit", "cannot verify")

	if kept == nil {
		t.Error("the unit is removed from the state")
	}

	server.ClearFaults()

	// A caller who does not see all units cannot tell.
	p = newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS"))}))

	read, kept = p.read(unitType, state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "it is not known whether it was deleted", "terraform state rm")

	if kept == nil {
		t.Error("the unit is removed from the state")
	}

	p = newConfigured(t, server)
	read, removed := p.read(unitType, state)
	p.requireNoErrors(read.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "was not found")

	destroyed, destroyedState := p.apply(t.Context(), unitType, state, nil)
	p.requireNoErrors(destroyed.Diagnostics)

	if removed != nil || destroyedState != nil {
		t.Errorf("the states are %v and %v", removed, destroyedState)
	}
}

// If the server refuses to delete a business unit with members, force_destroy removes the members first.
func TestBusinessUnit_forceDestroyRemovesMembers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{DeleteHeldUnit: http.StatusConflict})
	unit := server.AddBusinessUnit("pay", "Payments")
	joined(server, unit, 3)

	state := unitState(unit)
	state["force_destroy"] = boolean(true)

	p := newConfigured(t, server)
	destroyed, _ := p.apply(t.Context(), unitType, state, nil)
	p.requireNoErrors(destroyed.Diagnostics)

	if got := server.Count("delete_business_units_users"); got != 3 || len(server.BusinessUnits()) > 0 {
		t.Errorf("%d members were removed, the business units are %v", got, server.BusinessUnits())
	}
}

// A deletion whose response is lost is read back.
func TestBusinessUnit_unknownOutcomeOfDeletion(t *testing.T) {
	t.Parallel()

	for name, fault := range lostAnswers {
		server := startServer(t, simulator.Options{})
		unit := server.AddBusinessUnit("pay", "Payments")
		fault.Operation = "delete_business_unit"
		server.Inject(fault)

		p := withoutRetries(t, server)
		destroyed, state := p.apply(t.Context(), unitType, unitState(unit), nil)
		p.requireNoErrors(destroyed.Diagnostics)

		if state != nil || len(server.BusinessUnits()) > 0 {
			t.Errorf("%s: the state is %v", name, state)
		}
	}
}
