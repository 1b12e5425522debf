package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// permissionSet is one of the two sets of permissions of a role.
type permissionSet struct {
	scope     iriusrisk.PermissionScope
	attribute string // "global_permissions"
	set       *types.Set
}

// permissionSets returns the two sets in the order in which they are changed.
func (m *roleModel) permissionSets() []permissionSet {
	return []permissionSet{
		{iriusrisk.GlobalPermissions, "global_permissions", &m.GlobalPermissions},
		{iriusrisk.ProjectPermissions, "project_permissions", &m.ProjectPermissions},
	}
}

// readPermissions reads the permissions of a role, through the cache, into the sets that are not null. With all, it reads
// both sets.
func (s *providerData) readPermissions(ctx context.Context, role *roleModel, all bool) error {
	for _, permissions := range role.permissionSets() {
		if permissions.set.IsNull() && !all {
			continue
		}

		found, err := s.directory.RolePermissions(ctx, permissions.scope, role.ID.ValueString())
		if err != nil {
			return &attemptError{attempt: fmt.Sprintf("read the %s permissions of role %s", permissions.scope.Name, role.label()), cause: err}
		}

		*permissions.set = nameSet(permissionNames(found))
	}

	return nil
}

// readUserPermissions reads the union of the global permissions of a user's roles, through the cache.
func (s *providerData) readUserPermissions(ctx context.Context, username string, set *types.Set) error {
	roles, err := s.directory.UserRoles(ctx, username)
	if err != nil {
		return &attemptError{attempt: fmt.Sprintf("read the roles of user %q", username), cause: err}
	}

	var names []string

	for _, role := range roles {
		permissions, err := s.directory.RolePermissions(ctx, iriusrisk.GlobalPermissions, role.ID)
		if err != nil {
			return &attemptError{attempt: "read the global permissions of role " + roleLabel(role), cause: err}
		}

		names = append(names, permissionNames(permissions)...)
	}

	*set = nameSet(names)

	return nil
}

func permissionNames(permissions []iriusrisk.Permission) []string {
	names := make([]string, len(permissions))
	for i, permission := range permissions {
		names[i] = permission.Name
	}

	return names
}

// nameSet returns a set of names.
func nameSet(names []string) types.Set {
	elements := make([]attr.Value, 0, len(names))

	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		elements = append(elements, types.StringValue(name))
	}

	return types.SetValueMust(types.StringType, elements)
}

// namesWithout returns the names that are not among others. Names of permissions are case-sensitive.
func namesWithout(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// checkPermissionNames adds an error for each planned permission that the instance does not have. A permission of the prior
// state exists, also if the catalog does not list it, as may be the case for those of custom fields.
func (s *providerData) checkPermissionNames(ctx context.Context, planned, prior permissionSet, diags *diag.Diagnostics) {
	names, _ := knownElements(*planned.set)

	added := namesWithout(names, setStrings(*prior.set))
	if len(added) == 0 {
		return
	}

	catalog, err := s.directory.AllPermissions(ctx, planned.scope)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("look up the %s permissions of the instance", planned.scope.Name), err)

		return
	}

	for _, name := range namesWithout(added, permissionNames(catalog)) {
		diags.AddAttributeError(path.Root(planned.attribute), fmt.Sprintf("There is no %s permission %q", planned.scope.Name, name),
			fmt.Sprintf("IriusRisk has no %s permission with this name, which is case-sensitive.%s The data source iriusrisk_permissions lists all permissions.%s",
				planned.scope.Name, didYouMean(name, permissionNames(catalog)), s.otherScope(ctx, planned.scope, name)))
	}
}

// otherScope returns a sentence about a permission of the other scope, or "".
func (s *providerData) otherScope(ctx context.Context, scope iriusrisk.PermissionScope, name string) string {
	for _, other := range []iriusrisk.PermissionScope{iriusrisk.GlobalPermissions, iriusrisk.ProjectPermissions} {
		if other.Name == scope.Name {
			continue
		}

		if catalog, err := s.directory.AllPermissions(ctx, other); err == nil && slices.Contains(permissionNames(catalog), name) {
			return fmt.Sprintf(" It is a %s permission: set it in %s_permissions.", other.Name, other.Name)
		}
	}

	return ""
}

// permissionChange is a planned change of one set of permissions of a role.
type permissionChange struct {
	permissionSet

	roleID         string
	added, removed []string
}

// permissionDifference returns the permissions that a planned set adds to a prior one and removes from it. If the prior set is
// null, the set is managed for the first time, and the difference is to what the role has now. A set that is no longer managed
// has no difference.
func (s *providerData) permissionDifference(ctx context.Context, roleID string, planned, prior permissionSet) (change permissionChange, err error) {
	change = permissionChange{permissionSet: planned, roleID: roleID}

	if planned.set.IsNull() || planned.set.Equal(*prior.set) {
		return change, nil
	}

	have := setStrings(*prior.set)

	if prior.set.IsNull() {
		found, err := s.freshPermissions(ctx, planned.scope, roleID)
		if err != nil {
			return change, &attemptError{attempt: fmt.Sprintf("read the %s permissions of role %s before changing them", planned.scope.Name, roleID), cause: err}
		}

		have = permissionNames(found)
	}

	wanted := setStrings(*planned.set)
	change.added, change.removed = namesWithout(wanted, have), namesWithout(have, wanted)

	return change, nil
}

