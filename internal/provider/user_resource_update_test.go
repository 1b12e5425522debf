package provider

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// withoutField removes a field from the objects in the server's answers.
func withoutField(name string) func(*simulator.Answer) {
	return func(answer *simulator.Answer) {
		if object, ok := answer.Body.(map[string]any); ok {
			delete(object, name)
		}
	}
}

// A stored plan that is applied late, a plan without refresh, and ignored attributes change nothing that the plan does
// not show.
func TestUser_applyTouchesOnlyWhatThePlanShows(t *testing.T) {
	t.Parallel()

	const before = `
resource "iriusrisk_user" "ada" {
  username          = "ada"
  email             = "ada@example.com"
  first_name        = "Ada"
  last_name         = "Lovelace"
  password_expired  = true
  role_ids          = [%[1]q]
  business_unit_ids = [%[2]q]
%[3]s
}
`

	for name, test := range map[string]struct{ more, flag string }{
		"stored plan":     {"", ""},
		"ignored changes": {"  lifecycle {\n    ignore_changes = [enabled, email, first_name, password_expired, role_ids, business_unit_ids]\n  }", ""},
		"without refresh": {"", "-refresh=false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			first, second := server.AddRole("ROLE_TESTER"), server.AddRole("ROLE_DEVELOPER")
			unit, other := server.AddBusinessUnit("pay", "Payments"), server.AddBusinessUnit("hr", "People")
			config := fmt.Sprintf(before, first.ID, unit.ID, test.more)

			workspace := newWorkspace(t, server, config, nil)
			run := func(arguments ...string) {
				if _, err := workspace.Run(t.Context(), arguments...); err != nil {
					t.Fatal(err)
				}
			}

			run("apply", "-auto-approve", "-input=false")
			writeConfiguration(t, workspace, strings.Replace(config, "Lovelace", "Byron", 1))

			plan := func() {
				run(slices.DeleteFunc([]string{"plan", "-input=false", "-out=late", test.flag}, func(s string) bool { return s == "" })...)
			}
			if test.flag == "" {
				plan()
			}

			server.UpdateUser("ada", func(user *simulator.User) {
				user.Enabled, user.PasswordExpired, user.Email, user.FirstName = false, false, "late@example.com", "Late"
				user.RoleIDs, user.BusinessUnitIDs = []string{second.ID}, []string{other.ID}
			})
			server.ResetJournal()

			if test.flag != "" {
				plan()
			}

			run("apply", "-input=false", "late")

			user := mustUser(t, server, "ada")
			if err := errors.Join(
				want("last name", user.LastName, "Byron"), want("enabled", user.Enabled, false), want("email", user.Email, "late@example.com"), want("first name", user.FirstName, "Late"),
				want("password expired", user.PasswordExpired, false), want("roles", strings.Join(user.RoleIDs, ","), second.ID), want("units", strings.Join(user.BusinessUnitIDs, ","), other.ID),
				want("writes", len(server.Writes()), 1),
			); err != nil {
				t.Error(err)
			}
		})
	}
}

// An update leaves what its plan keeps as it is on the server, also if it has changed since the refresh.
func TestUser_updateLeavesWhatThePlanKeeps(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	prior := userState(activeAda(server), nil)
	config := keepConfig(prior)
	config["last_name"] = text("Byron")

	server.UpdateUser("ada", func(user *simulator.User) {
		user.Enabled, user.Email, user.FirstName = false, "late@example.com", "Late"
	})
	server.ResetJournal()

	p := newConfigured(t, server)
	updated, _ := p.apply(t.Context(), userType, prior, config)
	p.requireNoErrors(updated.Diagnostics)

	user := mustUser(t, server, "ada")
	if err := errors.Join(want("last name", user.LastName, "Byron"), want("enabled", user.Enabled, false), want("email", user.Email, "late@example.com"),
		want("first name", user.FirstName, "Late"), want("writes", len(server.Writes()), 1)); err != nil {
		t.Error(err)
	}
}

