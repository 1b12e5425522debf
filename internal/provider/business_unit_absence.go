package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// freshMembers returns the usernames of the members of a business unit, bypassing the cache. The business unit may have
// been created in this run.
func (s *providerData) freshMembers(ctx context.Context, unitID string) (usernames []string, err error) {
	var members []iriusrisk.UserSummary

	err = s.onceUnitVisible(ctx, unitID, func() error {
		members, err = s.client.ListBusinessUnitUsers(ctx, unitID, iriusrisk.ListOptions{})

		return err
	})

	for _, member := range members {
		usernames = append(usernames, member.Username)
	}

	return usernames, err
}

// removeMissingUnit removes a resource from the state with a warning after the API answered that there is no such business
// unit. If the absence cannot be confirmed, it adds an error and keeps the state.
func (s *providerData) removeMissingUnit(ctx context.Context, label string, notFound error, resp *resource.ReadResponse) {
	if err := s.confirmUnitAbsent(ctx, notFound); err != nil {
		addAPIError(&resp.Diagnostics, "read business unit "+label, err)

		return
	}

	s.warnMissingUnit(label, &resp.Diagnostics)
	resp.State.RemoveResource(ctx)
}

func (s *providerData) warnMissingUnit(label string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Business unit %s was not found", label), "IriusRisk has no such business unit. It was deleted outside Terraform. The resource is removed from the state.")
}

// confirmUnitAbsent is confirmAbsent for a 404 about a business unit. Without ALL_USERS_UPDATE the caller may not see a
// business unit that exists (documented: MANAGE_USERS_BU), so it then returns an error.
func (s *providerData) confirmUnitAbsent(ctx context.Context, notFound error) error {
	if err := s.confirmAbsent(ctx, notFound); err != nil {
		return err
	}

	all, err := s.seesAllUsers(ctx)

	switch {
	case err != nil:
		return fmt.Errorf("%w; could not determine whether the provider's API token sees all business units: %w", notFound, err)
	case !all:
		return fmt.Errorf("%[1]w; the provider's API token lacks %[2]s and may not see the business unit, so it is not known whether it was deleted. "+
			"Use an API token with %[2]s, or stop managing the business unit with a removed block that sets destroy = false, or with terraform state rm", notFound, permissionAllUsers)
	default:
		return nil
	}
}

// confirmUnitDeleted returns nil if a business unit whose members were answered with 404 does not exist, proven by a read
// of the business unit, and an error otherwise.
func (s *providerData) confirmUnitDeleted(ctx context.Context, unitID string, notFound error) error {
	switch _, err := s.client.GetBusinessUnit(ctx, unitID); {
	case iriusrisk.IsNotFound(err):
		return s.confirmUnitAbsent(ctx, err)
	case err != nil:
		return fmt.Errorf("%w; could not determine whether the business unit exists: %w", notFound, err)
	default:
		return fmt.Errorf("%w; the business unit exists", notFound)
	}
}

// warnUnreportedDescription warns, once per run, if an individual read of a business unit lacks the description.
func (s *providerData) warnUnreportedDescription(unit *iriusrisk.BusinessUnit, diags *diag.Diagnostics) {
	if unit.Description == nil && s.unreported.add("description of business units") {
		diags.AddWarning(`IriusRisk does not report the field "description"`,
			fmt.Sprintf("The response about business unit %q lacks the field description, and responses about other business units may lack it too. The state keeps the value of description, and changes made outside Terraform cannot be detected.", unit.Name))
	}
}
