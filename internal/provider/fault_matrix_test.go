package provider

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// faultKinds are the failures that the matrix injects into each request.
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

// faultsOf are the failures that the matrix injects into a scenario. Memberships get 404 as well, which alone does not
// prove absence.
func faultsOf(scenario faultScenario) map[string]simulator.Fault {
	faults := maps.Clone(faultKinds)

	isMembership := slices.ContainsFunc(membershipCases, func(kind membershipCase) bool { return strings.HasPrefix(scenario.typeName, kind.typeName) })
	if isMembership || scenario.typeName == unitUsersType || scenario.typeName == roleType {
		faults["status 404"] = simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusNotFound}
		faults["404 from then on"] = simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusNotFound, Times: -1}
	}

	return faults
}

// If any request of a change fails in any way, every object on the server is either in the state or deleted.
// Another apply without faults converges: server, state and configuration agree, and no object exists twice. Each cell runs on
// one kind of server. If FAULT_MATRIX_REPORT is set, as .ci/run does, each runs on both, and the size is written to that file.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()

	report := os.Getenv("FAULT_MATRIX_REPORT")
	whole := report != ""

	var cells, steps, errorCount atomic.Int64

	scenarios := faultScenarios()
	shapes := map[string]simulator.Options{"": {}, ", answers without body": {WriteStatus: 204, NoToken: simulator.NoTokenNull}}

	resources := make(map[string]struct{})
	for _, scenario := range scenarios {
		resources[scenario.typeName] = struct{}{}
	}

	// Print the size of the matrix after all cells have run.
	t.Cleanup(func() {
		size := fmt.Sprintf("fault matrix: %d changes of %d resources, on servers of %d kinds, %d requests in all, each failed in at least %d ways: %d cells, of which %d ended in an error and converged on the next apply",
			len(scenarios), len(resources), len(shapes), steps.Load(), len(faultKinds), cells.Load(), errorCount.Load())
		t.Log(size)

		if whole {
			if err := os.WriteFile(report, []byte(size+"\n"), 0o600); err != nil {
				t.Error(err)
			}
		}
	})

	for name, scenario := range scenarios {
		for shape, options := range shapes {
			t.Run(name+shape, func(t *testing.T) {
				t.Parallel()

				requests := countRequests(t, scenario, options)
				steps.Add(int64(requests))

				for request := 1; request <= requests; request++ {
					faults := faultsOf(scenario)

					for i, kind := range slices.Sorted(maps.Keys(faults)) {
						if !whole && (request+i)%2 == 0 == (shape == "") {
							continue
						}

						fault := faults[kind]

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

// countRequests counts the requests of the change without faults.
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

// faultCell fails one request in one way, applies again and runs the checks. It reports whether the first apply failed.
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

// If any request of a set fails in any way, an additive resource that is destroyed in the same run does not remove
// memberships of the set, and another apply leaves the user with the declared ones.
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
					kind.assign(server, "bot", ids["other "+kind.attribute])

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

// If any request of disabling a user fails in any way, another apply leaves them disabled. Nothing is revoked while the user
// is enabled, and what is still alive afterwards was reported.
func TestFaultMatrix_disableAndRevoke(t *testing.T) {
	t.Parallel()

	const requests = 5 // get_user, get_user_profile, disable_user, delete_user_sessions, delete_user_api_token

	for policy, destroys := range map[string]bool{policyDelete: false, policyDisable: true} {
		for request := 1; request <= requests; request++ {
			for kind, fault := range faultKinds {
				server := startServer(t, simulator.Options{})
				before := userState(activeAda(server), values{"revoke_on_disable": texts(revokeSessions, revokeAPIToken), "deletion_policy": text(policy)})
				subject := &instance{typeName: userType, state: before}
				cell := fmt.Sprintf("destroys %t, request %d of %d, %s", destroys, request, requests, kind)

				var config values
				if !destroys {
					config = keepConfig(before)
					config["enabled"] = boolean(false)
				}

				// The refresh sends one request before.
				fault.Nth = 1 + request
				server.Inject(fault)

				first := subject.converge(withoutRetries(t, server), config)
				if server.PendingFaults() > 0 && fault.Times >= 0 {
					t.Errorf("%s: the fault was not met", cell)
				}

				server.ClearFaults()

				if ada := mustUser(t, server, "ada"); ada.Enabled && (ada.Sessions == 0 || ada.APIToken == "") {
					t.Errorf("%s: the user is enabled, with %d sessions and the token %q", cell, ada.Sessions, ada.APIToken)
				}

				subject.requireConverged(withoutRetries(t, server), config)

				ada, said := mustUser(t, server, "ada"), messages(tfprotov6.DiagnosticSeverityWarning, first)
				if ada.Enabled || (ada.Sessions > 0 && !strings.Contains(said, "may continue")) || (ada.APIToken != "" && !strings.Contains(said, "may still work")) {
					t.Errorf("%s: enabled %t, %d sessions, token %q\nafter: %s%s", cell, ada.Enabled, ada.Sessions, ada.APIToken, messages(tfprotov6.DiagnosticSeverityError, first), said)
				}
			}
		}
	}
}