// An apply writes the planned difference of a set. Changes made outside Terraform since the plan stay.
func TestUser_setsChangeByThePlannedDifference(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	var roles []string
	for _, name := range []string{"added", "removed", "kept", "lost", "outside"} {
		roles = append(roles, server.AddRole(name).ID)
	}

	added, removed, kept, lost, outside := roles[0], roles[1], roles[2], roles[3], roles[4]

	config := adaConfig()
	config["role_ids"] = texts(removed, kept, lost)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.requireNoErrors(created.Diagnostics)

	server.RevokeRole("ada", lost)
	server.GrantRole("ada", outside)
	server.ResetJournal()

	config["role_ids"] = texts(added, kept, lost)
	p = newConfigured(t, server)
	updated, _ := p.apply(t.Context(), userType, state, config)
	p.requireNoErrors(updated.Diagnostics)

	have, wanted := mustUser(t, server, "ada").RoleIDs, []string{added, kept, outside}
	slices.Sort(have)
	slices.Sort(wanted)

	if !slices.Equal(have, wanted) {
		t.Errorf("the user has %v, not %v", have, wanted)
	}

	operations := make([]string, 0, 2)
	for _, write := range server.Writes() {
		operations = append(operations, write.Operation)
	}

	if fmt.Sprint(operations) != "[add_user_role delete_user_role]" {
		t.Errorf("the writes are %v", operations)
	}
}

// A failed change of access leaves the prior value in the state, even if the server does not report it.
func TestUser_failedDisableKeepsThePriorState(t *testing.T) {
	t.Parallel()

	for name, unreported := range map[string]bool{"reported": false, "unreported": true} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)
		created, state := p.apply(t.Context(), userType, nil, adaConfig())
		p.requireNoErrors(created.Diagnostics)

		if unreported {
			server.OnAnswer("get_user", withoutField("enabled"))
		}

		server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})

		config := adaConfig()
		config["enabled"], config["last_name"] = boolean(false), text("Byron")

		p = newConfigured(t, server)
		updated, state := p.apply(t.Context(), userType, state, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, `Unable to disable user "ada"`)

		if !state["enabled"].Equal(boolean(true)) || !state["last_name"].Equal(text("Byron")) {
			t.Errorf("%s: the state is %v", name, state)
		}
	}
}

// If the profile update fails, the other parts of the update are still applied, and the state matches the server.
func TestUser_failedProfileUpdateDoesTheRest(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_TESTER")

	config := adaConfig()
	config["role_ids"], config["password"] = texts(role.ID), text(password)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.requireNoErrors(created.Diagnostics)

	server.Inject(simulator.Fault{Operation: "update_user", Kind: simulator.FaultStatus, Status: http.StatusForbidden})
	maps.Copy(config, values{"last_name": text("Byron"), "password": text(password + "2"), "enabled": boolean(false), "role_ids": texts()})

	p = newConfigured(t, server)
	updated, after := p.apply(t.Context(), userType, state, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, `Unable to update user "ada"`)

	user := mustUser(t, server, "ada")
	if err := errors.Join(want("enabled", user.Enabled, false), want("roles", len(user.RoleIDs), 0), want("last name", user.LastName, "Lovelace"), want("password", user.Password, password)); err != nil {
		t.Error(err)
	}

	for name, value := range (values{"enabled": boolean(false), "role_ids": texts(), "last_name": text("Lovelace"), "password": text(password)}) {
		if !after[name].Equal(value) {
			t.Errorf("the state has %s = %v", name, after[name])
		}
	}
}

