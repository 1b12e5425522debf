package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A reference id that is taken is an error that names the import. A run that is known to plan reports it in the plan.
func TestBusinessUnit_referenceIDIsTaken(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	other := server.AddBusinessUnit("loans", "Loans")

	p := newConfigured(t, server)
	server.ResetJournal()

	planned := p.plan(unitType, nil, unitConfig("pay", "Payments", ""))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `The reference id "pay" is taken`, unit.ID, "import {")

	// Reading the state of another resource shows that the run is a plan.
	read, _ := p.read(unitType, unitState(other))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, `The reference id "pay" is taken`, unit.ID, "import {", "moved block")

	planned = p.plan(unitType, nil, unitConfig("pay", "Payments", ""))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planned.Diagnostics, `The reference id "pay" is taken`)

	runSteps(t, server, resource.TestStep{
		Config: unitHCL(`name = "Payments"`, `reference_id = "pay"`), ExpectError: regexp.MustCompile(`(?s)reference id "pay" is taken.*import \{`),
	})

	if writes := server.Writes(); len(writes) > 0 || len(server.BusinessUnits()) != 2 {
		t.Errorf("wrote %v", writes)
	}
}

// A creation without a usable response is looked up. It is ours only with what was sent.
func TestBusinessUnit_unknownOutcomeOfCreation(t *testing.T) {
	t.Parallel()

	for name, fault := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			fault.Operation = "create_business_units1"
			server.Inject(fault)

			p := withoutRetries(t, server)
			created, state := p.apply(t.Context(), unitType, nil, unitConfig("pay", "Payments", "Cards"))
			p.requireNoErrors(created.Diagnostics)

			if unit, _ := unitOnServer(server, "pay"); unit.ID == "" || p.stringOf(state, "id") != unit.ID || len(server.BusinessUnits()) != 1 {
				t.Errorf("the state is %v", state)
			}
		})
	}
}

