package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// confirmAbsent proves that a 404 means that the object does not exist, or is not visible to the caller. An endpoint that
// leads elsewhere, or a gateway during a restart, answers 404 to everything, so the caller's own profile has to be readable
// after the 404. It returns nil when it is, else an error that wraps both.
func (s *providerData) confirmAbsent(ctx context.Context, notFound error) error {
	if _, err := s.directory.FreshProfile(ctx); err != nil {
		return fmt.Errorf("%w; cannot verify whether it was deleted, because the user that the provider runs as cannot be read either (check the endpoint): %w", notFound, err)
	}

	return nil
}

// refuseSelf keeps the provider from locking itself out: it reports an error, and returns false, when username is the
// user that the provider runs as, or when that cannot be found out. action completes "The provider does not …".
func (s *providerData) refuseSelf(ctx context.Context, username, action string, diags *diag.Diagnostics) bool {
	self, err := s.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("make sure that %q is not the user that the provider runs as", username), err)

		return false
	}

	if !strings.EqualFold(self.Username, username) {
		return true
	}

	diags.AddError(fmt.Sprintf("The provider runs as user %q", self.Username),
		fmt.Sprintf("The provider does not %s, because its own API token belongs to that user and the rest of this run, or the next one, could fail with nobody able to mend it. "+
			"No request for that was sent. Do it in the IriusRisk user interface, or run Terraform with the API token of another administrator.", action))

	return false
}
