package provider

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// sessionWith is a session that waits as long as is said between two looks at a new user.
func sessionWith(t *testing.T, server *simulator.Server, wait time.Duration) *session {
	t.Helper()

	endpoint, err := iriusrisk.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: server.AdminToken(), RetryWaitMin: wait, RetryWaitMax: wait})
	if err != nil {
		t.Fatal(err)
	}

	s := newSession()
	s.client = client
	s.directory = directory.New(client, directory.Options{})

	return s
}

// A user whom this run has created and who is not visible everywhere yet gets what is declared once they are.
func TestNewUsers_areWaitedFor(t *testing.T) {
	t.Parallel()

	forMemberships(t, func(t *testing.T, kind membershipCase) {
		t.Helper()

		for _, operation := range []string{kind.list, kind.add} {
			server, ids := tenantForFaults(t, simulator.Options{})
			server.Inject(simulator.Fault{Operation: operation, Status: http.StatusNotFound})
			server.Inject(simulator.Fault{Operation: "get_user", Status: http.StatusNotFound, Times: 3})

			s := sessionWith(t, server, time.Microsecond)
			s.noteCreated("BOT")

			set := spelledAs([]string{ids[kind.attribute]}, types.SetNull(types.StringType))

			var diags diag.Diagnostics
			if _, ok := s.reconcile(t.Context(), kind.kind(), "bot", set, types.SetNull(types.StringType), &diags); !ok {
				t.Errorf("%s: %v", operation, diags)
			}

			if err := kind.check(server, "bot", ids[kind.attribute])(nil); err != nil || server.Count("get_user") != 4 || server.Count(operation) != 2 {
				t.Errorf("%s: %v, %d looks, %d requests", operation, err, server.Count("get_user"), server.Count(operation))
			}
		}
	})
}

// When the user can be read, the 404 is about the role or the unit, and the request is sent once more at most.
func TestNewUsers_visibleUserIsNotWaitedFor(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "add_user_role", Status: http.StatusNotFound, Times: -1})

	s := sessionWith(t, server, time.Hour)
	s.noteCreated("bot")

	var diags diag.Diagnostics
	if s.assign(t.Context(), roleMembership, "bot", ids["role_id"], &diags) || server.Count("add_user_role") != 2 || server.Count("get_user") != 1 {
		t.Errorf("%v, %d additions, %d looks", diags, server.Count("add_user_role"), server.Count("get_user"))
	}
}

// A user whom another run has created is not waited for, and neither is one whom the server answers otherwise for.
func TestNewUsers_onlyTheirNotFoundIsWaitedFor(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		created string
		status  int
	}{"of another run": {"ada", http.StatusNotFound}, "refused": {"bot", http.StatusForbidden}} {
		server, ids := tenantForFaults(t, simulator.Options{})
		server.Inject(simulator.Fault{Operation: "add_user_role", Status: test.status, Times: -1})

		s := sessionWith(t, server, time.Hour)
		s.noteCreated(test.created)

		var diags diag.Diagnostics
		if s.assign(t.Context(), roleMembership, "bot", ids["role_id"], &diags) || server.Count("add_user_role") != 1 || server.Count("get_user") > 0 {
			t.Errorf("%s: %v, %d additions, %d looks", name, diags, server.Count("add_user_role"), server.Count("get_user"))
		}
	}
}

// The wait for a user who never becomes visible ends, at the latest with the run.
func TestNewUsers_waitEnds(t *testing.T) {
	t.Parallel()

	server, _ := tenantForFaults(t, simulator.Options{})
	server.RemoveUser("bot")

	send := func(s *session) func() error {
		return func() error {
			_, err := s.client.ListUserRoles(t.Context(), "bot", iriusrisk.ListOptions{})

			return err
		}
	}

	s := sessionWith(t, server, time.Microsecond)
	s.noteCreated("bot")

	if err := s.onceVisible(t.Context(), "bot", send(s)); !iriusrisk.IsNotFound(err) || server.Count("get_user_roles") != 1 || server.Count("get_user") != newUserWaits+1 {
		t.Errorf("%v, %d requests, %d looks", err, server.Count("get_user_roles"), server.Count("get_user"))
	}

	s = sessionWith(t, server, time.Hour)
	s.noteCreated("bot")

	ctx, cancel := context.WithCancelCause(t.Context())
	server.ResetJournal()

	done := make(chan error, 1)
	server.OnRequest("get_user", func(simulator.RequestInfo) { cancel(errors.New("interrupted")) })

	go func() { done <- s.onceVisible(ctx, "bot", send(s)) }()

	if err := <-done; !iriusrisk.IsNotFound(err) || server.Count("get_user") != 1 {
		t.Errorf("%v, %d looks", err, server.Count("get_user"))
	}
}
