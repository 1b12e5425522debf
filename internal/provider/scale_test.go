package provider

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// managed is a resource in the state.
type managed struct {
	typeName string
	state    values
}

// stateOf is the state of a user on the server, with or without roles and business units.
func stateOf(user simulator.User, inline bool) managed {
	state := values{
		"id": text(user.ID), "username": text(user.Username), "email": text(user.Email), "first_name": text(user.FirstName), "last_name": text(user.LastName),
		"enabled": boolean(user.Enabled), "password_expired": boolean(user.PasswordExpired),
		"adopt_existing": boolean(false), "deletion_policy": text("delete"), "send_reset_password_email": boolean(false),
	}

	if inline {
		state["role_ids"], state["business_unit_ids"] = texts(user.RoleIDs...), texts(user.BusinessUnitIDs...)
	}

	return managed{"iriusrisk_user", state}
}

// membershipsOf are the states of the additive resources for all memberships of a user.
func membershipsOf(user simulator.User) []managed {
	var all []managed

	for _, kind := range []struct {
		typeName, attribute string
		ids                 []string
	}{
		{"iriusrisk_user_role", "role_id", user.RoleIDs},
		{"iriusrisk_user_business_unit", "business_unit_id", user.BusinessUnitIDs},
	} {
		for _, id := range kind.ids {
			all = append(all, managed{kind.typeName, values{"id": text(user.Username + "/" + id), "username": text(user.Username), kind.attribute: text(id)}})
		}
	}

	return all
}

// isUnchanged reports whether a new state has the same values. It may have names as well, which a read adds.
func (m managed) isUnchanged(now values) bool {
	for name, value := range m.state {
		if !now[name].Equal(value) {
			return false
		}
	}

	return now != nil
}

// refresh reads objects ten at a time, as Terraform does, and fails the test if one has changed.
func (p *protocol) refresh(objects []managed) {
	p.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(10)

	for _, object := range objects {
		reads.Go(func() error {
			resp, state := p.read(object.typeName, object.state)
			if len(resp.Diagnostics) > 0 || !object.isUnchanged(state) {
				return fmt.Errorf("%v became %v: %s", object.state, state, messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics))
			}

			return nil
		})
	}

	if err := reads.Wait(); err != nil {
		p.t.Error(err)
	}
}

// crowd adds users to a tenant, each with three of ten roles and two of ten business units. It returns them without the
// administrator.
func crowd(server *simulator.Server, users int) []simulator.User {
	server.Seed(users, 20, 10)
	server.AssignAccess(3, 2)

	return slices.DeleteFunc(server.Users(), func(user simulator.User) bool { return user.Username == "admin" })
}

// The users, business units and pages of a tenant bound the requests of a refresh, not the number of resources.
func TestRefresh_boundsRequests(t *testing.T) {
	t.Parallel()

	const users, units, pages = 300, 10, 1

	for _, style := range []struct {
		name    string
		objects func(user simulator.User) []managed
		most    int
	}{
		{"users only", func(user simulator.User) []managed { return []managed{stateOf(user, false)} }, pages + 5},
		{"additive", func(user simulator.User) []managed {
			return append([]managed{stateOf(user, false)}, membershipsOf(user)...)
		}, users + 2*units + pages + 5},
		{"inline sets", func(user simulator.User) []managed { return []managed{stateOf(user, true)} }, users + units + pages + 5},
		{"exclusive sets", func(user simulator.User) []managed {
			return []managed{
				stateOf(user, false),
				{"iriusrisk_user_roles_exclusive", values{"id": text(user.Username), "username": text(user.Username), "role_ids": texts(user.RoleIDs...)}},
				{"iriusrisk_user_business_units_exclusive", values{"id": text(user.Username), "username": text(user.Username), "business_unit_ids": texts(user.BusinessUnitIDs...)}},
			}
		}, users + units + pages + 5},
	} {
		t.Run(style.name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})

			var objects []managed
			for _, user := range crowd(server, users) {
				objects = append(objects, style.objects(user)...)
			}

			newConfigured(t, server).refresh(objects)

			if got := len(server.Journal()); got > style.most {
				t.Errorf("%d requests for %d objects, want at most %d: %v", got, len(objects), style.most, operationsOf(server))
			}
		})
	}
}

// An import reads each user and their roles individually, because nothing is known to confirm. The lists of members confirm the
// declared business units.
func TestImport_boundsRequests(t *testing.T) {
	t.Parallel()

	const users, units = 100, 10

	server := startServer(t, simulator.Options{})
	imported := crowd(server, users)
	p := newConfigured(t, server)

	var plans errgroup.Group

	plans.SetLimit(10)

	for _, user := range imported {
		plans.Go(func() error {
			state := p.imported(userType, user.Username)
			config := values{"username": text(user.Username), "email": text(user.Email), "first_name": text(user.FirstName), "last_name": text(user.LastName), "role_ids": texts(user.RoleIDs...), "business_unit_ids": texts(user.BusinessUnitIDs...)}

			if said := p.plan(userType, state, config).Diagnostics; len(said) > 0 {
				return fmt.Errorf("the plan for %q says %s", user.Username, messages(said[0].Severity, said))
			}

			return nil
		})
	}

	if err := plans.Wait(); err != nil {
		t.Error(err)
	}

	if got, most := len(server.Journal()), 2*users+units+10; got > most {
		t.Errorf("%d requests for %d users, want at most %d: %v", got, users, most, operationsOf(server))
	}
}

