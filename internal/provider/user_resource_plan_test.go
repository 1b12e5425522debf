package provider

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// declared is a complete configuration or state of a user.
func declared(username, email string, more values) values {
	config := values{
		"username": text(username), "email": text(email), "first_name": text("Ada"), "last_name": text("Lovelace"), "enabled": boolean(true),
		"adopt_existing": boolean(false), "deletion_policy": text(policyDelete), "send_reset_password_email": boolean(false),
	}
	maps.Copy(config, more)

	return config
}

// userState is the state of a user who is on the server.
func userState(user simulator.User, more values) values {
	state := declared(user.Username, user.Email, values{
		"id": text(user.ID), "first_name": text(user.FirstName), "last_name": text(user.LastName), "enabled": boolean(user.Enabled), "password_expired": boolean(user.PasswordExpired),
	})
	maps.Copy(state, more)

	return state
}

// keepConfig is the configuration that leaves a state unchanged.
func keepConfig(state values) values {
	config := maps.Clone(state)
	delete(config, "id")
	delete(config, "password_expired")

	return config
}

const userType = "iriusrisk_user"

// step is one call of PlanResourceChange.
type step struct{ prior, config values }

// planAll plans the steps in order and returns all diagnostics.
func planAll(p *protocol, steps ...step) []*tfprotov6.Diagnostic {
	p.t.Helper()

	var all []*tfprotov6.Diagnostic
	for _, step := range steps {
		all = append(all, p.plan(userType, step.prior, step.config).Diagnostics...)
	}

	return all
}

// The plan refuses a username or an e-mail address that is taken, before the present user is deleted.
func TestUserPlan_takenUsernameAndAddress(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "taken", Email: "taken@example.com", FirstName: "T", LastName: "T", Enabled: true})

	runSteps(t, server,
		resource.TestStep{Config: userHCL("ada", "ada", "")},
		resource.TestStep{PreConfig: server.ResetJournal, Config: userHCL("ada", "taken", ""), ExpectError: regexp.MustCompile(`User "taken" already exists`)},
		resource.TestStep{
			Config:      strings.Replace(userHCL("ada", "countess", ""), "ada@", "Taken@", 1),
			ExpectError: regexp.MustCompile(`(?s)The e-mail address "Taken@example.com" is taken.*"taken"`),
		},
		resource.TestStep{
			Config:      strings.Replace(userHCL("ada", "ada", ""), "ada@", "taken@", 1),
			ExpectError: regexp.MustCompile(`The e-mail address "taken@example.com" is taken`),
		},
		resource.TestStep{
			Config: userHCL("ada", "ada", ""),
			Check: onServer(func() error {
				return errors.Join(want("writes", len(server.Writes()), 0), want("users", len(server.Users()), 3))
			}),
		},
	)
}

// Terraform applies ignore_changes to the first plan of a replacement, and not to the creation.
func TestUserPlan_replacementWithIgnoredAddress(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	retained := "deletion_policy = \"retain\"\n  lifecycle {\n    ignore_changes = [email]\n  }"

	runSteps(t, server,
		resource.TestStep{Config: userHCL("ada", "ada", retained)},
		resource.TestStep{
			Config: strings.Replace(userHCL("ada", "countess", retained), "ada@", "countess@", 1),
			Check: onServer(func() error {
				countess, _ := server.User("countess")

				return errors.Join(want("address", countess.Email, "countess@example.com"), want("users", len(server.Users()), 3))
			}),
		},
		resource.TestStep{Config: userHCL("ada", "duchess", retained), ExpectError: regexp.MustCompile(`(?s)The e-mail address "ada@example.com" is taken.*"ada"`)},
		resource.TestStep{
			Config:      strings.Replace(userHCL("ada", "duchess", retained), "ada@", "countess@", 1),
			ExpectError: regexp.MustCompile(`(?s)User "countess" cannot be replaced\s+under\s+the\s+same\s+e-mail\s+address`),
		},
	)
}

// A creation that cannot succeed is an error if the plan also destroys a user, in either order. A run that only creates
// may be an apply, in which an error of the plan could leave an object behind, so the plan only warns.
func TestUserPlan_creationThatCannotSucceed(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	server.AddUser(simulator.User{Username: "taken", Email: "taken@example.com", FirstName: "T", LastName: "T", Enabled: true})

	for name, creation := range map[string]step{
		"username": {nil, declared("taken", "new@example.com", nil)},
		"address":  {nil, declared("new", "taken@example.com", nil)},
	} {
		p := newConfigured(t, server)
		alone := planAll(p, creation)
		p.requireNoErrors(alone)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, alone, "taken")

		for order, steps := range map[string][]step{
			"destruction last":  {creation, {prior: userState(ada, nil)}},
			"destruction first": {{prior: userState(ada, nil)}, creation},
			"replacement last":  {creation, {userState(ada, nil), declared("countess", "ada@example.com", nil)}},
		} {
			p := newConfigured(t, server)
			if problems := messages(tfprotov6.DiagnosticSeverityError, planAll(p, steps...)); !strings.Contains(problems, "taken") {
				t.Errorf("%s, %s: got %q", name, order, problems)
			}
		}
	}
}

