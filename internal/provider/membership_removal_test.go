package provider

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// asManager returns a provider that runs as a user whose only permission is MANAGE_USERS_BU, in the given business
// units.
func asManager(t *testing.T, server *simulator.Server, units ...string) *protocol {
	t.Helper()

	token := server.AddCaller("manager", "MANAGE_USERS_BU")
	server.UpdateUser("manager", func(user *simulator.User) { user.BusinessUnitIDs = units })

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

	return p
}

// A 404 to a removal does not prove that the user no longer has the membership.
func TestMembership_notFoundIsNotRemoved(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]
			single := &instance{typeName: kind.typeName}
			set := &instance{typeName: kind.typeName + "s_exclusive"}

			p := newConfigured(t, server)
			p.requireNoErrors(single.change(p, values{"username": text("bot"), kind.attribute: text(id)}))
			p.requireNoErrors(set.change(p, values{"username": text("bot"), kind.setAttribute(): texts(id)}))
			server.Inject(simulator.Fault{Operation: kind.remove, Times: -1, Status: http.StatusNotFound})

			p = newConfigured(t, server)
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, single.change(p, nil), "404", "the user still has the")

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, set.change(p, values{"username": text("bot"), kind.setAttribute(): texts()}), "404", "the user still has the")

			if single.state == nil || !containsSet(set.state[kind.setAttribute()], []string{id}) {
				t.Errorf("the states are %v and %v", single.state, set.state)
			}

			server.ClearFaults()
			kind.unassign(server, "bot", id)

			if diagnostics := single.change(newConfigured(t, server), nil); len(diagnostics) > 0 || single.state != nil {
				t.Errorf("after it was removed outside Terraform: %v, state %v", diagnostics, single.state)
			}
		})
	}
}

// While every request gets 404, as from a gateway during a restart, no membership counts as removed.
func TestMembership_notFoundIsProven(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			subject := &instance{typeName: kind.typeName}
			p := newConfigured(t, server)
			p.requireNoErrors(subject.change(p, values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}))

			// Read the provider's own user before the restart.
			p = newConfigured(t, server)
			other, _ := p.apply(t.Context(), kind.typeName, nil, values{"username": text("bot"), kind.attribute: text(kind.make(server, "Other"))})
			p.requireNoErrors(other.Diagnostics)

			_, otherState := p.read(kind.typeName, p.decode(p.schema.ResourceSchemas[kind.typeName], other.NewState))
			kind.unassign(server, "bot", p.stringOf(otherState, kind.attribute))
			server.OnRequest(kind.remove, func(simulator.RequestInfo) {
				server.Inject(simulator.Fault{Times: -1, Status: http.StatusNotFound})
			})

			p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.change(p, nil), "404", "cannot be read either")

			if subject.state == nil {
				t.Error("the membership is removed from the state")
			}
		})
	}
}

// A 404 to the list of memberships does not prove that the user does not exist.
func TestMembership_readNotFoundOfAnExistingUser(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]
			kind.assign(server, "bot", id)
			server.Inject(simulator.Fault{Operation: kind.list, Times: -1, Status: http.StatusNotFound})

			p := newUnconfigured(t)
			p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "bulk_reads": boolean(false)}))

			bot := mustUser(t, server, "bot")

			for typeName, state := range map[string]values{
				kind.typeName:                 {"id": text("bot/" + id), "username": text("bot"), kind.attribute: text(id)},
				kind.typeName + "s_exclusive": {"id": text("bot"), "username": text("bot"), kind.setAttribute(): texts(id)},
				"iriusrisk_user": {
					"id": text(bot.ID), "username": text("bot"), "email": text(bot.Email), "first_name": text("Bot"), "last_name": text("Bot"), "enabled": boolean(true), kind.setAttribute(): texts(id),
				},
			} {
				read, remaining := p.read(typeName, state)
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "404")

				if remaining == nil {
					t.Errorf("%s is removed from the state", typeName)
				}
			}
		})
	}
}

// After a removal with an unknown outcome, the provider reads the membership.
func TestMembership_lostAnswerOfDelete(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			for name, fault := range lostAnswers {
				server, ids := tenantForFaults(t, simulator.Options{})
				subject := &instance{typeName: kind.typeName}
				p := withoutRetries(t, server)
				p.requireNoErrors(subject.change(p, values{"username": text("bot"), kind.attribute: text(ids[kind.attribute])}))

				fault.Operation = kind.remove
				server.Inject(fault)

				if diagnostics := subject.change(withoutRetries(t, server), nil); len(diagnostics) > 0 || subject.state != nil || server.Count(kind.remove) != 1 {
					t.Errorf("%s: %v, state %v, %d removals", name, diagnostics, subject.state, server.Count(kind.remove))
				}
			}
		})
	}
}

