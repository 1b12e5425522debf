package provider

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

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
		t.Error("the plan deletes ada and then cannot create bob, and says nothing but:", messages(tfprotov6.DiagnosticSeverityWarning, planned))
	}
}

// A list that has been read whole shows usernames in their own case, and a server may find them in any.
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

func TestUserPlan_replacementThatAdoptsWarnsOfRemovals(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	ada := server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "X", LastName: "L", Enabled: true})
	adopting := values{"adopt_existing": boolean(true), "role_ids": texts()}
	first := newConfigured(t, server).plan(userType, userState(ada, adopting), declared("bot", "ada@example.com", adopting))
	if !strings.Contains(messages(tfprotov6.DiagnosticSeverityWarning, first.Diagnostics), ids["role_id"]) {
		t.Error("bot loses a role without a word; got", messages(tfprotov6.DiagnosticSeverityWarning, first.Diagnostics))
	}
}

func TestUserAPIToken_moveToAUserWithATokenWarns(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	server.AddUser(simulator.User{Username: "eve", Email: "eve@example.com", Enabled: true})
	server.RotateToken("eve")
	p := newConfigured(t, server)
	_, state := p.apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	planned := newConfigured(t, server).plan(tokenType, state, values{"username": text("eve")})
	if !strings.Contains(messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics), server.Hint("eve")) {
		t.Error("eve's token is revoked without a word; got", messages(tfprotov6.DiagnosticSeverityWarning, planned.Diagnostics))
	}
}

// A block that does not change is not applied, so what it keeps is protected by the plan, in either order.
func TestHandovers_membershipThatAnotherBlockKeeps(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		server, ids := tenantForFaults(t, simulator.Options{})
		id := ids[kind.attribute]
		one := values{"id": text("bot/" + id), "username": text("bot"), kind.attribute: text(id)}
		destruction := func(p *protocol) []*tfprotov6.Diagnostic { return p.plan(kind.typeName, one, nil).Diagnostics }

		for name, keep := range map[string]func(p *protocol) []*tfprotov6.Diagnostic{
			"single": func(p *protocol) []*tfprotov6.Diagnostic {
				return p.plan(kind.typeName, one, values{"username": text("bot"), kind.attribute: text(id)}).Diagnostics
			},
			"exclusive": func(p *protocol) []*tfprotov6.Diagnostic {
				set := values{"username": text("bot"), kind.setAttribute(): texts(id)}
				prior := values{"id": text("bot"), "username": text("bot"), kind.setAttribute(): texts(id)}

				return p.plan(kind.typeName+"s_exclusive", prior, set).Diagnostics
			},
			"inline": func(p *protocol) []*tfprotov6.Diagnostic {
				prior := userState(mustUser(t, server, "bot"), values{kind.setAttribute(): texts(id)})

				return p.plan(userType, prior, keepConfig(prior)).Diagnostics
			},
		} {
			for order, plans := range map[string][]func(*protocol) []*tfprotov6.Diagnostic{"kept first": {keep, destruction}, "removed first": {destruction, keep}} {
				p := newConfigured(t, server)

				var problems string
				for _, plan := range plans {
					problems += messages(tfprotov6.DiagnosticSeverityError, plan(p))
				}

				if !strings.Contains(problems, "is removed by one block and kept by another") || !strings.Contains(problems, "destroy = false") {
					t.Errorf("%s, %s, %s: got %q", kind.typeName, name, order, problems)
				}
			}
		}

		// A set that takes a membership over from a single block is applied, and protects it then.
		p := newConfigured(t, server)
		p.requireNoErrors(p.plan(kind.typeName+"s_exclusive", nil, values{"username": text("bot"), kind.setAttribute(): texts(id)}).Diagnostics)
		p.requireNoErrors(destruction(p))
	}
}

func TestHandovers_tokenThatAnotherBlockKeeps(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	_, kept := newConfigured(t, server).apply(t.Context(), tokenType, nil, values{"username": text("bot")})
	other := values{"id": text("bot"), "username": text("bot"), "hint": kept["hint"]}

	p := newConfigured(t, server)
	p.requireNoErrors(p.plan(tokenType, kept, values{"username": text("bot")}).Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.plan(tokenType, other, nil).Diagnostics, "is removed by one block and kept by another")
}

// A caller who sees only users of its own business units hides a user by removing the last shared one. What is destroyed
// after that is still there, and is not reported as destroyed.
func TestUser_destructionAfterTheLastSharedUnit(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	unit, role := ids["business_unit_id"], ids["role_id"]
	server.JoinBusinessUnit("bot", unit)
	server.GrantRole("bot", role)
	bot := mustUser(t, server, "bot")
	p := asManager(t, server, unit)
	var all []*tfprotov6.Diagnostic
	for _, object := range []struct {
		typeName string
		state    values
	}{
		{"iriusrisk_user_business_unit", values{"id": text("bot/" + unit), "username": text("bot"), "business_unit_id": text(unit)}},
		{"iriusrisk_user_role", values{"id": text("bot/" + role), "username": text("bot"), "role_id": text(role)}},
		{userType, userState(bot, nil)},
	} {
		resp, _ := p.apply(t.Context(), object.typeName, object.state, nil)
		all = append(all, resp.Diagnostics...)
	}
	if _, there := server.User("bot"); there && !failed(all) {
		t.Error("the destruction of everything succeeds, and the user and their role are there")
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

// A replacement with create_before_destroy cannot succeed under the same username. The creation fails, and leaves an object
// that the next plan can go on with.
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
