package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// secretArguments lists the arguments whose values are secrets.
var secretArguments = []tftypes.AttributeName{"api_token", "password", "password_wo"}

// removeSecretPaths removes the attribute paths of diagnostics about secret arguments, because Terraform prints the line of
// the configuration that a path leads to. The framework's own checks add such paths.
func removeSecretPaths(diagnostics []*tfprotov6.Diagnostic) {
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
