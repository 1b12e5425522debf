package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// An invalid argument of the provider block is refused before any request, and the error names it.
func TestProviderConfig_badArguments(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for name, bad := range map[string]struct{ block, message string }{
		"no endpoint":            {`api_token = "x"`, `Missing IriusRisk endpoint(.|\n)*IRIUSRISK_ENDPOINT`},
		"no token":               {`endpoint = "https://acme.iriusrisk.com"`, `Missing IriusRisk API token(.|\n)*IRIUSRISK_API_TOKEN`},
		"empty endpoint":         {`endpoint = ""`, `endpoint`},
		"endpoint with userinfo": {`endpoint = "https://user:secret@acme.iriusrisk.com"`, `endpoint`},
		"endpoint with query":    {`endpoint = "https://acme.iriusrisk.com?x=1"`, `endpoint`},
		"endpoint with fragment": {`endpoint = "https://acme.iriusrisk.com#x"`, `endpoint`},
		"endpoint of ftp":        {`endpoint = "ftp://acme.iriusrisk.com"`, `endpoint`},
		"plain http":             {`endpoint = "http://acme.iriusrisk.com"`, `Unencrypted(.|\n)*allow_plaintext_http`},
		"token with line break":  {`api_token = "x\n"`, `api_token(.|\n)*line\s+break`},
		"empty token":            {`api_token = ""`, `api_token(.|\n)*empty`},
		"timeout":                {`request_timeout = "soon"`, `request_timeout(.|\n)*duration`},
		"timeout of zero":        {`request_timeout = "0s"`, `request_timeout(.|\n)*duration`},
		"negative retries":       {`max_retries = -1`, `max_retries`},
		"no concurrency":         {`max_concurrent_requests = 0`, `max_concurrent_requests`},
		"negative rate":          {`requests_per_second = -1`, `requests_per_second`},
		"negative removals":      {`max_user_removals = -1`, `max_user_removals`},
		"half a removal":         {`max_user_removals = 1.5`, `max_user_removals`},
		"certificates":           {`ca_certificate_file = "/nowhere/ca.pem"`, `ca_certificate_file`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			block := bad.block
			if !strings.HasPrefix(name, "no ") {
				for argument, value := range map[string]string{"endpoint": server.URL(), "api_token": server.AdminToken()} {
					if !strings.Contains(block, argument+" =") {
						block += fmt.Sprintf("\n%s = %q", argument, value)
					}
				}
			} else if name == "no concurrency" {
				block += fmt.Sprintf("\nendpoint = %q\napi_token = %q", server.URL(), server.AdminToken())
			}

			runSteps(t, server, resource.TestStep{
				Config:      "provider \"iriusrisk\" {\n" + block + "\n}\ndata \"iriusrisk_users\" \"x\" {}\n",
				ExpectError: regexp.MustCompile(bad.message),
			})
		})
	}

	t.Cleanup(func() {
		if requests := server.Journal(); len(requests) > 0 {
			t.Errorf("requests were made: %v", requests)
		}
	})
}

