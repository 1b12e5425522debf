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

// memberViews are two views of the same roles or business units: their UUIDs and their names. At most one of them is
// configured, and the other one is computed, so that a plan always shows names. Both are null if the set is not managed.
type memberViews struct{ ids, names types.Set }

func unmanagedMembers() memberViews {
	return memberViews{ids: types.SetNull(types.StringType), names: types.SetNull(types.StringType)}
}

func (v memberViews) equal(other memberViews) bool {
	return v.ids.Equal(other.ids) && v.names.Equal(other.names)
}

// viewsOf reads both views of the sets of a kind, such as role_ids and role_names.
func (k membershipKind) viewsOf(ctx context.Context, source attributeReader, diags *diag.Diagnostics) (views memberViews) {
	diags.Append(source.GetAttribute(ctx, k.setArguments().ids, &views.ids)...)
	diags.Append(source.GetAttribute(ctx, k.setArguments().names, &views.names)...)

	return views
}

// viewArguments are the arguments of two views.
type viewArguments struct{ ids, names path.Path }

// setArguments are the arguments of the views of a set, such as role_ids and role_names.
func (k membershipKind) setArguments() viewArguments {
	return viewArguments{ids: path.Root(k.attribute + "s"), names: path.Root(k.nameAttribute + "s")}
}

// memberArguments are the arguments of the views of one member, such as role_id and role_name.
func (k membershipKind) memberArguments() viewArguments {
	return viewArguments{ids: path.Root(k.attribute), names: path.Root(k.nameAttribute)}
}

// setViews writes both views.
func (k membershipKind) setViews(ctx context.Context, target attributeWriter, views memberViews) diag.Diagnostics {
	diags := target.SetAttribute(ctx, k.setArguments().ids, views.ids)

	return append(diags, target.SetAttribute(ctx, k.setArguments().names, views.names)...)
}

// planViews plans both views of a set. planned holds what the framework has planned; only the configured view of it counts.
// Names are resolved from the list of all roles or business units, which is read once a run. A name that does not exist, or
// that several objects have, is an error about the argument.
func (s *providerData) planViews(ctx context.Context, kind membershipKind, arguments viewArguments, config, planned, prior memberViews, diags *diag.Diagnostics) memberViews {
	switch {
	case !config.names.IsNull() && !config.ids.IsNull() && !prior.ids.IsNull():
		// Only one view can be declared, so ignore_changes has set the other one to its prior value.
		if planned.ids.Equal(prior.ids) {
			return prior
		}

		return memberViews{ids: planned.ids, names: prior.names}
	case !config.names.IsNull():
		names, complete := knownElements(planned.names)
		unknown := memberViews{ids: types.SetUnknown(types.StringType), names: planned.names}

		switch {
		case !complete:
			return unknown
		case s == nil || s.client == nil:
			if planned.names.Equal(prior.names) {
				return prior
			}

			return unknown
		}

		ids, ok := s.idsByName(ctx, kind, names, arguments.names, diags)
		if !ok {
			return unknown
		}

		return memberViews{ids: withPriorSpelling(ids, prior.ids), names: planned.names}
	case !config.ids.IsNull():
		return memberViews{ids: planned.ids, names: s.planNames(ctx, kind, arguments.ids, planned.ids, prior, diags)}
	default:
		return unmanagedMembers()
	}
}

// planNames plans the names of configured UUIDs. They are unknown if they cannot be determined yet. A UUID that does not
// exist is an error.
func (s *providerData) planNames(ctx context.Context, kind membershipKind, argument path.Path, planned types.Set, prior memberViews, diags *diag.Diagnostics) types.Set {
	unknown := types.SetUnknown(types.StringType)

	// The names of the prior state may be null, in a state of an earlier version that was not refreshed.
	if planned.Equal(prior.ids) {
		return prior.names
	}

	ids, complete := knownElements(planned)
	if !complete || s == nil || s.client == nil {
		return unknown
	}

	all, err := s.allWith(ctx, kind, ids)

	// Terraform plans again during an apply, and rejects a name that the plan has shown and that is now unknown. So only a
	// caller who never sees the list gets an unknown name.
	if iriusrisk.IsForbidden(err) && s.seesSomeUsers(ctx) {
		return unknown
	}

	if err != nil {
		s.addReadError(diags, fmt.Sprintf("look up the names of %ss", kind.noun), err)

		return unknown
	}

	elements := make([]attr.Value, 0, len(ids))

	for _, id := range ids {
		found, listed := memberWithID(all, id)
		if !listed && (!kind.scoped || !s.seesSomeUsers(ctx)) {
			diags.AddAttributeError(argument, fmt.Sprintf("There is no %s with the id %s", kind.noun, id),
				fmt.Sprintf("IriusRisk has no %s with this id. It may have been deleted, or the id may be that of another object.", kind.noun))

			return unknown
		}

		name := s.plannedNames.name(kind, id, found.name)
		if value := types.StringValue(name); name != "" && !slices.Contains(elements, attr.Value(value)) {
			elements = append(elements, value)
		}
	}

	return types.SetValueMust(types.StringType, elements)
}

