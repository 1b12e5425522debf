package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// createUsers creates a number of users with roles and business units, ten at a time as Terraform does.
func (p *protocol) createUsers(number int, roles, units []string) {
	p.t.Helper()

	var creations errgroup.Group

	creations.SetLimit(10)

	for i := range number {
		creations.Go(func() error {
			config := adaConfig()
			config["username"], config["email"] = text(fmt.Sprintf("new-%d", i)), text(fmt.Sprintf("new-%d@example.com", i))
			config["role_ids"], config["business_unit_ids"] = texts(roles...), texts(units...)

			resp, _ := p.apply(p.t.Context(), userType, nil, config)
			if len(resp.Diagnostics) > 0 {
				return errors.New(messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics))
			}

			return nil
		})
	}

	if err := creations.Wait(); err != nil {
		p.t.Error(err)
	}
}

// roleAndUnitIDs returns the UUIDs of the first roles and business units of a server.
func roleAndUnitIDs(server *simulator.Server, roles, units int) (roleIDs, unitIDs []string) {
	for _, role := range server.Roles()[:roles] {
		roleIDs = append(roleIDs, role.ID)
	}

	for _, unit := range server.BusinessUnits()[:units] {
		unitIDs = append(unitIDs, unit.ID)
	}

	return roleIDs, unitIDs
}

// The creation of a user with five memberships takes a look-up, a POST and five additions. What new users have by default
// is read once.
func TestCreate_requestsOfUsersWithSets(t *testing.T) {
	t.Parallel()

	const users = 12

	server := startServer(t, simulator.Options{FailOverlappingWrites: true})
	server.Seed(0, 5, 4)

	p := newConfigured(t, server)
	roles, units := roleAndUnitIDs(server, 3, 2)
	p.createUsers(users, roles, units)

	for operation, want := range map[string]int{
		"create_user": users, "add_user_role": 3 * users, "add_user_business_unit": 2 * users, "get_user_roles": 1, "get_user_business_units": 1,
	} {
		if got := server.Count(operation); got != want {
			t.Errorf("%d requests of %s, want %d", got, operation, want)
		}
	}

	if got := len(server.Journal()); got > 8*users {
		t.Errorf("%d requests for %d users: %v", got, users, operationsOf(server))
	}

	if server.OverlappingWrites() > 0 {
		t.Error("writes to one user overlapped")
	}
}

// Roles and business units that the server assigns to every new user are removed from each of them unless they are
// planned, also from users for whom they were not read.
func TestCreate_removesDefaultMemberships(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 5, 4)

	roles, units := roleAndUnitIDs(server, 5, 4)
	created := 0

	server.OnAnswer("create_user", func(*simulator.Answer) {
		for _, user := range server.Users() {
			if user.Username != "admin" && len(user.RoleIDs) == 0 && len(user.BusinessUnitIDs) == 0 {
				created++

				server.GrantRole(user.Username, roles[0])
				server.GrantRole(user.Username, roles[4])
				server.JoinBusinessUnit(user.Username, units[3])
			}
		}
	})

	p := newConfigured(t, server)

	for i := range 3 {
		config := adaConfig()
		config["username"], config["email"] = text(fmt.Sprintf("new-%d", i)), text(fmt.Sprintf("new-%d@example.com", i))
		config["role_ids"], config["business_unit_ids"] = texts(roles[:2]...), texts(units[:1]...)

		// The server assigns nothing by default to the last user.
		if i == 2 {
			server.OnAnswer("create_user", nil)
		}

		resp, _ := p.apply(t.Context(), userType, nil, config)
		p.requireNoErrors(resp.Diagnostics)

		user, _ := server.User(fmt.Sprintf("new-%d", i))
		if !sameElements(user.RoleIDs, roles[:2]) || !sameElements(user.BusinessUnitIDs, units[:1]) {
			t.Errorf("user %d has the roles %v and units %v", i, user.RoleIDs, user.BusinessUnitIDs)
		}
	}

	if created != 2 || server.Count("get_user_business_units") > 2 {
		t.Errorf("the server assigned memberships to %d new users, and their units were read %d times", created, server.Count("get_user_business_units"))
	}
}

func sameElements(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// A failed read is not kept: the next creation reads what new users have. A creation that is interrupted does not wait.
func TestDefaultMemberships_failure(t *testing.T) {
	t.Parallel()

	var defaults defaultMemberships

	failure := errors.New("no answer")

	if _, own, err := defaults.get(t.Context(), roleMembership, func() ([]string, error) { return nil, failure }); !own || !errors.Is(err, failure) {
		t.Errorf("got %v, %v", own, err)
	}

	interrupted, cancel := context.WithCancel(t.Context())
	ids, own, err := defaults.get(t.Context(), roleMembership, func() ([]string, error) {
		cancel()

		_, _, waitErr := defaults.get(interrupted, roleMembership, func() ([]string, error) { return nil, nil })

		return []string{"a"}, errorUnless(errors.Is(waitErr, context.Canceled))
	})

	if !own || err != nil || !slices.Equal(ids, []string{"a"}) {
		t.Errorf("got %v, %v, %v", ids, own, err)
	}

	ids, own, err = defaults.get(t.Context(), roleMembership, func() ([]string, error) { return nil, failure })
	if own || err != nil || !slices.Equal(ids, []string{"a"}) {
		t.Errorf("another creation got %v, %v, %v", ids, own, err)
	}
}

func errorUnless(ok bool) error {
	if !ok {
		return errors.New("the interrupted call did not end")
	}

	return nil
}
