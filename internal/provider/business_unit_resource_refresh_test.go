package provider

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Business units are confirmed by one list. Those that differ or are missing are read individually, as are all of them
// without bulk reads.
func TestBusinessUnit_refreshRequests(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	var objects []managed

	for i := range 40 {
		unit := server.AddBusinessUnit(fmt.Sprintf("unit-%d", i), fmt.Sprintf("Unit %d", i))
		objects = append(objects, managed{unitType, unitState(unit)})
	}

	server.ResetJournal()
	newConfigured(t, server).refresh(objects)

	if got := len(server.Journal()); got != 1 {
		t.Errorf("%d requests: %v", got, server.Journal())
	}

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "bulk_reads": boolean(false)}))
	server.ResetJournal()
	p.refresh(objects)

	if lists, singles := server.Count("get_filtered_business_units"), server.Count("get_business_unit"); lists != 0 || singles != len(objects) {
		t.Errorf("%d lists and %d single reads", lists, singles)
	}

	// A unit that differs in the list is read individually.
	drifted := objects[3].state
	server.UpdateBusinessUnit(plainText(drifted["id"]), func(unit *simulator.BusinessUnit) { unit.Name = "Drifted" })

	p = newConfigured(t, server)
	server.ResetJournal()
	_, state := p.read(unitType, drifted)

	if p.stringOf(state, "name") != "Drifted" || server.Count("get_business_unit") != 1 {
		t.Errorf("the state is %v after %v", state, server.Journal())
	}

	// A list that fails is not read again.
	server.Inject(simulator.Fault{Operation: "get_filtered_business_units", Kind: simulator.FaultStatus, Status: http.StatusForbidden, Times: -1})
	server.ResetJournal()
	newConfigured(t, server).refresh(slices.Delete(slices.Clone(objects), 3, 4))

	if lists, singles := server.Count("get_filtered_business_units"), server.Count("get_business_unit"); lists != 1 || singles != len(objects)-1 {
		t.Errorf("%d lists and %d single reads after a failed list", lists, singles)
	}
}

// A business unit of an earlier list is not taken for existing after it was deleted outside Terraform: an apply that
// creates a data source reading after a creation sees the new unit.
func TestBusinessUnit_dataSourceReadsAfterCreation(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddBusinessUnit("loans", "Loans")

	p := newConfigured(t, server)
	diagnostics, before := p.data("iriusrisk_business_units", values{})
	p.requireNoErrors(diagnostics)

	created, _ := p.apply(t.Context(), unitType, nil, unitConfig("pay", "Payments", ""))
	p.requireNoErrors(created.Diagnostics)

	diagnostics, after := p.data("iriusrisk_business_units", values{})
	p.requireNoErrors(diagnostics)

	if got := []int{len(p.listOf(before["business_units"])), len(p.listOf(after["business_units"]))}; !slices.Equal(got, []int{1, 2}) {
		t.Errorf("the lists have %v business units", got)
	}
}
