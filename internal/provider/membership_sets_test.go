package provider

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// setStyle is one of the two ways to manage all of a user's memberships.
type setStyle struct {
	name, address string
	// hcl is the configuration with a set; nil leaves the set out, which only the inline style can.
	hcl func(kind membershipCase, set []string) string
}

func (c membershipCase) setAttribute() string { return c.attribute + "s" }

func setLiteral(ids []string) string {
	if len(ids) == 0 {
		return "[]"
	}

	return `["` + strings.Join(ids, `", "`) + `"]`
}

func setStyles(kind membershipCase) []setStyle {
	return []setStyle{
		{"inline", ada, func(kind membershipCase, set []string) string {
			if set == nil {
				return userHCL("ada", "ada", "")
			}

			return userHCL("ada", "ada", fmt.Sprintf("  %s = %s", kind.setAttribute(), setLiteral(set)))
		}},
		{"exclusive", kind.typeName + "s_exclusive.x", func(kind membershipCase, set []string) string {
			return userHCL("ada", "ada", "") + blockHCL("resource", kind.typeName+"s_exclusive", "username = iriusrisk_user.ada.username", kind.setAttribute()+" = "+setLiteral(set))
		}},
	}
}

// A set means exactly these: what is missing is given, what is too much is taken, drift in both directions shows and is
// mended, and an empty set takes everything.
func TestMembershipSets_lifecycle(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for _, style := range setStyles(kind) {
				t.Run(style.name, func(t *testing.T) {
					t.Parallel()

					server := startServer(t, simulator.Options{PageCap: 1, OmitEmptyEmbedded: true})
					a, b, c := kind.make(server, "A"), kind.make(server, "B"), kind.make(server, "C")
					update := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(style.address, plancheck.ResourceActionUpdate)}}

					runSteps(t, server,
						resource.TestStep{Config: style.hcl(kind, []string{a, b}), Check: kind.check(server, "ada", a, b)},
						resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(b), c}), Check: kind.check(server, "ada", b, c)},
						resource.TestStep{
							PreConfig: func() { kind.give(server, "ada", a); kind.take(server, "ada", c) },
							Config:    style.hcl(kind, []string{b, c}), ConfigPlanChecks: update, Check: kind.check(server, "ada", b, c),
						},
						resource.TestStep{Config: style.hcl(kind, []string{}), ConfigPlanChecks: update, Check: kind.check(server, "ada")},
						resource.TestStep{
							PreConfig: func() { kind.give(server, "ada", a) },
							Config:    style.hcl(kind, []string{}), ConfigPlanChecks: update, Check: kind.check(server, "ada"),
						},
						resource.TestStep{
							Config: style.hcl(kind, []string{a}), Check: kind.check(server, "ada", a),
							ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(style.address, tfjsonpath.New(kind.setAttribute()), knownvalue.SetSizeExact(1))},
						},
					)
				})
			}
		})
	}
}

// Spellings of one UUID are one member: written twice it plans empty afterwards, and written otherwise nothing is planned.
func TestMembershipSets_caseIsNoDifference(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for _, style := range setStyles(kind) {
				t.Run(style.name, func(t *testing.T) {
					t.Parallel()

					server := startServer(t, simulator.Options{})
					a, b := kind.make(server, "A"), kind.make(server, "B")
					empty := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

					runSteps(t, server,
						resource.TestStep{Config: style.hcl(kind, []string{a, strings.ToUpper(a)}), Check: kind.check(server, "ada", a)},
						resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(a)}), ConfigPlanChecks: empty},
						resource.TestStep{Config: style.hcl(kind, []string{a, b}), Check: kind.check(server, "ada", a, b)},
						resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(b), a}), ConfigPlanChecks: empty},
						resource.TestStep{Config: style.hcl(kind, []string{strings.ToUpper(b)}), Check: kind.check(server, "ada", b)},
					)
				})
			}
		})
	}
}

