package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestListDataSources_read(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	server.Seed(5, 5, 4)

	viewer := server.AddCaller("viewer", "VIEW_USERS_ALL")

	for _, test := range []struct{ typeName, attribute, arguments, joined, want string }{
		{"iriusrisk_roles", "roles", `sort = ["name,desc"]`, "name", "ROLE_TESTER,ROLE_RISK_MANAGER,ROLE_READ_ONLY,ROLE_PORTFOLIO_VIEW,ROLE_DEVELOPER"},
		{"iriusrisk_roles", "roles", `filter = "'name'~'er'"`, "name", "ROLE_DEVELOPER,ROLE_RISK_MANAGER,ROLE_TESTER"},
		{"iriusrisk_business_units", "business_units", `filter = "'referenceId'='bu-02'"`, "name", "Mobile"},
		{"iriusrisk_business_units", "business_units", `sort = ["name"]`, "reference_id", "bu-02,bu-01,bu-03,bu-04"},
		{"iriusrisk_users_summary", "users", `filter = "'username'='admin'"`, "first_name", "Ad"},
	} {
		token := server.AdminToken()
		if test.typeName == "iriusrisk_users_summary" {
			token = viewer
		}

		runStepsAs(t, server, token, resource.TestStep{
			Config:            blockHCL("data", test.typeName, test.arguments) + fmt.Sprintf("output \"joined\" {\n  value = join(\",\", data.%s.x.%s[*].%s)\n}\n", test.typeName, test.attribute, test.joined),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("joined", knownvalue.StringExact(test.want))},
		})
	}
}
