package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// activeAda adds the user "ada" with two sessions and an API token.
func activeAda(server *simulator.Server) simulator.User {
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true, Sessions: 2})
	server.RotateToken("ada")

	ada, _ := server.User("ada")

	return ada
}

// writesTo lists the operations of all writes, in order.
func writesTo(server *simulator.Server) (operations []string) {
	for _, entry := range server.Writes() {
		operations = append(operations, entry.Operation)
	}

	return operations
}

// Disabling a user ends their sessions and revokes their token as configured, afterwards and once. A user who is disabled
// already, or whom the same run created, needs no request.
func TestUser_disableRevokes(t *testing.T) {
	t.Parallel()

	off := values{"enabled": boolean(false)}
	leaves := values{"deletion_policy": text(policyDisable)}
	both := values{"revoke_on_disable": texts(revokeSessions, revokeAPIToken)}
	with := func(parts ...values) values {
		all := values{}
		for _, part := range parts {
			maps.Copy(all, part)
		}

		return all
	}

	for name, test := range map[string]struct {
		// state and config hold the arguments that differ from those of the user on the server. A nil state is a creation.
		state, config values
		destroys      bool

		// prepare changes the server between the plan and the apply.
		prepare func(server *simulator.Server)

		writes []string
	}{
		"by default":              {state: values{}, config: off, writes: []string{"disable_user", "delete_user_sessions"}},
		"sessions and token":      {state: values{}, config: with(off, both), writes: []string{"disable_user", "delete_user_sessions", "delete_user_api_token"}},
		"token only":              {state: values{}, config: with(off, values{"revoke_on_disable": texts(revokeAPIToken)}), writes: []string{"disable_user", "delete_user_api_token"}},
		"nothing":                 {state: values{}, config: with(off, values{"revoke_on_disable": texts()}), writes: []string{"disable_user"}},
		"new argument only":       {state: values{}, config: both},
		"destroyed, by default":   {state: leaves, destroys: true, writes: []string{"disable_user", "delete_user_sessions"}},
		"destroyed, both":         {state: with(leaves, both), destroys: true, writes: []string{"disable_user", "delete_user_sessions", "delete_user_api_token"}},
		"destroyed, nothing":      {state: with(leaves, values{"revoke_on_disable": texts()}), destroys: true, writes: []string{"disable_user"}},
		"destroyed and deleted":   {state: both, destroys: true, writes: []string{"delete_user"}},
		"destroyed and retained":  {state: with(both, values{"deletion_policy": text(policyRetain)}), destroys: true},
		"adopted":                 {config: with(off, both, values{"adopt_existing": boolean(true)}), writes: []string{"disable_user", "delete_user_sessions", "delete_user_api_token"}},
		"created":                 {config: with(off, both, values{"username": text("bob"), "email": text("bob@example.com")}), writes: []string{"create_user", "disable_user"}},
		"enabled":                 {state: off, config: both, prepare: disableAda, writes: []string{"enable_user"}},
		"disabled outside":        {state: values{}, config: with(off, both), prepare: disableAda},
		"destroyed, disabled":     {state: with(leaves, both), destroys: true, prepare: disableAda},
		"without a token":         {state: values{}, config: with(off, both), prepare: func(server *simulator.Server) { server.DeleteToken("ada") }, writes: []string{"disable_user", "delete_user_sessions"}},
		"different user":          {state: with(leaves, both, values{"id": text("00000000-0000-4000-8000-000000000000")}), destroys: true},
		"disabled, other changes": {state: off, config: with(off, both, values{"last_name": text("Byron")}), prepare: disableAda, writes: []string{"update_user"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			ada := activeAda(server)
			p := newConfigured(t, server)

			var prior, config values
			if test.state != nil {
				prior = userState(ada, test.state)
			}

			if !test.destroys {
				config = adaConfig()
				maps.Copy(config, test.config)
			}

			planned := p.plan(userType, prior, config)
			p.requireNoErrors(planned.Diagnostics)

			if test.prepare != nil {
				test.prepare(server)
			}

			server.ResetJournal()

			resp, _ := p.applyPlanned(t.Context(), userType, prior, config, planned)
			p.requireNoErrors(resp.Diagnostics)

			if got := writesTo(server); !slices.Equal(got, test.writes) {
				t.Errorf("the writes are %q, not %q", got, test.writes)
			}

			if name != "different user" && len(resp.Diagnostics) > 0 {
				t.Errorf("the apply warns: %s", messages(tfprotov6.DiagnosticSeverityWarning, resp.Diagnostics))
			}
		})
	}
}

func disableAda(server *simulator.Server) {
	server.UpdateUser("ada", func(user *simulator.User) { user.Enabled = false })
}

