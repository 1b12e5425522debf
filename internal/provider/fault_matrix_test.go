package provider

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// instance is a resource as Terraform holds it between two runs: its state, and whether it is tainted.
type instance struct {
	typeName string
	state    values
	private  []byte
	tainted  bool
}

// converge does what `terraform apply` does with one resource: refresh, plan, and create, update, replace or destroy;
// a nil configuration destroys. It returns every diagnostic on the way.
func (i *instance) converge(p *protocol, config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	var said []*tfprotov6.Diagnostic

	if i.state != nil {
		resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: i.typeName, CurrentState: p.object(p.schema.ResourceSchemas[i.typeName], i.state), Private: i.private,
		})
		p.noError(err)

		said = append(said, resp.Diagnostics...)
		if failed(said) {
			return said
		}

		i.state, i.private = p.decode(p.schema.ResourceSchemas[i.typeName], resp.NewState), resp.Private
	}

	if i.state != nil {
		private, replaces := i.replacement(p, config)
		if replaces {
			said = append(said, i.destroy(p, private)...)
			if failed(said) {
				return said
			}
		}
	}

	if i.state == nil && config == nil {
		return said
	}

	return append(said, i.change(p, config)...)
}

// replacement reports whether the configuration replaces the object, and returns the private state that Terraform passes
// to the destruction then: that of the planned creation. The plan of a tainted object begins without any private state.
func (i *instance) replacement(p *protocol, config values) (private []byte, replaces bool) {
	p.t.Helper()

	if config == nil {
		return nil, false
	}

	if !i.tainted {
		update := p.planPrivate(i.typeName, i.state, config, i.private)
		if len(update.RequiresReplace) == 0 {
			return nil, false
		}

		private = update.PlannedPrivate
	}

	return p.planPrivate(i.typeName, nil, config, private).PlannedPrivate, true
}

// destroy applies the destruction of the object with the private state of its plan.
func (i *instance) destroy(p *protocol, private []byte) []*tfprotov6.Diagnostic {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[i.typeName]
	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: i.typeName, PriorState: p.object(schema, i.state), Config: p.object(schema, nil), PlannedState: p.object(schema, nil), PlannedPrivate: private,
	})
	p.noError(err)

	i.state, i.private = p.decode(schema, resp.NewState), resp.Private
	i.tainted = i.tainted && i.state != nil

	return resp.Diagnostics
}

// change plans and applies one step.
func (i *instance) change(p *protocol, config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[i.typeName]
	planned := p.planPrivate(i.typeName, i.state, config, i.private)

	if failed(planned.Diagnostics) {
		return planned.Diagnostics
	}

	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: i.typeName, PriorState: p.object(schema, i.state), Config: p.object(schema, config),
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	p.noError(err)

	creates := i.state == nil
	i.state, i.private = p.decode(schema, resp.NewState), resp.Private
	i.tainted = creates && i.state != nil && failed(resp.Diagnostics)

	return append(planned.Diagnostics, resp.Diagnostics...)
}

