package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ModifyPlan rejects plans that cannot succeed or would lock the provider out. It also warns of what a plan cannot show:
// permissions that are removed when a set is managed for the first time.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil || r.client == nil {
		return
	}

	before := roleModelOf(ctx, req.State.Raw.IsNull(), req.State, &resp.Diagnostics)
	after := roleModelOf(ctx, req.Plan.Raw.IsNull(), req.Plan, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || r.planned.isApplying() {
		return
	}

	r.notePlannedName(before, after)

	first := r.firstPlan(ctx, req, resp)
	if first {
		block := &plannedRole{before: before, after: after, isAbsent: func(ctx context.Context) bool { return r.isAbsent(ctx, before) }}
		r.plannedRoles.add(ctx, block, r.planned, &resp.Diagnostics)
	}

	switch {
	case after == nil:
		r.planned.beginPlan(&resp.Diagnostics)

		if !before.ID.IsNull() {
			r.keepsOwnRole(ctx, before, r.cachedOwnRoles, &resp.Diagnostics)
		}
	case before == nil:
		r.checkNames(ctx, after, after.withoutPermissions(), &resp.Diagnostics)
		r.checkNameIsFree(ctx, after, &resp.Diagnostics)
	default:
		r.checkNames(ctx, after, before, &resp.Diagnostics)
		r.planPermissions(ctx, before, after, &resp.Diagnostics)
	}
}

// isAbsent reports whether it is proven that the role of a prior state does not exist any more.
func (r *roleResource) isAbsent(ctx context.Context, before *roleModel) bool {
	if before.ID.IsNull() {
		return false
	}

	_, err := r.directory.ConfirmRole(ctx, before.ID.ValueString(), func(*iriusrisk.Role) bool { return true })

	return iriusrisk.IsNotFound(err) && r.confirmAbsent(ctx, err) == nil
}

// notePlannedName records the name that a plan gives to a role, so that users of the same plan can refer to it.
func (r *roleResource) notePlannedName(before, after *roleModel) {
	switch {
	case after == nil:
	case before == nil:
		r.plannedNames.add(roleMembership, after.Name, types.StringUnknown())
	case !before.Name.Equal(after.Name):
		r.plannedNames.add(roleMembership, after.Name, before.ID)
	}
}

// roleModelOf reads the model of a state or plan. It is nil if the state or plan is null.
func roleModelOf(ctx context.Context, isNull bool, from modelReader, diags *diag.Diagnostics) *roleModel {
	if isNull {
		return nil
	}

	var model roleModel

	diags.Append(from.Get(ctx, &model)...)

	return &model
}

// withoutPermissions returns the role without sets of permissions.
func (m *roleModel) withoutPermissions() *roleModel {
	bare := newRoleModel(&iriusrisk.Role{})
	bare.ID, bare.Name, bare.Description = m.ID, m.Name, m.Description

	return bare
}

// checkNames rejects planned permissions that do not exist.
func (r *roleResource) checkNames(ctx context.Context, after, before *roleModel, diags *diag.Diagnostics) {
	prior := before.permissionSets()

	for i, planned := range after.permissionSets() {
		r.checkPermissionNames(ctx, planned, prior[i], diags)
	}
}

// planPermissions checks the planned changes of the permissions of a role in the state.
func (r *roleResource) planPermissions(ctx context.Context, before, after *roleModel, diags *diag.Diagnostics) {
	prior := before.permissionSets()

	var changes []permissionChange

	for i, planned := range after.permissionSets() {
		removed := namesWithout(setStrings(*prior[i].set), setStrings(*planned.set))
		_, complete := knownElements(*planned.set)

		switch {
		case planned.set.IsNull() && !prior[i].set.IsNull():
			r.warnPermissionsNoLongerManaged(planned, before, diags)

			continue
		case planned.set.IsNull():
			continue
		case prior[i].set.IsNull():
			removed = r.warnOfRemovedPermissions(ctx, planned, before, diags)
		}

		// A set with unknown elements may keep what it seems to remove; the apply checks it again.
		if complete {
			changes = append(changes, permissionChange{permissionSet: planned, roleID: before.ID.ValueString(), removed: removed})
		}
	}

	r.keepsOwnPermissions(ctx, before, changes, r.cachedOwnRoles, diags)
}

