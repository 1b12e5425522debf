package provider

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// readOnly returns a configured provider that refuses to write.
func readOnly(t *testing.T, server *simulator.Server) *protocol {
	t.Helper()

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "read_only": boolean(true)}))

	return p
}

// onlyReads is a plan check that the requests so far, those of the plan, are only reads.
type onlyReads struct{ server *simulator.Server }

func (c onlyReads) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	if writes := c.server.Writes(); len(writes) > 0 {
		resp.Error = fmt.Errorf("the plan sent %s %s", writes[0].Method, writes[0].Path)
	}
}

// expectNoWrites fails the test if the server has received a request other than GET.
func expectNoWrites(t *testing.T, server *simulator.Server) {
	t.Helper()

	for _, entry := range server.Writes() {
		t.Errorf("%s %s was sent", entry.Method, entry.Path)
	}
}

// The refresh and the plan of every change of every resource send only GET. A read-only provider refuses the apply of the
// change in one error for each object, which leaves the state as it was.
func TestReadOnly_resources(t *testing.T) {
	t.Parallel()

	covered := make(map[string]bool)

	for name, scenario := range faultScenarios() {
		covered[scenario.typeName] = true

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			subject := &instance{typeName: scenario.typeName}
			subject.requireConverged(newConfigured(t, server), scenario.before(ids))

			before := subject.state

			server.ResetJournal()
			subject.refreshAndPlan(newConfigured(t, server), scenario.after(ids))
			expectNoWrites(t, server)

			said := subject.converge(readOnly(t, server), scenario.after(ids))
			text := messages(tfprotov6.DiagnosticSeverityError, said)

			for _, part := range []string{"Unable to ", "was not sent", "read_only", "IRIUSRISK_READ_ONLY"} {
				if !strings.Contains(text, part) {
					t.Errorf("the error does not contain %q: %s", part, text)
				}
			}

			if warnings := messages(tfprotov6.DiagnosticSeverityWarning, said); strings.Contains(warnings, "was not sent") {
				t.Errorf("a warning repeats the refusal: %s", warnings)
			}

			// A set that was to be managed for the first time holds what the user has.
			maps.DeleteFunc(subject.state, func(attribute string, value tftypes.Value) bool {
				_, managed := before[attribute]

				return !managed && value.Equal(texts())
			})

			if !reflect.DeepEqual(subject.state, before) || subject.tainted {
				t.Errorf("the state is %v, not %v; tainted: %t", subject.state, before, subject.tainted)
			}

			expectNoWrites(t, server)

			subject.requireConverged(newConfigured(t, server), scenario.after(ids))

			if err := scenario.check(server, ids, subject.state); err != nil {
				t.Error("after an apply without read_only:", err)
			}
		})
	}

	for typeName := range newUnconfigured(t).schema.ResourceSchemas {
		if !covered[typeName] {
			t.Errorf("no scenario changes %s", typeName)
		}
	}
}

// requireConverged is converge for a change that must succeed.
func (i *instance) requireConverged(p *protocol, config values) {
	p.t.Helper()
	p.requireNoErrors(i.converge(p, config))
}

// refreshAndPlan does what `terraform plan` does with one resource.
func (i *instance) refreshAndPlan(p *protocol, config values) {
	p.t.Helper()

	schema, prior := p.schema.ResourceSchemas[i.typeName], i.state

	if prior != nil {
		read, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: i.typeName, CurrentState: p.object(schema, prior), Private: i.private})
		p.noError(err)
		p.requireNoErrors(read.Diagnostics)

		prior = p.decode(schema, read.NewState)
	}

	p.requireNoErrors(p.planPrivate(i.typeName, prior, config, i.private).Diagnostics)
}

// A read-only provider refuses every action.
func TestReadOnly_actions(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := readOnly(t, server)

	for typeName, schema := range p.schema.ActionSchemas {
		for _, argument := range schema.Schema.Block.Attributes {
			_, diagnostics := p.invoke(typeName, values{argument.Name: text("bot@example.com")})
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "Unable to", "bot@example.com", "was not sent", "read_only")
		}
	}

	expectNoWrites(t, server)
}

