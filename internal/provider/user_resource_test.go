package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUser_lifecycle(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	sameID := statecheck.CompareValue(compare.ValuesSame())
	anotherID := statecheck.CompareValue(compare.ValuesDiffer())

	runSteps(t, server,
		resource.TestStep{
			Config: userHCL("ada", "ada", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(ada, tfjsonpath.New("id")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(ada, tfjsonpath.New("id")),
				statecheck.ExpectKnownValue(ada, tfjsonpath.New("enabled"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(ada, tfjsonpath.New("password_expired"), knownvalue.Bool(false)),
			},
			Check: checkUser(server, "ada", func(user simulator.User) error {
				return errors.Join(
					want("email", user.Email, "ada@example.com"),
					want("first name", user.FirstName, "Ada"),
					want("last name", user.LastName, "Lovelace"),
					want("enabled", user.Enabled, true),
				)
			}),
		},
		resource.TestStep{ResourceName: ada, ImportState: true, ImportStateId: "ada", ImportStateVerify: true},
		resource.TestStep{
			PreConfig: server.ResetJournal,
			Config:    strings.Replace(userHCL("ada", "ada", "  enabled = false\n  password_expired = true"), "Lovelace", "Byron", 1),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(ada, tfjsonpath.New("id"), knownvalue.NotNull()),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				sameID.AddStateValue(ada, tfjsonpath.New("id")),
				anotherID.AddStateValue(ada, tfjsonpath.New("id")),
			},
			Check: checkUser(server, "ada", func(user simulator.User) error {
				return errors.Join(
					want("email", user.Email, "ada@example.com"),
					want("first name", user.FirstName, "Ada"),
					want("last name", user.LastName, "Byron"),
					want("enabled", user.Enabled, false),
					want("password expired", user.PasswordExpired, true),
					want("updates", server.Count("update_user"), 1),
					want("disables", server.Count("disable_user"), 1),
				)
			}),
		},
		resource.TestStep{
			Config: userHCL("ada", "countess", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionReplace),
			}},
			ConfigStateChecks: []statecheck.StateCheck{anotherID.AddStateValue(ada, tfjsonpath.New("id"))},
			Check:             resource.ComposeTestCheckFunc(checkNoUser(server, "ada"), checkUser(server, "countess", func(simulator.User) error { return nil })),
		},
	)

	if _, found := server.User("countess"); found {
		t.Error("the user was not deleted")
	}
}

// Changing the letter case of a username plans no change and sends no write.
func TestUser_noChangeSendsNoWrite(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	runSteps(t, server,
		resource.TestStep{Config: userHCL("ada", "ada", "")},
		resource.TestStep{
			PreConfig: server.ResetJournal,
			Config:    userHCL("ada", "ADA", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectEmptyPlan(),
			}},
			Check: onServer(func() error { return want("writes", len(server.Writes()), 0) }),
		},
	)
}

// Drift of every argument is corrected in place, and a user who was deleted is created again.
func TestUser_driftIsCorrected(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	subject := &instance{typeName: userType}
	config := declared("ada", "ada@example.com", values{"password_expired": boolean(false)})

	subject.requireConverged(newConfigured(t, server), config)

	change := func(update func(user *simulator.User)) func() {
		return func() { server.UpdateUser("ada", update) }
	}

	for name, drift := range map[string]func(){
		"enabled":          change(func(user *simulator.User) { user.Enabled = false }),
		"first name":       change(func(user *simulator.User) { user.FirstName = "Adah" }),
		"last name":        change(func(user *simulator.User) { user.LastName = "Byron" }),
		"email":            change(func(user *simulator.User) { user.Email = "elsewhere@example.com" }),
		"password expired": change(func(user *simulator.User) { user.PasswordExpired = true }),
		"deleted":          func() { server.RemoveUser("ada") },
		"deleted twice": func() {
			server.RemoveUser("ada")
			server.AddUser(simulator.User{Username: "ada", Email: "other@example.com"})
			server.RemoveUser("ada")
		},
	} {
		want := "update"
		if strings.HasPrefix(name, "deleted") {
			want = "create"
		}

		drift()

		if action := subject.plannedAction(newConfigured(t, server), config); action != want {
			t.Errorf("%s: the planned action is %s", name, action)
		}

		subject.requireConverged(newConfigured(t, server), config)

		ada := mustUser(t, server, "ada")
		if !ada.Enabled || ada.Email != "ada@example.com" || ada.FirstName != "Ada" || ada.LastName != "Lovelace" || ada.PasswordExpired {
			t.Errorf("%s: the user is %+v", name, ada)
		}

		if !subject.state["id"].Equal(text(ada.ID)) {
			t.Errorf("%s: the id is %v, want %s", name, subject.state["id"], ada.ID)
		}
	}
}

// A different user with the same username is not treated as the user in the state: they are not read, changed or
// deleted.
func TestUser_differentUserUnderTheUsername(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	first := p.stringOf(state, "id")

	server.RemoveUser("ada")
	second := server.AddUser(simulator.User{Username: "ada", Email: "other@example.com", Enabled: true}).ID
	server.ResetJournal()

	read, remaining := p.read("iriusrisk_user", state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, first, second)

	if remaining != nil {
		t.Errorf("the user is still in state: %v", remaining)
	}

	changed := adaConfig()
	changed["enabled"] = boolean(false)
	update, _ := p.apply(t.Context(), "iriusrisk_user", state, changed)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, update.Diagnostics, first, second)

	destroy, _ := p.apply(t.Context(), "iriusrisk_user", state, nil)
	p.requireNoErrors(destroy.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroy.Diagnostics, second, "was not changed")

	if _, found := server.User("ada"); !found || len(server.Writes()) > 0 {
		t.Errorf("a different user was changed: %v", server.Writes())
	}
}

func TestUser_removedOutsideWarns(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())

	server.RemoveUser("ada")

	read, remaining := p.read("iriusrisk_user", state)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, read.Diagnostics, `"ada"`, "deleted outside Terraform", "removed from the state")

	if remaining != nil || read.NewIdentity == nil || read.NewIdentity.IdentityData == nil {
		t.Errorf("state %v, identity %v; want no state, and an identity", remaining, read.NewIdentity)
	}
}

// An e-mail address in different letter case is not drift.
func TestUser_emailInAnotherCase(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	server.UpdateUser("ada", func(user *simulator.User) { user.Email = "ADA@example.com" })

	if _, read := p.read("iriusrisk_user", state); p.stringOf(read, "email") != "ada@example.com" {
		t.Errorf("the state has the address %q", p.stringOf(read, "email"))
	}
}

// Changing arguments that only the provider uses sends no request.
func TestUser_providerOnlyChangesSendNothing(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.requireNoErrors(created.Diagnostics)
	server.ResetJournal()

	config := adaConfig()
	config["deletion_policy"], config["adopt_existing"], config["send_reset_password_email"] = text("retain"), boolean(true), boolean(true)

	updated, state := p.apply(t.Context(), "iriusrisk_user", state, config)
	p.requireNoErrors(updated.Diagnostics)

	if requests := server.Journal(); len(requests) > 0 || p.stringOf(state, "deletion_policy") != "retain" {
		t.Errorf("state %v, requests %v", state, requests)
	}
}
