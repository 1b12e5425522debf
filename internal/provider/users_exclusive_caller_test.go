package provider

import (
	"testing"

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
