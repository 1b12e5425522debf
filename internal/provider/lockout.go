package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// refuseSelf prevents the provider from locking itself out. If username is the user that the provider runs as, or if that
// cannot be determined, it adds an error and returns false. action completes "The provider does not …".
func (s *providerData) refuseSelf(ctx context.Context, username, action string, diags *diag.Diagnostics) bool {
	self, err := s.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("verify that %q is not the user that the provider runs as", username), err)

		return false
	}

	if !strings.EqualFold(self.Username, username) {
		return true
	}

	diags.AddError(fmt.Sprintf("The provider runs as user %q", self.Username),
		fmt.Sprintf("The provider does not %s, because this could leave the provider without access. "+
			"No request was sent. Make this change in the IriusRisk user interface, or run Terraform with the API token of another administrator.", action))

	return false
}