// A read-only provider refuses to open an ephemeral token, and names the setting also if the user has a token already.
func TestReadOnly_ephemeralToken(t *testing.T) {
	t.Parallel()

	for name, hasToken := range map[string]bool{"no token": false, "an existing token": true} {
		server := withBot(t)
		if hasToken {
			server.RotateToken("bot")
		}

		p := readOnly(t, server)
		opened, _ := p.open(values{"username": text("bot")})
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, opened.Diagnostics, `Unable to generate the API token of user "bot"`, "generate_user_api_token", "read_only")

		if text := messages(tfprotov6.DiagnosticSeverityError, opened.Diagnostics); strings.Contains(text, "replace_existing") {
			t.Errorf("%s: %s", name, text)
		}

		expectNoWrites(t, server)
	}
}

// The environment variable makes the provider read-only, the configuration takes precedence, and any other value than true
// or false is an error that names the variable.
func TestReadOnly_setting(t *testing.T) {
	for _, test := range []struct {
		variable string
		argument tftypes.Value
		refuses  bool
		fails    string
	}{
		{variable: "true", refuses: true},
		{variable: "1", refuses: true},
		{variable: "TRUE", refuses: true},
		{variable: "false"},
		{variable: "0"},
		{variable: ""},
		{variable: "", argument: boolean(true), refuses: true},
		{variable: "true", argument: boolean(false)},
		{variable: "false", argument: boolean(true), refuses: true},
		{variable: "perhaps", argument: boolean(true), refuses: true},
		{variable: "perhaps", fails: `"perhaps" of the environment variable IRIUSRISK_READ_ONLY`},
	} {
		t.Run(fmt.Sprintf("%q %s", test.variable, test.argument), func(t *testing.T) {
			t.Setenv("IRIUSRISK_READ_ONLY", test.variable)

			server := withBot(t)
			config := values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())}

			if test.argument.Type() != nil {
				config["read_only"] = test.argument
			}

			p := newUnconfigured(t)
			diagnostics := p.configure(config)

			if test.fails != "" {
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, test.fails, "neither true nor false")

				return
			}

			p.requireNoErrors(diagnostics)

			if _, said := p.invoke("iriusrisk_revoke_user_sessions", values{"username": text("bot")}); failed(said) != test.refuses {
				t.Errorf("the provider refuses: %t", failed(said))
			}
		})
	}
}

// With a real CLI, a read-only plan succeeds and its apply changes nothing, on the server and in the state.
func TestReadOnly_planAndApply(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddRole("ROLE_TESTER")
	server.AddBusinessUnit("loans", "Loans")

	workspace := newWorkspace(t, server, lifecycleHCL("Lovelace", "ROLE_TESTER", "Loans"), nil)
	applyAll(t, workspace)

	before := run(t, workspace, "show", "-json")

	server.ResetJournal()
	writeConfiguration(t, workspace, "provider \"iriusrisk\" {\n  read_only = true\n}\n"+lifecycleHCL("Byron", "ROLE_TESTER", "Loans")+userHCL("bot", "bot", ""))

	expectChanges(t, workspace, "iriusrisk_user.ada: update", "iriusrisk_user.bot: create")

	for _, command := range []string{"apply", "destroy"} {
		_, err := workspace.Run(t.Context(), command, "-auto-approve", "-input=false", "-no-color")
		if err == nil || !strings.Contains(err.Error(), "read_only") || !strings.Contains(err.Error(), "not sent") {
			t.Errorf("%s: %v", command, err)
		}
	}

	if after := run(t, workspace, "show", "-json"); after != before {
		t.Errorf("the state is\n%s\nnot\n%s", after, before)
	}

	expectNoWrites(t, server)
}
