package provider

import (
	"errors"
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

const unitType = "iriusrisk_business_unit"

const unitUsersType = "iriusrisk_business_unit_users_exclusive"

// unitHCL is a business unit with the label "pay".
func unitHCL(arguments ...string) string {
	return fmt.Sprintf("resource %q \"pay\" {\n  %s\n}\n", unitType, strings.Join(arguments, "\n  "))
}

// unitConfig is a configuration of a business unit.
func unitConfig(referenceID, name, description string) values {
	return values{"reference_id": text(referenceID), "name": text(name), "description": text(description), "force_destroy": boolean(false)}
}

// unitState is the state of a business unit.
func unitState(unit simulator.BusinessUnit) values {
	state := unitConfig(unit.ReferenceID, unit.Name, unit.Description)
	state["id"] = text(unit.ID)

	return state
}

// unitOnServer returns the business unit with a reference id.
func unitOnServer(server *simulator.Server, referenceID string) (unit simulator.BusinessUnit, found bool) {
	units := server.BusinessUnits()
	at := slices.IndexFunc(units, func(unit simulator.BusinessUnit) bool { return unit.ReferenceID == referenceID })

	if at < 0 {
		return unit, false
	}

	return units[at], true
}

// checkUnit checks the business unit with the reference id "pay" on the server.
func checkUnit(server *simulator.Server, name, description string) resource.TestCheckFunc {
	return onServer(func() error {
		unit, found := unitOnServer(server, "pay")

		return errors.Join(want("business unit", found, true), want("name", unit.Name, name), want("description", unit.Description, description))
	})
}

// A business unit is created with the defaults, changed in place, corrected in place after drift, created again after it was
// deleted, and destroyed.
func TestBusinessUnit_lifecycle(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	subject := &instance{typeName: unitType}
	named := func(name string) values { return values{"reference_id": text("pay"), "name": text(name)} }
	described := values{"reference_id": text("pay"), "name": text("Payments EU"), "description": text("Cards")}

	for i, step := range []struct {
		drift             func(id string)
		config            values
		action            string
		name, description string
	}{
		{func(string) {}, named("Payments"), "create", "Payments", ""},
		{func(string) {}, described, "update", "Payments EU", "Cards"},
		{func(id string) {
			server.UpdateBusinessUnit(id, func(unit *simulator.BusinessUnit) { unit.Name, unit.Description = "Drifted", "Drifted" })
		}, named("Payments EU"), "update", "Payments EU", ""},
		{server.RemoveBusinessUnit, named("Payments EU"), "create", "Payments EU", ""},
	} {
		step.drift(plainText(subject.state["id"]))

		if action := subject.plannedAction(newConfigured(t, server), step.config); action != step.action {
			t.Errorf("step %d: the planned action is %s", i, action)
		}

		subject.requireConverged(newConfigured(t, server), step.config)

		unit, _ := unitOnServer(server, "pay")
		if want := unitState(simulator.BusinessUnit{ID: unit.ID, ReferenceID: "pay", Name: step.name, Description: step.description}); fmt.Sprint(subject.state) != fmt.Sprint(want) {
			t.Errorf("step %d: the state is %v, not %v", i, subject.state, want)
		}

		if err := checkUnit(server, step.name, step.description)(nil); err != nil || !subject.plansNothing(newConfigured(t, server), step.config) {
			t.Errorf("step %d: %v, or the second plan shows a difference", i, err)
		}
	}

	subject.requireConverged(newConfigured(t, server), nil)

	if units := server.BusinessUnits(); len(units) > 0 || subject.state != nil {
		t.Errorf("after destroy the server has %v and the state is %v", units, subject.state)
	}
}

// A unit that is created, its users and their memberships are created in one apply and destroyed in one, in the right
// order, although a unit with members is not deleted.
func TestBusinessUnit_createdAndDestroyedWithItsMembers(t *testing.T) {
	t.Parallel()

	for name, members := range map[string]string{
		"inline":   userHCL("ada", "ada", "  business_unit_ids = [iriusrisk_business_unit.pay.id]"),
		"additive": userHCL("ada", "ada", "") + blockHCL("resource", "iriusrisk_user_business_unit", "username = iriusrisk_user.ada.username", "business_unit_id = iriusrisk_business_unit.pay.id"),
		"by unit":  userHCL("ada", "ada", "") + blockHCL("resource", unitUsersType, "usernames = [iriusrisk_user.ada.username]", "business_unit_id = iriusrisk_business_unit.pay.id"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})

			runSteps(t, server, resource.TestStep{
				Config: unitHCL(`name = "Payments"`, `reference_id = "pay"`) + members,
				Check: checkUser(server, "ada", func(user simulator.User) error {
					unit, _ := unitOnServer(server, "pay")

					return want("business units", strings.Join(user.BusinessUnitIDs, ","), unit.ID)
				}),
			})

			if units, users := server.BusinessUnits(), server.Users(); len(units) > 0 || len(users) != 1 {
				t.Errorf("after destroy the server has %v and %v", units, users)
			}
		})
	}
}

