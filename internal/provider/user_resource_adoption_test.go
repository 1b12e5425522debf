package provider

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// With adopt_existing, an existing user is updated to the configuration before they are stored in the state. Without
// it, the creation fails.
func TestUser_adoptExisting(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role, extra := server.AddRole("ROLE_READ_ONLY"), server.AddRole("Extra")
	existing := server.AddUser(simulator.User{Username: "ada", Email: "old@example.com", FirstName: "Old", LastName: "Name", RoleIDs: []string{extra.ID}, PasswordExpired: true, Password: "hers", APIToken: "11112222-3333-4444-5555-66667777aaaa"})
	config := userHCL("ada", "ada", fmt.Sprintf("  adopt_existing = true\n  role_ids = [%q]", role.ID))

	runSteps(t, server,
		resource.TestStep{Config: strings.Replace(config, "adopt_existing = true", "", 1), ExpectError: regexp.MustCompile(`(?s)already exists.*adopt_existing = true`)},
		resource.TestStep{
			Config: config,
			Check: checkUser(server, "ada", func(user simulator.User) error {
				return errors.Join(want("id", user.ID, existing.ID), want("email", user.Email, "ada@example.com"), want("first name", user.FirstName, "Ada"), want("enabled", user.Enabled, true),
					want("roles", strings.Join(user.RoleIDs, ","), role.ID), want("password", user.Password, "hers"), want("password expired", user.PasswordExpired, true), want("creations", server.Count("create_user"), 0))
			}),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(ada, tfjsonpath.New("id"), knownvalue.StringExact(existing.ID))},
		},
	)
}

// A failed adoption leaves no state, so that the existing user is not tainted and deleted.
func TestUser_adoptionThatFails(t *testing.T) {
	t.Parallel()

	for _, operation := range []string{"update_user", "enable_user", "get_user_roles", "add_user_role"} {
		server := startServer(t, simulator.Options{})
		role := server.AddRole("ROLE_READ_ONLY")
		server.AddUser(simulator.User{Username: "ada", Email: "old@example.com"})

		// The plan reads the roles once, to warn of the roles that the adoption removes.
		nth := 1
		if operation == "get_user_roles" {
			nth = 2
		}

		server.Inject(simulator.Fault{Operation: operation, Nth: nth, Kind: simulator.FaultStatus, Status: 403})

		config := adaConfig()
		config["adopt_existing"], config["role_ids"] = boolean(true), texts(role.ID)
		config["deletion_policy"], config["send_reset_password_email"] = text("delete"), boolean(true)

		p := newConfigured(t, server)
		subject := &instance{typeName: "iriusrisk_user"}

		if first := subject.converge(p, config); !failed(first) || subject.state != nil || server.Count("delete_user") > 0 {
			t.Errorf("%s: state %v, %s", operation, subject.state, messages(tfprotov6.DiagnosticSeverityError, first))
		}

		p.requireNoErrors(subject.converge(p, config))

		if user, _ := server.User("ada"); !user.Enabled || len(user.RoleIDs) != 1 || server.ResetMails("ada") != 0 {
			t.Errorf("%s: %+v", operation, user)
		}
	}
}

// Adopting the user that the provider runs as cannot lock it out.
func TestUser_adoptionOfItself(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]values{
		"disable":  {"enabled": boolean(false)},
		"password": {"password": text(password)},
		"expire":   {"password_expired": boolean(true)},
		"roles":    {"role_ids": texts()},
	} {
		server := startServer(t, simulator.Options{})
		server.GrantRole("admin", server.AddRole("ROLE_READ_ONLY").ID)

		config := adaConfig()
		config["username"], config["adopt_existing"] = text("admin"), boolean(true)
		maps.Copy(config, change)

		p := newConfigured(t, server)
		created, state := p.apply(t.Context(), "iriusrisk_user", nil, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `The provider runs as user "admin"`)

		if self := mustUser(t, server, "admin"); state != nil || !self.Enabled || self.PasswordExpired || self.Password == password || len(self.RoleIDs) != 1 {
			t.Errorf("%s: state %v, user %+v", name, state, self)
		}
	}
}

// Replacing a tainted block with adopt_existing adopts the user again and does not delete them, in either order of the
// replacement.
func TestUser_taintedAdoptionKeepsTheUser(t *testing.T) {
	t.Parallel()

	for name, lifecycle := range map[string]string{"destroy first": "", "create first": "  lifecycle {\n    create_before_destroy = true\n  }\n"} {
		for _, policy := range []string{policyDelete, policyRetain} {
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

				// Removing the block applies its deletion policy.
				if user, there := server.User("ada"); there != (policy != policyDelete) || (there && user.Enabled != (policy == policyRetain)) {
					t.Errorf("after the destruction: %t, %+v", there, user)
				}
			})
		}
	}
}

// Destroying a block does not delete or disable a user whom another block has adopted or created in the same run.
func TestUser_adoptedByAnotherBlockIsKept(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDelete, policyDisable} {
		server := startServer(t, simulator.Options{})
		existing := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
		old := userState(existing, values{"deletion_policy": text(policy)})

		config := adaConfig()
		config["adopt_existing"] = boolean(true)

		run := newConfigured(t, server)
		adopted, _ := run.apply(t.Context(), userType, nil, config)
		run.requireNoErrors(adopted.Diagnostics)

		destroyed, _ := run.apply(t.Context(), userType, old, nil)
		run.requireNoErrors(destroyed.Diagnostics)
		run.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroyed.Diagnostics, `User "ada" was kept`, "moved block")

		if user := mustUser(t, server, "ada"); user.ID != existing.ID || !user.Enabled {
			t.Errorf("%s: %+v", policy, user)
		}
	}
}