// Beside an unset set, the additive resource works as ever, and the user sees nothing of it.
func TestMembershipSets_unsetLeavesAlone(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			a, b := kind.make(server, "A"), kind.make(server, "B")
			additive := userHCL("ada", "ada", "") + blockHCL("resource", kind.typeName, "username = iriusrisk_user.ada.username", fmt.Sprintf("%s = %q", kind.attribute, a))

			runSteps(t, server,
				resource.TestStep{Config: additive, Check: kind.check(server, "ada", a)},
				resource.TestStep{
					PreConfig:        func() { kind.give(server, "ada", b); server.ResetJournal() },
					Config:           additive,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
					Check:            kind.check(server, "ada", a, b),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(ada, tfjsonpath.New(kind.setAttribute()), knownvalue.Null()),
					},
				},
			)

			if kind.list != "" && server.Count("get_users") > 0 {
				t.Error("users were listed")
			}
		})
	}
}

// Destroying an exclusive set takes nothing from the user, and importing one by username plans empty.
func TestMembershipExclusive_importAndDestroy(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.AddUser(simulator.User{Username: "sso", Email: "sso@example.com", Enabled: true})

			a := kind.make(server, "A")
			kind.give(server, "sso", a)

			typeName := kind.typeName + "s_exclusive"
			config := blockHCL("resource", typeName, `username = "sso"`, fmt.Sprintf("%s = [%q]", kind.setAttribute(), a))

			runSteps(t, server,
				resource.TestStep{
					Config:           config + "import {\n  to = " + typeName + ".x\n  id = \"sso\"\n}\n",
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(typeName+".x", plancheck.ResourceActionNoop)}},
				},
				resource.TestStep{
					PreConfig:   func() { server.RemoveUser("sso") },
					Config:      config,
					ExpectError: regexp.MustCompile(`(?s)Unable to read the .* of user "sso" before`),
				},
				resource.TestStep{
					PreConfig: func() {
						server.AddUser(simulator.User{Username: "sso", Email: "sso@example.com", Enabled: true})
					},
					Config: config, Check: kind.check(server, "sso", a),
				},
			)

			if err := kind.check(server, "sso", a)(nil); err != nil {
				t.Error("after destroy:", err)
			}
		})
	}
}

// Additions happen even when a removal fails and the other way round, every failure is reported, and what exists is in
// state.
func TestMembershipSets_partialFailure(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for name, typeName := range map[string]string{"inline": "iriusrisk_user", "exclusive": kind.typeName + "s_exclusive"} {
				server := startServer(t, simulator.Options{})
				a, b, c, d := kind.make(server, "A"), kind.make(server, "B"), kind.make(server, "C"), kind.make(server, "D")

				config := func(ids ...string) values {
					if typeName == "iriusrisk_user" {
						user := adaConfig()
						user[kind.setAttribute()] = texts(ids...)

						return user
					}

					return values{"username": text("ada"), kind.setAttribute(): texts(ids...)}
				}

				p := withoutRetries(t, server)
				subject := &instance{typeName: typeName}

				if typeName != "iriusrisk_user" {
					server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})
				}

				p.requireNoErrors(subject.converge(p, config(a, b)))

				p = withoutRetries(t, server)

				// Of the two additions and the two removals, the first of each fails.
				server.Inject(simulator.Fault{Operation: kind.add, Kind: simulator.FaultStatus, Status: 403})
				server.Inject(simulator.Fault{Operation: kind.remove, Kind: simulator.FaultStatus, Status: 403})

				failures := subject.converge(p, config(c, d))
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, failures, "Unable to assign the", "Unable to remove the")

				user, _ := server.User("ada")
				if has := kind.has(user); len(has) != 2 || !containsSet(subject.state[kind.setAttribute()], has) {
					t.Errorf("%s: the user has %q on the server, and the state %v", name, has, subject.state[kind.setAttribute()])
				}

				p = withoutRetries(t, server)
				p.requireNoErrors(subject.converge(p, config(c, d)))

				if err := kind.check(server, "ada", c, d)(nil); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// containsSet compares a set in state with a list.
func containsSet(set interface{ String() string }, ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !strings.Contains(set.String(), id) }) && strings.Count(set.String(), "tftypes.String<") == len(ids)
}

