package provider

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const ada = "iriusrisk_user.ada"

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
		t.Error("destroy left the user behind")
	}
}

// A plan or an update that changes only what the provider keeps for itself, or nothing, sends no write.
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

func TestUser_driftIsSeenAndMended(t *testing.T) {
	t.Parallel()

	for name, drift := range map[string]struct {
		change func(server *simulator.Server)
		action plancheck.ResourceActionType
	}{
		"disabled": {
			func(server *simulator.Server) {
				server.UpdateUser("ada", func(user *simulator.User) { user.Enabled = false })
			},
			plancheck.ResourceActionUpdate,
		},
		"renamed": {
			func(server *simulator.Server) {
				server.UpdateUser("ada", func(user *simulator.User) { user.FirstName = "Adah" })
			},
			plancheck.ResourceActionUpdate,
		},
		"last name": {
			func(server *simulator.Server) {
				server.UpdateUser("ada", func(user *simulator.User) { user.LastName = "Byron" })
			},
			plancheck.ResourceActionUpdate,
		},
		"e-mail": {
			func(server *simulator.Server) {
				server.UpdateUser("ada", func(user *simulator.User) { user.Email = "elsewhere@example.com" })
			},
			plancheck.ResourceActionUpdate,
		},
		"password expired": {
			func(server *simulator.Server) {
				server.UpdateUser("ada", func(user *simulator.User) { user.PasswordExpired = true })
			},
			plancheck.ResourceActionUpdate,
		},
		"deleted": {
			func(server *simulator.Server) { server.RemoveUser("ada") },
			plancheck.ResourceActionCreate,
		},
		"deleted and created anew by somebody else, then deleted": {
			func(server *simulator.Server) {
				server.RemoveUser("ada")
				server.AddUser(simulator.User{Username: "ada", Email: "other@example.com"})
				server.RemoveUser("ada")
			},
			plancheck.ResourceActionCreate,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			config := userHCL("ada", "ada", "  password_expired = false")

			runSteps(t, server,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() { drift.change(server) },
					Config:    config,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(ada, drift.action),
					}},
					Check: checkUser(server, "ada", func(user simulator.User) error {
						return errors.Join(
							want("enabled", user.Enabled, true),
							want("email", user.Email, "ada@example.com"),
							want("first name", user.FirstName, "Ada"),
							want("last name", user.LastName, "Lovelace"),
							want("password expired", user.PasswordExpired, false),
						)
					}),
				},
			)
		})
	}
}

// Somebody else under the same username is never taken for the user in state: not read, not changed, not deleted.
func TestUser_anotherPersonUnderTheUsername(t *testing.T) {
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
		t.Errorf("somebody else was changed: %v", server.Writes())
	}
}

// adaConfig is a minimal configuration of a user.
func adaConfig() values {
	return values{
		"username": text("ada"), "email": text("ada@example.com"), "first_name": text("Ada"), "last_name": text("Lovelace"), "enabled": boolean(true),
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

// A user who exists already is not taken over: the error has the import block to paste.
func TestUser_conflict(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 409} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{DuplicateStatus: status})
			server.AddUser(simulator.User{Username: "ada", Email: "first@example.com", FirstName: "First"})
			server.AddUser(simulator.User{Username: "other", Email: "grace@example.com"})

			runSteps(t, server,
				resource.TestStep{
					Config:      userHCL("ada", "ada", ""),
					ExpectError: regexp.MustCompile(`(?s)User "ada" already exists.*import \{.*id = "ada"`),
				},
				// The e-mail address is that of another user: the server's words are shown, and no user is offered for import.
				resource.TestStep{
					Config:      userHCL("grace", "grace", ""),
					ExpectError: regexp.MustCompile(`(?s)Unable to create user "grace".*` + strconv.Itoa(status) + `.*remove\s+create_before_destroy`),
				},
			)

			if user, _ := server.User("ada"); user.FirstName != "First" {
				t.Errorf("the user who was there before was changed: %+v", user)
			}
		})
	}
}

// A username that is taken between the look-up and the POST is found by looking again.
func TestUser_conflictDuringCreate(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		if _, found := server.User("ada"); !found {
			server.AddUser(simulator.User{Username: "ada", Email: "first@example.com"})
		}
	})

	runSteps(t, server, resource.TestStep{
		Config:      userHCL("ada", "ada", ""),
		ExpectError: regexp.MustCompile(`(?s)User "ada" already exists.*import \{`),
	})
}

