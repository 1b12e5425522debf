package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ModifyPlan rejects plans that cannot succeed or could lose a business unit, and warns of the memberships that the
// deletion of a business unit removes.
func (r *businessUnitResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil || r.client == nil {
		return
	}

	before := unitModel(ctx, req.State.Raw.IsNull(), req.State, &resp.Diagnostics)
	after := unitModel(ctx, req.Plan.Raw.IsNull(), req.Plan, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || r.planned.isApplying() {
		return
	}

	r.notePlannedName(before, after)

	block := &plannedUnit{before: before, after: after, isAbsent: func(ctx context.Context) bool { return r.isAbsent(ctx, before) }}

	switch first := r.firstPlan(ctx, req, resp); {
	case after == nil:
		r.planned.beginPlan(&resp.Diagnostics)
		r.plannedUnits.add(ctx, block, r.planned, &resp.Diagnostics)
		r.checkDeletion(ctx, before, false, &resp.Diagnostics)
	case before == nil:
		if first {
			r.plannedUnits.add(ctx, block, r.planned, &resp.Diagnostics)
		}

		r.checkReferenceIsFree(ctx, after, false, &resp.Diagnostics)
	default:
		block.replaced = !before.ReferenceID.Equal(after.ReferenceID)
		r.plannedUnits.add(ctx, block, r.planned, &resp.Diagnostics)

		if block.replaced {
			r.checkReferenceIsFree(ctx, after, true, &resp.Diagnostics)
			r.checkDeletion(ctx, before, true, &resp.Diagnostics)
		}
	}
}

// isAbsent reports whether it is proven that the business unit of a prior state does not exist any more.
func (r *businessUnitResource) isAbsent(ctx context.Context, before *businessUnitResourceModel) bool {
	if before.ID.IsNull() {
		return false
	}

	_, err := r.directory.ConfirmBusinessUnit(ctx, before.ID.ValueString(), func(*iriusrisk.BusinessUnit) bool { return true })

	return iriusrisk.IsNotFound(err) && r.confirmUnitAbsent(ctx, err) == nil
}

// notePlannedName records the name that a plan gives to a business unit, so that users of the same plan can refer to it.
func (r *businessUnitResource) notePlannedName(before, after *businessUnitResourceModel) {
	switch {
	case after == nil:
	case before == nil || !before.ReferenceID.Equal(after.ReferenceID):
		r.plannedNames.add(businessUnitMembership, after.Name, types.StringUnknown())
	case !before.Name.Equal(after.Name):
		r.plannedNames.add(businessUnitMembership, after.Name, before.ID)
	}
}

// unitModel reads the model of a state or plan. It is nil if the state or plan is null.
func unitModel(ctx context.Context, isNull bool, from modelReader, diags *diag.Diagnostics) *businessUnitResourceModel {
	if isNull {
		return nil
	}

	var model businessUnitResourceModel

	diags.Append(from.Get(ctx, &model)...)

	return &model
}

// checkDeletion checks the deletion of a business unit at plan time. It refuses to delete one of the provider's own. In a
// replacement it refuses to delete one with members, before the replacement has changed anything. A plain destruction may
// remove the members in the same run, so only the apply can tell. If the members cannot be read, the apply reports it.
func (r *businessUnitResource) checkDeletion(ctx context.Context, before *businessUnitResourceModel, replaces bool, diags *diag.Diagnostics) {
	if before.ID.IsNull() {
		return
	}

	members, err := r.directory.BusinessUnitMembers(ctx, before.ID.ValueString())
	if err != nil || len(members) == 0 || !r.keepsOwnUnit(ctx, before, members, diags) {
		return
	}

	switch {
	case before.ForceDestroy.ValueBool():
		diags.AddWarning(fmt.Sprintf("Business unit %s is deleted although it has members", before.label()),
			fmt.Sprintf("These users lose the business unit, because force_destroy is true: %s. What IriusRisk does with the projects of a deleted business unit is not documented.", firstOf(members)))
	case replaces:
		diags.AddError(fmt.Sprintf("Business unit %s cannot be replaced while it has members", before.label()),
			fmt.Sprintf("The reference id cannot be changed, so this plan deletes the business unit and creates another one. The business unit has members and force_destroy is false in the state, so the deletion would be refused: %s. Nothing was changed. "+
				"Keep the reference id, remove the members first, or apply force_destroy = true first.", firstOf(members)))
	}
}

// checkReferenceIsFree rejects the creation of a business unit whose reference id is taken. If the lookup fails, the
// creation reports it. replaces is true if the creation is part of a replacement, which may delete the existing business
// unit of the resource first.
func (r *businessUnitResource) checkReferenceIsFree(ctx context.Context, after *businessUnitResourceModel, replaces bool, diags *diag.Diagnostics) {
	if after.ReferenceID.IsUnknown() {
		return
	}

	units, err := r.directory.BusinessUnits(ctx, iriusrisk.ListOptions{})
	existing := unitsWithReference(units, after.ReferenceID.ValueString())

	if err != nil || len(existing) == 0 {
		return
	}

	report := func(diags *diag.Diagnostics) { addUnitConflict(diags, &existing[0], "") }

	// A business unit in the state belongs to this resource, if it is replaced and is deleted first, or to another one, and
	// that conflict is reported elsewhere.
	switch managed := r.plannedUnits.refreshedUnit(existing[0].ID); {
	case replaces:
		report(diags)
	case managed == nil:
		r.planned.addFailingCreation(diags, report)
	default:
		r.checkDeletion(ctx, managed, true, diags)
	}
}

// unitsWithReference returns the business units with a reference id.
func unitsWithReference(units []iriusrisk.BusinessUnit, referenceID string) []iriusrisk.BusinessUnit {
	return slices.DeleteFunc(slices.Clone(units), func(unit iriusrisk.BusinessUnit) bool { return !equal(unit.ReferenceID, &referenceID) })
}

// unitIDToImport returns the UUID of an import by id or by identity. attribute is the attribute of the identity.
func unitIDToImport(ctx context.Context, attribute string, req resource.ImportStateRequest, diags *diag.Diagnostics) (id string, ok bool) {
	id = req.ID

	if id == "" && req.Identity != nil {
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(attribute), &id)...)
	}

	if !uuidPattern.MatchString(id) {
		diags.AddError("Invalid import", fmt.Sprintf("The import id must be the UUID of a business unit, for example 38400000-8cf0-11bd-b23e-10b96e4ef00d. Got %q.", id))
	}

	return id, !diags.HasError()
}

