package provider

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The user that the provider runs as is kept even if they were declared and the plan shows that they leave the set.
func TestUsersExclusive_keepsTheCallerThatLeavesTheSet(t *testing.T) {
	t.Parallel()

	for _, action := range []string{policyDisable, policyDelete} {
		server := startServer(t, simulator.Options{})
		addUsers(server, "ada", "eve")
		subject := managedUsers(t, server, "admin", "ada", "eve")

		p := newConfigured(t, server)
		p.requireNoErrors(subject.refresh(p))

		run := newConfigured(t, server)
		run.requireNoErrors(subject.change(run, values{"usernames": texts("ada"), "action": text(action)}))

		if err := want("the enabled users", enabledUsers(server), "ada admin"); err != nil {
			t.Errorf("%s: %v", action, err)
		}
	}
}

// An interrupted run names the users about whom no request was sent in one error, and the state still has them.
func TestUsersExclusive_interruptedRemoval(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada")
	subject := managedUsers(t, server, "ada")

	for i := range 100 {
		addUsers(server, fmt.Sprintf("user%02d", i))
	}

	p := newConfigured(t, server)
	p.requireNoErrors(subject.refresh(p))

	run := newConfigured(t, server)
	config := values{"usernames": texts("ada")}
	planned := run.planPrivate(usersExclusiveType, subject.state, config, subject.private)
	run.requireNoErrors(planned.Diagnostics)

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	server.OnRequest("disable_user", func(simulator.RequestInfo) { interrupt() })

	resp, state := run.applyPlanned(ctx, usersExclusiveType, subject.state, config, planned)
	run.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, "The run was interrupted before requests about these users were sent", "others.")

	if problems := len(resp.Diagnostics); problems > 2*userRemovers {
		t.Errorf("%d diagnostics", problems)
	}

	var usernames []tftypes.Value
	if err := state["usernames"].As(&usernames); err != nil || len(usernames) < len(strings.Fields(enabledUsers(server)))-1 {
		t.Errorf("%d users are in the state, enabled are %s: %v", len(usernames), enabledUsers(server), err)
	}
}
