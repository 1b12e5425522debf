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
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

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

// keepConfig is the configuration that a state is that of.
func keepConfig(state values) values {
	config := maps.Clone(state)
	delete(config, "id")
	delete(config, "password_expired")

	return config
}

const userType = "iriusrisk_user"

// step is one call of PlanResourceChange.
type step struct{ prior, config values }

// planAll plans steps in an order and returns the diagnostics of all of them.
func planAll(p *protocol, steps ...step) []*tfprotov6.Diagnostic {
	p.t.Helper()

	var all []*tfprotov6.Diagnostic
	for _, step := range steps {
		all = append(all, p.plan(userType, step.prior, step.config).Diagnostics...)
	}

	return all
}

func TestUserPlan_userThatLeavesOneBlockAndEntersAnother(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	bob := server.AddUser(simulator.User{Username: "bob", Email: "bob@example.com", FirstName: "Bob", LastName: "B", Enabled: true})

	retained, disabled := values{"deletion_policy": text(policyRetain)}, values{"deletion_policy": text(policyDisable)}
	adopting := values{"adopt_existing": boolean(true)}
	destroyAda := step{prior: userState(ada, nil)}
	keepAda := step{userState(ada, nil), keepConfig(userState(ada, nil))}

	const lost, taken, twice = "is destroyed by one block and kept by another", "is taken by one block from another", "is managed by two blocks"

	for name, test := range map[string]struct {
		first, second step
		problem       string
		isWarning     bool
	}{
		"destroyed and created":                      {destroyAda, step{nil, declared("ada", "ada@example.com", nil)}, lost, false},
		"destroyed and created in another case":      {destroyAda, step{nil, declared("Ada", "ada@example.com", nil)}, lost, false},
		"destroyed and adopted":                      {destroyAda, step{nil, declared("ada", "ada@example.com", adopting)}, lost, false},
		"disabled and adopted":                       {step{prior: userState(ada, disabled)}, step{nil, declared("ada", "ada@example.com", adopting)}, lost, false},
		"retained and created":                       {step{prior: userState(ada, retained)}, step{nil, declared("ada", "ada@example.com", nil)}, lost, false},
		"retained and adopted":                       {step{prior: userState(ada, retained)}, step{nil, declared("ada", "ada@example.com", adopting)}, "", false},
		"destroyed and kept":                         {destroyAda, keepAda, lost, false},
		"retained and kept":                          {step{prior: userState(ada, retained)}, keepAda, "", false},
		"replaced and created":                       {step{userState(ada, nil), declared("countess", "ada@example.com", nil)}, step{nil, declared("ada", "new@example.com", nil)}, lost, false},
		"replaced by an unknown username, and kept":  {step{userState(ada, nil), declared("", "new@example.com", values{"username": unknownText()})}, keepAda, lost, false},
		"kept by two":                                {keepAda, keepAda, twice, true},
		"kept and adopted":                           {keepAda, step{nil, declared("ada", "ada@example.com", adopting)}, twice, true},
		"created by two":                             {step{nil, declared("eve", "eve@example.com", nil)}, step{nil, declared("eve", "eve@example.com", nil)}, twice, true},
		"address of a destroyed user":                {destroyAda, step{nil, declared("countess", "Ada@example.com", nil)}, taken, false},
		"address of a kept user":                     {keepAda, step{nil, declared("countess", "ada@example.com", nil)}, taken, false},
		"address of a user who is disabled":          {step{userState(ada, nil), declared("ada", "ada@example.com", values{"enabled": boolean(false)})}, step{nil, declared("countess", "ada@example.com", nil)}, taken, false},
		"address that another user frees":            {step{userState(ada, nil), declared("ada", "other@example.com", nil)}, step{userState(bob, nil), declared("bob", "ada@example.com", nil)}, taken, false},
		"address for two new users":                  {step{nil, declared("eve", "eve@example.com", nil)}, step{nil, declared("mallory", "eve@example.com", nil)}, "is declared for two users", false},
		"two users who have nothing to do":           {keepAda, step{userState(bob, nil), keepConfig(userState(bob, nil))}, "", false},
		"an address and a username of one user each": {step{userState(ada, nil), declared("ada", "new@example.com", nil)}, step{nil, declared("eve", "eve@example.com", nil)}, "", false},
	} {
		for order, steps := range map[string][]step{"": {test.first, test.second}, ", in the other order": {test.second, test.first}} {
			p := newConfigured(t, server)
			diagnostics := planAll(p, steps...)
			problems, warnings := messages(tfprotov6.DiagnosticSeverityError, diagnostics), messages(tfprotov6.DiagnosticSeverityWarning, diagnostics)

			if test.isWarning {
				problems, warnings = warnings, ""
			}

			if (test.problem == "") != (problems == "") || !strings.Contains(problems, test.problem) {
				t.Errorf("%s%s: want %q, got %q", name, order, test.problem, problems)
			}

			if test.problem == lost && !strings.Contains(problems, "moved {") {
				t.Errorf("%s%s: no moved block in %q", name, order, problems)
			}

			if strings.Contains(warnings, "two blocks") {
				t.Errorf("%s%s: the warning %q", name, order, warnings)
			}
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the plans sent %v", writes)
	}
}

// Terraform plans a replacement in two calls, which are about one block.
func TestUserPlan_replacementIsOneBlock(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	const cannot = "cannot be replaced under the same"

	for name, test := range map[string]struct {
		before, change values
		problem        string
	}{
		"same username":                         {nil, nil, ""},
		"same username, disabled":               {values{"deletion_policy": text(policyDisable)}, nil, cannot + " username"},
		"same username, retained":               {values{"deletion_policy": text(policyRetain)}, nil, cannot + " username"},
		"same username, retained and adopted":   {values{"deletion_policy": text(policyRetain)}, values{"adopt_existing": boolean(true)}, ""},
		"other username":                        {nil, values{"username": text("countess")}, ""},
		"other username, retained":              {values{"deletion_policy": text(policyRetain)}, values{"username": text("countess")}, cannot + " e-mail address"},
		"other username and address, retained":  {values{"deletion_policy": text(policyRetain)}, values{"username": text("countess"), "email": text("countess@example.com")}, ""},
		"other username, disabled, unknown one": {values{"deletion_policy": text(policyDisable)}, values{"username": unknownText(), "email": text("countess@example.com")}, ""},
	} {
		p := newConfigured(t, server)
		state := userState(ada, test.before)
		config := keepConfig(state)
		maps.Copy(config, test.change)

		first := p.plan(userType, state, config)
		second := p.planPrivate(userType, nil, config, first.PlannedPrivate)
		problems := messages(tfprotov6.DiagnosticSeverityError, append(first.Diagnostics, second.Diagnostics...))

		if (test.problem == "") != (problems == "") || !strings.Contains(problems, test.problem) {
			t.Errorf("%s: want %q, got %q", name, test.problem, problems)
		}

		if warnings := messages(tfprotov6.DiagnosticSeverityWarning, append(first.Diagnostics, second.Diagnostics...)); strings.Contains(warnings, "two blocks") {
			t.Errorf("%s: the warning %q", name, warnings)
		}
	}
}

func TestUserPlan_unknownUsernameOfAnExistingUserWarns(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})

	p := newConfigured(t, server)
	planned := p.plan(userType, userState(ada, nil), declared("", "ada@example.com", values{"username": unknownText()}))
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, `User "ada" will be replaced`, "even if the username turns out to be the same")
}

