package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// warnOfRemovals warns, at plan time, which roles or business units a user loses when a set begins to manage them: there
// is no prior set that the plan could show a difference to. It says nothing of a user who does not exist yet, or whose
// username is not known yet.
func (s *providerData) warnOfRemovals(ctx context.Context, kind membershipKind, username types.String, planned types.Set, diags *diag.Diagnostics) {
	if s == nil || s.client == nil || username.IsNull() || username.IsUnknown() || planned.IsNull() {
		return
	}

	have, err := kind.read(ctx, s.directory, username.ValueString())

	switch {
	case iriusrisk.IsNotFound(err):
		return
	case err != nil:
		diags.AddWarning(fmt.Sprintf("The %ss of user %q may be removed", kind.noun, username.ValueString()),
			fmt.Sprintf("This plan begins to manage all %[1]ss of the user, and applying it removes the %[1]ss that are not declared. Which ones these are could not be determined. %[2]s", kind.noun, explain(err)))

		return
	}

	var lost []string

	kept, complete := knownElements(planned)

	for _, member := range have {
		if !containsID(kept, member.id) {
			lost = append(lost, fmt.Sprintf("%s (%s)", member.name, member.id))
		}
	}

	if len(lost) == 0 {
		return
	}

	effect := "Applying it removes"
	if !complete {
		effect = "Some of the declared ids are known only after apply. Unless they turn out to be among them, applying the plan removes"
	}

	diags.AddWarning(fmt.Sprintf("User %q will lose %ss that this plan does not list", username.ValueString(), kind.noun),
		fmt.Sprintf("This plan begins to manage all %[1]ss of the user, who has %[1]ss that are not declared. %[2]s: %[3]s. To keep a %[1]s, declare it.", kind.noun, effect, strings.Join(lost, ", ")))
}

// warnNoLongerManaged says, at plan time, that a set which leaves the configuration leaves the user as they are, although
// the plan shows its elements as removed.
func (s *providerData) warnNoLongerManaged(kind membershipKind, username types.String, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The %ss of user %q are no longer managed", kind.noun, username.ValueString()),
		fmt.Sprintf("The configuration no longer sets %[2]ss. That removes no %[1]s: the user keeps those that they have, and changes made to them outside Terraform are no longer noticed. "+
			"To remove all %[1]ss, set %[2]ss = [].", kind.noun, kind.attribute))
}

// knownElements returns those strings of a set that are known, and whether these are all of its elements.
func knownElements(set types.Set) (values []string, complete bool) {
	complete = !set.IsUnknown()

	for _, element := range set.Elements() {
		switch value, ok := element.(types.String); {
		case !ok, value.IsUnknown():
			complete = false
		default:
			values = append(values, value.ValueString())
		}
	}

	return values, complete
}