func TestUser_import(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, APIToken: "11112222-3333-4444-5555-66667777aaaa"})

	runSteps(t, server,
		resource.TestStep{
			Config: userHCL("ada", "ada", "") + "import {\n  to = iriusrisk_user.ada\n  id = \"ada\"\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{},
			Check:             onServer(func() error { return want("writes", len(server.Writes()), 0) }),
		},
	)
}

func TestUser_importRefusesWhatIsNoUsername(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for id, message := range map[string]string{"summary": `another\s+operation`, "..": "segment"} {
		runSteps(t, server, resource.TestStep{
			Config: userHCL("ada", "ada", ""), ResourceName: ada, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(message),
		})
	}

	runSteps(t, server, resource.TestStep{
		Config: userHCL("ada", "ada", ""), ResourceName: ada, ImportState: true, ImportStateId: "nobody", ExpectError: regexp.MustCompile("non-existent"),
	})
}

func TestUser_identity(t *testing.T) {
	t.Parallel()
	needs(t, importByIdentity)

	server := startServer(t, simulator.Options{})

	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())
	identity := statecheck.ExpectIdentity(ada, map[string]knownvalue.Check{"username": knownvalue.StringExact("ada")})

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: block + userHCL("ada", "ada", ""), ConfigStateChecks: []statecheck.StateCheck{identity}},
			{Config: block + userHCL("ada", "ada", "  enabled = false"), ConfigStateChecks: []statecheck.StateCheck{identity}},
			{ResourceName: ada, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// Create, Read and Update all set the identity, in the spelling of the state.
func TestUser_identityInProcess(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{FoldUsernames: true})
	server.AddUser(simulator.User{Username: "Grace", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Enabled: true})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectIdentity("iriusrisk_user", created.NewIdentity, map[string]string{"username": "ada"})

	read, state := p.read("iriusrisk_user", state)
	p.expectIdentity("iriusrisk_user", read.NewIdentity, map[string]string{"username": "ada"})

	changed := adaConfig()
	changed["last_name"] = text("Byron")
	updated, _ := p.apply(t.Context(), "iriusrisk_user", state, changed)
	p.expectIdentity("iriusrisk_user", updated.NewIdentity, map[string]string{"username": "ada"})

	graceRead, grace := p.read("iriusrisk_user", values{"username": text("grace")})
	p.expectIdentity("iriusrisk_user", graceRead.NewIdentity, map[string]string{"username": "grace"})

	if got := p.stringOf(grace, "username"); got != "grace" {
		t.Errorf("the state has the username %q, not the spelling it had before", got)
	}
}

func TestUser_writeOnlyPassword(t *testing.T) {
	t.Parallel()
	needs(t, writeOnlyArguments)

	server := startServer(t, simulator.Options{})
	withPassword := func(secret string, version int) string {
		return userHCL("ada", "ada", fmt.Sprintf("  password_wo = %q\n  password_wo_version = %d", secret, version))
	}
	serverHas := func(secret string) resource.TestCheckFunc {
		return resource.ComposeTestCheckFunc(
			checkUser(server, "ada", func(user simulator.User) error { return want("password", user.Password, secret) }),
			func(state *terraform.State) error {
				if strings.Contains(state.String(), password) {
					return errors.New("the password is in the state")
				}

				return nil
			},
		)
	}

	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: block + withPassword(password, 1), Check: serverHas(password)},
			{
				// Another password without another version is not sent.
				Config: block + withPassword(password+"-2", 1), Check: serverHas(password),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{Config: block + withPassword(password+"-3", 2), Check: serverHas(password + "-3")},
			{
				// An update of something else does not send it.
				PreConfig: func() {
					server.UpdateUser("ada", func(user *simulator.User) { user.Password = "set by herself" })
				},
				Config: block + strings.Replace(withPassword(password, 2), "Lovelace", "Byron", 1), Check: serverHas("set by herself"),
			},
			{
				Config:      block + withPassword("short", 3),
				ExpectError: regexp.MustCompile(`(?s)Unable to update user "ada".*400.*reset-password\s+e-mail`),
			},
		},
	})
}

