package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// lockRoles acquires the lock of all roles, and adds an error if the run is interrupted first. It invalidates cached reads both
// when the lock is acquired and when it is released.
func (r *roleResource) lockRoles(ctx context.Context, role *roleModel, diags *diag.Diagnostics) (unlock func(), ok bool) {
	release, err := r.roleLocks.lock(ctx, "")
	if err != nil {
		diags.AddError(fmt.Sprintf("Role %s was not changed", role.label()),
			"The run was interrupted while this change was waiting for another change of a role. No request was sent.")

		return nil, false
	}

	done := r.directory.WritingRole(role.ID.ValueString())

	return func() {
		done()
		release()
	}, true
}

// withName returns the roles with a name, bypassing the cache. It reads the whole list: how a filter quotes a value is not
// documented.
func (r *roleResource) withName(ctx context.Context, name string) ([]iriusrisk.Role, error) {
	roles, err := r.client.ListRoles(ctx, iriusrisk.ListOptions{})

	return rolesNamed(roles, name), err
}

func rolesNamed(roles []iriusrisk.Role, name string) []iriusrisk.Role {
	return slices.DeleteFunc(slices.Clone(roles), func(role iriusrisk.Role) bool { return role.Name != name })
}

// resolveID sets the id of a role whose id is not known, because it could not be read back after its creation.
func (r *roleResource) resolveID(ctx context.Context, state *roleModel, diags *diag.Diagnostics) bool {
	if !state.ID.IsNull() {
		return true
	}

	attempt := fmt.Sprintf("look up the role with the name %q", state.Name.ValueString())
	found, err := r.withName(ctx, state.Name.ValueString())

	switch {
	case err != nil:
		addAPIError(diags, attempt, err)
	case len(found) != 1:
		addFailure(diags, attempt, fmt.Sprintf("The id of the role is not known, because its creation was interrupted, and %d roles have this name. Remove the resource from the state with terraform state rm.", len(found)))
	default:
		state.ID = types.StringValue(found[0].ID)
	}

	return !state.ID.IsNull()
}

// create looks the name up, sends the request, and looks for the role if the outcome is unknown or the response has no body. It
// returns nil and adds an error if the role was not created.
func (r *roleResource) create(ctx context.Context, request iriusrisk.RoleRequest, diags *diag.Diagnostics) *iriusrisk.Role {
	existing, err := r.withName(ctx, request.Name)

	switch {
	case err != nil:
		addAPIError(diags, fmt.Sprintf("look up role %q before creating it", request.Name), err)

		return nil
	case len(existing) > 0:
		addRoleConflict(diags, &existing[0], "")

		return nil
	}

	role, err := r.client.CreateRole(ctx, request)

	switch {
	case err == nil && role != nil:
		return role
	case err == nil, iriusrisk.OutcomeUnknown(err):
		return r.findCreated(ctx, request, err, diags)
	case iriusrisk.IsRejected(err):
		// The text of the error does not reliably identify a duplicate, so the name is looked up. If the request was sent more than
		// once, an earlier attempt may have taken effect.
		if found, readErr := r.withName(ctx, request.Name); readErr == nil && len(found) > 0 {
			if iriusrisk.WasRetried(err) && len(found) == 1 && isRole(&found[0], request) {
				return &found[0]
			}

			addRoleConflict(diags, &found[0], " "+explain(err))

			return nil
		}
	}

	addAPIError(diags, fmt.Sprintf("create role %q", request.Name), err)

	return nil
}

