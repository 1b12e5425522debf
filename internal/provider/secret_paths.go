package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// secretArguments are the arguments whose values are secrets.
var secretArguments = []tftypes.AttributeName{"api_token", "password", "password_wo"}

// withoutSecretPaths removes the attribute path of diagnostics about a secret argument, because Terraform prints the line
// of the configuration that a path leads to. The framework's own checks add such paths.
func withoutSecretPaths(diagnostics []*tfprotov6.Diagnostic) {
	for _, diagnostic := range diagnostics {
		if isSecretPath(diagnostic.Attribute) {
			diagnostic.Attribute = nil
		}
	}
}

func isSecretPath(path *tftypes.AttributePath) bool {
	if path == nil || len(path.Steps()) == 0 {
		return false
	}

	name, isName := path.Steps()[0].(tftypes.AttributeName)

	return isName && slices.Contains(secretArguments, name)
}
