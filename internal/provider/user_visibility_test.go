package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// providerDataWith returns provider data with a wait between two reads of a new user.
func providerDataWith(t *testing.T, server *simulator.Server, wait time.Duration) *providerData {
	t.Helper()

	endpoint, err := iriusrisk.ParseEndpoint(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: server.AdminToken(), RetryWaitMin: wait, RetryWaitMax: wait})
	if err != nil {
		t.Fatal(err)
	}

	s := newProviderData()
	s.client = client
	s.directory = directory.New(client, directory.Options{})

	return s
}

// Writes to a user created in this run are retried until the user is visible.
func TestNewUsers_writesAreRetried(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for _, operation := range []string{kind.list, kind.add} {
				server, ids := tenantForFaults(t, simulator.Options{})
				server.Inject(simulator.Fault{Operation: operation, Status: http.StatusNotFound, Times: newObjectWaits})

				s := providerDataWith(t, server, time.Microsecond)
				s.noteCreated("BOT")

				set := withKnownSpelling([]string{ids[kind.attribute]}, types.SetNull(types.StringType))

				var diags diag.Diagnostics
				if _, ok := s.reconcile(t.Context(), setChange{kind: kind.kind(), username: "bot", planned: set, prior: types.SetNull(types.StringType)}, &diags); !ok {
					t.Errorf("%s: %v", operation, diags)
				}

				if err := kind.check(server, "bot", ids[kind.attribute])(nil); err != nil || server.Count(operation) != newObjectWaits+1 {
					t.Errorf("%s: %v, %d requests", operation, err, server.Count(operation))
				}
			}
		})
	}
}

// The provider does not wait for a user created by another run, nor after an answer other than 404.
func TestNewUsers_otherFailuresAreNotRetried(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		created string
		status  int
	}{"of another run": {"ada", http.StatusNotFound}, "refused": {"bot", http.StatusForbidden}} {
		server, ids := tenantForFaults(t, simulator.Options{})
		server.Inject(simulator.Fault{Operation: "add_user_role", Status: test.status, Times: -1})

		s := providerDataWith(t, server, time.Hour)
		s.noteCreated(test.created)

		var diags diag.Diagnostics
		if s.assign(t.Context(), assignment{roleMembership, "bot", ids["role_id"]}, &diags) || server.Count("add_user_role") != 1 {
			t.Errorf("%s: %v, %d additions", name, diags, server.Count("add_user_role"))
		}
	}
}

// The wait for a user who never becomes visible is bounded, and ends when the run is cancelled.
func TestNewUsers_waitIsBounded(t *testing.T) {
	t.Parallel()

	server, _ := tenantForFaults(t, simulator.Options{})
	server.RemoveUser("bot")

	send := func(s *providerData) func() error {
		return func() error {
			_, err := s.client.ListUserRoles(t.Context(), "bot", iriusrisk.ListOptions{})

			return err
		}
	}

	s := providerDataWith(t, server, time.Microsecond)
	s.noteCreated("bot")

	if err := s.onceVisible(t.Context(), "bot", send(s)); !iriusrisk.IsNotFound(err) || server.Count("get_user_roles") != newObjectWaits+1 {
		t.Errorf("%v, %d requests", err, server.Count("get_user_roles"))
	}

	s = providerDataWith(t, server, time.Hour)
	s.noteCreated("bot")

	server.ResetJournal()

	ctx, cancel := context.WithCancel(t.Context())
	send = func(s *providerData) func() error {
		return func() error {
			defer cancel()

			_, err := s.client.ListUserRoles(t.Context(), "bot", iriusrisk.ListOptions{})

			return err
		}
	}

	if err := s.onceVisible(ctx, "bot", send(s)); !iriusrisk.IsNotFound(err) || server.Count("get_user_roles") != 1 {
		t.Errorf("%v, %d requests", err, server.Count("get_user_roles"))
	}
}