// A business unit that appears during a creation whose outcome is unknown, and that differs from what was sent, belongs to
// another client.
func TestBusinessUnit_anotherClientCreatesIt(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_business_units1", Kind: simulator.FaultReset})
	server.OnRequest("create_business_units1", func(simulator.RequestInfo) { server.AddBusinessUnit("pay", "Someone else's") })

	p := withoutRetries(t, server)
	created, state := p.apply(t.Context(), unitType, nil, unitConfig("pay", "Payments", "Cards"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `The reference id "pay" is taken`, "outcome", "differs")

	if state != nil {
		t.Errorf("the state is %v", state)
	}
}

// A creation that did not reach the server is an error that says so, and one whose outcome cannot be determined says how to
// import.
func TestBusinessUnit_failedCreation(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		faults   []simulator.Fault
		problems []string
	}{
		"reset":   {[]simulator.Fault{{Operation: "create_business_units1", Kind: simulator.FaultReset}}, []string{`Unable to create business unit "Payments"`, "probably nothing was created"}},
		"refused": {[]simulator.Fault{{Operation: "create_business_units1", Kind: simulator.FaultStatus, Status: http.StatusConflict}}, []string{`Unable to create business unit "Payments"`, "409"}},
		"unknown": {
			[]simulator.Fault{{Operation: "create_business_units1", Kind: simulator.FaultReset}, {Operation: "get_filtered_business_units", Nth: 2, Kind: simulator.FaultStatus, Status: 500}},
			[]string{`Business unit "Payments" may have been created`, "import {", `id = "pay"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			p := withoutRetries(t, server)
			planned := p.plan(unitType, nil, unitConfig("pay", "Payments", "Cards"))

			for _, fault := range test.faults {
				server.Inject(fault)
			}

			created, state := p.applyPlanned(t.Context(), unitType, nil, unitConfig("pay", "Payments", "Cards"), planned)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, test.problems...)

			if state != nil || len(server.BusinessUnits()) != 0 {
				t.Errorf("the state is %v", state)
			}
		})
	}
}

// Servers without bodies in responses, and with either status, create and update units.
func TestBusinessUnit_answersWithoutBody(t *testing.T) {
	t.Parallel()

	for _, options := range []simulator.Options{{WriteStatus: http.StatusNoContent}, {EmptyWriteBodies: true}, {WriteStatus: http.StatusCreated}} {
		server := startServer(t, options)
		p := withoutRetries(t, server)

		created, state := p.apply(t.Context(), unitType, nil, unitConfig("pay", "Payments", "Cards"))
		p.requireNoErrors(created.Diagnostics)

		updated, state := p.apply(t.Context(), unitType, state, unitConfig("pay", "Payments EU", "Cards"))
		p.requireNoErrors(updated.Diagnostics)

		if err := checkUnit(server, "Payments EU", "Cards")(nil); err != nil {
			t.Error(err)
		}

		if unit, _ := unitOnServer(server, "pay"); p.stringOf(state, "id") != unit.ID {
			t.Errorf("the state is %v", state)
		}
	}
}

// Two blocks of one plan with one reference id cannot lose the business unit, in either order.
func TestBusinessUnitPlan_oneUnitInTwoBlocks(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	pay, loans := server.AddBusinessUnit("pay", "Payments"), server.AddBusinessUnit("loans", "Loans")
	destroy := step{prior: unitState(pay)}
	keep := step{unitState(pay), unitConfig("pay", "Payments", pay.Description)}
	create := step{nil, unitConfig("pay", "Payments", "")}
	replace := step{unitState(pay), unitConfig("payments", "Payments", pay.Description)}

	const lost, declaredTwice = "is destroyed by one block and kept by another", "is declared by two blocks"

	for name, test := range map[string]struct {
		first, second step
		problem       string
		isWarning     bool
	}{
		"destroyed and created": {destroy, create, lost, false},
		"destroyed and kept":    {destroy, keep, lost, false},
		"replaced and created":  {replace, create, lost, false},
		"kept by two":           {keep, keep, "is managed by two blocks", true},
		"created by two":        {step{nil, unitConfig("new", "A", "")}, step{nil, unitConfig("new", "B", "")}, declaredTwice, true},
		"different units":       {destroy, step{unitState(loans), unitConfig("loans", "Loans", loans.Description)}, "", false},
	} {
		for order, steps := range map[string][]step{"": {test.first, test.second}, ", in the other order": {test.second, test.first}} {
			p := newConfigured(t, server)
			said := planUnits(p, steps...)
			problems := messages(tfprotov6.DiagnosticSeverityError, said)

			if test.isWarning {
				problems = messages(tfprotov6.DiagnosticSeverityWarning, said)
			}

			if (test.problem == "") != (problems == "") || !strings.Contains(problems, test.problem) {
				t.Errorf("%s%s: want %q, got %q", name, order, test.problem, problems)
			}
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the plans sent %v", writes)
	}
}

// A business unit that was deleted outside Terraform cannot be lost, so its reference id is free for a renamed block. A 404 alone
// proves nothing.
func TestBusinessUnitPlan_renamedBlockOfADeletedUnit(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	pay := server.AddBusinessUnit("pay", "Payments")
	steps := []step{{prior: unitState(pay)}, {nil, unitConfig("pay", "Payments", "")}}

	server.RemoveBusinessUnit(pay.ID)

	for range 2 {
		p := newConfigured(t, server)
		p.requireNoErrors(planUnits(p, steps...))
		slices.Reverse(steps)
	}

	server.Inject(simulator.Fault{Operation: "get_user_profile", Times: -1, Status: http.StatusNotFound})

	for range 2 {
		p := withoutRetries(t, server)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planUnits(p, steps...), "is destroyed by one block and kept by another")
		slices.Reverse(steps)
	}
}

// planUnits plans the steps in one run.
func planUnits(p *protocol, steps ...step) []*tfprotov6.Diagnostic {
	var said []*tfprotov6.Diagnostic

	for _, step := range steps {
		said = append(said, p.plan(unitType, step.prior, step.config).Diagnostics...)
	}

	return said
}

// A new business unit that not all parts of a server see yet is waited for.
func TestBusinessUnit_waitsForANewUnit(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), unitType, nil, unitConfig("pay", "Payments", ""))
	p.requireNoErrors(created.Diagnostics)

	server.Inject(simulator.Fault{Operation: "add_user_business_unit", Status: http.StatusNotFound, Times: newObjectWaits})
	server.Inject(simulator.Fault{Operation: "get_business_unit_users", Status: http.StatusNotFound, Times: newObjectWaits})

	added, _ := p.apply(t.Context(), unitUsersType, nil, values{"business_unit_id": state["id"], "usernames": texts("ada")})
	p.requireNoErrors(added.Diagnostics)

	if got := fmt.Sprint(mustUser(t, server, "ada").BusinessUnitIDs); got != fmt.Sprint([]string{p.stringOf(state, "id")}) {
		t.Errorf("the business units are %s", got)
	}
}

// A new business unit that cannot be read back is in the state, tainted and without its id, and the next apply replaces it.
func TestBusinessUnit_createdButNotReadBack(t *testing.T) {
	t.Parallel()

	for name, refresh := range map[string]bool{"with refresh": true, "without refresh": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{EmptyWriteBodies: true})
			server.OnRequest("create_business_units1", func(simulator.RequestInfo) {
				server.Inject(simulator.Fault{Operation: "get_filtered_business_units", Kind: simulator.FaultStatus, Status: http.StatusForbidden})
			})

			workspace := newWorkspace(t, server, unitHCL(`name = "Payments"`, `reference_id = "pay"`), nil)
			if output, err := workspace.Run(t.Context(), "apply", "-auto-approve", "-input=false", "-no-color"); err == nil || !strings.Contains(err.Error()+string(output), "marked as tainted") {
				t.Errorf("%s, %v", output, err)
			}

			first, _ := unitOnServer(server, "pay")
			server.OnRequest("create_business_units1", nil)
			server.ClearFaults()
			run(t, workspace, "apply", "-auto-approve", "-input=false", "-no-color", fmt.Sprintf("-refresh=%t", refresh))

			if second, _ := unitOnServer(server, "pay"); second.ID == "" || second.ID == first.ID || len(server.BusinessUnits()) != 1 {
				t.Errorf("the business units are %v", server.BusinessUnits())
			}

			expectChanges(t, workspace)
		})
	}
}
