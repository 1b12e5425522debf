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

// environment is what the machine says of a tenant. The tests take it out of the environment, so that none but the live
// ones can reach the tenant.
var environment = FromEnvironment()

func TestMain(m *testing.M) {
	for _, variable := range []string{EndpointVariable, APITokenVariable, CACertificateVariable, "IRIUS_HOSTNAME", "IRIUS_API_KEY", "IRIUS_API_TOKEN"} {
		must(os.Unsetenv(variable))
	}

	must(cli.IgnoreMissingSettings())
	must(os.Setenv("CHECKPOINT_DISABLE", "1"))

	resource.AddTestSweepers("iriusrisk_user", &resource.Sweeper{Name: "iriusrisk_user", F: sweepLeftovers})

	// With the flag -sweep it runs the sweeper in place of the tests.
	resource.TestMain(m)
}

// sweepLeftovers deletes what earlier live tests have left behind. The value of the flag, a region elsewhere, means nothing.
func sweepLeftovers(string) error {
	if !environment.NameTenant() {
		return fmt.Errorf("set %s and %s to sweep a tenant", EndpointVariable, APITokenVariable)
	}

	tenant, err := Open(environment)
	if err != nil {
		return err
	}

	swept, err := tenant.SweepLeftovers(context.Background())
	log.Printf("swept %d users of earlier live tests %q, and their roles", len(swept), swept)

	return err
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// wantedVariable says that the tenant is meant to be touched, which the variables that name it do not: whoever works with
// the provider has them set. The Makefile sets it.
const wantedVariable = "IRIUSRISK_LIVE"

// tenantFromEnvironment is the tenant that the environment names. Without one, and unless it is wanted, the test is skipped.
func tenantFromEnvironment(t *testing.T) Settings {
	t.Helper()

	if os.Getenv(wantedVariable) == "" || !environment.NameTenant() {
		t.Skipf("set %s and %s, and run make testacc-live, to test with a real tenant", EndpointVariable, APITokenVariable)
	}

	return environment
}

// The provider works with a real tenant, and a report says what the tenant is like.
func TestLive(t *testing.T) { //nolint:paralleltest // It sets the environment, which is one for all.
	runLive(t, tenantFromEnvironment(t))
}

// runLive is everything that is safe with a tenant that people work with.
func runLive(t *testing.T, settings Settings) {
	t.Helper()

	run := newInterruptibleRun(t)

	// The provider takes them from the environment, so that no configuration and no error of a CLI shows the token.
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

// sweptTenant is the tenant with a prefix of its own, of which nothing is left when the test ends.
func sweptTenant(t *testing.T, run *Run, settings Settings) *Tenant {
	t.Helper()

	tenant, err := run.Open(settings)
	if err != nil {
		t.Fatal(err)
	}

	// The test's own context has ended by then.
	t.Cleanup(func() {
		if err := tenant.Sweep(context.Background()); err != nil {
			t.Error(err)
		}
	})

	return tenant
}

// testReport prints the report, writes it where the settings say, and fails on what the provider is not made for.
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

// The live tests run against the simulator as they do against a tenant, even where it differs from all that is assumed:
// they succeed, leave nothing behind, touch nobody else, and write a report that shows no secret.
func TestLive_onTheSimulator(t *testing.T) { //nolint:paralleltest // It sets the environment, which is one for all.
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

	for _, granted := range []string{settings.BusinessUnit, server.Roles()[1].ID} {
		if !slices.ContainsFunc(server.Writes(), func(write simulator.Entry) bool { return strings.HasSuffix(write.Path, "/"+granted) }) {
			t.Errorf("nobody was given %s, which the settings name", granted)
		}
	}
}