// allWith returns all roles or business units of the instance. If the cached list lacks one of the UUIDs, it reads the list
// again, because that one may have been created since.
func (s *providerData) allWith(ctx context.Context, kind membershipKind, ids []string) ([]member, error) {
	all, err := kind.cachedAll(s.directory, ctx)

	if err == nil && slices.ContainsFunc(ids, func(id string) bool { _, listed := memberWithID(all, id); return !listed }) {
		return kind.freshAll(s.client, ctx)
	}

	return all, err
}

// seesSomeUsers reports whether the caller is known to see only some users and business units.
func (s *providerData) seesSomeUsers(ctx context.Context) bool {
	all, err := s.seesAllUsers(ctx)

	return err == nil && !all
}

// settleViews resolves, at the beginning of an apply, what the plan could not: names of objects that this run has created.
// It adds an error and returns false if a name does not exist.
func (s *providerData) settleViews(ctx context.Context, kind membershipKind, argument path.Path, views *memberViews, diags *diag.Diagnostics) bool {
	if _, complete := knownElements(views.ids); !complete {
		ids, ok := s.appliedIDs(ctx, kind, setStrings(views.names), argument, diags)
		if !ok {
			return false
		}

		views.ids = idSet(ids)
	}

	if views.names.IsUnknown() {
		views.names = s.knownNames(ctx, kind, views.ids)
	}

	return true
}

// reconcileViews is reconcile for both views. names are the planned ones.
func (s *providerData) reconcileViews(ctx context.Context, change setChange, names types.Set, diags *diag.Diagnostics) (actual memberViews, ok bool) {
	ids, ok := s.reconcile(ctx, change, diags)
	if !ok {
		names = s.knownNames(ctx, change.kind, ids)
	}

	return memberViews{ids: ids, names: names}, ok
}

// knownNames returns the names of UUIDs, or null if they cannot be read: the next refresh reads them again.
func (s *providerData) knownNames(ctx context.Context, kind membershipKind, ids types.Set) types.Set {
	if ids.IsNull() {
		return types.SetNull(types.StringType)
	}

	names, ok := s.namesOf(ctx, kind, membersWithIDs(setStrings(ids)))
	if !ok {
		return types.SetNull(types.StringType)
	}

	return names
}

// namesOf returns the names of roles or business units. Names that the members lack are read from the list of all of them.
// One that is not in the list has no name. ok is false if the list cannot be read.
func (s *providerData) namesOf(ctx context.Context, kind membershipKind, members []member) (names types.Set, ok bool) {
	elements := make([]attr.Value, 0, len(members))

	for _, wanted := range members {
		name, ok := s.nameOf(ctx, kind, wanted)
		if !ok {
			return types.Set{}, false
		}

		if value := types.StringValue(name); name != "" && !slices.Contains(elements, attr.Value(value)) {
			elements = append(elements, value)
		}
	}

	return types.SetValueMust(types.StringType, elements), true
}

// nameOf returns the name of a role or business unit, "" if it is not in the list of all of them. ok is false if the list
// cannot be read.
func (s *providerData) nameOf(ctx context.Context, kind membershipKind, wanted member) (name string, ok bool) {
	if wanted.name != "" {
		return wanted.name, true
	}

	all, err := kind.cachedAll(s.directory, ctx)
	found, _ := memberWithID(all, wanted.id)

	return found.name, err == nil
}