func failed(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// faultScenario is a change of one resource whose every request is made to fail in turn.
type faultScenario struct {
	typeName string

	// before is the configuration that is applied without faults first, nil for none; after is the one applied with
	// them, nil to destroy.
	before, after func(ids map[string]string) values

	// check compares the server and the state with the configuration, once it has been applied again without faults.
	check func(server *simulator.Server, ids map[string]string, state values) error
}

// tenantForFaults has a user without anything, a role and a unit.
func tenantForFaults(t *testing.T, options simulator.Options) (*simulator.Server, map[string]string) {
	t.Helper()

	server := startServer(t, options)
	server.AddUser(simulator.User{Username: "bot", Email: "bot@example.com", FirstName: "Bot", LastName: "Bot", Enabled: true})

	return server, map[string]string{
		"role_id": server.AddRole("ROLE_READ_ONLY").ID, "business_unit_id": server.AddBusinessUnit("pay", "Payments").ID,
		"other role_id": server.AddRole("ROLE_TESTER").ID, "other business_unit_id": server.AddBusinessUnit("loans", "Loans").ID,
	}
}

// faultScenarios are all changes of all resources.
func faultScenarios() map[string]faultScenario {
	none := func(map[string]string) values { return nil }
	user := func(change values) func(map[string]string) values {
		return func(map[string]string) values {
			config := adaConfig()
			maps.Copy(config, change)

			return config
		}
	}
	isUser := func(enabled bool, lastName, secret string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			found, there := server.User("ada")

			return errors.Join(
				want("ada is there", there, true), want("users", len(server.Users()), 3), want("enabled", found.Enabled, enabled),
				want("last name", found.LastName, lastName), want("password", found.Password, secret), want("id", found.ID, plainText(state["id"])),
			)
		}
	}
	disabled := values{"enabled": boolean(false), "password": text(password)}

	scenarios := map[string]faultScenario{
		"user, create":          {"iriusrisk_user", none, user(nil), isUser(true, "Lovelace", "")},
		"user, create disabled": {"iriusrisk_user", none, user(disabled), isUser(false, "Lovelace", password)},
		"user, update":          {"iriusrisk_user", user(nil), user(values{"last_name": text("Byron"), "enabled": boolean(false), "password": text(password)}), isUser(false, "Byron", password)},
		"user, enable":          {"iriusrisk_user", user(disabled), user(values{"password": text(password)}), isUser(true, "Lovelace", password)},
		"user, replace": {"iriusrisk_user", user(nil), user(values{"username": text("countess"), "enabled": boolean(false)}), func(server *simulator.Server, _ map[string]string, state values) error {
			found, there := server.User("countess")

			return errors.Join(want("countess is there", there, true), want("users", len(server.Users()), 3), want("enabled", found.Enabled, false), want("id", found.ID, plainText(state["id"])))
		}},
		"user, delete": {"iriusrisk_user", user(nil), none, func(server *simulator.Server, _ map[string]string, state values) error {
			return errors.Join(want("users", len(server.Users()), 2), want("is in state", state != nil, false))
		}},
	}

	for _, kind := range membershipCases {
		member := func(ids map[string]string) values {
			return values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}
		}
		has := func(expected bool) func(*simulator.Server, map[string]string, values) error {
			return func(server *simulator.Server, ids map[string]string, state values) error {
				bot, _ := server.User("bot")

				return errors.Join(want("membership", slices.Contains(kind.has(bot), ids[kind.attribute]), expected), want("memberships", len(kind.has(bot)) <= 1, true), want("is in state", state != nil, expected))
			}
		}

		scenarios[kind.typeName+", create"] = faultScenario{kind.typeName, none, member, has(true)}
		scenarios[kind.typeName+", delete"] = faultScenario{kind.typeName, member, none, has(false)}
	}

	set := func(attribute string, given ...string) func(map[string]string) values {
		return func(ids map[string]string) values {
			var chosen []string
			for _, name := range given {
				chosen = append(chosen, ids[name])
			}

			return values{"username": text("bot"), attribute: texts(chosen...)}
		}
	}
	botHas := func(kind membershipCase, expected bool) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, ids map[string]string, state values) error {
			bot, _ := server.User("bot")

			return errors.Join(want("membership", slices.Equal(kind.has(bot), []string{ids[kind.attribute]}), expected), want("memberships", len(kind.has(bot)) <= 1, true), want("is in state", state != nil, true))
		}
	}

	for _, kind := range membershipCases {
		typeName := kind.typeName + "s_exclusive"
		scenarios[typeName+", create"] = faultScenario{typeName, none, set(kind.setAttribute(), kind.attribute), botHas(kind, true)}
		scenarios[typeName+", update"] = faultScenario{typeName, set(kind.setAttribute(), kind.attribute), set(kind.setAttribute()), botHas(kind, false)}
		scenarios[typeName+", update by difference"] = faultScenario{typeName, set(kind.setAttribute(), "other "+kind.attribute), set(kind.setAttribute(), kind.attribute), botHas(kind, true)}
	}

	withSets := func(change values) func(map[string]string) values {
		return func(ids map[string]string) values {
			config := user(change)(ids)
			config["role_ids"], config["business_unit_ids"] = texts(ids["role_id"]), texts(ids["business_unit_id"])

			return config
		}
	}
	hasSets := func(username string) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, ids map[string]string, state values) error {
			found, _ := server.User(username)

			return errors.Join(want("enabled", found.Enabled, false), want("roles", strings.Join(found.RoleIDs, ","), ids["role_id"]), want("units", strings.Join(found.BusinessUnitIDs, ","), ids["business_unit_id"]),
				want("id", found.ID, plainText(state["id"])), want("last name", found.LastName, "Lovelace"))
		}
	}

	scenarios["user, create with sets"] = faultScenario{"iriusrisk_user", none, withSets(values{"enabled": boolean(false)}), hasSets("ada")}
	scenarios["user, update with sets"] = faultScenario{"iriusrisk_user", user(nil), withSets(values{"enabled": boolean(false)}), hasSets("ada")}
	scenarios["user, adopt with sets"] = faultScenario{"iriusrisk_user", none, withSets(values{"username": text("bot"), "enabled": boolean(false), "adopt_existing": boolean(true)}), hasSets("bot")}
	scenarios["user, update sets by difference"] = faultScenario{"iriusrisk_user", func(ids map[string]string) values {
		config := user(nil)(ids)
		config["role_ids"], config["business_unit_ids"] = texts(ids["other role_id"]), texts(ids["other business_unit_id"])

		return config
	}, withSets(values{"enabled": boolean(false)}), hasSets("ada")}
	scenarios["user, disable instead of delete"] = faultScenario{"iriusrisk_user", user(values{"deletion_policy": text("disable")}), none, func(server *simulator.Server, _ map[string]string, state values) error {
		found, there := server.User("ada")

		return errors.Join(want("ada is there", there, true), want("enabled", found.Enabled, false), want("is in state", state != nil, false))
	}}

	token := func(quarter string) func(map[string]string) values {
		return func(map[string]string) values {
			return values{"username": text("bot"), "rotate_when_changed": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"q": text(quarter)})}
		}
	}
	tokenIs := func(expected bool) func(*simulator.Server, map[string]string, values) error {
		return func(server *simulator.Server, _ map[string]string, state values) error {
			bot, _ := server.User("bot")

			return errors.Join(want("there is a token", bot.APIToken != "", expected), want("token", bot.APIToken, plainText(state["token"])), want("hint", server.Hint("bot"), plainText(state["hint"])))
		}
	}

	scenarios["token, create"] = faultScenario{tokenType, none, token("1"), tokenIs(true)}
	scenarios["token, replace"] = faultScenario{tokenType, token("1"), token("2"), tokenIs(true)}
	scenarios["token, delete"] = faultScenario{tokenType, token("1"), none, tokenIs(false)}

	return scenarios
}

