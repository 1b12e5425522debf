package live

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// environment holds the settings from the environment. TestMain then removes them, so that only the live tests can
// reach the tenant.
var environment = FromEnvironment()

func TestMain(m *testing.M) {
	for _, variable := range []string{EndpointVariable, APITokenVariable, CACertificateVariable, "IRIUS_HOSTNAME", "IRIUS_API_KEY", "IRIUS_API_TOKEN"} {
		must(os.Unsetenv(variable))
	}

	must(cli.IgnoreMissingSettings())
	must(os.Setenv("CHECKPOINT_DISABLE", "1"))

	resource.AddTestSweepers("iriusrisk_user", &resource.Sweeper{Name: "iriusrisk_user", F: sweepLeftovers})

	// With the flag -sweep, it runs the sweeper instead of the tests.
	resource.TestMain(m)
}

// sweepLeftovers deletes what earlier live tests left behind. It ignores the value of the flag, which is a region in
// other providers.
func sweepLeftovers(string) error {
	if !environment.IsConfigured() {
		return fmt.Errorf("set %s and %s to sweep a tenant", EndpointVariable, APITokenVariable)
	}

	tenant, err := Open(environment)
	if err != nil {
		return err
	}

	swept, err := tenant.SweepLeftovers(context.Background())
	log.Printf("swept %d users of earlier live tests %q, and their roles and business units", len(swept), swept)

	return err
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// wantedVariable confirms that the tests may write to the tenant: users of the provider have the other variables set
// anyway. The makefile sets it.
const wantedVariable = "IRIUSRISK_LIVE"

// tenantFromEnvironment returns the settings in the environment. It skips the test if they are incomplete or not
// confirmed.
func tenantFromEnvironment(t *testing.T) Settings {
	t.Helper()

	if os.Getenv(wantedVariable) == "" || !environment.IsConfigured() {
		t.Skipf("set %s and %s, and run make testacc-live, to test with a real tenant", EndpointVariable, APITokenVariable)
	}

	return environment
}

// TestLive runs the provider against a real tenant and reports on the tenant.
func TestLive(t *testing.T) { //nolint:paralleltest // It sets environment variables.
	runLive(t, tenantFromEnvironment(t))
}

// runLive runs all tests that are safe with a tenant in use.
func runLive(t *testing.T, settings Settings) {
	t.Helper()

	run := newInterruptibleRun(t)

	// The provider reads the environment, so that no configuration or CLI error contains the token.
	t.Setenv(EndpointVariable, settings.Endpoint)
	t.Setenv(APITokenVariable, settings.APIToken)
	t.Setenv(CACertificateVariable, settings.CACertificateFile)

	if err := openTenant(t, settings).Check(t.Context()); err != nil {
		t.Fatal(err)
	}

	t.Run("report", func(t *testing.T) { testReport(t, sweptTenant(t, run, settings)) })
	t.Run("lifecycle", func(t *testing.T) { testLifecycle(t, sweptTenant(t, run, settings)) })
	t.Run("data sources", func(t *testing.T) { testDataSources(t, sweptTenant(t, run, settings)) })
}

// sweptTenant returns the tenant with a prefix of its own, which is swept when the test ends.
func sweptTenant(t *testing.T, run *Run, settings Settings) *Tenant {
	t.Helper()

	tenant, err := run.Open(settings)
	if err != nil {
		t.Fatal(err)
	}

	// The context of the test has ended by then.
	t.Cleanup(func() {
		if err := tenant.Sweep(context.Background()); err != nil {
			t.Error(err)
		}
	})

	return tenant
}

// testReport prints the report, writes it to the configured file, and fails on facts that the provider does not handle.
func testReport(t *testing.T, tenant *Tenant) {
	t.Helper()

	report := Probe(t.Context(), tenant)
	t.Logf("\n%s", report)

	if file := tenant.settings.ReportFile; file != "" {
		if err := report.Write(file); err != nil {
			t.Error(err)
		}
	}

	for _, line := range report.With(Unhandled) {
		t.Errorf("%s: %q is seen, %q assumed", line.Fact, line.Seen, line.Assumed)
	}
}

// The live tests succeed on a simulator that differs from all assumptions, leave nothing behind, write to no other
// users, and produce a report without secrets.
func TestLive_onTheSimulator(t *testing.T) { //nolint:paralleltest // It sets environment variables.
	server := startServer(t, simulator.Options{
		PageCap: 2, OmitEmptyEmbedded: true, WriteStatus: 204, TokenField: "token", HintFrom: simulator.HintHead, NoToken: simulator.NoTokenNull,
		ExtraFields: true, FoldUsernames: true, DuplicateStatus: 409,
	})
	verify := expectNothingLeftBehind(t, server)
	settings := Settings{
		Endpoint: server.URL(), APIToken: server.AdminToken(), ReportFile: filepath.Join(t.TempDir(), "report.txt"),
		Role: server.Roles()[1].Name, BusinessUnit: server.BusinessUnits()[2].ID,
	}

	runLive(t, settings)

	report, err := os.ReadFile(settings.ReportFile)
	if err != nil {
		t.Fatal(err)
	}

	verify(string(report))

	for _, id := range []string{settings.BusinessUnit, server.Roles()[1].ID} {
		if !slices.ContainsFunc(server.Writes(), func(write simulator.Entry) bool { return strings.HasSuffix(write.Path, "/"+id) }) {
			t.Errorf("%s, which the settings name, was not assigned", id)
		}
	}
}