// idsByName resolves names at plan time. An id is unknown if this plan creates the object with the name.
func (s *providerData) idsByName(ctx context.Context, kind membershipKind, names []string, argument path.Path, diags *diag.Diagnostics) (ids []types.String, ok bool) {
	all, err := kind.cachedAll(s.directory, ctx)
	if err != nil {
		s.addReadError(diags, fmt.Sprintf("look up %ss by name", kind.noun), err)

		return nil, false
	}

	ok = true

	for _, name := range names {
		id, planned := s.plannedNames.id(kind, name)
		if !planned {
			found, resolved := resolveName(kind, all, name, argument, diags)
			id, ok = types.StringValue(found), ok && resolved
		}

		ids = append(ids, id)
	}

	return ids, ok
}

// appliedIDs resolves names during an apply. The cached list is enough if it has all of them, because a write of this run to
// a role or a business unit invalidates it.
func (s *providerData) appliedIDs(ctx context.Context, kind membershipKind, names []string, argument path.Path, diags *diag.Diagnostics) (ids []types.String, ok bool) {
	var ignored diag.Diagnostics

	all, err := kind.cachedAll(s.directory, ctx)
	if ids, ok = resolveNames(kind, all, names, argument, &ignored); err == nil && ok {
		return ids, true
	}

	if all, err = kind.freshAll(s.client, ctx); err != nil {
		addAPIError(diags, fmt.Sprintf("look up %ss by name", kind.noun), err)

		return nil, false
	}

	return resolveNames(kind, all, names, argument, diags)
}

// resolveNames finds the only role or business unit with each name.
func resolveNames(kind membershipKind, all []member, names []string, argument path.Path, diags *diag.Diagnostics) (ids []types.String, ok bool) {
	ok = true

	for _, name := range names {
		id, resolved := resolveName(kind, all, name, argument, diags)
		ids, ok = append(ids, types.StringValue(id)), ok && resolved
	}

	return ids, ok
}

// resolveName finds the only role or business unit with a name. Otherwise it adds an error.
func resolveName(kind membershipKind, all []member, name string, argument path.Path, diags *diag.Diagnostics) (id string, ok bool) {
	var matching, candidates []string

	for _, candidate := range all {
		candidates = append(candidates, candidate.name)

		if candidate.name == name {
			matching = append(matching, candidate.id)
		}
	}

	switch len(matching) {
	case 1:
		return matching[0], true
	case 0:
		diags.AddAttributeError(argument, fmt.Sprintf("There is no %s named %q", kind.noun, name),
			strings.TrimSpace(fmt.Sprintf("IriusRisk has no %s whose name is exactly %q.%s %s", kind.noun, name, didYouMean(name, candidates), kind.visibility())))
	default:
		diags.AddAttributeError(argument, fmt.Sprintf("Several %ss are named %q", kind.noun, name),
			fmt.Sprintf("%d %ss have this name: %s. Use their ids instead of names, or rename them.", len(matching), kind.noun, strings.Join(matching, ", ")))
	}

	return "", false
}

// visibility explains why the caller may not see an object of the kind, and is "" for roles, which all callers see.
func (k membershipKind) visibility() string {
	if k.scoped {
		return onlyOwnUnits
	}

	return ""
}

// withPriorSpelling returns a set of UUIDs, or the prior set if it holds the same UUIDs in another letter case.
func withPriorSpelling(ids []types.String, prior types.Set) types.Set {
	planned := idSet(ids)
	known, complete := knownElements(planned)

	if before := setStrings(prior); complete && !prior.IsNull() && len(difference(known, before)) == 0 && len(difference(before, known)) == 0 {
		return prior
	}

	return planned
}

// idSet returns a set of UUIDs, some of which may be unknown.
func idSet(ids []types.String) types.Set {
	elements := make([]attr.Value, len(ids))
	for i, id := range ids {
		elements[i] = id
	}

	return types.SetValueMust(types.StringType, elements)
}

// membersWithIDs returns members without names.
func membersWithIDs(ids []string) []member {
	members := make([]member, len(ids))
	for i, id := range ids {
		members[i].id = id
	}

	return members
}

// setOf returns a set of one string, which is null or unknown if the string is.
func setOf(value types.String) types.Set {
	switch {
	case value.IsNull():
		return types.SetNull(types.StringType)
	case value.IsUnknown():
		return types.SetUnknown(types.StringType)
	default:
		return types.SetValueMust(types.StringType, []attr.Value{value})
	}
}

// only returns the string of a set of at most one, which is null if there is none.
func only(set types.Set) types.String {
	values, complete := knownElements(set)

	switch {
	case !complete:
		return types.StringUnknown()
	case len(values) == 0:
		return types.StringNull()
	default:
		return types.StringValue(values[0])
	}
}
