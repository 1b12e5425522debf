package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A cause that fails every read is explained by the first data source only. Other causes are explained each time.
func TestDataSources_commonCauseIsExplainedOnce(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for name, test := range map[string]struct {
		endpoint, token, advice string
		once                    bool
	}{
		"token":       {server.URL(), "no-token", "api_token is valid", true},
		"address":     {server.URL() + "/elsewhere", server.AdminToken(), "no IriusRisk API v2 at this URL", true},
		"unreachable": {noServer, server.AdminToken(), "endpoint is", true},
		"permission":  {server.URL(), server.AddCaller("reader"), "needs the permission", false},
	} {
		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(values{"endpoint": text(test.endpoint), "api_token": text(test.token)}))

		var advised, failures int

		for _, typeName := range []string{"iriusrisk_users", "iriusrisk_roles", "iriusrisk_business_units"} {
			diagnostics, _ := p.data(typeName, values{})

			problem := messages(tfprotov6.DiagnosticSeverityError, diagnostics)
			if problem != "" {
				failures++
			}

			if strings.Contains(problem, test.advice) {
				advised++
			}
		}

		// What the list of business units needs is not documented.
		if !test.once {
			failures--
		}

		if failures < 2 || (test.once && advised != 1) || (!test.once && advised != failures) {
			t.Errorf("%s: %d failures, %d of them with advice", name, failures, advised)
		}
	}
}
