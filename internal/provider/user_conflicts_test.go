package provider

import (
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUserPlan_oneUserInTwoBlocks(t *testing.T) {
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

// Terraform plans a replacement in two calls, which count as one block.
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

func TestUserPlan_usernameOfAnotherBlock(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "A", LastName: "L", Enabled: true})
	bob := server.AddUser(simulator.User{Username: "bob", Email: "bob@example.com", FirstName: "B", LastName: "L", Enabled: true})
	p := newConfigured(t, server)
	p.read(userType, userState(ada, nil))
	p.read(userType, userState(bob, nil))
	planned := planAll(p, step{userState(ada, nil), declared("bob", "ada@example.com", nil)}, step{userState(bob, nil), keepConfig(userState(bob, nil))})
	if messages(tfprotov6.DiagnosticSeverityError, planned) == "" {
		t.Error("the plan deletes ada and then cannot create bob, and only warns:", messages(tfprotov6.DiagnosticSeverityWarning, planned))
	}
}

func TestUserPlan_taintedUserWhoIsDisabledKeepsTheAddress(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "A", LastName: "L", Enabled: true})
	disable := values{"deletion_policy": text(policyDisable)}
	p := newConfigured(t, server)
	p.read(userType, userState(ada, disable))
	planned := p.plan(userType, nil, declared("countess", "ada@example.com", disable))
	if messages(tfprotov6.DiagnosticSeverityError, planned.Diagnostics) == "" {
		t.Error("the plan disables ada and then cannot create countess under the same address")
	}
}

// The list of users has usernames in their stored letter case, and a server may ignore the case of a username.
func TestUserPlan_takenUsernameInAnotherCase(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{FoldUsernames: true})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "A", LastName: "L", Enabled: true})
	server.AddUser(simulator.User{Username: "Bob", Email: "bob@example.com", FirstName: "B", LastName: "L", Enabled: true})
	p := newConfigured(t, server)
	for _, u := range []string{"u1", "u2", "u3"} {
		p.read(userType, userState(server.AddUser(simulator.User{Username: u, Email: u + "@example.com", FirstName: "B", LastName: "B", Enabled: true}), nil))
	}
	planned := p.plan(userType, userState(ada, nil), declared("bob", "ada@example.com", nil))
	if messages(tfprotov6.DiagnosticSeverityError, planned.Diagnostics) == "" {
		t.Error("a username that is taken in another case is not found")
	}
}

// The plan refuses a renamed block without a moved block, before the user is deleted. Which of the two blocks has the error
// depends on the order in which they are planned. With a moved block, nothing changes.
func TestUser_renamedWithoutMoved(t *testing.T) {
	t.Parallel()

	for name, more := range map[string]string{"": "", "adopting": "  adopt_existing = true\n"} {
		server := startServer(t, simulator.Options{})
		renamed := strings.Replace(userHCL("ada", "ada", more), `"iriusrisk_user" "ada"`, `"iriusrisk_user" "renamed"`, 1)

		runSteps(t, server,
			resource.TestStep{Config: userHCL("ada", "ada", more)},
			resource.TestStep{PreConfig: server.ResetJournal, Config: renamed, ExpectError: regexp.MustCompile(`(?s)(is destroyed by one block and kept by\s+another|already exists).*moved \{`)},
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

// A replacement with create_before_destroy fails under the same username, and the next plan continues from the state
// that it leaves.
func TestUser_failedReplacementCreateFirst(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	config := userHCL("ada", "ada", "  lifecycle {\n    create_before_destroy = true\n  }\n")

	runSteps(t, server,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, Taint: []string{ada}, ExpectError: regexp.MustCompile(`(?s)User "ada" already exists.*remove\s+create_before_destroy`)},
		resource.TestStep{Config: userHCL("ada", "ada", ""), Check: onServer(func() error { return want("users", len(server.Users()), 2) })},
	)
}

// The e-mail address of a user who was deleted outside Terraform is free, although the removed block still has it in the state.
func TestUserConflicts_addressOfADeletedUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	renamed := strings.Replace(userHCL("countess", "countess", ""), "countess@", "ada@", 1)

	runSteps(t, server,
		resource.TestStep{Config: userHCL("ada", "ada", "")},
		resource.TestStep{
			PreConfig: func() { server.RemoveUser("ada") },
			Config:    renamed,
			Check: onServer(func() error {
				return errors.Join(want("e-mail address", mustUser(t, server, "countess").Email, "ada@example.com"), want("users", len(server.Users()), 2))
			}),
		},
	)
}

// A 404 alone does not prove that a destroyed user is absent, so the plan still refuses to create the user in another block.
func TestUserConflicts_unprovenAbsence(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	steps := []step{{prior: userState(ada, nil)}, {nil, declared("ada", "ada@example.com", nil)}}

	server.Inject(simulator.Fault{Times: -1, Status: http.StatusNotFound})

	for range 2 {
		p := withoutRetries(t, server)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, planAll(p, steps...), "is destroyed by one block and kept by another")
		slices.Reverse(steps)
	}
}

// Terraform plans the destruction of a removed block before it refreshes it, so the user may no longer exist.
func TestUserConflicts_renamedBlockOfADeletedUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	replace := func() {
		server.RemoveUser("ada")
		server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Second", LastName: "User", Enabled: true})
	}

	runSteps(t, server,
		resource.TestStep{Config: userHCL("ada", "ada", "")},
		resource.TestStep{PreConfig: func() { server.RemoveUser("ada") }, Config: strings.Replace(userHCL("countess", "ada", ""), "countess@", "ada@", 1)},
		resource.TestStep{
			PreConfig: replace,
			Config:    strings.Replace(userHCL("duchess", "ada", "adopt_existing = true"), "duchess@", "ada@", 1),
			Check: onServer(func() error {
				ada, _ := server.User("ada")

				return errors.Join(want("first name", ada.FirstName, "Ada"), want("users", len(server.Users()), 2))
			}),
		},
		resource.TestStep{Config: userHCL("princess", "ada", "adopt_existing = true"), ExpectError: regexp.MustCompile("is destroyed by one block and kept by another")},
	)
}