// An update that the server accepts and ignores is an error, whether or not the answer contains the user.
func TestUser_updateThatIriusRiskIgnores(t *testing.T) {
	t.Parallel()

	for name, options := range map[string]simulator.Options{"with body": {IgnoreUpdates: true}, "without body": {IgnoreUpdates: true, WriteStatus: http.StatusNoContent}} {
		server := startServer(t, options)
		p := newConfigured(t, server)
		created, state := p.apply(t.Context(), userType, nil, adaConfig())
		p.requireNoErrors(created.Diagnostics)

		config := adaConfig()
		config["last_name"], config["email"] = text("Byron"), text("byron@example.com")

		p = newConfigured(t, server)
		updated, after := p.apply(t.Context(), userType, state, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, "managed by single sign-on", "email, last_name")

		if !after["last_name"].Equal(text("Lovelace")) || !after["email"].Equal(text("ada@example.com")) {
			t.Errorf("%s: the state is %v", name, after)
		}
	}
}

// The provider compares the created user with the request, and sends the difference again.
func TestUser_creationThatIgnoresTheExpiry(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{IgnorePasswordExpired: true})
	config := adaConfig()
	config["password_expired"] = boolean(true)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.requireNoErrors(created.Diagnostics)

	if !mustUser(t, server, "ada").PasswordExpired || !state["password_expired"].Equal(boolean(true)) {
		t.Errorf("the expiry is not set: %v", state)
	}
}

// After an update with an unknown outcome, the provider reads the user.
func TestUser_updateWithAnUnknownOutcome(t *testing.T) {
	t.Parallel()

	for name, secret := range map[string]bool{"profile": false, "password": true} {
		server := startServer(t, simulator.Options{})
		p := withoutRetries(t, server)
		created, state := p.apply(t.Context(), userType, nil, adaConfig())
		p.requireNoErrors(created.Diagnostics)

		server.Inject(simulator.Fault{Operation: "update_user", Kind: simulator.FaultLostAnswer})

		config := adaConfig()
		config["last_name"] = text("Byron")

		if secret {
			config["password"] = text(password)
		}

		p = withoutRetries(t, server)
		updated, after := p.apply(t.Context(), userType, state, config)

		// The password cannot be read back, so the next apply sends it again.
		if failed(updated.Diagnostics) != secret || after["last_name"].Equal(text("Byron")) == secret {
			t.Errorf("%s: %s, state %v", name, messages(tfprotov6.DiagnosticSeverityError, updated.Diagnostics), after)
		}
	}
}

// A PUT replaces the whole profile, so fields that the server does not report are sent from the state and not erased.
func TestUser_updateOfAnUnreportedProfile(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, adaConfig())
	p.requireNoErrors(created.Diagnostics)

	server.OnAnswer("get_user", withoutField("email"))

	config := adaConfig()
	config["last_name"] = text("Byron")

	p = newConfigured(t, server)
	updated, _ := p.apply(t.Context(), userType, state, config)
	p.requireNoErrors(updated.Diagnostics)

	if user := mustUser(t, server, "ada"); user.Email != "ada@example.com" || user.LastName != "Byron" {
		t.Errorf("the server has %+v", user)
	}
}

func TestUser_idKeepsItsSpelling(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	user := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	state := userState(user, values{"id": text(strings.ToUpper(user.ID))})

	p := newConfigured(t, server)
	read, after := p.read(userType, state)
	p.requireNoErrors(read.Diagnostics)

	if !after["id"].Equal(state["id"]) {
		t.Errorf("the id changed from %v to %v", state["id"], after["id"])
	}
}

// An update sends the whole user, and keeps the fields that the configuration omits.
func TestUser_updateKeepsUndeclaredFields(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	runSteps(t, server,
		resource.TestStep{Config: userHCL("ada", "ada", "  password_expired = true")},
		resource.TestStep{
			Config: strings.Replace(userHCL("ada", "ada", ""), "Lovelace", "Byron", 1),
			Check: checkUser(server, "ada", func(user simulator.User) error {
				return errors.Join(want("password expired", user.PasswordExpired, true), want("last name", user.LastName, "Byron"), want("email", user.Email, "ada@example.com"))
			}),
		},
	)
}