// Whatever way IriusRisk has of refusing a password in an update, the error points to the reset e-mail.
func TestUser_passwordRefused(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 403, 409} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)
		subject := &instance{typeName: "iriusrisk_user"}
		config := adaConfig()

		p.requireNoErrors(subject.converge(p, config))

		config["password"] = text(password)
		server.Inject(simulator.Fault{Operation: "update_user", Kind: simulator.FaultStatus, Status: status})
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, config), `Unable to update user "ada"`, strconv.Itoa(status), "reset-password e-mail")

		// What carries no password says nothing of one.
		delete(config, "password")
		config["last_name"] = text("Byron")
		server.Inject(simulator.Fault{Operation: "update_user", Kind: simulator.FaultStatus, Status: status})

		if errors := messages(tfprotov6.DiagnosticSeverityError, subject.converge(p, config)); !strings.Contains(errors, strconv.Itoa(status)) || strings.Contains(errors, "e-mail") {
			t.Errorf("%d: %s", status, errors)
		}
	}
}

func TestUser_password(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	withPassword := func(secret string) string {
		return userHCL("ada", "ada", fmt.Sprintf("  password = %q", secret))
	}
	serverHas := func(secret string) resource.TestCheckFunc {
		return checkUser(server, "ada", func(user simulator.User) error { return want("password", user.Password, secret) })
	}

	runSteps(t, server,
		resource.TestStep{
			Config: withPassword(password), Check: serverHas(password),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectSensitiveValue(ada, tfjsonpath.New("password"))},
		},
		resource.TestStep{Config: withPassword(password + "-2"), Check: serverHas(password + "-2")},
		resource.TestStep{Config: userHCL("ada", "ada", ""), Check: serverHas(password + "-2")},
	)
}