// What is taken is refused before the present user is deleted.
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

// A creation that cannot succeed is an error if the plan destroys a user as well, in either order. A run that only creates
// may be an apply, in which an error of the plan could leave an object behind, so that it warns.
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

// A user who was deleted and created again outside Terraform is another one, whom the plan does not take for its own.
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

// Private state outlives the run that has written it: a user who was updated, and deleted outside Terraform since, is planned
// as a new one.
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

// A destruction that failed as the first half of a replacement leaves no mark that keeps a later one from its work.
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

// Looking names and addresses up takes no more requests than the list of all users, once several users are created.
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

	// A user who was deleted after the list was read does not stand in the way.
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

func TestUserPlan_whatASetRemovesAtFirst(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role, unit := server.AddRole("ROLE_TESTER"), server.AddBusinessUnit("pay", "Payments")
	ada := server.AddUser(simulator.User{
		Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}, BusinessUnitIDs: []string{unit.ID},
	})
	none := values{"role_ids": texts(), "business_unit_ids": texts()}
	names := []string{"ROLE_TESTER (" + role.ID + ")", "Payments (" + unit.ID + ")"}

	p := newConfigured(t, server)
	update := p.plan(userType, userState(ada, nil), declared("ada", "ada@example.com", none))
	p.requireNoErrors(update.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, update.Diagnostics, names...)

	p = newConfigured(t, server)
	none["adopt_existing"] = boolean(true)
	adoption := p.plan(userType, nil, declared("ada", "ada@example.com", none))
	p.requireNoErrors(adoption.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, adoption.Diagnostics, append(names, `User "ada" is disabled and will be enabled`)...)

	p = newConfigured(t, server)
	released := p.plan(userType, userState(ada, values{"role_ids": texts(role.ID), "business_unit_ids": texts(unit.ID)}), declared("ada", "ada@example.com", values{"enabled": boolean(false)}))
	p.requireNoErrors(released.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, released.Diagnostics, `The roles of user "ada" are no longer managed`, `The business units of user "ada" are no longer managed`)

	p = newConfigured(t, server)
	kept := userState(ada, values{"role_ids": texts(role.ID)})

	if warnings := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(userType, kept, keepConfig(kept)).Diagnostics); warnings != "" {
		t.Errorf("an empty plan warns: %s", warnings)
	}
}

