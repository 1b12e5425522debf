package provider

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// An interrupt during a slow answer ends the run, and the provider stops within a second.
func TestInterrupt_endsTheRun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultSlow, Delay: 20 * time.Second, Times: -1})

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	var began atomic.Int64

	server.OnRequest("create_user", func(simulator.RequestInfo) {
		began.Store(time.Now().UnixNano())
		interrupt()
	})

	workspace := newWorkspace(t, server, userHCL("ada", "ada", ""), nil)

	_, err := workspace.Run(ctx, "apply", "-auto-approve", "-input=false")
	took := time.Since(time.Unix(0, began.Load()))

	if err == nil || began.Load() == 0 || took > 3*time.Second {
		t.Errorf("the run ended after %v: %v", took, err)
	}
}

// After an interrupt the provider reads the outcome of the request, within a short time limit.
func TestInterrupt_readBackIsBounded(t *testing.T) {
	t.Parallel()

	slow := func(operation string, nth int) simulator.Fault {
		return simulator.Fault{Operation: operation, Nth: nth, Times: -1, Kind: simulator.FaultSlow}
	}

	for name, test := range map[string]struct {
		during  string
		faults  []simulator.Fault
		says    string
		inState bool
	}{
		"nothing was created":          {"create_user", []simulator.Fault{slow("create_user", 1)}, "nothing was created", false},
		"reading back takes too long":  {"create_user", []simulator.Fault{slow("create_user", 1), slow("get_user", 2)}, "may have been created", false},
		"the new user is deleted":      {"disable_user", []simulator.Fault{slow("disable_user", 1)}, "disable user", false},
		"no request is answered":       {"disable_user", []simulator.Fault{slow("disable_user", 1), slow("get_user", 2), slow("delete_user", 1)}, "only partially created", true},
		"before the user is looked up": {"get_user", []simulator.Fault{slow("get_user", 1)}, "look up username", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			config := adaConfig()
			config["enabled"] = boolean(false)

			p := newConfigured(t, server)
			planned := p.plan(userType, nil, config)
			p.requireNoErrors(planned.Diagnostics)

			for _, fault := range test.faults {
				server.Inject(fault)
			}

			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()

			var began time.Time

			server.OnRequest(test.during, func(simulator.RequestInfo) {
				if began.IsZero() {
					began = time.Now()

					interrupt()
				}
			})

			resp, state := p.applyPlanned(ctx, userType, nil, config, planned)

			if took := time.Since(began); took > time.Second {
				t.Errorf("the provider took %v", took)
			}

			p.expectDiagnostics(1, resp.Diagnostics, test.says, "interrupted")

			if _, there := server.User("ada"); (state != nil) != test.inState || there != test.inState {
				t.Errorf("on the server: %t, in state: %v", there, state)
			}
		})
	}
}

// An interrupt while the outcome of a write is read does not end that read: the created user is in the state.
func TestInterrupt_duringTheReadOfAnOutcome(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	config := adaConfig()
	planned := p.plan(userType, nil, config)
	p.requireNoErrors(planned.Diagnostics)

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultLostAnswer})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		server.OnAnswer("get_user", func(*simulator.Answer) { interrupt() })
	})

	resp, state := p.applyPlanned(ctx, userType, nil, config, planned)
	p.requireNoErrors(resp.Diagnostics)

	if _, there := server.User("ada"); !there || state == nil || ctx.Err() == nil {
		t.Errorf("on the server: %t, in state: %v, interrupted: %t", there, state, ctx.Err() != nil)
	}
}

// An interrupt while the hint of a new token is read does not end that read: the token is not tainted.
func TestInterrupt_keepsTheGeneratedToken(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	planned := p.plan(tokenType, nil, botToken)
	p.requireNoErrors(planned.Diagnostics)

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	server.OnRequest("generate_user_api_token", func(simulator.RequestInfo) {
		server.OnAnswer("get_user", func(*simulator.Answer) { interrupt() })
	})

	resp, state := p.applyPlanned(ctx, tokenType, nil, botToken, planned)
	p.requireNoErrors(resp.Diagnostics)

	if token := mustUser(t, server, "bot").APIToken; token == "" || ctx.Err() == nil || p.stringOf(state, "token") != token || p.stringOf(state, "hint") != server.Hint("bot") {
		t.Errorf("the state is %v", state)
	}
}

// An interrupt while an ephemeral token is closed does not leave the token behind.
func TestInterrupt_revokesTheEphemeralToken(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	opened, _ := p.open(botToken)
	p.requireNoErrors(opened.Diagnostics)

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	server.OnAnswer("get_user", func(*simulator.Answer) { interrupt() })

	resp, err := p.server.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: tokenType, Private: opened.Private})
	p.noError(err)
	p.requireNoErrors(resp.Diagnostics)

	if token := mustUser(t, server, "bot").APIToken; token != "" || ctx.Err() == nil {
		t.Error("the token still works")
	}
}

// An interrupt while closing waits for another write to the user is an error that says that the token still works.
func TestInterrupt_whileClosingWaits(t *testing.T) {
	t.Parallel()

	server := withBot(t)
	p := newConfigured(t, server)
	opened, _ := p.open(botToken)
	p.requireNoErrors(opened.Diagnostics)

	started, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})

	server.OnRequest("delete_user_sessions", func(simulator.RequestInfo) {
		close(started)
		<-release
	})

	go func() {
		defer close(ended)

		p.invoke("iriusrisk_revoke_user_sessions", botToken)
	}()

	<-started

	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()

	resp, err := p.server.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: tokenType, Private: opened.Private})

	close(release)
	<-ended
	p.noError(err)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, `revoke the API token of user "bot", so it still works`, "interrupted")

	if mustUser(t, server, "bot").APIToken == "" {
		t.Error("the token was revoked")
	}
}

// A refusal that arrives when the run is interrupted is checked like any other: a role that the user already has is in the
// state.
func TestInterrupt_checksARefusedAssignment(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.GrantRole("bot", ids["role_id"])
	server.Inject(simulator.Fault{Operation: "add_user_role", Status: http.StatusConflict})

	ctx := interruptedAfterResponse(t)

	var diags diag.Diagnostics
	if s := providerDataWith(t, server, time.Hour); !s.assign(ctx, assignment{roleMembership, "bot", ids["role_id"]}, &diags) || ctx.Err() == nil {
		t.Errorf("%v", diags)
	}
}

// interruptedAfterResponse returns a context that ends when the first response with a body has been received.
func interruptedAfterResponse(t *testing.T) context.Context {
	t.Helper()

	ctx, interrupt := context.WithCancel(t.Context())
	t.Cleanup(interrupt)

	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{PutIdleConn: func(error) { interrupt() }})
}