// What the configuration leaves out is not undone by an update, which replaces the whole user.
func TestUser_updateLosesNoField(t *testing.T) {
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

// When the follow-up of a creation fails, the new user is deleted again, or else kept in state.
func TestUser_createUndone(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	config := userHCL("ada", "ada", "  enabled = false")

	runSteps(t, server,
		resource.TestStep{
			PreConfig: func() {
				server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: 403})
			},
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)Unable to disable user "ada".*403`),
		},
		resource.TestStep{
			PreConfig: func() {
				if _, found := server.User("ada"); found {
					t.Error("the half-made user was left behind")
				}

				server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: 403})
				server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: 403})
			},
			Config:      config,
			ExpectError: regexp.MustCompile(`User "ada" was only partially\s+created`),
		},
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ada, plancheck.ResourceActionReplace),
			}},
			Check: checkUser(server, "ada", func(user simulator.User) error { return want("enabled", user.Enabled, false) }),
		},
	)
}

// lostAnswers are the ways in which a write takes effect and its answer does not say so.
var lostAnswers = map[string]simulator.Fault{
	"lost":            {Kind: simulator.FaultLostAnswer},
	"server error":    {Kind: simulator.FaultActThenStatus, Status: 500},
	"bad gateway":     {Kind: simulator.FaultActThenStatus, Status: 502},
	"unavailable":     {Kind: simulator.FaultActThenStatus, Status: 503},
	"gateway timeout": {Kind: simulator.FaultActThenStatus, Status: 504},
}

// A write that took effect is found by looking, and is sent once.
func TestUser_lostAnswers(t *testing.T) {
	t.Parallel()

	for _, operation := range []string{"create_user", "disable_user"} {
		for name, fault := range lostAnswers {
			server := startServer(t, simulator.Options{})
			fault.Operation = operation
			server.Inject(fault)

			config := adaConfig()
			config["enabled"] = boolean(false)

			p := newConfigured(t, server)
			created, state := p.apply(t.Context(), "iriusrisk_user", nil, config)
			p.requireNoErrors(created.Diagnostics)

			if user, found := server.User("ada"); !found || user.Enabled || user.ID != p.stringOf(state, "id") || server.Count(operation) != 1 {
				t.Errorf("%s, %s: %+v, state %v, sent %d times", operation, name, user, state, server.Count(operation))
			}
		}
	}
}

// A creation that is repeated after it took effect is found all the same.
func TestUser_createRepeatedAfterItTookEffect(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultActThenStatus, Status: 503, RetryAfter: "0"})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.requireNoErrors(created.Diagnostics)

	if user, _ := server.User("ada"); user.ID != p.stringOf(state, "id") || server.Count("create_user") != 2 {
		t.Errorf("%+v, state %v", user, state)
	}
}

// After a creation of unknown fate, somebody with another profile is somebody else.
func TestUser_lostAnswerThenSomebodyElse(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultReset})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Other"})
	})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "already exists", "different profile", "import {")

	if state != nil {
		t.Errorf("somebody else is in state: %v", state)
	}

	if user, _ := server.User("ada"); user.LastName != "Other" {
		t.Errorf("somebody else was changed: %+v", user)
	}
}

// Usernames are one path segment each, whatever they hold.
func TestUser_oddUsernames(t *testing.T) {
	t.Parallel()

	for _, username := range []string{`o d/d?x#y%z+w@q'é`, "a/../b", "%2F", "ada@example.com", "...", `back\slash"quote`, "${x}"} {
		t.Run(username, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("payments", "Payments")
			literal := strings.ReplaceAll(fmt.Sprintf("%q", username), "${", "$${")

			config := func(lastName string) string {
				return fmt.Sprintf(`
resource "iriusrisk_user" "ada" {
  username   = %[1]s
  email      = "odd@example.com"
  first_name = "Odd"
  last_name  = %[4]q
}

resource "iriusrisk_user_role" "ada" {
  username = iriusrisk_user.ada.username
  role_id  = %[2]q
}

resource "iriusrisk_user_business_unit" "ada" {
  username         = iriusrisk_user.ada.username
  business_unit_id = %[3]q
}

resource "iriusrisk_user_api_token" "ada" {
  username = iriusrisk_user.ada.username
}
`, literal, role.ID, unit.ID, lastName)
			}

			runSteps(t, server,
				resource.TestStep{Config: config("One")},
				resource.TestStep{Config: config("Two"), Check: checkUser(server, username, func(user simulator.User) error {
					return errors.Join(
						want("last name", user.LastName, "Two"),
						want("roles", strings.Join(user.RoleIDs, ","), role.ID),
						want("units", strings.Join(user.BusinessUnitIDs, ","), unit.ID),
						want("has a token", user.APIToken != "", true),
					)
				})},
				resource.TestStep{ResourceName: ada, ImportState: true, ImportStateId: username, ImportStateVerify: true},
				resource.TestStep{ResourceName: "iriusrisk_user_role.ada", ImportState: true, ImportStateId: username + "/" + role.ID, ImportStateVerify: true},
				resource.TestStep{ResourceName: "iriusrisk_user_business_unit.ada", ImportState: true, ImportStateId: username + "/" + unit.ID, ImportStateVerify: true},
			)

			if _, found := server.User(username); found {
				t.Error("destroy left the user behind")
			}
		})
	}
}

