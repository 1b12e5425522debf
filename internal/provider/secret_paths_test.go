package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Terraform prints the configuration line of a diagnostic's attribute path. A secret written literally in the
// configuration does not appear in any output.
func TestSecrets_writtenLiterallyAreNotPrinted(t *testing.T) {
	t.Parallel()
	needs(t, writeOnlyArguments)

	const secret = "Correct-Horse7-battery"

	withToken := func(token string) string {
		return "provider \"iriusrisk\" {\n  api_token = \"" + token + "\"\n}\n" + userHCL("x", "ada", "")
	}

	for name, test := range map[string]struct{ configuration, says string }{
		"password":                    {userHCL("x", "ada", `  password = "`+secret+`"`), "password is stored in the state"},
		"short password":              {userHCL("x", "ada", "  password = \""+secret[:8]+"\""), "Unable to create user"},
		"both passwords":              {userHCL("x", "ada", "  password = \""+secret+"\"\n  password_wo = \""+secret+"\"\n  password_wo_version = 1"), "Conflicting passwords"},
		"write-only without version":  {userHCL("x", "ada", `  password_wo = "`+secret+`"`), "Missing password_wo_version"},
		"write-only with odd version": {userHCL("x", "ada", "  password_wo = \""+secret+"\"\n  password_wo_version = 1.5"), "password_wo_version"},
		"write-only":                  {userHCL("x", "ada", "  password_wo = \""+secret+"\"\n  password_wo_version = 1"), "Apply complete"},
		"beside an odd username":      {userHCL("x", "summary", `  password = "`+secret+`"`), "Invalid username"},
		"token with a space":          {withToken(secret + " "), "Invalid IriusRisk API token"},
		"token of no one":             {withToken(secret), "401"},
		"endpoint with a password":    {"provider \"iriusrisk\" {\n  endpoint = \"https://ada:" + secret + "@example.com\"\n}\n" + userHCL("x", "ada", ""), "Invalid IriusRisk endpoint"},
		"endpoint with a token":       {"provider \"iriusrisk\" {\n  endpoint = \"https://example.com?token=" + secret + "\"\n}\n" + userHCL("x", "ada", ""), "Invalid IriusRisk endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			workspace := newWorkspace(t, startServer(t, simulator.Options{}), test.configuration, nil)

			var printed strings.Builder

			for _, arguments := range [][]string{{"validate", "-no-color"}, {"plan", "-no-color", "-input=false"}, {"apply", "-no-color", "-input=false", "-auto-approve"}} {
				output, err := workspace.Run(t.Context(), arguments...)
				printed.Write(output)

				if err != nil {
					printed.WriteString(err.Error())
				}
			}

			if !strings.Contains(printed.String(), test.says) {
				t.Errorf("nothing says %q:\n%s", test.says, printed.String())
			}

			if strings.Contains(printed.String(), secret[:8]) {
				t.Errorf("the secret is printed:\n%s", printed.String())
			}
		})
	}
}

// validateUser validates the configuration of a user as a CLI with or without write-only arguments does.
func (p *protocol) validateUser(config values, writeOnly bool) []*tfprotov6.Diagnostic {
	p.t.Helper()

	resp, err := p.server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: "iriusrisk_user", Config: p.object(p.schema.ResourceSchemas["iriusrisk_user"], config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: writeOnly},
	})
	p.noError(err)

	return resp.Diagnostics
}

// The advice to use the write-only argument appears only if the CLI supports it.
func TestUser_writeOnlyAdvice(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)
	config := adaConfig()
	config["password"] = text(password)

	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, p.validateUser(config, true), "password_wo_version")

	if diagnostics := p.validateUser(config, false); len(diagnostics) > 0 {
		t.Errorf("an old CLI: %v", diagnostics)
	}

	config["password"] = unknownText()

	if diagnostics := p.validateUser(config, true); len(diagnostics) > 0 {
		t.Errorf("an unknown password: %v", diagnostics)
	}
}

// Diagnostics of the framework about a secret argument have no attribute path.
func TestSecrets_frameworkDiagnosticsHaveNoPath(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)
	config := adaConfig()
	config["password_wo"], config["password_wo_version"] = text(password), number(1)

	diagnostics := p.validateUser(config, false)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, "only supported in Terraform 1.11 and later")

	for _, diagnostic := range diagnostics {
		if diagnostic.Attribute != nil {
			t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Attribute)
		}
	}

	config["username"] = text("summary")

	for _, diagnostic := range p.validateUser(config, true) {
		if diagnostic.Attribute == nil {
			t.Errorf("%s has lost its path", diagnostic.Summary)
		}
	}
}