// Taking a role or a unit from the user that the provider runs as is refused in every way there is, and giving is not.
func TestMembershipSets_lockOut(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{FoldUsernames: true})
			server.UpdateUser("admin", func(user *simulator.User) { user.RoleIDs, user.BusinessUnitIDs = nil, nil })
			a, b := kind.make(server, "A"), kind.make(server, "B")
			kind.give(server, "admin", a)

			admin := mustUser(t, server, "admin")
			profile := func(ids ...string) values {
				return values{
					"username": text("Admin"), "email": text(admin.Email), "first_name": text(admin.FirstName), "last_name": text(admin.LastName),
					"adopt_existing": boolean(true), kind.setAttribute(): texts(ids...),
				}
			}
			exclusive := func(ids ...string) values {
				return values{"username": text("ADMIN"), kind.setAttribute(): texts(ids...)}
			}

			p := newConfigured(t, server)

			for _, test := range []struct {
				name, typeName string
				before, after  values
			}{
				{"exclusive, create", kind.typeName + "s_exclusive", nil, exclusive(b)},
				{"exclusive, update", kind.typeName + "s_exclusive", exclusive(a, b), exclusive()},
				{"user, adopt", "iriusrisk_user", nil, profile(b)},
				{"user, update", "iriusrisk_user", profile(a, b), profile(b)},
			} {
				subject := &instance{typeName: test.typeName}
				if test.before != nil {
					p.requireNoErrors(subject.converge(p, test.before))
				}

				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, test.after), `The provider runs as user "admin"`, "No request was sent")

				if err := kind.check(server, "admin", a, b)(nil); err != nil || server.Count(kind.remove) > 0 {
					t.Errorf("%s: %v, %d removals", test.name, err, server.Count(kind.remove))
				}
			}
		})
	}
}

// Managing one user's memberships in two ways warns in the plan, whichever is planned first.
func TestMembershipStyles_mixingWarns(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			id := kind.make(server, "A")
			user := func() values {
				config := adaConfig()
				config[kind.setAttribute()] = texts(id)

				return config
			}
			blocks := map[string]values{
				"iriusrisk_user":              user(),
				kind.typeName:                 {"username": text("ADA"), kind.attribute: text(id)},
				kind.typeName + "s_exclusive": {"username": text("ada"), kind.setAttribute(): texts(id)},
			}

			for first := range blocks {
				for second := range blocks {
					p := newConfigured(t, server)
					alone := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(first, nil, blocks[first]).Diagnostics)
					both := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(second, nil, blocks[second]).Diagnostics)

					if alone != "" || strings.Contains(both, "Both ") != (first != second) {
						t.Errorf("%s then %s: %q, %q", first, second, alone, both)
					}
				}
			}

			// Another user's are no concern of theirs, and an unset set manages nothing.
			p := newConfigured(t, server)
			p.plan("iriusrisk_user", nil, adaConfig())
			p.plan(kind.typeName, nil, values{"username": text("grace"), kind.attribute: text(id)})

			if got := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(kind.typeName, nil, blocks[kind.typeName]).Diagnostics); got != "" {
				t.Errorf("warned: %s", got)
			}
		})
	}
}

// A username edited in case only replaces nothing and changes nothing, whatever it stands in.
func TestUsernameCase_replacesNothing(t *testing.T) {
	t.Parallel()

	const id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

	p := newConfigured(t, startServer(t, simulator.Options{}))

	for typeName, rest := range map[string]values{
		"iriusrisk_user_role":                     {"role_id": text(id), "id": text("ada/" + id)},
		"iriusrisk_user_business_unit":            {"business_unit_id": text(id), "id": text("ada/" + id)},
		"iriusrisk_user_roles_exclusive":          {"role_ids": texts(id), "id": text("ada")},
		"iriusrisk_user_business_units_exclusive": {"business_unit_ids": texts(id), "id": text("ada")},
		"iriusrisk_user_api_token":                {"token": text("t"), "hint": text("h"), "id": text("ada")},
	} {
		prior, config := maps.Clone(rest), maps.Clone(rest)
		prior["username"], config["username"] = text("ada"), text("ADA")

		for _, computed := range []string{"id", "token", "hint"} {
			delete(config, computed)
		}

		planned := p.plan(typeName, prior, config)
		p.requireNoErrors(planned.Diagnostics)

		if got := p.decode(p.schema.ResourceSchemas[typeName], planned.PlannedState); len(planned.RequiresReplace) > 0 || fmt.Sprint(got) != fmt.Sprint(prior) {
			t.Errorf("%s: planned %v, replaces for %v", typeName, got, planned.RequiresReplace)
		}
	}
}