// Environment variables replace missing arguments in their documented order. The configuration takes precedence.
func TestProviderConfig_environment(t *testing.T) {
	server := startServer(t, simulator.Options{})

	for _, test := range []struct {
		name   string
		env    map[string]string
		config values
		fails  string
	}{
		{name: "own names", env: map[string]string{"IRIUSRISK_ENDPOINT": server.URL(), "IRIUSRISK_API_TOKEN": server.AdminToken()}},
		{name: "the vendor's names", env: map[string]string{"IRIUS_HOSTNAME": server.URL(), "IRIUS_API_TOKEN": server.AdminToken()}},
		{name: "KEY wins over TOKEN", env: map[string]string{"IRIUS_HOSTNAME": server.URL(), "IRIUS_API_KEY": server.AdminToken(), "IRIUS_API_TOKEN": "other"}},
		{name: "own names win", env: map[string]string{"IRIUSRISK_ENDPOINT": server.URL(), "IRIUS_HOSTNAME": "ftp://x", "IRIUSRISK_API_TOKEN": server.AdminToken(), "IRIUS_API_KEY": "other"}},
		{
			name:   "configuration wins",
			env:    map[string]string{"IRIUSRISK_ENDPOINT": "ftp://x", "IRIUSRISK_API_TOKEN": "other"},
			config: values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())},
		},
		{name: "bad endpoint", env: map[string]string{"IRIUS_HOSTNAME": "ftp://x", "IRIUS_API_KEY": "x"}, fails: "IRIUS_HOSTNAME"},
		{name: "bad token", env: map[string]string{"IRIUS_HOSTNAME": server.URL(), "IRIUS_API_KEY": "x y"}, fails: "IRIUS_API_KEY"},
		{name: "bad certificates", env: map[string]string{"IRIUSRISK_ENDPOINT": server.URL(), "IRIUSRISK_API_TOKEN": "x", "IRIUSRISK_CA_CERTIFICATE_FILE": "/nowhere"}, fails: "IRIUSRISK_CA_CERTIFICATE_FILE"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}

			p := newUnconfigured(t)
			diagnostics := p.configure(nonNil(test.config))

			if test.fails != "" {
				p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, test.fails)

				return
			}

			p.requireNoErrors(diagnostics)

			read, _ := p.read("iriusrisk_user", values{"username": text("admin")})
			p.requireNoErrors(read.Diagnostics)
		})
	}
}

func nonNil(config values) values {
	if config == nil {
		return values{}
	}

	return config
}

// Insecure settings warn, and the file of a private certificate authority must contain certificates.
func TestProviderConfig_warnings(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)

	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning,
		p.configure(values{"endpoint": text("https://acme.iriusrisk.com"), "api_token": text("x"), "insecure_skip_tls_verify": boolean(true)}),
		"ca_certificate_file")
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning,
		p.configure(values{"endpoint": text("http://acme.iriusrisk.com"), "api_token": text("x"), "allow_plaintext_http": boolean(true)}),
		"unencrypted")

	// Terraform validates before it configures, so a warning from both would be shown twice.
	validated, err := p.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
		Config: p.object(p.schema.Provider, values{"endpoint": text("http://acme.iriusrisk.com"), "allow_plaintext_http": boolean(true)}),
	})
	p.noError(err)

	if len(validated.Diagnostics) > 0 {
		t.Errorf("validation says %v", validated.Diagnostics)
	}

	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}

	diagnostics := p.configure(values{"endpoint": text("https://acme.iriusrisk.com"), "api_token": text("hush-hush"), "ca_certificate_file": text(file)})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "certificate")

	if strings.Contains(messages(tfprotov6.DiagnosticSeverityError, diagnostics), "hush-hush") {
		t.Error("the error shows the API token")
	}
}

// With unknown provider arguments, a plan of a creation succeeds, and operations that need the API name the unknown
// argument.
func TestProviderConfig_unknownValues(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": unknownText(), "api_token": text("x")}))
	p.requireNoErrors(p.plan("iriusrisk_user", nil, adaConfig()).Diagnostics)
	p.requireNoErrors(p.plan(tokenType, nil, values{"username": text("bot")}).Diagnostics)

	read, _ := p.read("iriusrisk_user", values{"username": text("ada")})
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, read.Diagnostics, "endpoint", "known only after apply")

	runSteps(t, server, resource.TestStep{
		Config: fmt.Sprintf("resource \"terraform_data\" \"x\" {\n  input = %q\n}\nprovider \"iriusrisk\" {\n  endpoint = terraform_data.x.output\n  api_token = %q\n}\n",
			server.URL(), server.AdminToken()) + userHCL("ada", "ada", ""),
		Check: checkUser(server, "ada", func(simulator.User) error { return nil }),
	})
}

// The User-Agent of every request names the provider and Terraform with their versions.
func TestProviderConfig_requestHeaders(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	read, _ := p.read("iriusrisk_user", values{"username": text("admin")})
	p.requireNoErrors(read.Diagnostics)

	for _, entry := range server.Journal() {
		if !strings.Contains(entry.UserAgent, "terraform-provider-iriusrisk/test") || !strings.Contains(entry.UserAgent, "Terraform/1.14.0") {
			t.Errorf("User-Agent %q", entry.UserAgent)
		}
	}
}
