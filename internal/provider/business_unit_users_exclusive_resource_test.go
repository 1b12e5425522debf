package provider

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// unitWithUsers is a tenant with the business unit "Payments" and the users ada, bob and eve, of whom the given ones are
// members.
func unitWithUsers(t *testing.T, members ...string) (*simulator.Server, simulator.BusinessUnit) {
	t.Helper()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")

	for _, username := range []string{"ada", "bob", "eve"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	}

	for _, username := range members {
		server.JoinBusinessUnit(username, unit.ID)
	}

	return server, unit
}

// checkMembers checks which users are members of a business unit on the server.
func checkMembers(server *simulator.Server, unitID string, usernames ...string) error {
	var members []string

	for _, user := range server.Users() {
		if slices.Contains(user.BusinessUnitIDs, unitID) {
			members = append(members, user.Username)
		}
	}

	return want("members", strings.Join(members, " "), strings.Join(usernames, " "))
}

func unitUsers(unit simulator.BusinessUnit, usernames ...string) values {
	return values{"business_unit_id": text(unit.ID), "usernames": texts(usernames...)}
}

// unitUsersState is the state of the members of a business unit.
func unitUsersState(unit simulator.BusinessUnit, usernames ...string) values {
	state := unitUsers(unit, usernames...)
	state["id"] = text(unit.ID)

	return state
}

// The set of members is authoritative, letter case is no difference, and destroying the resource removes no member.
func TestUnitUsers_lifecycle(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "eve")
	subject := &instance{typeName: unitUsersType}
	adaAndEve := unitUsers(unit, "ada", "eve")

	for i, step := range []struct {
		drift   func()
		config  values
		members []string
	}{
		{func() {}, unitUsers(unit, "ada", "bob"), []string{"ada", "bob"}},
		{func() {}, unitUsers(unit, "ADA", "eve"), []string{"ada", "eve"}},
		{func() { server.JoinBusinessUnit("bob", unit.ID) }, adaAndEve, []string{"ada", "eve"}},
		{func() { server.LeaveBusinessUnit("ada", unit.ID) }, adaAndEve, []string{"ada", "eve"}},
		{func() {}, unitUsers(unit), nil},
		{func() {}, unitUsers(unit, "ada"), []string{"ada"}},
		{func() {}, nil, []string{"ada"}},
	} {
		step.drift()

		if subject.state != nil && step.config != nil {
			if action := subject.plannedAction(newConfigured(t, server), step.config); action != "update" {
				t.Errorf("step %d: the planned action is %s", i, action)
			}
		}

		subject.requireConverged(newConfigured(t, server), step.config)

		if err := checkMembers(server, unit.ID, step.members...); err != nil {
			t.Errorf("step %d: %v", i, err)
		}

		if step.config == nil {
			continue
		}

		if !subject.state["id"].Equal(text(unit.ID)) || !subject.plansNothing(newConfigured(t, server), step.config) {
			t.Errorf("step %d: the state is %v, and the second plan shows a difference", i, subject.state)
		}

		if len(step.members) > 1 && !subject.plansNothing(newConfigured(t, server), unitUsers(unit, strings.ToUpper(step.members[1]), step.members[0])) {
			t.Errorf("step %d: another letter case is a difference", i)
		}
	}
}

// Users, a business unit and its members are created in one apply, and the second plan is empty.
func TestUnitUsers_createdWithUsersAndUnit(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	config := func(second string) string {
		return unitHCL(`name = "Payments"`, `reference_id = "pay"`) + userHCL("ada", "ada", "") + userHCL("second", second, "") +
			blockHCL("resource", unitUsersType, "business_unit_id = iriusrisk_business_unit.pay.id", "usernames = [iriusrisk_user.ada.username, iriusrisk_user.second.username]")
	}
	has := func(usernames ...string) resource.TestCheckFunc {
		return onServer(func() error {
			unit, _ := unitOnServer(server, "pay")

			return checkMembers(server, unit.ID, usernames...)
		})
	}

	runSteps(t, server,
		resource.TestStep{Config: config("bob"), Check: has("ada", "bob")},
		resource.TestStep{Config: config("bob"), PlanOnly: true},
		resource.TestStep{Config: config("eve"), Check: has("ada", "eve")},
	)
}

