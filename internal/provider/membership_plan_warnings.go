package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// warnOfRemovals names, at plan time, the roles or business units that a user loses when a set is managed for the first
// time: without a prior set, the plan shows no difference. It reads nothing about a user who does not exist yet, and nothing
// when Terraform plans again during an apply, because the plan has already warned.
func (s *providerData) warnOfRemovals(ctx context.Context, kind membershipKind, username types.String, planned types.Set, diags *diag.Diagnostics) {
	if s == nil || s.client == nil || username.IsNull() || username.IsUnknown() || planned.IsNull() {
		return
	}

	if s.planned.isApplying() || s.planned.createsUser(username.ValueString()) {
		return
	}

	kept, complete := knownElements(planned)
	have, err := kind.confirmedMembers(s.directory, ctx, username.ValueString(), kept)

	switch {
	case iriusrisk.IsNotFound(err):
		return
	case err != nil:
		diags.AddWarning(fmt.Sprintf("The %ss of user %q may be removed", kind.noun, username.ValueString()),
			fmt.Sprintf("This plan starts to manage all %[1]ss of the user. Applying it removes the %[1]ss that are not declared. Which ones these are could not be determined. %[2]s", kind.noun, explain(err)))

		return
	}

	var lost []string

	for _, member := range have {
		if !containsID(kept, member.id) {
			lost = append(lost, fmt.Sprintf("%s (%s)", iriusrisk.Visible(member.name), member.id))
		}
	}

	if len(lost) == 0 {
		return
	}

	detail := "This plan starts to manage all %[1]ss of the user. Applying it removes the following %[1]ss, which are not declared: %[2]s. To keep a %[1]s, declare it."
	if !complete {
		detail = "This plan starts to manage all %[1]ss of the user, and some of the declared ids are known only after apply. " +
			"Applying the plan removes the following %[1]ss unless they are among these ids: %[2]s. To keep a %[1]s, declare it."
	}

	diags.AddWarning(fmt.Sprintf("User %q will lose %ss that this plan does not list", username.ValueString(), kind.noun),
		fmt.Sprintf(detail, kind.noun, strings.Join(lost, ", ")))
}

// warnNoLongerManaged explains, at plan time, that unsetting a set does not change the user, although the plan shows its
// elements as removed.
func (s *providerData) warnNoLongerManaged(kind membershipKind, username types.String, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The %ss of user %q are no longer managed", kind.noun, username.ValueString()),
		fmt.Sprintf("The configuration no longer sets %[2]ss or %[3]ss. This removes no %[1]s from the user, and changes made outside Terraform are no longer detected. "+
			"To remove all %[1]ss, set %[2]ss = [].", kind.noun, kind.attribute, kind.nameAttribute))
}

// knownElements returns the known strings of a set, and whether all of its elements are known.
func knownElements(set stringElements) (values []string, complete bool) {
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
