package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The list resource returns what an import and a read return.
func TestBusinessUnitList_matchesImport(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	for _, name := range []string{"Payments", "Loans", "Cards"} {
		server.AddBusinessUnit(strings.ToLower(name), name)
	}

	p := newConfigured(t, server)
	results, diagnostics := p.list(unitType, values{}, true, 0)
	p.requireNoErrors(diagnostics)

	if len(results) != 3 {
		t.Fatalf("%d results", len(results))
	}

	for _, result := range results {
		if imported := p.imported(unitType, p.stringOf(result.identity, "id")); fmt.Sprint(imported) != fmt.Sprint(result.resource) {
			t.Errorf("listed   %v\nimported %v", result.resource, imported)
		}
	}

	results, diagnostics = p.list(unitType, values{"filter": text("'name'~'pay'")}, false, 0)
	p.requireNoErrors(diagnostics)

	if len(results) != 1 || results[0].name != "Payments" || results[0].resource != nil {
		t.Errorf("the filter finds %+v", results)
	}

	if results, _ = p.list(unitType, values{}, false, 2); len(results) != 2 {
		t.Errorf("%d results, the limit is 2", len(results))
	}
}