// An update sends exactly the planned difference, additions first.
func TestUnitUsers_updateSendsThePlannedDifference(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")

	p := newConfigured(t, server)
	planned := p.plan(unitUsersType, unitUsersState(unit, "ada", "bob"), unitUsers(unit, "ada", "eve"))
	p.requireNoErrors(planned.Diagnostics)

	// This change outside Terraform is not part of the plan.
	server.LeaveBusinessUnit("ada", unit.ID)
	server.AddUser(simulator.User{Username: "mallory", Email: "mallory@example.com", Enabled: true})
	server.JoinBusinessUnit("mallory", unit.ID)
	server.ResetJournal()

	updated, _ := p.applyPlanned(t.Context(), unitUsersType, unitUsersState(unit, "ada", "bob"), unitUsers(unit, "ada", "eve"), planned)
	p.requireNoErrors(updated.Diagnostics)

	var writes []string
	for _, entry := range server.Writes() {
		writes = append(writes, entry.Operation)
	}

	if want := []string{"add_user_business_unit", "delete_business_units_users"}; !slices.Equal(writes, want) {
		t.Errorf("the writes are %v, not %v", writes, want)
	}

	if err := checkMembers(server, unit.ID, "eve", "mallory"); err != nil {
		t.Error(err)
	}
}

// When the set is managed for the first time, the plan names the members who are removed.
func TestUnitUsers_creationWarnsOfRemovals(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")

	for name, test := range map[string]struct {
		usernames values
		warning   string
	}{
		"removes":             {unitUsers(unit, "ADA"), "who are not declared: bob. To keep"},
		"keeps":               {unitUsers(unit, "ada", "bob", "eve"), ""},
		"is not known":        {values{"business_unit_id": text(unit.ID), "usernames": unknownTexts()}, "unless they are among these usernames: ada, bob."},
		"unit does not exist": {values{"business_unit_id": text(exampleUUID), "usernames": texts()}, ""},
	} {
		p := newConfigured(t, server)
		warnings := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(unitUsersType, nil, test.usernames).Diagnostics)

		if (test.warning == "") != (warnings == "") || !strings.Contains(warnings, test.warning) {
			t.Errorf("%s: want %q, got %q", name, test.warning, warnings)
		}
	}

	server.Inject(simulator.Fault{Operation: "get_business_unit_users", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})

	p := newConfigured(t, server)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.plan(unitUsersType, nil, unitUsers(unit)).Diagnostics, "could not be determined", "403")
}

// A username that no user has is an error of a plan, and of the apply.
func TestUnitUsers_unknownUser(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada")

	p := newConfigured(t, server)
	_, state := p.read(unitUsersType, unitUsersState(unit, "ada"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(unitUsersType, state, unitUsers(unit, "ADA", "nemo", "bob")).Diagnostics, "do not exist", `: "nemo". Nothing`)

	// A user that this configuration creates is no error.
	p = newConfigured(t, server)
	_, state = p.read(unitUsersType, unitUsersState(unit, "ada"))
	p.requireNoErrors(p.plan(userType, nil, declared("Nemo", "nemo@example.com", nil)).Diagnostics)
	p.requireNoErrors(p.plan(unitUsersType, state, unitUsers(unit, "ada", "nemo")).Diagnostics)

	// An apply of an older plan names the user too, and adds the others.
	p = withoutRetries(t, server)
	planned := p.plan(unitUsersType, nil, unitUsers(unit, "ada", "bob", "eve"))
	server.RemoveUser("bob")

	created, after := p.applyPlanned(t.Context(), unitUsersType, nil, unitUsers(unit, "ada", "bob", "eve"), planned)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `to user "bob"`, "404")

	if err := checkMembers(server, unit.ID, "ada", "eve"); err != nil || after != nil {
		t.Errorf("%v, the state is %v", err, after)
	}
}

