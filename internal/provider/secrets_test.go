package provider

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// secretsHCL is a configuration with every kind of secret.
const secretsHCL = `
variable "plain" {
  type      = string
  sensitive = true
}

variable "write_only" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "revision" {
  type = number
}

resource "iriusrisk_user" "plain" {
  username   = "plain"
  email      = "plain@example.com"
  first_name = "Plain"
  last_name  = "Password"
  password   = var.plain
}

resource "iriusrisk_user" "write_only" {
  username            = "write-only"
  email               = "write-only@example.com"
  first_name          = "Write-only"
  last_name           = "Password"
  password_wo         = var.write_only
  password_wo_version = var.revision
}

resource "iriusrisk_user_api_token" "bot" {
  username            = "bot"
  rotate_when_changed = { revision = var.revision }
}
`

// No secret appears in the log at any level, in the output, in the text of a plan or in an error. Write-only values are
// not in the state or in a plan file either.
func TestSecrets_appearNowhere(t *testing.T) {
	t.Parallel()
	needs(t, ephemeralResources, writeOnlyArguments)

	server := withBot(t)
	logFile := filepath.Join(t.TempDir(), "trace.log")
	plain, writeOnly := `First-S3cret<"&>'-%`, `Other-S3cret<"&>'-%`
	seen := map[string]bool{server.AdminToken(): true}

	workspace := newWorkspace(t, server, secretsHCL, map[string]string{"TF_LOG": "TRACE", "TF_LOG_PATH": logFile, "TF_VAR_plain": plain, "TF_VAR_write_only": writeOnly})

	var shown strings.Builder

	run := func(arguments ...string) error {
		t.Helper()

		output, err := workspace.Run(t.Context(), arguments...)
		shown.Write(output)

		if err != nil {
			shown.WriteString(err.Error())
		}

		if bot, found := server.User("bot"); found && bot.APIToken != "" {
			seen[bot.APIToken] = true
		}

		return err
	}

	show := func() {
		t.Helper()

		if err := run("show", "plan"); err != nil {
			t.Error(err)
		}

		for _, file := range []string{"plan", "terraform.tfstate"} {
			arguments := []string{"show", "-json"}
			if file == "plan" {
				arguments = append(arguments, file)
			}

			machine, err := workspace.Run(t.Context(), arguments...)
			if err != nil {
				t.Error(err)
			}

			if strings.Contains(string(machine), "Other-S3cret") {
				t.Errorf("the write-only password is in %s", file)
			}
		}
	}

	apply := func(revision int, fails, shows bool) {
		t.Helper()

		if err := run("plan", "-input=false", "-out=plan", "-var", fmt.Sprintf("revision=%d", revision)); err != nil {
			t.Error(err)
		}

		if shows {
			show()
		}

		if err := run("apply", "-input=false", "plan"); (err != nil) != fails {
			t.Errorf("revision %d: %v", revision, err)
		}
	}

	// Each write fails in each way, with a server that repeats the request in its answer. Then all writes succeed.
	for i, fault := range []simulator.Fault{
		{Kind: simulator.FaultEchoBody, Status: 400},
		{Kind: simulator.FaultEchoBody, Status: 409},
		{Kind: simulator.FaultEchoBody, Status: 500},
		{Kind: simulator.FaultStatus, Status: 403},
		{Kind: simulator.FaultReset},
		{Kind: simulator.FaultBody, Status: 200, Body: []byte("<html>")},
	} {
		for _, operation := range []string{"create_user", "generate_user_api_token"} {
			fault.Operation, fault.Times = operation, -1
			server.Inject(fault)
		}

		// The plan is the same each time, so it is shown once.
		apply(i, true, i == 0)
		server.ClearFaults()
	}

	server.Inject(simulator.Fault{Operation: "get_user", Kind: simulator.FaultStatus, Status: 429, RetryAfter: "0"})
	apply(100, false, true)

	for i, fault := range []simulator.Fault{{Kind: simulator.FaultEchoBody, Status: 400}, {Kind: simulator.FaultLostAnswer}} {
		fault.Operation = "update_user"
		server.Inject(fault)
		apply(101+i, i == 0, true)
	}

	if user, _ := server.User("write-only"); user.Password != writeOnly {
		t.Errorf("the write-only password did not arrive: %q", user.Password)
	}

	if err := run("destroy", "-auto-approve", "-input=false", "-var", "revision=102"); err != nil {
		t.Error(err)
	}

	trace, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}

	if !strings.Contains(string(trace), "generate_user_api_token") || !strings.Contains(string(trace), "rate limited, waiting 0s") || len(seen) < 3 {
		t.Errorf("the log of %d bytes does not have the provider's lines, or only %d tokens were seen", len(trace), len(seen))
	}

	for _, secret := range append(secretForms(plain, writeOnly), slices.Collect(maps.Keys(seen))...) {
		if strings.Contains(string(trace), secret) {
			t.Errorf("the log shows a secret, of which a part is %.12q", secret)
		}

		if strings.Contains(shown.String(), secret) {
			t.Errorf("the output shows a secret, of which a part is %.12q", secret)
		}
	}
}

// secretForms are the passwords, and the part of each that is the same in every encoding.
func secretForms(passwords ...string) []string {
	forms := slices.Clone(passwords)
	for _, secret := range passwords {
		name, _, _ := strings.Cut(secret, "<")
		forms = append(forms, name, url.QueryEscape(secret))
	}

	return forms
}