// Sets are checked at plan time.
func TestMembershipSets_badInput(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for _, config := range []string{
		userHCL("ada", "ada", `  role_ids = ["ROLE_READ_ONLY"]`),
		userHCL("ada", "ada", `  role_ids = [null]`),
		blockHCL("resource", "iriusrisk_user_roles_exclusive", `username = "ada"`, `role_ids = ["x"]`),
		blockHCL("resource", "iriusrisk_user_roles_exclusive", `username = "ada"`),
		userHCL("ada", "ada", `  deletion_policy = "forget"`),
	} {
		runSteps(t, server, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`role_ids|deletion_policy`)})
	}

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("requests were made: %v", requests)
	}
}

// An existing user is taken over only when that is wanted, becomes what is declared, and is in state only then.
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

// A failure while taking somebody over leaves nothing in state, so that nobody is deleted for it.
func TestUser_adoptionThatFails(t *testing.T) {
	t.Parallel()

	for _, operation := range []string{"update_user", "enable_user", "get_user_roles", "add_user_role"} {
		server := startServer(t, simulator.Options{})
		role := server.AddRole("ROLE_READ_ONLY")
		server.AddUser(simulator.User{Username: "ada", Email: "old@example.com"})

		// The plan reads the roles first, for its warning of what the adoption removes.
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

// Taking over the user that the provider runs as does not lock it out either.
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

// What only the provider knows of changes without a request.
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

func TestUser_deletionPolicy(t *testing.T) {
	t.Parallel()

	for policy, after := range map[string]struct{ there, enabled bool }{"delete": {false, false}, "disable": {true, false}, "retain": {true, true}} {
		server := startServer(t, simulator.Options{})

		runSteps(t, server,
			resource.TestStep{Config: userHCL("ada", "ada", "")},
			resource.TestStep{
				PreConfig: server.ResetJournal,
				Config:    userHCL("ada", "ada", fmt.Sprintf("  deletion_policy = %q", policy)),
				Check:     onServer(func() error { return want("writes", len(server.Writes()), 0) }),
			},
		)

		if user, there := server.User("ada"); there != after.there || user.Enabled != after.enabled {
			t.Errorf("%s: there %t, enabled %t", policy, there, user.Enabled)
		}

		if writes := len(server.Writes()); (policy == "retain") != (writes == 0) {
			t.Errorf("%s: %d writes", policy, writes)
		}
	}
}

// halfMade is a user whose creation could be neither finished nor undone.
func halfMade(t *testing.T, server *simulator.Server, p *protocol, policy string) (subject *instance, config values) {
	t.Helper()

	server.Inject(simulator.Fault{Operation: "disable_user", Kind: simulator.FaultStatus, Status: 403})
	server.Inject(simulator.Fault{Operation: "delete_user", Kind: simulator.FaultStatus, Status: 403})

	subject, config = &instance{typeName: "iriusrisk_user"}, adaConfig()
	config["enabled"], config["deletion_policy"] = boolean(false), text(policy)

	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, config), "was only partially created")

	if _, there := server.User("ada"); !there || !subject.tainted {
		t.Fatalf("%s: on the server: %t, tainted: %t", policy, there, subject.tainted)
	}

	return subject, config
}

// A user whose creation could be neither finished nor undone is really deleted, whatever deletion_policy says.
func TestUser_unfinishedIsReallyDeleted(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{policyDelete, policyDisable, policyRetain} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)

		destroyed, _ := halfMade(t, server, p, policy)
		p = newConfigured(t, server)
		p.requireNoErrors(destroyed.converge(p, nil))

		if _, there := server.User("ada"); there {
			t.Errorf("%s: the half-made user was not deleted", policy)
		}

		subject, config := halfMade(t, server, p, policy)
		first, _ := server.User("ada")
		p = newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, config))

		if second, there := server.User("ada"); !there || second.ID == first.ID || second.Enabled {
			t.Errorf("%s: %+v", policy, second)
		}

		// Once it is finished, deletion_policy counts.
		p = newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, nil))

		if _, there := server.User("ada"); there != (policy != policyDelete) {
			t.Errorf("%s: on the server: %t", policy, there)
		}
	}
}