// The user that the provider runs as is not removed, whether the set is managed already or for the first time. The plan
// says so, and the apply sends no write.
func TestUnitUsers_lockOut(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "admin")

	p := newConfigured(t, server)
	_, state := p.read(unitUsersType, unitUsersState(unit, "ada", "admin"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(unitUsersType, state, unitUsers(unit, "bob")).Diagnostics, `The provider runs as user "admin"`)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(unitUsersType, nil, unitUsers(unit, "bob")).Diagnostics, `The provider runs as user "admin"`)
	p.requireNoErrors(p.plan(unitUsersType, state, unitUsers(unit, "bob", "ADMIN")).Diagnostics)

	for _, fault := range []string{"", "get_user_profile"} {
		for name, prior := range map[string]values{"update": unitUsersState(unit, "ada", "admin"), "create": nil} {
			p = withoutRetries(t, server)
			planned := p.plan(unitUsersType, prior, values{"business_unit_id": text(unit.ID), "usernames": unknownTexts()})
			p.requireNoErrors(planned.Diagnostics)

			if fault != "" {
				server.Inject(simulator.Fault{Operation: fault, Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})
			}

			planned.PlannedState = p.object(p.schema.ResourceSchemas[unitUsersType], unitUsersState(unit, "bob"))
			p = withoutRetries(t, server)

			applied, _ := p.applyPlanned(t.Context(), unitUsersType, prior, unitUsers(unit, "bob"), planned)
			if !failed(applied.Diagnostics) {
				t.Errorf("%s with the fault %q succeeded", name, fault)
			}

			server.ClearFaults()
		}
	}

	if err := errors.Join(checkMembers(server, unit.ID, "ada", "admin"), want("writes", len(server.Writes()), 0)); err != nil {
		t.Error(err)
	}
}

// A membership that another block ensures in the same run is not removed, and one that a set ensures is not removed by
// another block.
func TestUnitUsers_keepWhatTheRunEnsures(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")
	single := &instance{typeName: "iriusrisk_user_business_unit"}
	additive := func(username string) values {
		return values{"username": text(username), "business_unit_id": text(unit.ID)}
	}

	run := newConfigured(t, server)
	run.requireNoErrors(single.change(run, additive("ada")))

	updated, _ := run.apply(t.Context(), unitUsersType, unitUsersState(unit, "ada", "bob"), unitUsers(unit))
	run.requireNoErrors(updated.Diagnostics)
	run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, updated.Diagnostics, `User "ada" keeps a business unit`)

	if err := checkMembers(server, unit.ID, "ada"); err != nil {
		t.Error(err)
	}

	run = newConfigured(t, server)
	updated, _ = run.apply(t.Context(), unitUsersType, unitUsersState(unit, "ada"), unitUsers(unit, "Ada", "eve"))
	run.requireNoErrors(updated.Diagnostics)

	removed := single.change(run, nil)
	run.requireNoErrors(removed)
	run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, removed, `User "ada" keeps a business unit`)

	if err := checkMembers(server, unit.ID, "ada", "eve"); err != nil {
		t.Error(err)
	}
}

