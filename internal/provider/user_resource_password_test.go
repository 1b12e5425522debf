package provider

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUser_writeOnlyPassword(t *testing.T) {
	t.Parallel()
	needs(t, writeOnlyArguments)

	server := startServer(t, simulator.Options{})
	withPassword := func(secret string, version int) string {
		return userHCL("ada", "ada", fmt.Sprintf("  password_wo = %q\n  password_wo_version = %d", secret, version))
	}
	serverHas := func(secret string) resource.TestCheckFunc {
		return resource.ComposeTestCheckFunc(
			checkUser(server, "ada", func(user simulator.User) error { return want("password", user.Password, secret) }),
			func(state *terraform.State) error {
				if strings.Contains(state.String(), password) {
					return errors.New("the password is in the state")
				}

				return nil
			},
		)
	}

	block := fmt.Sprintf("provider \"iriusrisk\" {\n  endpoint  = %q\n  api_token = %q\n}\n", server.URL(), server.AdminToken())

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: block + withPassword(password, 1), Check: serverHas(password)},
			{
				// A new password with an unchanged version is not sent.
				Config: block + withPassword(password+"-2", 1), Check: serverHas(password),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{Config: block + withPassword(password+"-3", 2), Check: serverHas(password + "-3")},
			{
				// An update of another argument does not send the password.
				PreConfig: func() {
					server.UpdateUser("ada", func(user *simulator.User) { user.Password = "set by herself" })
				},
				Config: block + strings.Replace(withPassword(password, 2), "Lovelace", "Byron", 1), Check: serverHas("set by herself"),
			},
			{
				Config:      block + withPassword("short", 3),
				ExpectError: regexp.MustCompile(`(?s)Unable to update user "ada".*400.*reset-password\s+e-mail`),
			},
		},
	})
}

// If IriusRisk refuses a password in an update, in any way, the error recommends the reset e-mail.
func TestUser_passwordRefused(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 403, 409} {
		server := startServer(t, simulator.Options{})
		p := newConfigured(t, server)
		subject := &instance{typeName: "iriusrisk_user"}
		config := adaConfig()

		p.requireNoErrors(subject.converge(p, config))

		config["password"] = text(password)
		server.Inject(simulator.Fault{Operation: "update_user", Kind: simulator.FaultStatus, Status: status})
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, subject.converge(p, config), `Unable to update user "ada"`, strconv.Itoa(status), "reset-password e-mail")

		// The error of an update without a password does not mention passwords.
		delete(config, "password")
		config["last_name"] = text("Byron")
		server.Inject(simulator.Fault{Operation: "update_user", Kind: simulator.FaultStatus, Status: status})

		if errors := messages(tfprotov6.DiagnosticSeverityError, subject.converge(p, config)); !strings.Contains(errors, strconv.Itoa(status)) || strings.Contains(errors, "e-mail") {
			t.Errorf("%d: %s", status, errors)
		}
	}
}

// The password is sensitive. A change sets it, and removing the argument does not.
func TestUser_password(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	runSteps(t, server, resource.TestStep{
		Config:            userHCL("ada", "ada", fmt.Sprintf("  password = %q", password)),
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectSensitiveValue(ada, tfjsonpath.New("password"))},
	})

	subject := &instance{typeName: userType}

	for _, step := range []struct {
		config values
		want   string
	}{
		{with(adaConfig(), values{"password": text(password)}), password},
		{with(adaConfig(), values{"password": text(password + "-2")}), password + "-2"},
		{adaConfig(), password + "-2"},
	} {
		subject.requireConverged(newConfigured(t, server), step.config)

		if ada := mustUser(t, server, "ada"); ada.Password != step.want {
			t.Errorf("the password is %q, want %q", ada.Password, step.want)
		}
	}
}
