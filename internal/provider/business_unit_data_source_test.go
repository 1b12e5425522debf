package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

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
		runSteps(t, server, resource.TestStep{
			Config: fmt.Sprintf("data \"iriusrisk_business_unit\" \"x\" {\n  %s = %q\n}\n", argument, value),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.iriusrisk_business_unit.x", tfjsonpath.New("id"), knownvalue.StringExact(unit.ID)),
				statecheck.ExpectKnownValue("data.iriusrisk_business_unit.x", tfjsonpath.New("name"), knownvalue.StringExact("Payments")),
				statecheck.ExpectKnownValue("data.iriusrisk_business_unit.x", tfjsonpath.New("reference_id"), knownvalue.StringExact("pay")),
			},
		})
	}

	runSteps(t, server, resource.TestStep{
		Config:      "data \"iriusrisk_business_unit\" \"x\" {\n  reference_id = \"none\"\n}\n",
		ExpectError: regexp.MustCompile(`(?s)no business unit whose reference_id\s+is exactly "none"`),
	})
}