// warnOfRemovedPermissions names the permissions that a role loses when a set is managed for the first time: without a prior
// set, the plan shows no difference. It returns them.
func (r *roleResource) warnOfRemovedPermissions(ctx context.Context, planned permissionSet, role *roleModel, diags *diag.Diagnostics) []string {
	found, err := r.directory.RolePermissions(ctx, planned.scope, role.ID.ValueString())
	if err != nil {
		diags.AddWarning(fmt.Sprintf("Permissions of role %s may be removed", role.label()),
			fmt.Sprintf("This plan starts to manage all %s permissions of the role. Applying it removes those that are not declared. Which ones these are could not be determined. %s", planned.scope.Name, explain(err)))

		return nil
	}

	kept, complete := knownElements(*planned.set)

	lost := namesWithout(permissionNames(found), kept)
	if len(lost) == 0 {
		return nil
	}

	detail := "This plan starts to manage all %s permissions of the role. Applying it removes the following ones, which are not declared: %s. To keep a permission, declare it."
	if !complete {
		detail = "This plan starts to manage all %s permissions of the role, and some of the declared ones are known only after apply. Applying the plan removes the following ones unless they are among these: %s. To keep a permission, declare it."
	}

	diags.AddWarning(fmt.Sprintf("Role %s will lose permissions that this plan does not list", role.label()), fmt.Sprintf(detail, planned.scope.Name, strings.Join(lost, ", ")))

	return lost
}

// warnPermissionsNoLongerManaged explains that unsetting a set does not change the role, although the plan shows its elements
// as removed.
func (r *roleResource) warnPermissionsNoLongerManaged(planned permissionSet, role *roleModel, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The %s permissions of role %s are not managed", planned.scope.Name, role.label()),
		fmt.Sprintf("The configuration does not set %[1]s. This removes no permission from the role, and changes made outside Terraform are not detected. To remove all %[2]s permissions, set %[1]s = [].", planned.attribute, planned.scope.Name))
}

// checkNameIsFree rejects the creation of a role whose name is taken. If the lookup fails, the creation reports it.
func (r *roleResource) checkNameIsFree(ctx context.Context, after *roleModel, diags *diag.Diagnostics) {
	if after.Name.IsUnknown() {
		return
	}

	roles, err := r.directory.Roles(ctx, iriusrisk.ListOptions{})
	existing := rolesNamed(roles, after.Name.ValueString())

	// A role in the state belongs to this resource, if it is tainted and is deleted first, or to another one, and that conflict is
	// reported elsewhere.
	if err != nil || len(existing) == 0 || r.plannedRoles.isManaged(existing[0].ID) {
		return
	}

	r.planned.addFailingCreation(diags, func(diags *diag.Diagnostics) { addRoleConflict(diags, &existing[0], "") })
}

// findRoleToImport returns the UUID of the role with a UUID or a name. A UUID that is not in the list is returned as it is: the
// read after the import decides whether it exists.
func (r *roleResource) findRoleToImport(ctx context.Context, id string, diags *diag.Diagnostics) (roleID string, ok bool) {
	if diags.HasError() {
		return "", false
	}

	roles, err := r.directory.Roles(ctx, iriusrisk.ListOptions{})
	if err != nil {
		addAPIError(diags, fmt.Sprintf("look up the role with the id or name %q", id), err)

		return "", false
	}

	var names []string
	for _, role := range roles {
		names = append(names, role.Name)
	}

	matching := slices.DeleteFunc(slices.Clone(roles), func(role iriusrisk.Role) bool { return !strings.EqualFold(role.ID, id) && role.Name != id })

	switch {
	case len(matching) == 1:
		return matching[0].ID, true
	case len(matching) > 1:
		labels := make([]string, len(matching))
		for i, role := range matching {
			labels[i] = roleLabel(role)
		}

		diags.AddError("Ambiguous import", fmt.Sprintf("%d roles have the id or name %q: %s. Import one of them by its id.", len(matching), id, strings.Join(labels, ", ")))
	case uuidPattern.MatchString(id):
		return id, true
	default:
		diags.AddError("Unable to import a role", fmt.Sprintf("There is no role with the id or name %q, or it is not visible to the provider's API token.%s", id, didYouMean(id, names)))
	}

	return "", false
}

// roleLabel describes a role in a message.
func roleLabel(role iriusrisk.Role) string {
	return fmt.Sprintf("%s (%s)", iriusrisk.Visible(role.Name), role.ID)
}