// findCreated looks for the role after a POST without a usable response, for a few seconds if the server may have created it or
// may still be doing so. The name was free before, so a role that now has it, with the description that was sent, is the new
// one. cause is nil if the POST succeeded; if the lookup then fails, findCreated returns a role without an id.
func (r *roleResource) findCreated(ctx context.Context, request iriusrisk.RoleRequest, cause error, diags *diag.Diagnostics) *iriusrisk.Role {
	final, cancel := finalContext(ctx)
	defer cancel()

	found, err := onceListed(final, r.providerData, cause == nil || iriusrisk.MayBeUnderWay(cause), func() ([]iriusrisk.Role, error) {
		return r.withName(final, request.Name)
	})

	// The server responded, so it may have created the role with another spelling of the name.
	_, answered := errors.AsType[*iriusrisk.AnswerError](cause)

	switch {
	case err == nil && len(found) == 1 && (cause == nil || isRole(&found[0], request)):
		return &found[0]
	case err == nil && len(found) > 0:
		addRoleConflict(diags, &found[0], " The outcome of the provider's request to create the role is unknown, and the existing role differs from what was sent.")
	case err != nil && cause == nil:
		addAPIError(diags, fmt.Sprintf("read the new role %q", request.Name), fmt.Errorf("%w; %s", err, partialRole))

		return &iriusrisk.Role{Name: request.Name}
	case err == nil && cause != nil && !answered:
		addAPIError(diags, fmt.Sprintf("create role %q", request.Name), fmt.Errorf("%w; IriusRisk still has no role with this name, so probably nothing was created", cause))
	default:
		addRoleMayExist(diags, request.Name, cause)
	}

	return nil
}

// partialRole is the part of an error that says what happens to a partially created role.
const partialRole = "the role is in the state, marked as tainted, and the next apply replaces it"

// isRole reports whether the server shows the name and, if it reports one, the description that were sent.
func isRole(role *iriusrisk.Role, sent iriusrisk.RoleRequest) bool {
	return role.Name == sent.Name && (role.Description == nil || *role.Description == sent.Description)
}

// addRoleMayExist adds an error about a creation whose outcome is unknown.
func addRoleMayExist(diags *diag.Diagnostics, name string, cause error) {
	reason := "IriusRisk reported that the creation succeeded, but now has no role with this name."
	if cause != nil {
		reason = "The request to create the role was sent, but the provider cannot determine whether it took effect: " + explain(cause)
	}

	diags.AddError(fmt.Sprintf("Role %q may have been created", name),
		fmt.Sprintf("%s\n\nIf the role exists, import it, or delete it in IriusRisk and apply again:\n\n%s", reason, importBlock("iriusrisk_role", name)))
}

// addRoleConflict adds an error about a name that is taken, with the ways to manage the existing role.
func addRoleConflict(diags *diag.Diagnostics, role *iriusrisk.Role, remark string) {
	diags.AddError(fmt.Sprintf("Role %q already exists", role.Name),
		fmt.Sprintf("IriusRisk already has a role with this name (id %s), which was not changed.%s\n\n"+
			"If this configuration managed the role under another resource address, such as another name, module or for_each key, add a moved block. "+
			"If the role is not managed by Terraform yet, import it:\n\n%s\n\n"+
			"If this replaces a role of this configuration under the same name, remove create_before_destroy.",
			role.ID, remark, importBlock("iriusrisk_role", role.ID)))
}

// undoCreate deletes a partially created role of this run. It reports whether the role no longer exists.
func (r *roleResource) undoCreate(ctx context.Context, created *iriusrisk.Role, diags *diag.Diagnostics) bool {
	final, cancel := finalContext(ctx)
	defer cancel()

	if created.ID == "" {
		return false
	}

	if err := r.deleteRole(final, created.ID); err != nil {
		diags.AddError(fmt.Sprintf("Role %q was only partially created", created.Name),
			fmt.Sprintf("A step after the creation of the role failed, and the provider could not delete the role: %s. %s", partialRole, explain(err)))

		return false
	}

	diags.AddWarning(fmt.Sprintf("New role %q was deleted", created.Name), "A step after the creation of the role failed, so the provider deleted the role. The next apply creates it again.")

	return true
}