// findUnitToImport returns the UUID of the business unit with a UUID or a reference id. A UUID that is not in the list is
// returned as it is: the read after the import decides whether it exists.
func (r *businessUnitResource) findUnitToImport(ctx context.Context, id string, diags *diag.Diagnostics) (unitID string, ok bool) {
	units, err := r.directory.BusinessUnits(ctx, iriusrisk.ListOptions{})
	if err != nil {
		addAPIError(diags, fmt.Sprintf("look up the business unit with the id or reference id %q", id), err)

		return "", false
	}

	matching := slices.DeleteFunc(slices.Clone(units), func(unit iriusrisk.BusinessUnit) bool {
		return !strings.EqualFold(unit.ID, id) && !equal(unit.ReferenceID, &id)
	})

	switch {
	case len(matching) == 1:
		return matching[0].ID, true
	case len(matching) > 1:
		labels := make([]string, len(matching))
		for i, unit := range matching {
			labels[i] = unitLabel(unit)
		}

		diags.AddError("Ambiguous import", fmt.Sprintf("%d business units have the id or reference id %q: %s. Import one of them by its id.", len(matching), id, strings.Join(labels, ", ")))
	case uuidPattern.MatchString(id):
		return id, true
	default:
		diags.AddError("Unable to import a business unit", fmt.Sprintf("There is no business unit with the id or reference id %q. %s", id, onlyOwnUnits))
	}

	return "", false
}

// unitLabel describes a business unit in a message.
func unitLabel(unit iriusrisk.BusinessUnit) string {
	return fmt.Sprintf("%s (%s)", iriusrisk.Visible(unit.Name), unit.ID)
}