// The provider does not disable the user that it runs as, and does not end their sessions.
func TestUser_disableKeepsTheCaller(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.UpdateUser("admin", func(user *simulator.User) { user.Sessions = 2 })

	admin := mustUser(t, server, "admin")
	both := values{"revoke_on_disable": texts(revokeSessions, revokeAPIToken), "deletion_policy": text(policyDisable)}
	prior := userState(admin, both)
	off := keepConfig(prior)
	off["enabled"] = boolean(false)

	for _, config := range []values{off, nil} {
		resp, _ := newConfigured(t, server).apply(t.Context(), userType, prior, config)
		if !failed(resp.Diagnostics) || len(server.Writes()) > 0 {
			t.Errorf("the writes are %q, and the apply says %v", writesTo(server), resp.Diagnostics)
		}
	}
}

// A token that another block of the same run has generated is kept.
func TestUser_disableKeepsATokenOfTheRun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	prior := userState(activeAda(server), nil)
	config := keepConfig(prior)
	config["enabled"], config["revoke_on_disable"] = boolean(false), texts(revokeAPIToken)

	p := newConfigured(t, server)
	generated, token := p.apply(t.Context(), tokenType, nil, values{"username": text("ada")})
	p.requireNoErrors(generated.Diagnostics)

	disabled, _ := p.apply(t.Context(), userType, prior, config)
	p.requireNoErrors(disabled.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, disabled.Diagnostics, `The API token of disabled user "ada" was kept`)

	if ada := mustUser(t, server, "ada"); ada.Enabled || ada.APIToken == "" || ada.APIToken != p.stringOf(token, "token") {
		t.Errorf("enabled %t, token %q", ada.Enabled, ada.APIToken)
	}
}

// The plan warns if disabling a user revokes a token that another block manages, in either order of the blocks.
func TestUser_disableWarnsOfAManagedToken(t *testing.T) {
	t.Parallel()

	const warning = `The API token of user "ada" is revoked although a block manages it`

	server := startServer(t, simulator.Options{})
	ada := activeAda(server)
	both := values{"revoke_on_disable": texts(revokeSessions, revokeAPIToken)}
	user := userState(ada, both)
	leaver := userState(ada, values{"revoke_on_disable": texts(revokeAPIToken), "deletion_policy": text(policyDisable)})
	token := values{"id": text("ada"), "username": text("ada"), "token": text(ada.APIToken), "hint": text(server.Hint("ada"))}
	disabled, renamed := keepConfig(user), keepConfig(user)
	disabled["enabled"], renamed["last_name"] = boolean(false), text("Byron")
	sessionsOnly := maps.Clone(disabled)
	sessionsOnly["revoke_on_disable"] = texts(revokeSessions)

	for name, test := range map[string]struct {
		user, config values
		ends, warns  bool
	}{
		"disabled":                  {user, disabled, false, true},
		"destroyed":                 {leaver, nil, false, true},
		"token destroyed as well":   {user, disabled, true, false},
		"sessions only":             {user, sessionsOnly, false, false},
		"stays enabled":             {user, renamed, false, false},
		"destroyed, policy deletes": {user, nil, false, false},
		"disabled before":           {userState(ada, values{"enabled": boolean(false), "revoke_on_disable": texts(revokeAPIToken)}), sessionsOnly, false, false},
		"disabled, then destroyed":  {userState(ada, values{"enabled": boolean(false), "revoke_on_disable": texts(revokeAPIToken), "deletion_policy": text(policyDisable)}), nil, false, false},
		"enabled is not reported":   {userState(ada, values{"enabled": tftypes.NewValue(tftypes.Bool, nil), "revoke_on_disable": texts(revokeAPIToken)}), disabled, false, true},
	} {
		tokenConfig := values{"username": text("ada")}
		if test.ends {
			tokenConfig = nil
		}

		for order, tokenFirst := range map[string]bool{"user first": false, "token first": true} {
			p := newConfigured(t, server)
			plans := []func() *tfprotov6.PlanResourceChangeResponse{
				func() *tfprotov6.PlanResourceChangeResponse { return p.plan(userType, test.user, test.config) },
				func() *tfprotov6.PlanResourceChangeResponse { return p.plan(tokenType, token, tokenConfig) },
			}

			if tokenFirst {
				slices.Reverse(plans)
			}

			var said []*tfprotov6.Diagnostic
			for _, plan := range plans {
				said = append(said, plan().Diagnostics...)
			}

			p.requireNoErrors(said)

			if warns := strings.Contains(messages(tfprotov6.DiagnosticSeverityWarning, said), warning); warns != test.warns {
				t.Errorf("%s, %s: the plan warns: %t", name, order, warns)
			}
		}
	}
}

