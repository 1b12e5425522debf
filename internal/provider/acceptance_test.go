package provider

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// TestMain clears the environment variables of Terraform and IriusRisk, so that the tests do not depend on the machine.
func TestMain(m *testing.M) {
	for _, variables := range [][]string{endpointVariables, apiTokenVariables, caCertificateVariables, readOnlyVariables, {maxUserRemovalsVariable}} {
		for _, variable := range variables {
			must(os.Unsetenv(variable))
		}
	}

	must(cli.IgnoreMissingSettings())
	must(os.Setenv("CHECKPOINT_DISABLE", "1"))

	code := m.Run()

	must(os.RemoveAll(mirrorFolder))
	os.Exit(code)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// noServer is an address without a server: nothing listens on port 1, and the system gives it to no other test, as it may do with
// the port of a closed server.
const noServer = "http://127.0.0.1:1"

// startServer starts a simulated IriusRisk that is closed when the test ends.
func startServer(t *testing.T, options simulator.Options) *simulator.Server {
	t.Helper()

	server, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)

	return server
}

// testProvider is the provider with waits short enough for tests.
func testProvider() *iriusriskProvider {
	return &iriusriskProvider{version: "test", tune: func(config *iriusrisk.Config) {
		config.RetryWaitMin = time.Millisecond
		config.RetryWaitMax = 2 * time.Millisecond
	}}
}

// factories serves the provider from the test process.
func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"iriusrisk": func() (tfprotov6.ProviderServer, error) { return serverOf(testProvider()), nil },
	}
}

// runSteps runs the steps against the server. The provider has the API token of its administrator.
func runSteps(t *testing.T, server *simulator.Server, steps ...resource.TestStep) {
	t.Helper()

	runStepsAs(t, server, server.AdminToken(), steps...)
}

// runStepsAs is runSteps with another API token.
func runStepsAs(t *testing.T, server *simulator.Server, token string, steps ...resource.TestStep) {
	t.Helper()

	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), token)

	for i := range steps {
		if steps[i].Config != "" && !strings.Contains(steps[i].Config, `provider "iriusrisk"`) {
			steps[i].Config = block + steps[i].Config
		}
	}

	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
}

// onServer checks the server's side of a step.
func onServer(check func() error) resource.TestCheckFunc {
	return func(*terraform.State) error { return check() }
}

// checkUser checks one user on the server.
func checkUser(server *simulator.Server, username string, check func(user simulator.User) error) resource.TestCheckFunc {
	return onServer(func() error {
		user, found := server.User(username)
		if !found {
			return fmt.Errorf("user %q is not on the server", username)
		}

		return check(user)
	})
}

// checkNoUser checks that the server has no such user.
func checkNoUser(server *simulator.Server, username string) resource.TestCheckFunc {
	return onServer(func() error {
		if _, found := server.User(username); found {
			return fmt.Errorf("user %q is on the server", username)
		}

		return nil
	})
}

func mustUser(t *testing.T, server *simulator.Server, username string) simulator.User {
	t.Helper()

	user, found := server.User(username)
	if !found {
		t.Fatalf("user %q is not on the server", username)
	}

	return user
}

// want compares one value on the server.
func want[T comparable](what string, got, wanted T) error {
	if got != wanted {
		return fmt.Errorf("%s is %v on the server, not %v", what, got, wanted)
	}

	return nil
}

const ada = "iriusrisk_user.ada"

// userHCL is a user with the four required arguments and the lines in more.
func userHCL(name, username, more string) string {
	return fmt.Sprintf(`
resource "iriusrisk_user" %q {
  username   = %q
  email      = "%s@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
%s
}
`, name, username, name, more)
}

// adaConfig is a minimal configuration of a user.
func adaConfig() values {
	return values{
		"username": text("ada"), "email": text("ada@example.com"), "first_name": text("Ada"), "last_name": text("Lovelace"), "enabled": boolean(true),
	}
}

// blockHCL is a block with the label "x" and the given arguments, one a line.
func blockHCL(kind, typeName string, arguments ...string) string {
	return fmt.Sprintf("%s %q \"x\" {\n  %s\n}\n", kind, typeName, strings.Join(arguments, "\n  "))
}

// adminPermissions are the permissions of an administrator of users.
var adminPermissions = []string{"ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE"}

// password satisfies IriusRisk's policy.
const password = "correct-Horse7-battery"