// With bulk_reads = false, no list of several users is read.
func TestRefresh_withoutBulkReads(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(20, 5, 4)

	var objects []managed

	for _, user := range server.Users() {
		objects = append(append(objects, stateOf(user, false)), membershipsOf(user)...)
	}

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "bulk_reads": boolean(false)}))
	server.ResetJournal()
	p.refresh(objects[1:])

	if got := []int{server.Count("get_users"), server.Count("get_business_unit_users"), server.Count("get_user")}; !slices.Equal(got, []int{0, 0, 20}) {
		t.Errorf("lists of users and members, and single reads, are %v", got)
	}
}

// The roles and business units of a user are read concurrently. The server answers neither request before both have
// arrived.
func TestRefresh_readsBothSetsConcurrently(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := crowd(server, 1)[0]

	var both sync.WaitGroup

	both.Add(2)

	for _, operation := range []string{"get_user_roles", "get_user_business_units"} {
		server.OnRequest(operation, func(simulator.RequestInfo) {
			both.Done()
			both.Wait()
		})
	}

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{
		"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "request_timeout": text("5s"), "max_retries": tftypes.NewValue(tftypes.Number, 0),
	}))
	p.refresh([]managed{stateOf(user, true)})
}

// A user deleted after the list was read is removed from the state without an error, also with inline sets.
func TestRefresh_userDeletedAfterTheListWasRead(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	users := crowd(server, 5)

	p := newConfigured(t, server)
	p.refresh([]managed{stateOf(users[0], true), stateOf(users[1], true)})
	server.RemoveUser(users[2].Username)

	gone := stateOf(users[2], true)
	resp, state := p.read(gone.typeName, gone.state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics, "was not found")
	p.requireNoErrors(resp.Diagnostics)

	if state != nil {
		t.Errorf("the state is %v", state)
	}
}

// BenchmarkRefresh refreshes a thousand users with three roles and two business units each, and measures the provider
// without Terraform.
func BenchmarkRefresh(b *testing.B) {
	for name, objects := range map[string]func(user simulator.User) []managed{
		"additive": func(user simulator.User) []managed { return append(membershipsOf(user), stateOf(user, false)) },
		"inline":   func(user simulator.User) []managed { return []managed{stateOf(user, true)} },
	} {
		b.Run(name, func(b *testing.B) {
			server, err := simulator.Start(simulator.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer server.Close()

			var all []managed
			for _, user := range crowd(server, 1000) {
				all = append(all, objects(user)...)
			}

			b.ReportMetric(float64(len(all)), "objects")

			for b.Loop() {
				newConfigured(b, server).refresh(all)
			}
		})
	}
}

// BenchmarkCreate creates a thousand users with three roles and two business units each in an empty tenant.
func BenchmarkCreate(b *testing.B) {
	for b.Loop() {
		server, err := simulator.Start(simulator.Options{})
		if err != nil {
			b.Fatal(err)
		}

		server.Seed(0, 20, 10)

		roles, units := roleAndUnitIDs(server, 3, 2)
		newConfigured(b, server).createUsers(1000, roles, units)
		server.Close()
	}
}

// BenchmarkUsersDataSource reads a tenant of fifty thousand users.
func BenchmarkUsersDataSource(b *testing.B) {
	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()

	server.Seed(50000, 20, 10)

	for b.Loop() {
		p := newConfigured(b, server)

		diagnostics, _ := p.data("iriusrisk_users", values{})
		p.requireNoErrors(diagnostics)
	}
}

// BenchmarkUsersExclusive plans a set of five thousand users, of whom some are not declared.
func BenchmarkUsersExclusive(b *testing.B) {
	for _, undeclared := range []int{0, 1, 100} {
		b.Run(fmt.Sprintf("%d undeclared", undeclared), func(b *testing.B) {
			server, err := simulator.Start(simulator.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer server.Close()

			server.Seed(5000, 1, 1)

			var usernames []string
			for _, user := range server.Users() {
				usernames = append(usernames, user.Username)
			}

			subject := managedUsers(b, server, usernames...)

			for i := range undeclared {
				addUsers(server, fmt.Sprintf("mallory%d", i))
			}

			for b.Loop() {
				p := newConfigured(b, server)
				p.requireNoErrors(subject.refresh(p))
				p.requireNoErrors(p.planPrivate(usersExclusiveType, subject.state, values{"usernames": texts(usernames...)}, subject.private).Diagnostics)
			}
		})
	}
}

// operationsOf counts the requests that a server received, by operation.
func operationsOf(server *simulator.Server) map[string]int {
	counts := make(map[string]int)
	for _, entry := range server.Journal() {
		counts[entry.Operation]++
	}

	return counts
}