// Bad input is refused at plan time, before any request, and the message names the argument.
func TestBadInput_isRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()

	const id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

	for name, bad := range map[string]struct{ config, message string }{
		"empty username":       {userHCL("ada", "", ""), "username"},
		"dot":                  {userHCL("ada", ".", ""), "username"},
		"dot dot":              {userHCL("ada", "..", ""), "username"},
		"summary":              {userHCL("ada", "summary", ""), "username"},
		"invite":               {userHCL("ada", "invite", ""), "username"},
		"invitations":          {userHCL("ada", "invitations", ""), "username"},
		"control character":    {userHCL("ada", "a\nb", ""), "username"},
		"both passwords":       {userHCL("ada", "ada", "  password = \"x\"\n  password_wo = \"y\"\n  password_wo_version = 1"), "password"},
		"no password version":  {userHCL("ada", "ada", "  password_wo = \"y\""), "password_wo_version"},
		"version without":      {userHCL("ada", "ada", "  password_wo_version = 1"), "password_wo"},
		"role by name":         {blockHCL("resource", "iriusrisk_user_role", `username = "ada"`, `role_id = "ROLE_READ_ONLY"`), "role_id"},
		"role of nobody":       {blockHCL("resource", "iriusrisk_user_role", `username = ""`, `role_id = "`+id+`"`), "username"},
		"unit by name":         {blockHCL("resource", "iriusrisk_user_business_unit", `username = "ada"`, `business_unit_id = "Payments"`), "business_unit_id"},
		"token of dot dot":     {blockHCL("resource", "iriusrisk_user_api_token", `username = ".."`), "username"},
		"sort":                 {blockHCL("data", "iriusrisk_users", `sort = ["name;drop"]`), "sort"},
		"sort by null":         {blockHCL("data", "iriusrisk_users", `sort = [null]`), `sort\s+=[^\n]*\n\s*\n?.*null`},
		"role by both":         {blockHCL("data", "iriusrisk_role", `name = "ROLE_READ_ONLY"`, `id = "`+id+`"`), "name"},
		"user by both":         {blockHCL("data", "iriusrisk_user", `username = "ada"`, `email = "x"`), "username"},
		"user by nothing":      {blockHCL("data", "iriusrisk_user"), `\[username,email\]`},
		"invitation by name":   {blockHCL("data", "iriusrisk_user_invitation", `id = "x"`), "The value of id is invalid"},
		"role by nothing":      {blockHCL("data", "iriusrisk_role"), `\[id,name\]`},
		"role by a bad id":     {blockHCL("data", "iriusrisk_role", `id = "ROLE_READ_ONLY"`), "id"},
		"unit by two":          {blockHCL("data", "iriusrisk_business_unit", `name = "Payments"`, `reference_id = "payments"`), `\[id,name,reference_id\]`},
		"unit by a bad id":     {blockHCL("data", "iriusrisk_business_unit", `id = "7"`), "id"},
		"password is empty":    {userHCL("ada", "ada", `  password = ""`), "password"},
		"e-mail is empty":      {strings.Replace(userHCL("ada", "ada", ""), "ada@example.com", "", 1), "email"},
		"username not given":   {blockHCL("resource", "iriusrisk_user_api_token"), "username"},
		"fractional version":   {userHCL("ada", "ada", "  password_wo = \"y\"\n  password_wo_version = 1.5"), "password_wo_version"},
		"token with odd value": {blockHCL("resource", "iriusrisk_user_api_token", `username = "a\u0000b"`), "username"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			runSteps(t, server, resource.TestStep{Config: bad.config, ExpectError: regexp.MustCompile(bad.message)})

			if requests := server.Journal(); len(requests) > 0 {
				t.Errorf("requests were made: %v", requests)
			}
		})
	}
}

// The provider never disables, deletes or sets the password of the user it runs as.
func TestUser_lockOut(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	token := server.AddCaller("ada", adminPermissions...)

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

	_, state := p.read("iriusrisk_user", values{"username": text("ADA"), "id": text(mustUser(t, server, "ada").ID)})
	if state == nil {
		_, state = p.read("iriusrisk_user", values{"username": text("ada")})
	}

	server.ResetJournal()

	for name, change := range map[string]values{
		"disable":         {"enabled": boolean(false)},
		"password":        {"password": text(password)},
		"expire password": {"password_expired": boolean(true)},
		"delete":          nil,
	} {
		var config values

		if change != nil {
			config = adaConfig()
			for attribute, value := range change {
				config[attribute] = value
			}
		}

		resp, _ := p.apply(t.Context(), "iriusrisk_user", state, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, `The provider runs as user "ada"`, "No request was sent", "another administrator")

		if writes := server.Writes(); len(writes) > 0 {
			t.Errorf("%s: a write was sent: %v", name, writes)
		}
	}

	// A change of the profile is no danger.
	renamed := adaConfig()
	renamed["last_name"] = text("Byron")
	resp, _ := p.apply(t.Context(), "iriusrisk_user", state, renamed)
	p.requireNoErrors(resp.Diagnostics)

	// When it cannot be found out who the caller is, nothing is risked.
	fresh := newUnconfigured(t)
	fresh.requireNoErrors(fresh.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))
	server.Inject(simulator.Fault{Operation: "get_user_profile", Kind: simulator.FaultStatus, Status: 403, Times: -1})
	server.ResetJournal()

	destroyed, _ := fresh.apply(t.Context(), "iriusrisk_user", state, nil)
	fresh.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "verify", "403")

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("a write was sent: %v", writes)
	}
}

func mustUser(t *testing.T, server *simulator.Server, username string) simulator.User {
	t.Helper()

	user, found := server.User(username)
	if !found {
		t.Fatalf("user %q is not on the server", username)
	}

	return user
}
