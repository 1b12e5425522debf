package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// lockUnit acquires the lock of a reference id, and adds an error if the run is interrupted first. It invalidates cached
// reads both when the lock is acquired and when it is released.
func (r *businessUnitResource) lockUnit(ctx context.Context, unit *businessUnitResourceModel, diags *diag.Diagnostics) (unlock func(), ok bool) {
	release, err := r.unitLocks.lock(ctx, unit.ReferenceID.ValueString())
	if err != nil {
		diags.AddError(fmt.Sprintf("Unable to change business unit %q", unit.Name.ValueString()),
			"The run was interrupted while this change was waiting for another change of the same business unit. No request was sent.")

		return nil, false
	}

	done := r.directory.WritingBusinessUnit()

	return func() {
		done()
		release()
	}, true
}

// withReference returns the business units with a reference id, bypassing the cache. It reads the whole list: how a filter
// quotes a value is not documented.
func (r *businessUnitResource) withReference(ctx context.Context, referenceID string) ([]iriusrisk.BusinessUnit, error) {
	units, err := r.client.ListBusinessUnits(ctx, iriusrisk.ListOptions{})

	return unitsWithReference(units, referenceID), err
}

// resolveID sets the id of a business unit whose id is not known, because it could not be read back after its creation.
func (r *businessUnitResource) resolveID(ctx context.Context, state *businessUnitResourceModel, diags *diag.Diagnostics) bool {
	if !state.ID.IsNull() {
		return true
	}

	attempt := fmt.Sprintf("look up the business unit with the reference id %q", state.ReferenceID.ValueString())
	found, err := r.withReference(ctx, state.ReferenceID.ValueString())

	switch {
	case err != nil:
		addAPIError(diags, attempt, err)
	case len(found) != 1:
		addFailure(diags, attempt, fmt.Sprintf("The id of the business unit is not known, because its creation was interrupted, and %d business units have this reference id. Remove the resource from the state with terraform state rm.", len(found)))
	default:
		state.ID = types.StringValue(found[0].ID)
	}

	return !state.ID.IsNull()
}

// create looks the reference id up, sends the request, and looks for the business unit if the outcome is unknown or the
// response has no body. It returns nil and adds an error if the business unit was not created.
func (r *businessUnitResource) create(ctx context.Context, request iriusrisk.CreateBusinessUnitRequest, diags *diag.Diagnostics) *iriusrisk.BusinessUnit {
	attempt := fmt.Sprintf("create business unit %q", request.Name)
	existing, err := r.withReference(ctx, request.ReferenceID)

	switch {
	case err != nil:
		addAPIError(diags, fmt.Sprintf("look up reference id %q before creating a business unit", request.ReferenceID), err)

		return nil
	case len(existing) > 0:
		addUnitConflict(diags, &existing[0], "")

		return nil
	}

	unit, err := r.client.CreateBusinessUnit(ctx, request)

	switch {
	case err == nil && unit != nil:
		return unit
	case err == nil, iriusrisk.OutcomeUnknown(err):
		return r.findCreated(ctx, request, err, diags)
	case iriusrisk.IsRejected(err):
		// The text of the error does not reliably identify a duplicate, so the reference id is looked up. If the request was
		// sent more than once, an earlier attempt may have taken effect.
		if found, readErr := r.withReference(ctx, request.ReferenceID); readErr == nil && len(found) > 0 {
			if iriusrisk.WasRetried(err) && len(found) == 1 && hasDetails(&found[0], request) {
				return &found[0]
			}

			addUnitConflict(diags, &found[0], " "+explain(err))

			return nil
		}
	}

	addAPIError(diags, attempt, err)

	return nil
}

// findCreated looks for the business unit after a POST without a usable response, for a few seconds if the server may have
// created it or may still be doing so. The reference id was free before, so a business unit that now has it, with the name and description
// that were sent, is the new one. cause is nil if the POST succeeded; if the lookup then fails, findCreated returns a business
// unit without an id.
func (r *businessUnitResource) findCreated(ctx context.Context, request iriusrisk.CreateBusinessUnitRequest, cause error, diags *diag.Diagnostics) *iriusrisk.BusinessUnit {
	final, cancel := finalContext(ctx)
	defer cancel()

	found, err := onceListed(final, r.providerData, cause == nil || iriusrisk.MayBeUnderWay(cause), func() ([]iriusrisk.BusinessUnit, error) {
		return r.withReference(final, request.ReferenceID)
	})

	// The server responded, so it may have created the business unit with another spelling of the reference id.
	_, answered := errors.AsType[*iriusrisk.AnswerError](cause)

	switch {
	case err == nil && len(found) == 1 && (cause == nil || hasDetails(&found[0], request)):
		return &found[0]
	case err == nil && len(found) > 0:
		addUnitConflict(diags, &found[0], " The outcome of the provider's request to create the business unit is unknown, and the existing business unit differs from what was sent.")
	case err != nil && cause == nil:
		addAPIError(diags, fmt.Sprintf("read the new business unit %q", request.Name), fmt.Errorf("%w; the business unit is in the state, marked as tainted, and the next apply replaces it", err))

		return &iriusrisk.BusinessUnit{}
	case err == nil && cause != nil && !answered:
		addAPIError(diags, fmt.Sprintf("create business unit %q", request.Name), fmt.Errorf("%w; IriusRisk still has no business unit with this reference id, so probably nothing was created", cause))
	default:
		addUnitMayExist(diags, request, cause)
	}

	return nil
}

// hasDetails reports whether the server shows the name and, if it reports one, the description that were sent.
func hasDetails(unit *iriusrisk.BusinessUnit, sent iriusrisk.CreateBusinessUnitRequest) bool {
	return unit.Name == sent.Name && (unit.Description == nil || *unit.Description == sent.Description)
}