// A state from before revoke_on_disable existed plans no change, and no other change fills it. An argument that is removed
// from the configuration returns to its default.
func TestUser_revokeOnDisableDefault(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	ada := activeAda(server)
	p := newConfigured(t, server)
	schema := p.schema.ResourceSchemas[userType]
	old := userState(ada, nil)

	planned := func(prior, config values) values {
		resp := p.plan(userType, prior, config)
		p.requireNoErrors(resp.Diagnostics)

		return p.decode(schema, resp.PlannedState)
	}

	if got := planned(old, keepConfig(old)); !maps.EqualFunc(got, p.decode(schema, p.object(schema, old)), func(a, b tftypes.Value) bool { return a.Equal(b) }) {
		t.Errorf("a state without the argument plans %v", got)
	}

	renamed := keepConfig(old)
	renamed["last_name"] = text("Byron")

	if got := planned(old, renamed)["revoke_on_disable"]; !got.IsNull() {
		t.Errorf("an update plans %s", got)
	}

	if got := planned(nil, declared("bob", "bob@example.com", nil))["revoke_on_disable"]; !got.Equal(texts(revokeSessions)) {
		t.Errorf("a creation plans %s", got)
	}

	for name, set := range map[string]tftypes.Value{"both": texts(revokeSessions, revokeAPIToken), "none": texts()} {
		before := userState(ada, values{"revoke_on_disable": set})

		if got := planned(before, keepConfig(old))["revoke_on_disable"]; !got.Equal(texts(revokeSessions)) {
			t.Errorf("%s: removing the argument plans %s", name, got)
		}

		if got := planned(before, keepConfig(before))["revoke_on_disable"]; !got.Equal(set) {
			t.Errorf("%s: keeping the argument plans %s", name, got)
		}
	}

	if got := p.imported(userType, "ada")["revoke_on_disable"]; !got.Equal(texts(revokeSessions)) {
		t.Errorf("an import sets %s", got)
	}
}

// With a real CLI: the default is in the state, and an import needs no apply.
func TestUser_revokeOnDisable(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	runSteps(t, server,
		resource.TestStep{
			Config: userHCL("ada", "ada", ""), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(ada, tfjsonpath.New("revoke_on_disable"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(revokeSessions)})),
			},
		},
		resource.TestStep{ResourceName: ada, ImportState: true, ImportStateId: "ada", ImportStateVerify: true},
	)
}

// A user who is disabled and enabled again keeps what the configuration says, and so does one who is disabled when the resource
// is destroyed.
func TestUser_revokeOnEachDisable(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	subject := &instance{typeName: userType}
	revoking := func(enabled bool, revoke ...string) values {
		return with(adaConfig(), values{"enabled": boolean(enabled), "revoke_on_disable": texts(revoke...)})
	}
	leaves := with(revoking(true, revokeSessions, revokeAPIToken), values{"deletion_policy": text(policyDisable)})

	for i, step := range []struct {
		signIn bool
		config values

		// What remains: the user is enabled, and has two sessions or none, and a token.
		enabled, sessions, token bool
	}{
		{false, adaConfig(), true, false, false},
		{true, with(adaConfig(), values{"enabled": boolean(false)}), false, false, true},
		{false, revoking(true, revokeSessions, revokeAPIToken), true, false, true},
		{true, revoking(false, revokeSessions, revokeAPIToken), false, false, false},
		{false, revoking(true), true, false, false},
		{true, revoking(false), false, true, true},
		{false, leaves, true, true, true},
		{false, nil, false, false, false},
	} {
		if step.signIn {
			server.UpdateUser("ada", func(user *simulator.User) { user.Sessions = 2 })
			server.RotateToken("ada")
		}

		if subject.state != nil && step.config != nil {
			if action := subject.plannedAction(newConfigured(t, server), step.config); action != "update" {
				t.Errorf("step %d: the planned action is %s", i, action)
			}
		}

		subject.requireConverged(newConfigured(t, server), step.config)

		if ada := mustUser(t, server, "ada"); ada.Enabled != step.enabled || ada.Sessions > 0 != step.sessions || (ada.APIToken != "") != step.token {
			t.Errorf("step %d: enabled %t, %d sessions, token %q", i, ada.Enabled, ada.Sessions, ada.APIToken)
		}

		if want, set := step.config["revoke_on_disable"]; set && !subject.state["revoke_on_disable"].Equal(want) {
			t.Errorf("step %d: the state has %v, want %v", i, subject.state["revoke_on_disable"], want)
		}
	}
}