func TestUser_surroundingWhiteSpaceIsRefused(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{TrimProfiles: true})

	for _, attribute := range []string{"username", "email", "first_name", "last_name"} {
		for _, value := range []string{" a@b", "a@b ", "a@b\u00a0"} {
			p := newUnconfigured(t)
			config := declared("ada", "ada@example.com", values{attribute: text(value)})
			resp, err := p.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: userType, Config: p.object(p.schema.ResourceSchemas[userType], config)})
			p.noError(err)

			if got := messages(tfprotov6.DiagnosticSeverityError, resp.Diagnostics); !strings.Contains(got, attribute) || !strings.Contains(got, "begins or ends with white space") {
				t.Errorf("%s = %q: %q", attribute, value, got)
			}
		}
	}

	if requests := len(server.Journal()); requests > 0 {
		t.Errorf("%d requests were sent", requests)
	}
}

// Renaming a block without a moved block is refused before the user is deleted; with one, nothing changes.
func TestUser_renamedWithoutMoved(t *testing.T) {
	t.Parallel()

	for name, more := range map[string]string{"": "", "adopting": "  adopt_existing = true\n"} {
		server := startServer(t, simulator.Options{})
		renamed := strings.Replace(userHCL("ada", "ada", more), `"iriusrisk_user" "ada"`, `"iriusrisk_user" "renamed"`, 1)

		runSteps(t, server,
			resource.TestStep{Config: userHCL("ada", "ada", more)},
			resource.TestStep{PreConfig: server.ResetJournal, Config: renamed, ExpectError: regexp.MustCompile(`(?s)is destroyed by one block and kept by\s+another.*moved \{`)},
			resource.TestStep{
				Config:           renamed + "moved {\n  from = iriusrisk_user.ada\n  to = iriusrisk_user.renamed\n}\n",
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check: onServer(func() error {
					return errors.Join(want("writes", len(server.Writes()), 0), want("users", len(server.Users()), 2))
				}),
			},
		)

		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// An existing user is adopted again when their block is tainted or replaced, in either order, and never deleted for it.
func TestUser_taintedAdoptionKeepsTheUser(t *testing.T) {
	t.Parallel()

	for name, lifecycle := range map[string]string{"destroy first": "", "create first": "  lifecycle {\n    create_before_destroy = true\n  }\n"} {
		for _, policy := range []string{policyDelete, policyDisable, policyRetain} {
			t.Run(name+", "+policy, func(t *testing.T) {
				t.Parallel()

				server := startServer(t, simulator.Options{})
				existing := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
				config := userHCL("ada", "ada", fmt.Sprintf("  adopt_existing = true\n  deletion_policy = %q\n%s", policy, lifecycle))

				runSteps(t, server,
					resource.TestStep{Config: config},
					resource.TestStep{
						Config: config, Taint: []string{ada},
						Check: checkUser(server, "ada", func(user simulator.User) error {
							return errors.Join(want("id", user.ID, existing.ID), want("enabled", user.Enabled, true), want("deletions", server.Count("delete_user"), 0), want("disables", server.Count("disable_user"), 0))
						}),
					},
				)

				// A block that is removed follows its deletion policy again.
				if user, there := server.User("ada"); there != (policy != policyDelete) || (there && user.Enabled != (policy == policyRetain)) {
					t.Errorf("after the destruction: %t, %+v", there, user)
				}
			})
		}
	}
}

// unknownSet is a set that is known after apply.
func unknownSet() tftypes.Value {
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, tftypes.UnknownValue)
}

func TestUserPlan_unknownSet(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_TESTER")
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}})

	p := newConfigured(t, server)
	planned := p.plan(userType, userState(ada, nil), declared("ada", "ada@example.com", values{"role_ids": unknownSet()}))
	p.requireNoErrors(planned.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics, "ROLE_TESTER")
}