// addUnitMayExist adds an error about a creation whose outcome is unknown.
func addUnitMayExist(diags *diag.Diagnostics, request iriusrisk.CreateBusinessUnitRequest, cause error) {
	reason := "IriusRisk reported that the creation succeeded, but now has no business unit with this reference id."
	if cause != nil {
		reason = "The request to create the business unit was sent, but the provider cannot determine whether it took effect: " + explain(cause)
	}

	diags.AddError(fmt.Sprintf("Business unit %q may have been created", request.Name),
		fmt.Sprintf("%s\n\nIf the business unit exists, import it, or delete it in IriusRisk and apply again:\n\n%s", reason, importBlock("iriusrisk_business_unit", request.ReferenceID)))
}

// addUnitConflict adds an error about a reference id that is taken, with the ways to manage the existing business unit.
func addUnitConflict(diags *diag.Diagnostics, unit *iriusrisk.BusinessUnit, remark string) {
	diags.AddError(fmt.Sprintf("The reference id %q is taken", *unit.ReferenceID),
		fmt.Sprintf("IriusRisk already has a business unit with this reference id: %q (%s), which was not changed.%s\n\n"+
			"If this configuration managed the business unit under another resource address, such as another name, module or for_each key, add a moved block. "+
			"If the business unit is not managed by Terraform yet, import it:\n\n%s\n\n"+
			"If this replaces a business unit of this configuration under the same reference id, remove create_before_destroy.",
			unit.Name, unit.ID, remark, importBlock("iriusrisk_business_unit", unit.ID)))
}

// update writes the planned changes unless the server already has them. It reports whether the server has what is planned.
func (r *businessUnitResource) update(ctx context.Context, plan, state *businessUnitResourceModel, diags *diag.Diagnostics) bool {
	id, change := state.ID.ValueString(), plan.plannedDetails(state)

	unit, err := r.client.GetBusinessUnit(ctx, id)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("read business unit %s before changing it", state.label()), err)

		return false
	}

	if len(change.differences(unit, true)) == 0 {
		return true
	}

	// An update replaces both values (observed), so an unchanged one comes from a fresh read.
	description := cmp.Or(change.description, unit.Description, state.Description.ValueStringPointer())
	if description == nil {
		addFailure(diags, "update business unit "+state.label(),
			"An update replaces the name and the description, but IriusRisk does not report the description, so the update would erase it. Nothing was changed. Set the description in the configuration.")

		return false
	}

	shown, err := r.client.UpdateBusinessUnit(ctx, id, iriusrisk.UpdateBusinessUnitRequest{Name: *cmp.Or(change.name, &unit.Name), Description: *description})

	err = confirmWrite(ctx, err, func(ctx context.Context) (bool, error) {
		now, err := r.client.GetBusinessUnit(ctx, id)

		return err == nil && len(change.differences(now, true)) == 0, err
	})
	if err != nil {
		addAPIError(diags, "update business unit "+state.label(), err)

		return false
	}

	return r.checkUpdated(ctx, state, change, shown, diags)
}

// checkUpdated compares what the server shows after an update with what was sent.
func (r *businessUnitResource) checkUpdated(ctx context.Context, state *businessUnitResourceModel, change unitDetails, shown *iriusrisk.BusinessUnit, diags *diag.Diagnostics) bool {
	if shown == nil {
		var err error
		if shown, err = r.client.GetBusinessUnit(ctx, state.ID.ValueString()); err != nil {
			diags.AddWarning(fmt.Sprintf("The update of business unit %s could not be verified", state.label()),
				"IriusRisk reported success without returning the business unit, and reading it back failed. The next plan shows any differences. "+explain(err))

			return true
		}
	}

	ignored := change.differences(shown, false)
	if len(ignored) == 0 {
		return true
	}

	diags.AddError(fmt.Sprintf("Business unit %s was not changed", state.label()),
		fmt.Sprintf("IriusRisk reported that the update succeeded, but still has different values for: %s. Configure the values that IriusRisk has, or add the attributes to ignore_changes.", strings.Join(ignored, ", ")))

	return false
}

// delete deletes the business unit. What the API does with a business unit that has members is not documented: if it refuses
// the deletion, the members are removed first. mayDelete has decided that they may lose the business unit.
func (r *businessUnitResource) delete(ctx context.Context, state *businessUnitResourceModel, members []string, diags *diag.Diagnostics) {
	id := state.ID.ValueString()
	err := r.client.DeleteBusinessUnit(ctx, id)

	if iriusrisk.IsRejected(err) && len(members) > 0 {
		if !r.removeMembers(ctx, id, members, diags) {
			addAPIError(diags, "delete business unit "+state.label(), err)

			return
		}

		err = r.client.DeleteBusinessUnit(ctx, id)
	}

	if err = r.confirmDeletion(ctx, id, err); err != nil {
		addAPIError(diags, "delete business unit "+state.label(), err)
	}
}

// confirmDeletion reads the business unit after a 404 or an unknown outcome, and returns nil if it does not exist. Any other
// error is returned.
func (r *businessUnitResource) confirmDeletion(ctx context.Context, id string, deletion error) error {
	if !iriusrisk.IsNotFound(deletion) && !iriusrisk.OutcomeUnknown(deletion) {
		return deletion
	}

	final, cancel := finalContext(ctx)
	defer cancel()

	switch _, err := r.client.GetBusinessUnit(final, id); {
	case iriusrisk.IsNotFound(err):
		return r.confirmUnitAbsent(final, err)
	case err != nil:
		return fmt.Errorf("%w; cannot determine whether it took effect: %w", deletion, err)
	default:
		return deletion
	}
}