// The UUID and the reference id import a business unit. What names no unit, or several, does not.
func TestBusinessUnit_import(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	pay, loans := server.AddBusinessUnit("pay", "Payments"), server.AddBusinessUnit("loans", "Loans")
	confusing := server.AddBusinessUnit(loans.ID, "Confusing")
	server.AddBusinessUnit("twice", "First")
	server.AddBusinessUnit("twice", "Second")

	for _, id := range []string{"pay", pay.ID, strings.ToUpper(pay.ID)} {
		p := newConfigured(t, server)

		state := p.imported(unitType, id)
		if fmt.Sprint(state) != fmt.Sprint(unitState(pay)) {
			t.Errorf("%s is imported as %v", id, state)
		}

		if planned := p.plan(unitType, state, unitConfig("pay", "Payments", pay.Description)); len(planned.Diagnostics) > 0 || fmt.Sprint(p.decode(p.schema.ResourceSchemas[unitType], planned.PlannedState)) != fmt.Sprint(state) {
			t.Errorf("after the import of %s, the plan is not empty: %v", id, planned.Diagnostics)
		}
	}

	for id, problems := range map[string][]string{
		"twice":    {"Ambiguous import", "First (", "Second ("},
		loans.ID:   {"Ambiguous import", "Loans (", confusing.ID},
		"unknown":  {`no business unit with the id or reference id "unknown"`},
		"Payments": {`no business unit with the id or reference id "Payments"`},
	} {
		p := newConfigured(t, server)
		p.expectImportError(unitType, id, problems...)
	}
}

// An identity is the UUID. Create, Read and Update set it.
func TestBusinessUnit_identity(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)

	created, state := p.apply(t.Context(), unitType, nil, unitConfig("pay", "Payments", ""))
	p.requireNoErrors(created.Diagnostics)

	unit, _ := unitOnServer(server, "pay")
	p.expectIdentity(unitType, created.NewIdentity, map[string]string{"id": unit.ID})

	read, state := p.read(unitType, state)
	p.expectIdentity(unitType, read.NewIdentity, map[string]string{"id": unit.ID})

	updated, _ := p.apply(t.Context(), unitType, state, unitConfig("pay", "Payments EU", ""))
	p.requireNoErrors(updated.Diagnostics)
	p.expectIdentity(unitType, updated.NewIdentity, map[string]string{"id": unit.ID})
}

// An update sends only what the plan changes; the other value comes from the server. Without a planned difference, no
// request is sent.
func TestBusinessUnit_updateKeepsWhatIsNotPlanned(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	state := unitState(unit)

	server.UpdateBusinessUnit(unit.ID, func(unit *simulator.BusinessUnit) { unit.Description = "Changed outside" })

	p := newConfigured(t, server)
	updated, _ := p.apply(t.Context(), unitType, state, unitConfig("pay", "Payments EU", unit.Description))
	p.requireNoErrors(updated.Diagnostics)

	if err := checkUnit(server, "Payments EU", "Changed outside")(nil); err != nil {
		t.Error(err)
	}

	server.ResetJournal()

	forced := unitConfig("pay", "Payments", unit.Description)
	forced["force_destroy"] = boolean(true)
	updated, _ = p.apply(t.Context(), unitType, state, forced)
	p.requireNoErrors(updated.Diagnostics)

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("force_destroy alone sent %v", requests)
	}
}

