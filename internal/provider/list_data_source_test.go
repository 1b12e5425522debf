package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestListDataSources_read(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	server.Seed(5, 5, 4)

	viewer := server.AddCaller("viewer", "VIEW_USERS_ALL")

	sort := func(by string) tftypes.Value {
		return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{text(by)})
	}

	for _, test := range []struct {
		typeName, attribute string
		config              values
		joined, want        string
	}{
		{"iriusrisk_roles", "roles", values{"sort": sort("name,desc")}, "name", "ROLE_TESTER,ROLE_RISK_MANAGER,ROLE_READ_ONLY,ROLE_PORTFOLIO_VIEW,ROLE_DEVELOPER"},
		{"iriusrisk_roles", "roles", values{"filter": text("'name'~'er'")}, "name", "ROLE_DEVELOPER,ROLE_RISK_MANAGER,ROLE_TESTER"},
		{"iriusrisk_business_units", "business_units", values{"filter": text("'referenceId'='bu-02'")}, "name", "Mobile"},
		{"iriusrisk_business_units", "business_units", values{"sort": sort("name")}, "reference_id", "bu-02,bu-01,bu-03,bu-04"},
		{"iriusrisk_users_summary", "users", values{"filter": text("'username'='admin'")}, "first_name", "Ad"},
	} {
		token := server.AdminToken()
		if test.typeName == "iriusrisk_users_summary" {
			token = viewer
		}

		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

		diagnostics, state := p.data(test.typeName, test.config)
		p.requireNoErrors(diagnostics)

		var found []string
		for _, item := range p.listOf(state[test.attribute]) {
			found = append(found, plainText(item[test.joined]))
		}

		if got := strings.Join(found, ","); got != test.want {
			t.Errorf("%s with %v: %s, want %s", test.typeName, test.config, got, test.want)
		}
	}
}
