package provider

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Refreshing the members of units takes one request for each unit, also beside the users' own memberships.
func TestUnitUsers_refreshRequests(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	users := crowd(server, 100)

	var objects []managed

	for _, unit := range server.BusinessUnits() {
		var members []string

		for _, user := range users {
			if slices.Contains(user.BusinessUnitIDs, unit.ID) {
				members = append(members, user.Username)
			}
		}

		objects = append(objects, managed{unitUsersType, unitUsersState(unit, members...)})
	}

	p := newConfigured(t, server)
	server.ResetJournal()
	p.refresh(objects)

	if got := len(server.Journal()); got != len(objects) {
		t.Errorf("%d requests for %d business units", got, len(objects))
	}
}

// A business unit that was deleted removes the resource from the state if its absence is proven.
func TestUnitUsers_absentUnit(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada")
	server.Inject(simulator.Fault{Operation: "get_business_unit_users", Kind: simulator.FaultStatus, Status: http.StatusNotFound, Times: -1})

	p := newConfigured(t, server)
	read, state := p.read(unitUsersType, unitUsersState(unit, "ada"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "Unable to read the members of business unit", "the business unit exists")

	if state == nil {
		t.Error("the resource is removed from the state")
	}

	server.RemoveBusinessUnit(unit.ID)

	p = newConfigured(t, server)
	read, state = p.read(unitUsersType, unitUsersState(unit, "ada"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, "was not found")

	if state != nil {
		t.Errorf("the state is %v", state)
	}
}

// A caller who sees only their own business units reads the members of those. A member who is missing in another unit is an
// error, because the caller cannot see it.
func TestUnitUsers_scopedCaller(t *testing.T) {
	t.Parallel()

	server, unit := unitWithUsers(t, "ada", "bob")
	token := server.AddCaller("manager", "MANAGE_USERS_BU", "API_ACCESS")

	scoped := func() *protocol {
		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

		return p
	}

	p := scoped()
	read, state := p.read(unitUsersType, unitUsersState(unit, "ada", "bob"))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "it is not known whether it was deleted")

	if state == nil {
		t.Error("the resource is removed from the state")
	}

	server.JoinBusinessUnit("manager", unit.ID)

	p = scoped()
	_, state = p.read(unitUsersType, unitUsersState(unit, "ada", "eve", "manager"))

	if !containsSet(state["usernames"], []string{"ada", "bob", "manager"}) {
		t.Errorf("the state is %v", state)
	}

	updated, _ := p.apply(t.Context(), unitUsersType, state, unitUsers(unit, "ada", "manager"))
	p.requireNoErrors(updated.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, updated.Diagnostics, `User "bob" is no longer visible`)

	if err := checkMembers(server, unit.ID, "ada", "manager"); err != nil {
		t.Error(err)
	}
}

// An empty plan of forty business units and their members takes one list of units, one list of members for each unit, and
// one request for the settings of sign-in.
func TestUnitUsers_emptyPlanRequests(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(50, 1, 0)

	p := newConfigured(t, server)
	usernames := sortedUsernames(p)
	blocks := unitsWithMembers(p, 40, usernames)

	p = newConfigured(t, server)
	server.ResetJournal()

	if now := sortedUsernames(p); !slices.Equal(now, usernames) {
		t.Errorf("the usernames are %v, not %v", now, usernames)
	}

	var plans errgroup.Group

	plans.SetLimit(10)

	for _, pair := range blocks {
		plans.Go(func() error {
			for _, block := range pair {
				if action := block.plannedAction(p, block.config); action != "no-op" {
					return fmt.Errorf("%v is planned as %s", block.config, action)
				}
			}

			return nil
		})
	}

	if err := plans.Wait(); err != nil {
		t.Error(err)
	}

	got := []int{len(server.BusinessUnits()), server.Count("get_filtered_business_units"), server.Count("get_business_unit_users"), server.Count("get_info"), server.Count("get_users"), len(server.Journal())}
	if !slices.Equal(got, []int{40, 1, 40, 1, 1, 43}) {
		t.Errorf("the business units and the requests are %v", got)
	}

	// The users are sorted by username, so "admin" is not among those declared for the last business unit.
	last := blocks[39][1]
	server.JoinBusinessUnit("admin", plainText(last.state["id"]))

	p = newConfigured(t, server)
	p.requireNoErrors(last.refresh(p))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(unitUsersType, last.state, last.config).Diagnostics, `runs as user "admin"`)
}

// declaredInstance is an instance with its configuration.
type declaredInstance struct {
	*instance
	config values
}

// unitsWithMembers creates business units, each with a set of three consecutive members, and returns the pairs.
func unitsWithMembers(p *protocol, count int, usernames []string) [][2]declaredInstance {
	p.t.Helper()

	pairs := make([][2]declaredInstance, count)
	for i := range pairs {
		unit := declaredInstance{&instance{typeName: unitType}, values{"name": text(fmt.Sprintf("Unit %d", i)), "reference_id": text(fmt.Sprintf("unit-%d", i))}}
		unit.requireConverged(p, unit.config)

		members := declaredInstance{&instance{typeName: unitUsersType}, values{"business_unit_id": unit.state["id"], "usernames": texts(usernames[i : i+3]...)}}
		members.requireConverged(p, members.config)

		pairs[i] = [2]declaredInstance{unit, members}
	}

	return pairs
}

// sortedUsernames are the usernames that the data source lists.
func sortedUsernames(p *protocol) []string {
	p.t.Helper()

	diagnostics, state := p.data("iriusrisk_users", values{})
	p.requireNoErrors(diagnostics)

	users := p.listOf(state["users"])
	usernames := make([]string, len(users))

	for i, user := range users {
		usernames[i] = plainText(user["username"])
	}

	return usernames
}

// An empty plan of forty business units with their members and of fifteen roles takes one request for the members of each unit,
// two for the permissions of each role, one list of units, one of roles, and one request for the settings of sign-in.
func TestEmptyPlan_unitsAndRoles(t *testing.T) {
	t.Parallel()

	const units, roles = 40, 15

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada", "bob")

	var objects []managed

	for i := range units {
		unit := server.AddBusinessUnit(fmt.Sprintf("unit-%d", i), fmt.Sprintf("Unit %d", i))
		server.JoinBusinessUnit("ada", unit.ID)
		objects = append(objects, managed{unitType, unitState(unit)}, managed{unitUsersType, unitUsersState(unit, "ada")})
	}

	for i := range roles {
		objects = append(objects, managed{roleType, roleState(server, server.AddRole(fmt.Sprintf("Role %d", i)))})
	}

	p := newConfigured(t, server)
	server.ResetJournal()
	p.refresh(objects)

	for _, object := range objects {
		p.requireNoErrors(p.plan(object.typeName, object.state, keepConfig(object.state)).Diagnostics)
	}

	if got := len(server.Journal()); got > units+2*roles+5 {
		t.Errorf("%d requests: %v", got, operationsOf(server))
	}
}
