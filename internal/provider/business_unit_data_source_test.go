package provider

import (
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestBusinessUnitDataSource_lookup(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	for _, name := range []string{"One", "Two", "Three"} {
		server.AddBusinessUnit("ref-"+name, name)
	}

	unit := server.AddBusinessUnit("pay", "Payments")

	for argument, value := range map[string]string{"name": "Payments", "reference_id": "pay", "id": unit.ID} {
		newConfigured(t, server).expectData("iriusrisk_business_unit", values{argument: text(value)}, values{"id": text(unit.ID), "name": text("Payments"), "reference_id": text("pay")})
	}

	newConfigured(t, server).expectNoData("iriusrisk_business_unit", values{"reference_id": text("none")}, `no business unit whose reference_id is exactly "none"`)
}