// update writes the planned name and description unless the server already has them. It reports whether the server has what is
// planned.
func (r *roleResource) update(ctx context.Context, plan, state *roleModel, diags *diag.Diagnostics) bool {
	id, change := state.ID.ValueString(), plan.plannedDetails(state)

	role, err := r.client.GetRole(ctx, id)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("read role %s before changing it", state.label()), err)

		return false
	}

	if len(change.differences(role, true)) == 0 {
		return true
	}

	// An update replaces both values, so an unchanged one comes from a fresh read.
	description := cmp.Or(change.description, role.Description, state.Description.ValueStringPointer())
	if description == nil {
		addFailure(diags, "update role "+state.label(),
			"An update replaces the name and the description, but IriusRisk does not report the description, so the update would erase it. Nothing was changed. Set the description in the configuration.")

		return false
	}

	shown, err := r.client.UpdateRole(ctx, id, iriusrisk.RoleRequest{Name: *cmp.Or(change.name, &role.Name), Description: *description})

	// A description that the server never reports cannot be read back.
	err = confirmWrite(ctx, err, func(ctx context.Context) (bool, error) {
		now, err := r.client.GetRole(ctx, id)

		return err == nil && len(change.differences(now, true)) == 0, err
	})
	if err != nil {
		addAPIError(diags, "update role "+state.label(), err)

		return false
	}

	return r.checkUpdated(ctx, state, change, shown, diags)
}

// checkUpdated compares what the server shows after an update with what was sent.
func (r *roleResource) checkUpdated(ctx context.Context, state *roleModel, change roleDetails, shown *iriusrisk.Role, diags *diag.Diagnostics) bool {
	if shown == nil {
		var err error
		if shown, err = r.client.GetRole(ctx, state.ID.ValueString()); err != nil {
			diags.AddWarning(fmt.Sprintf("The update of role %s could not be verified", state.label()),
				"IriusRisk reported success without returning the role, and reading it back failed. The next plan shows any differences. "+explain(err))

			return true
		}
	}

	ignored := change.differences(shown, false)
	if len(ignored) == 0 {
		return true
	}

	diags.AddError(fmt.Sprintf("Role %s was not changed", state.label()),
		fmt.Sprintf("IriusRisk reported that the update succeeded, but still has different values for: %s. Configure the values that IriusRisk has, or add the attributes to ignore_changes.", strings.Join(ignored, ", ")))

	return false
}

// delete deletes the role. A role that does not exist any more is not an error.
func (r *roleResource) delete(ctx context.Context, state *roleModel, diags *diag.Diagnostics) {
	if err := r.deleteRole(ctx, state.ID.ValueString()); err != nil {
		addAPIError(diags, "delete role "+state.label(), err)
	}
}

// deleteRole deletes a role. After a 404 or an unknown outcome, it returns nil only if a read proves that the role does not
// exist.
func (r *roleResource) deleteRole(ctx context.Context, id string) error {
	err := r.onceRoleVisible(ctx, id, func() error { return r.client.DeleteRole(ctx, id) })
	if err == nil || errors.Is(err, errWaitInterrupted) || (!iriusrisk.IsNotFound(err) && !iriusrisk.OutcomeUnknown(err)) {
		return err
	}

	final, cancel := finalContext(ctx)
	defer cancel()

	_, readErr := r.client.GetRole(final, id)

	switch {
	case iriusrisk.IsNotFound(readErr):
		return r.confirmAbsent(final, readErr)
	case readErr != nil:
		return fmt.Errorf("%w; cannot determine whether it took effect: %w", err, readErr)
	default:
		return err
	}
}

func warnMissingRole(role *roleModel, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Role %s was not found", role.label()), "IriusRisk has no such role. It was deleted outside Terraform. The resource is removed from the state.")
}

// warnUnreportedRoleDescription warns, once per run, if an individual read of a role lacks the description.
func (s *providerData) warnUnreportedRoleDescription(role *iriusrisk.Role, diags *diag.Diagnostics) {
	if role.Description == nil && s.unreported.add("description of roles") {
		diags.AddWarning(`IriusRisk does not report the field "description"`,
			fmt.Sprintf("The response about role %q lacks the field description, and responses about other roles may lack it too. The state keeps the value of description, and changes made outside Terraform cannot be detected.", role.Name))
	}
}