// A new user who can be neither read nor deleted again is in state all the same, and nobody else is taken for them.
func TestUser_createdAndNotReadable(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{EmptyWriteBodies: true})
	breakDown := func(reads int) {
		server.Inject(simulator.Fault{Operation: "get_user", Nth: reads + 1, Kind: simulator.FaultStatus, Status: 403})
	}

	runSteps(t, server,
		// The plan, the plan within the apply and the creation look the username up first.
		resource.TestStep{PreConfig: func() { breakDown(3) }, Config: userHCL("ada", "ada", ""), ExpectError: regexp.MustCompile(`(?s)read the new user "ada".*tainted`)},
		resource.TestStep{
			Config:           userHCL("ada", "ada", ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(ada, plancheck.ResourceActionReplace)}},
			Check:            checkUser(server, "ada", func(simulator.User) error { return want("deletions", server.Count("delete_user"), 1) }),
		},
	)

	p := newConfigured(t, server)
	subject := &instance{typeName: "iriusrisk_user"}

	breakDown(2)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, adaConfig()), "marked as tainted")

	server.RemoveUser("ada")
	server.AddUser(simulator.User{Username: "ada", Email: "other@example.com", Enabled: true})

	destroyed, _ := p.apply(t.Context(), "iriusrisk_user", subject.state, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, destroyed.Diagnostics, "now belongs to a different user")
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, subject.converge(p, nil), "now belongs to a different user")

	if _, there := server.User("ada"); !there || subject.state != nil {
		t.Errorf("somebody else was deleted: %t, state %v", !there, subject.state)
	}
}

// A half-made user whom somebody finishes by hand and untaints is a user like any other once Terraform updates them.
func TestUser_untaintedIsFinished(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]values{
		"of the profile":        {"last_name": text("Byron")},
		"of what stays at home": {"adopt_existing": boolean(true)},
	} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)

		subject, config := halfMade(t, server, p, policyRetain)
		subject.tainted = false

		server.UpdateUser("ada", func(user *simulator.User) { user.Enabled = false })
		maps.Copy(config, change)

		p = newConfigured(t, server)
		p.requireNoErrors(subject.converge(p, config))
		p.requireNoErrors(subject.converge(p, nil))

		if _, there := server.User("ada"); !there {
			t.Errorf("after an update %s a retained user was deleted", name)
		}
	}
}

// The e-mail is sent once, on creation, and its failure is a warning.
func TestUser_sendResetPasswordEmail(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	config := userHCL("ada", "ada", "  send_reset_password_email = true")
	mails := func(number int) resource.TestCheckFunc {
		return onServer(func() error { return want("mails", server.ResetMails("ada"), number) })
	}

	runSteps(t, server,
		resource.TestStep{Config: config, Check: mails(1)},
		resource.TestStep{Config: strings.Replace(config, "Lovelace", "Byron", 1), Check: mails(1)},
		resource.TestStep{Config: userHCL("ada", "ada", ""), Check: mails(1)},
		resource.TestStep{Config: config, Check: mails(1)},
	)

	server.Inject(simulator.Fault{Operation: "send_reset_password_email", Kind: simulator.FaultStatus, Status: 500})

	late := adaConfig()
	late["send_reset_password_email"] = boolean(true)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, late)
	p.requireNoErrors(created.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, created.Diagnostics, "No reset-password e-mail", "500")

	if state == nil {
		t.Error("the user is not in state")
	}
}

// After an import, setting what an import cannot know is one update in place, which sends only what differs.
func TestUser_importThenSets(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role := server.AddRole("ROLE_READ_ONLY")
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, RoleIDs: []string{role.ID}})

	runSteps(t, server, resource.TestStep{
		Config: userHCL("ada", "ada", fmt.Sprintf("  role_ids = [%q]\n  deletion_policy = \"retain\"", role.ID)) + "import {\n  to = iriusrisk_user.ada\n  id = \"ada\"\n}\n",
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(ada, plancheck.ResourceActionUpdate),
		}},
		Check: onServer(func() error { return want("writes", len(server.Writes()), 0) }),
	})
}