// plainText is a string value, "" when there is none.
func plainText(value tftypes.Value) string {
	var content *string
	if value.Type() == nil || !value.IsKnown() || value.As(&content) != nil || content == nil {
		return ""
	}

	return *content
}

// faultKinds are the ways in which each request fails.
var faultKinds = map[string]simulator.Fault{
	"status 403":             {Kind: simulator.FaultStatus, Status: http.StatusForbidden},
	"status 409":             {Kind: simulator.FaultStatus, Status: http.StatusConflict},
	"status 500":             {Kind: simulator.FaultStatus, Status: http.StatusInternalServerError},
	"acted, then 502":        {Kind: simulator.FaultActThenStatus, Status: http.StatusBadGateway},
	"reset":                  {Kind: simulator.FaultReset},
	"lost answer":            {Kind: simulator.FaultLostAnswer},
	"acted, then nonsense":   {Kind: simulator.FaultActThenStatus, Status: http.StatusOK},
	"an outage from then on": {Kind: simulator.FaultReset, Times: -1},
	"HTML in place of JSON":  {Kind: simulator.FaultBody, Status: http.StatusOK, Body: []byte("<html>sign in</html>"), ContentType: "text/html"},
}

// faultsOf are the ways in which the requests of a change fail. Those of memberships are answered 404 too, which proves
// nothing on its own.
func faultsOf(scenario faultScenario) map[string]simulator.Fault {
	faults := maps.Clone(faultKinds)

	for _, kind := range membershipCases {
		if strings.HasPrefix(scenario.typeName, kind.typeName) {
			faults["status 404"] = simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusNotFound}
			faults["404 from then on"] = simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusNotFound, Times: -1}
		}
	}

	return faults
}

// Whatever request of a change fails, and however, what exists is in state or is gone again, and applying again
// without faults converges: server, state and configuration agree, and nothing exists twice.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()

	var cells, steps, errorCount atomic.Int64

	scenarios := faultScenarios()
	shapes := map[string]simulator.Options{"": {}, ", answers without body": {WriteStatus: 204, NoToken: simulator.NoTokenNull}}

	// The matrix prints its size once every one of its cells has run.
	t.Cleanup(func() {
		t.Logf("fault matrix: %d changes of %d resources, on servers of %d kinds, %d requests in all, each failed in at least %d ways: %d cells, of which %d ended in an error and converged on the next apply",
			len(scenarios), 6, len(shapes), steps.Load(), len(faultKinds), cells.Load(), errorCount.Load())
	})

	for name, scenario := range scenarios {
		for shape, options := range shapes {
			t.Run(name+shape, func(t *testing.T) {
				t.Parallel()

				requests := countRequests(t, scenario, options)
				steps.Add(int64(requests))

				for request := 1; request <= requests; request++ {
					for kind, fault := range faultsOf(scenario) {
						cells.Add(1)

						if faultCell(t, scenario, options, fault, request, fmt.Sprintf("request %d of %d, %s", request, requests, kind)) {
							errorCount.Add(1)
						}
					}
				}
			})
		}
	}
}