// A username in another letter case than on the server is the same member: it is kept, in the spelling of the
// configuration, and removed under the spelling of the server.
func TestUnitUsers_letterCase(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), unitUsersType, nil, unitUsers(unit, "ADA", "Bob"))
	p.requireNoErrors(created.Diagnostics)

	if len(server.Writes()) > 0 || !containsSet(state["usernames"], []string{"ADA", "Bob"}) {
		t.Errorf("the state is %v, the writes are %v", state, server.Writes())
	}

	p = newConfigured(t, server)
	p.refresh([]managed{{unitUsersType, state}})

	updated, state := p.apply(t.Context(), unitUsersType, state, unitUsers(unit, "Bob"))
	p.requireNoErrors(updated.Diagnostics)

	if err := checkMembers(server, unit.ID, "bob"); err != nil || !containsSet(state["usernames"], []string{"Bob"}) {
		t.Errorf("%v, the state is %v", err, state)
	}
}

// If some changes fail, the others are made, the error names the failed ones, and the state holds the members.
func TestUnitUsers_partialFailure(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")
	server.Inject(simulator.Fault{Operation: "delete_business_units_users", Kind: simulator.FaultStatus, Status: http.StatusForbidden})

	p := withoutRetries(t, server)
	updated, state := p.apply(t.Context(), unitUsersType, unitUsersState(unit, "ada", "bob"), unitUsers(unit, "eve"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, "Unable to remove the business unit "+unit.ID, "403")

	kept := "ada"
	if slices.Contains(mustUser(t, server, "bob").BusinessUnitIDs, unit.ID) {
		kept = "bob"
	}

	if err := checkMembers(server, unit.ID, kept, "eve"); err != nil || !containsSet(state["usernames"], []string{kept, "eve"}) {
		t.Errorf("%v, the state is %v", err, state)
	}

	read, after := p.read(unitUsersType, state)
	p.requireNoErrors(read.Diagnostics)

	if fmt.Sprint(after) != fmt.Sprint(state) {
		t.Errorf("the read state is %v, not %v", after, state)
	}
}

// The members of a unit are changed in parallel, and writes to one user never overlap.
func TestUnitUsers_parallelWrites(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	unit := server.AddBusinessUnit("pay", "Payments")

	var usernames []string

	for i := range 200 {
		usernames = append(usernames, fmt.Sprintf("user%03d", i))
		server.AddUser(simulator.User{Username: usernames[i], Email: usernames[i] + "@example.com", Enabled: true})
	}

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), unitUsersType, nil, unitUsers(unit, usernames...))
	p.requireNoErrors(created.Diagnostics)

	if err := checkMembers(server, unit.ID, usernames...); err != nil || server.OverlappingWrites() > 0 {
		t.Errorf("%v, %d overlapping writes", err, server.OverlappingWrites())
	}

	p = newConfigured(t, server)
	updated, _ := p.apply(t.Context(), unitUsersType, state, unitUsers(unit, usernames[:3]...))
	p.requireNoErrors(updated.Diagnostics)

	if err := checkMembers(server, unit.ID, usernames[:3]...); err != nil {
		t.Error(err)
	}
}

// An import stores the members, and the identity is the UUID of the unit.
func TestUnitUsers_importAndIdentity(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")

	p := newConfigured(t, server)
	if state := p.imported(unitUsersType, unit.ID); fmt.Sprint(state) != fmt.Sprint(unitUsersState(unit, "ada", "bob")) {
		t.Errorf("the imported state is %v", state)
	}

	created, state := p.apply(t.Context(), unitUsersType, nil, unitUsers(unit, "ada"))
	p.requireNoErrors(created.Diagnostics)
	p.expectIdentity(unitUsersType, created.NewIdentity, map[string]string{"business_unit_id": unit.ID})

	read, _ := p.read(unitUsersType, state)
	p.expectIdentity(unitUsersType, read.NewIdentity, map[string]string{"business_unit_id": unit.ID})

	updated, _ := p.apply(t.Context(), unitUsersType, state, unitUsers(unit, "bob"))
	p.requireNoErrors(updated.Diagnostics)
	p.expectIdentity(unitUsersType, updated.NewIdentity, map[string]string{"business_unit_id": unit.ID})

	p.expectImportError(unitUsersType, "pay", "UUID of a business unit", `"pay"`)
}