// A description that the server does not report keeps its value in the state, with a warning, and an update does not erase
// it.
func TestBusinessUnit_unreportedDescription(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	withoutDescriptions(server, "")

	p := newConfigured(t, server)
	read, state := p.read(unitType, unitState(unit))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, `does not report the field "description"`)

	if p.stringOf(state, "description") != unit.Description {
		t.Errorf("the state is %v", state)
	}

	updated, _ := p.apply(t.Context(), unitType, state, unitConfig("pay", "Payments EU", unit.Description))
	p.requireNoErrors(updated.Diagnostics)

	if err := checkUnit(server, "Payments EU", unit.Description)(nil); err != nil {
		t.Error(err)
	}

	// After an import the description is not known at all.
	p = newConfigured(t, server)
	imported := p.imported(unitType, "pay")
	renamed := values{"reference_id": text("pay"), "name": text("Payments US"), "force_destroy": boolean(false)}

	refused, _ := p.apply(t.Context(), unitType, imported, renamed)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, refused.Diagnostics, "would erase it", "Nothing was changed")

	if err := checkUnit(server, "Payments EU", unit.Description)(nil); err != nil {
		t.Error(err)
	}
}

// A list without descriptions confirms nothing: the description is read individually.
func TestBusinessUnit_listWithoutDescriptions(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	server.UpdateBusinessUnit(unit.ID, func(unit *simulator.BusinessUnit) { unit.Description = "Drifted" })
	withoutDescriptions(server, "get_filtered_business_units")

	p := newConfigured(t, server)
	if _, state := p.read(unitType, unitState(unit)); p.stringOf(state, "description") != "Drifted" {
		t.Errorf("the state is %v", state)
	}
}

// withoutDescriptions makes a server omit the descriptions of business units in the answers to an operation, or to all if
// it is "".
func withoutDescriptions(server *simulator.Server, operation string) {
	server.OnAnswer(operation, func(answer *simulator.Answer) {
		body, _ := answer.Body.(map[string]any)
		embedded, _ := body["_embedded"].(map[string]any)
		items, _ := embedded["items"].([]any)

		for _, item := range append(items, body) {
			if unit, isObject := item.(map[string]any); isObject && unit["referenceId"] != nil {
				delete(unit, "description")
			}
		}
	})
}

// A server that reports success but keeps its values is an error.
func TestBusinessUnit_ignoredUpdate(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")
	body := fmt.Sprintf(`{"id":%q,"referenceId":"pay","name":"Payments","description":%q}`, unit.ID, unit.Description)
	server.Inject(simulator.Fault{Operation: "create_business_units", Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte(body), ContentType: "application/hal+json"})

	p := newConfigured(t, server)
	updated, state := p.apply(t.Context(), unitType, unitState(unit), unitConfig("pay", "Payments EU", unit.Description))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, "was not changed", "name")

	if p.stringOf(state, "name") != "Payments" {
		t.Errorf("the state is %v", state)
	}
}

// Arguments that the API cannot store unchanged are refused.
func TestBusinessUnit_invalidArguments(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for argument, problem := range map[string]string{
		`name = ""` + "\n" + `reference_id = "pay"`:          `at\s+least\s+1`,
		`name = "Payments "` + "\n" + `reference_id = "pay"`: `white\s+space`,
		`name = "Payments"` + "\n" + `reference_id = ""`:     `at\s+least\s+1`,
		`name = "Payments"` + "\n" + `reference_id = " pay"`: `white\s+space`,
	} {
		runSteps(t, server, resource.TestStep{Config: unitHCL(argument), PlanOnly: true, ExpectError: regexp.MustCompile(problem)})
	}
}