// withoutRetries is a configured provider that leaves every failure to the resources.
func withoutRetries(t *testing.T, server *simulator.Server) *protocol {
	t.Helper()

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "max_retries": tftypes.NewValue(tftypes.Number, 0)}))

	return p
}

// countRequests is how many requests the change makes when nothing fails.
func countRequests(t *testing.T, scenario faultScenario, options simulator.Options) int {
	t.Helper()

	server, ids := tenantForFaults(t, options)
	subject := &instance{typeName: scenario.typeName}

	p := withoutRetries(t, server)
	p.requireNoErrors(subject.converge(p, scenario.before(ids)))
	server.ResetJournal()

	p = withoutRetries(t, server)
	p.requireNoErrors(subject.converge(p, scenario.after(ids)))

	if err := scenario.check(server, ids, subject.state); err != nil {
		t.Fatal("without any fault:", err)
	}

	return len(server.Journal())
}

// faultCell fails one request in one way, applies again, and compares. It reports whether the first apply failed.
func faultCell(t *testing.T, scenario faultScenario, options simulator.Options, fault simulator.Fault, request int, cell string) bool {
	t.Helper()

	server, ids := tenantForFaults(t, options)
	subject := &instance{typeName: scenario.typeName}

	p := withoutRetries(t, server)
	p.requireNoErrors(subject.converge(p, scenario.before(ids)))

	fault.Nth = request
	server.Inject(fault)

	first := subject.converge(withoutRetries(t, server), scenario.after(ids))

	if server.PendingFaults() > 0 && fault.Times >= 0 {
		t.Errorf("%s: the fault was not met", cell)
	}

	server.ClearFaults()

	again := subject.converge(withoutRetries(t, server), scenario.after(ids))
	if failed(again) {
		t.Errorf("%s: the next apply fails too: %s\nafter: %s", cell, messages(tfprotov6.DiagnosticSeverityError, again), messages(tfprotov6.DiagnosticSeverityError, first))
	}

	if err := scenario.check(server, ids, subject.state); err != nil {
		t.Errorf("%s: %v\nafter: %s", cell, err, messages(tfprotov6.DiagnosticSeverityError, first))
	}

	for _, secret := range []string{password, server.AdminToken()} {
		if strings.Contains(messages(tfprotov6.DiagnosticSeverityError, first), secret) {
			t.Errorf("%s: the error shows a secret", cell)
		}
	}

	server.Close()

	return failed(first)
}

// Whatever request of a set fails, and however, an additive resource that is destroyed in the same run does not remove
// what the set has ensured, and the user has what is declared at the end.
func TestFaultMatrix_protectedDelete(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			const requests = 3

			for request := 1; request <= requests; request++ {
				for name, fault := range faultKinds {
					server, ids := tenantForFaults(t, simulator.Options{})
					id := ids[kind.attribute]
					single, set := &instance{typeName: kind.typeName}, &instance{typeName: kind.typeName + "s_exclusive"}

					p := withoutRetries(t, server)
					p.requireNoErrors(single.change(p, values{"username": text("bot"), kind.attribute: text(id)}))
					kind.give(server, "bot", ids["other "+kind.attribute])

					fault.Nth = request
					server.Inject(fault)

					declared := values{"username": text("bot"), kind.setAttribute(): texts(id)}
					run := withoutRetries(t, server)
					ensured := !failed(set.converge(run, declared))
					single.converge(run, nil)

					if has := slices.Contains(kind.has(mustUser(t, server, "bot")), id); ensured && !has {
						t.Errorf("request %d, %s: the user has lost what the set has ensured", request, name)
					}

					server.ClearFaults()

					p = withoutRetries(t, server)
					p.requireNoErrors(set.converge(p, declared))
					p.requireNoErrors(single.converge(p, nil))

					if err := errors.Join(kind.check(server, "bot", id)(nil), want("is in state", single.state != nil, false)); err != nil {
						t.Errorf("request %d, %s: %v", request, name, err)
					}
				}
			}
		})
	}
}