// freshPermissions returns the permissions of a role, bypassing the cache. The role may have been created in this run.
func (s *providerData) freshPermissions(ctx context.Context, scope iriusrisk.PermissionScope, roleID string) (permissions []iriusrisk.Permission, err error) {
	err = s.onceRoleVisible(ctx, roleID, func() error {
		permissions, err = s.client.ListRolePermissions(ctx, scope, roleID, iriusrisk.ListOptions{})

		return err
	})

	return permissions, err
}

// changePermissions makes all additions before all removals, so that a permission that is replaced by another one does not
// leave the role with neither. It attempts each change even if another one failed, and reports whether all succeeded.
// After a failure it sets the planned set to what the role has, or to the prior set if that cannot be read.
func (s *providerData) changePermissions(ctx context.Context, changes []permissionChange, prior *roleModel, diags *diag.Diagnostics) bool {
	failed := make([]bool, len(changes))

	for _, adds := range []bool{true, false} {
		for i, change := range changes {
			// Nothing is removed from a set after an addition to it has failed.
			if failed[i] {
				continue
			}

			if err := s.writePermissions(ctx, change, adds); err != nil {
				attempt := fmt.Sprintf("remove %s permissions from role %s", change.scope.Name, change.roleID)
				if adds {
					attempt = fmt.Sprintf("assign %s permissions to role %s", change.scope.Name, change.roleID)
				}

				addAPIError(diags, attempt, err)

				failed[i] = true
			}
		}
	}

	for i, change := range changes {
		if !failed[i] {
			continue
		}

		final, cancel := finalContext(ctx)
		defer cancel()

		if found, err := s.client.ListRolePermissions(final, change.scope, change.roleID, iriusrisk.ListOptions{}); err == nil {
			*change.set = nameSet(permissionNames(found))
		} else {
			*change.set = *prior.permissionSets()[i].set
		}
	}

	return !slices.Contains(failed, true)
}

// writePermissions assigns or removes the permissions of a change. It succeeds if the role has, or does not have, all of them
// afterwards, regardless of the response.
func (s *providerData) writePermissions(ctx context.Context, change permissionChange, adds bool) error {
	names, write := change.removed, s.client.UnassignRolePermissions
	if adds {
		names, write = change.added, s.client.AssignRolePermissions
	}

	if len(names) == 0 {
		return nil
	}

	ids, err := s.permissionIDs(ctx, change, names, adds)
	if err != nil || len(ids) == 0 {
		return err
	}

	err = s.onceRoleVisible(ctx, change.roleID, func() error { return write(ctx, change.scope, change.roleID, ids) })
	if !iriusrisk.OutcomeUnknown(err) && !iriusrisk.IsRejected(err) && !iriusrisk.IsNotFound(err) {
		return err
	}

	// The API documentation does not say how a permission that the role already has, or lacks, is answered, and a response may
	// be lost, so a read decides.
	final, cancel := finalContext(ctx)
	defer cancel()

	found, readErr := s.client.ListRolePermissions(final, change.scope, change.roleID, iriusrisk.ListOptions{})
	if readErr != nil {
		return fmt.Errorf("%w; cannot determine whether it took effect: %w", err, readErr)
	}

	remaining := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return adds == slices.ContainsFunc(found, func(permission iriusrisk.Permission) bool { return strings.EqualFold(permission.ID, id) })
	})

	switch {
	case len(remaining) == 0:
		return nil
	case len(remaining) < len(ids) && !iriusrisk.OutcomeUnknown(err):
		return write(ctx, change.scope, change.roleID, remaining)
	default:
		return err
	}
}

// permissionIDs returns the ids of permissions by their names. The role itself is read if the catalog lacks one that is
// removed; what the role does not have any more is left out.
func (s *providerData) permissionIDs(ctx context.Context, change permissionChange, names []string, adds bool) ([]string, error) {
	catalog, err := s.directory.AllPermissions(ctx, change.scope)
	if err != nil {
		return nil, err
	}

	missing := namesWithout(names, permissionNames(catalog))

	if len(missing) > 0 && adds {
		return nil, fmt.Errorf("the instance has no %s permission %s", change.scope.Name, quoted(missing))
	}

	if len(missing) > 0 {
		own, err := s.client.ListRolePermissions(ctx, change.scope, change.roleID, iriusrisk.ListOptions{})
		if err != nil {
			return nil, err
		}

		catalog = slices.Concat(catalog, own)
	}

	var ids []string

	for _, permission := range catalog {
		if slices.Contains(names, permission.Name) && !slices.Contains(ids, permission.ID) {
			ids = append(ids, permission.ID)
		}
	}

	return ids, nil
}

// quoted lists names in a message, each in quotes.
func quoted(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("%q", name)
	}

	return strings.Join(all, ", ")
}