// A business unit that the caller cannot see counts neither as removed nor as missing.
func TestBusinessUnit_invisibleIsNotAbsent(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	shared, hidden := ids["business_unit_id"], server.AddBusinessUnit("hidden", "Hidden").ID
	server.UpdateUser("bot", func(user *simulator.User) { user.BusinessUnitIDs = []string{shared, hidden} })

	// The user's list contains only units that the caller sees.
	server.Inject(simulator.Fault{
		Operation: "get_user_business_units", Username: "bot", Times: -1, Kind: simulator.FaultBody, Status: http.StatusOK, ContentType: "application/hal+json",
		Body: fmt.Appendf(nil, `{"_embedded":{"items":[{"id":%q,"name":"Payments"}]},"page":{"size":20,"totalElements":1,"totalPages":1,"number":0}}`, shared),
	})

	single := values{"id": text("bot/" + hidden), "username": text("bot"), "business_unit_id": text(hidden)}
	set := values{"id": text("bot"), "username": text("bot"), "business_unit_ids": texts(shared, hidden)}
	says := []string{"is not visible to the provider's API token", "ALL_USERS_UPDATE", "terraform state rm"}

	p := asManager(t, server, shared)

	for typeName, state := range map[string]values{"iriusrisk_user_business_unit": single, "iriusrisk_user_business_units_exclusive": set} {
		read, remaining := p.read(typeName, state)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, says...)

		if fmt.Sprint(remaining) != fmt.Sprint(state) {
			t.Errorf("%s: the state is %v", typeName, remaining)
		}
	}

	deleted, remaining := p.apply(t.Context(), "iriusrisk_user_business_unit", single, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, deleted.Diagnostics, says...)

	if remaining == nil {
		t.Error("the membership is removed from the state")
	}

	updated, after := p.apply(t.Context(), "iriusrisk_user_business_units_exclusive", set, values{"username": text("bot"), "business_unit_ids": texts(shared)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, says...)

	if !containsSet(after["business_unit_ids"], []string{shared, hidden}) {
		t.Errorf("the state has %v", after["business_unit_ids"])
	}

	// The same holds if the provider cannot determine which units the caller sees.
	server.Inject(simulator.Fault{Operation: "get_user_profile_permissions", Times: -1, Status: http.StatusInternalServerError})

	p = asManager(t, server, shared)
	deleted, remaining = p.apply(t.Context(), "iriusrisk_user_business_unit", single, nil)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, deleted.Diagnostics, "could not determine whether the business unit is visible")

	if remaining == nil {
		t.Error("the membership is removed from the state")
	}

	if units := mustUser(t, server, "bot").BusinessUnitIDs; !slices.Contains(units, hidden) {
		t.Errorf("the user has %q", units)
	}
}

// A unit that the caller sees, and that is not in the user's list, is absent for every caller.
func TestBusinessUnit_visibleAndMissingIsAbsent(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	shared, other := ids["business_unit_id"], server.AddBusinessUnit("other", "Other").ID
	server.UpdateUser("bot", func(user *simulator.User) { user.BusinessUnitIDs = []string{shared} })

	p := asManager(t, server, shared, other)
	state := values{"id": text("bot/" + other), "username": text("bot"), "business_unit_id": text(other)}

	if deleted, remaining := p.apply(t.Context(), "iriusrisk_user_business_unit", state, nil); len(deleted.Diagnostics) > 0 || remaining != nil {
		t.Errorf("state %v, %v", remaining, deleted.Diagnostics)
	}
}

// Removing the last business unit that a user shares with the caller hides the user from the caller, and the provider
// warns of it.
func TestBusinessUnit_lastSharedUnitWarns(t *testing.T) {
	t.Parallel()

	server, ids := tenantForFaults(t, simulator.Options{})
	shared, other := ids["business_unit_id"], server.AddBusinessUnit("other", "Other").ID
	server.UpdateUser("bot", func(user *simulator.User) { user.BusinessUnitIDs = []string{shared, other} })

	p := asManager(t, server, shared, other)

	for id, units := range map[string][]string{shared: {shared, other}, other: {other}} {
		server.UpdateUser("bot", func(user *simulator.User) { user.BusinessUnitIDs = units })

		deleted, remaining := p.apply(t.Context(), "iriusrisk_user_business_unit", values{"id": text("bot/" + id), "username": text("bot"), "business_unit_id": text(id)}, nil)
		p.requireNoErrors(deleted.Diagnostics)

		if remaining != nil {
			t.Errorf("state %v", remaining)
		}

		if len(units) > 1 {
			if len(deleted.Diagnostics) > 0 {
				t.Errorf("said %v", deleted.Diagnostics)
			}
		} else {
			p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, deleted.Diagnostics, `User "bot" is no longer visible to the provider's API token`, id)
		}
	}
}

// A read that overlaps a write is not cached.
func TestMembership_readDuringAWriteIsNotKept(t *testing.T) {
	t.Parallel()

	for _, kind := range membershipCases {
		t.Run(kind.typeName, func(t *testing.T) {
			t.Parallel()

			server, ids := tenantForFaults(t, simulator.Options{})
			id := ids[kind.attribute]
			state := values{"id": text("bot"), "username": text("bot"), kind.setAttribute(): texts()}
			p := newConfigured(t, server)

			server.OnRequest(kind.add, func(simulator.RequestInfo) {
				if _, during := p.read(kind.typeName+"s_exclusive", state); !containsSet(during[kind.setAttribute()], nil) {
					t.Errorf("during the write the user has %v", during[kind.setAttribute()])
				}
			})

			created, _ := p.apply(t.Context(), kind.typeName, nil, values{"username": text("bot"), kind.attribute: text(id)})
			p.requireNoErrors(created.Diagnostics)

			if _, after := p.read(kind.typeName+"s_exclusive", state); !containsSet(after[kind.setAttribute()], []string{id}) {
				t.Errorf("after the write the user has %v", after[kind.setAttribute()])
			}
		})
	}
}