func TestUserPlan_takenUserOfATaintedBlock(t *testing.T) {
	t.Parallel()

	for policy, problem := range map[string]string{policyDelete: "", policyDisable: "cannot be replaced", policyRetain: "terraform untaint"} {
		server := startServer(t, simulator.Options{})
		ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
		state := userState(ada, values{"deletion_policy": text(policy)})

		p := newConfigured(t, server)
		read, _ := p.read(userType, state)
		p.requireNoErrors(read.Diagnostics)

		planned := p.plan(userType, nil, keepConfig(state))
		if got := messages(tfprotov6.DiagnosticSeverityError, planned.Diagnostics); (problem == "") != (got == "") || !strings.Contains(got, problem) {
			t.Errorf("%s: want %q, got %q", policy, problem, got)
		}
	}
}

// A user deleted and created again outside Terraform is a different user, and the plan refuses to create a second one.
func TestUserPlan_userCreatedAgainOutside(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	first := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	server.RemoveUser("ada")
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	p := newConfigured(t, server)
	if _, remaining := p.read(userType, userState(first, nil)); remaining != nil {
		t.Fatalf("the first user is still in state: %v", remaining)
	}

	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(userType, nil, keepConfig(userState(first, nil))).Diagnostics, `User "ada" already exists`)
}

// The plan of a creation that cannot succeed only warns until the run is known to plan. Then it is an error, even if Terraform
// planned the creation first.
func TestUserPlan_creationPlannedBeforeTheFirstRead(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	managed := server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true})
	taken := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	p := newConfigured(t, server)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.plan(userType, nil, keepConfig(userState(taken, nil))).Diagnostics, `User "ada" already exists`)

	read, _ := p.read(userType, userState(managed, nil))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, `User "ada" already exists`)

	again, remaining := p.read(userType, userState(managed, nil))
	p.requireNoErrors(again.Diagnostics)

	if remaining == nil {
		t.Error("the user was removed from the state")
	}
}

// Private state persists between runs. A user who was updated, and then deleted outside Terraform, is still planned as
// a new user.
func TestUserPlan_userDeletedOutsideAfterAnUpdate(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDelete, policyRetain} {
		server := startServer(t, simulator.Options{})
		subject := &instance{typeName: userType}
		config := declared("ada", "ada@example.com", values{"deletion_policy": text(policy)})

		for _, name := range []string{"Lovelace", "Byron"} {
			config["last_name"] = text(name)

			p := newConfigured(t, server)
			p.requireNoErrors(subject.converge(p, config))
		}

		server.RemoveUser("ada")

		p := newConfigured(t, server)
		p.requireNoErrors(p.planPrivate(userType, nil, config, subject.private).Diagnostics)

		server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Another", LastName: "User"})

		p = newConfigured(t, server)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.planPrivate(userType, nil, config, subject.private).Diagnostics, `User "ada" already exists`)
	}
}

// Private state of a failed replacement does not prevent a later destruction from deleting the user.
func TestUserPlan_failedReplacementByAdoption(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	state := userState(user, values{"adopt_existing": boolean(true)})

	p := newConfigured(t, server)
	replacing := p.plan(userType, nil, keepConfig(state))
	removed := p.planPrivate(userType, state, nil, replacing.PlannedPrivate)

	subject := &instance{typeName: userType, state: state}
	p.requireNoErrors(subject.destroy(p, removed.PlannedPrivate))

	if _, there := server.User("ada"); there {
		t.Error("the user was kept")
	}
}

// A plan that creates many users reads the list of users instead of looking up each username and address.
func TestUserPlan_lookUpsOfManyUsers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(300, 1, 1)

	p := newConfigured(t, server)
	server.ResetJournal()

	for i := range 100 {
		p.requireNoErrors(p.plan(userType, nil, declared(fmt.Sprintf("new%d", i), fmt.Sprintf("new%d@example.com", i), nil)).Diagnostics)
	}

	if requests := len(server.Journal()); requests > 5 {
		t.Errorf("100 plans sent %d requests", requests)
	}

	taken := p.plan(userType, nil, declared("new", server.Users()[7].Email, nil))
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, taken.Diagnostics, "is taken")

	// A user deleted after the list was read does not conflict.
	gone := server.Users()[8]
	server.RemoveUser(gone.Username)
	p.requireNoErrors(p.plan(userType, nil, declared(gone.Username, gone.Email, nil)).Diagnostics)
}

func TestUserPlan_withoutPermissionToLook(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "get_user", Times: -1, Kind: simulator.FaultStatus, Status: http.StatusForbidden})
	server.Inject(simulator.Fault{Operation: "get_users", Times: -1, Kind: simulator.FaultStatus, Status: http.StatusForbidden})

	p := newConfigured(t, server)
	p.requireNoErrors(p.plan(userType, nil, declared("ada", "ada@example.com", nil)).Diagnostics)
}