// If the run is interrupted while the provider waits for a new object to become visible, a 404 does not prove that there is no
// such object: nothing that this run has created is lost.
func TestNewObjects_interruptedWaitProvesNothing(t *testing.T) {
	t.Parallel()

	notFound := func(server *simulator.Server, operations ...string) {
		for _, operation := range operations {
			server.Inject(simulator.Fault{Operation: operation, Status: http.StatusNotFound, Times: -1})
		}
	}

	for name, lost := range map[string]func(ctx context.Context, s *providerData, server *simulator.Server, ids map[string]string, diags *diag.Diagnostics) bool{
		"a user is read back": func(ctx context.Context, s *providerData, server *simulator.Server, _ map[string]string, diags *diag.Diagnostics) bool {
			notFound(server, "get_user")

			return (&userResource{resourceBase{s}}).readCreated(ctx, "bot", diags) == nil
		},
		"a role is looked up": func(ctx context.Context, s *providerData, _ *simulator.Server, _ map[string]string, diags *diag.Diagnostics) bool {
			return (&roleResource{resourceBase{s}}).findCreated(ctx, iriusrisk.RoleRequest{Name: "New"}, nil, diags) == nil
		},
		"a business unit is looked up": func(ctx context.Context, s *providerData, _ *simulator.Server, _ map[string]string, diags *diag.Diagnostics) bool {
			return (&businessUnitResource{resourceBase{s}}).findCreated(ctx, iriusrisk.CreateBusinessUnitRequest{ReferenceID: "new"}, nil, diags) == nil
		},
		"a role is deleted": func(ctx context.Context, s *providerData, server *simulator.Server, ids map[string]string, diags *diag.Diagnostics) bool {
			notFound(server, "delete_role", "get_role")
			s.createdRoles.add(ids["role_id"])

			return (&roleResource{resourceBase{s}}).undoCreate(ctx, &iriusrisk.Role{ID: ids["role_id"]}, diags)
		},
		"a role is removed from a user": func(ctx context.Context, s *providerData, server *simulator.Server, ids map[string]string, diags *diag.Diagnostics) bool {
			notFound(server, "delete_user_role", "get_user_roles")

			return s.unassign(ctx, assignment{roleMembership, "bot", ids["role_id"]}, diags)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			s := providerDataWith(t, server, time.Hour)
			s.noteCreated("bot")

			var diags diag.Diagnostics
			if lost(interruptedAfterResponse(t), s, server, ids, &diags) || !diags.HasError() || !strings.Contains(fmt.Sprint(diags), errWaitInterrupted.Error()) {
				t.Errorf("%v", diags)
			}
		})
	}
}

// A server that is still creating an object when the connection is lost is given a few seconds: the object is in the state.
func TestNewObjects_createdAfterTheConnectionIsLost(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		typeName, create, lookUp string
		config                   values
		appear                   func(server *simulator.Server)
	}{
		"user": {userType, "create_user", "get_user", adaConfig(), func(server *simulator.Server) {
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
		}},
		"role": {roleType, "create_role", "get_all_roles", values{"name": text("Auditor"), "description": text("Reads")}, func(server *simulator.Server) {
			server.UpdateRole(server.AddRole("Auditor").ID, func(role *simulator.Role) { role.Description = "Reads" })
		}},
		"business unit": {unitType, "create_business_units1", "get_filtered_business_units", values{"reference_id": text("pay"), "name": text("Payments"), "description": text("Cards")}, func(server *simulator.Server) {
			server.UpdateBusinessUnit(server.AddBusinessUnit("pay", "Payments").ID, func(unit *simulator.BusinessUnit) { unit.Description = "Cards" })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			p := withoutRetries(t, server)
			planned := p.plan(test.typeName, nil, test.config)
			p.requireNoErrors(planned.Diagnostics)

			server.Inject(simulator.Fault{Operation: test.create, Kind: simulator.FaultReset})
			server.OnRequest(test.create, func(simulator.RequestInfo) {
				before := server.Count(test.lookUp)

				server.OnRequest(test.lookUp, func(simulator.RequestInfo) {
					if server.Count(test.lookUp) == before+newObjectWaits {
						test.appear(server)
					}
				})
			})

			created, state := p.applyPlanned(t.Context(), test.typeName, nil, test.config, planned)
			p.requireNoErrors(created.Diagnostics)

			if state == nil || len(p.stringOf(state, "id")) == 0 || server.Count(test.create) != 1 {
				t.Errorf("the state is %v", state)
			}

			// A server that has ended with an error is not waited for: one lookup before the creation, and one after it.
			ended := startServer(t, simulator.Options{})
			ended.Inject(simulator.Fault{Operation: test.create, Kind: simulator.FaultStatus, Status: http.StatusInternalServerError})

			p = withoutRetries(t, ended)
			planned = p.plan(test.typeName, nil, test.config)

			ended.ResetJournal()

			created, state = p.applyPlanned(t.Context(), test.typeName, nil, test.config, planned)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "probably nothing was created")

			if lookups := ended.Count(test.lookUp); state != nil || lookups != 2 {
				t.Errorf("%d lookups, the state is %v", lookups, state)
			}
		})
	}
}
