package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// memberIDsAttribute describes the set of the UUIDs of all roles or business units of a user. text says what the set means.
func memberIDsAttribute(kind membershipKind, text string, alternatives validator.Set) schema.SetAttribute {
	return schema.SetAttribute{
		Optional:    true,
		Computed:    true,
		ElementType: types.StringType,
		MarkdownDescription: fmt.Sprintf("The UUIDs of all %[1]ss of the user, for example from the data source `%[2]s`. %[3]s "+
			"Computed if `%[4]ss` is set.", kind.noun, kind.lookup, text, kind.nameAttribute),
		Validators:    []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(uuidValidator()), alternatives},
		PlanModifiers: []planmodifier.Set{keepSpellings{}},
	}
}

// inlineIDsAttribute describes the optional set of the UUIDs of all roles or business units of an iriusrisk_user.
func inlineIDsAttribute(kind membershipKind) schema.SetAttribute {
	return memberIDsAttribute(kind, fmt.Sprintf("If neither `%[2]ss` nor `%[3]ss` is set, the %[1]ss are not managed by this resource. "+
		"When one of them is set, even to `[]`, the set is authoritative: %[1]ss assigned outside Terraform show up as drift and are removed on the next apply. "+
		"Do not combine it with `iriusrisk_%[4]s` or `iriusrisk_%[4]ss_exclusive` for the same user.", kind.noun, kind.attribute, kind.nameAttribute, kind.typeName),
		setvalidator.ConflictsWith(path.MatchRoot(kind.nameAttribute+"s")))
}

// memberNamesAttribute describes the set of the names of the same roles or business units.
func memberNamesAttribute(kind membershipKind) schema.SetAttribute {
	return schema.SetAttribute{
		Optional:    true,
		Computed:    true,
		ElementType: types.StringType,
		MarkdownDescription: fmt.Sprintf("The names of all %[1]ss of the user, as an alternative to `%[2]ss`. Names are case-sensitive and must be unique in the instance. "+
			"Computed if `%[2]ss` is set.", kind.noun, kind.attribute),
		Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
	}
}

// readSet updates a set of UUIDs to the roles or business units of a user, read through the cache. It returns an error if an
// element is missing that the caller could not see.
func (s *providerData) readSet(ctx context.Context, kind membershipKind, username string, set *types.Set) ([]member, error) {
	members, err := s.expectedMembers(ctx, kind, username, *set)
	have := idsOf(members)

	if err == nil {
		for _, id := range difference(setStrings(*set), have) {
			err = errors.Join(err, s.confirmVisible(ctx, kind, id))
		}
	}

	if err != nil {
		return nil, &attemptError{attempt: fmt.Sprintf("read the %ss of user %q", kind.noun, username), cause: err}
	}

	*set = withKnownSpelling(have, *set)

	return members, nil
}

// readViews is readSet for both views. The prior names stay if the names cannot be read.
func (s *providerData) readViews(ctx context.Context, kind membershipKind, username string, ids, names *types.Set) error {
	members, err := s.readSet(ctx, kind, username, ids)
	if err != nil {
		return err
	}

	if found, ok := s.namesOf(ctx, kind, members); ok {
		*names = found
	}

	return nil
}

// expectedMembers returns the roles or business units of a user, who had those of a set when it was last read. The set is
// null if nothing is known about them.
func (s *providerData) expectedMembers(ctx context.Context, kind membershipKind, username string, set types.Set) ([]member, error) {
	if set.IsNull() {
		return kind.cachedMembers(s.directory, ctx, username)
	}

	return kind.confirmedMembers(s.directory, ctx, username, setStrings(set))
}

// difference returns the UUIDs or usernames of values that are not in others, ignoring case.
func difference(values, others []string) []string {
	known := make(map[string]struct{}, len(others))
	for _, other := range others {
		known[iriusrisk.FoldUsername(other)] = struct{}{}
	}

	return slices.DeleteFunc(slices.Clone(values), func(value string) bool {
		_, found := known[iriusrisk.FoldUsername(value)]

		return found
	})
}

// stringElements is a set of strings, as [types.Set] or as a large set.
type stringElements interface {
	attr.Value

	Elements() []attr.Value
}

// setStrings returns the strings of a known set.
func setStrings(set stringElements) []string {
	var values []string

	for _, element := range set.Elements() {
		if value, ok := element.(types.String); ok {
			values = append(values, value.ValueString())
		}
	}

	return values
}

// withKnownSpelling returns a set of the UUIDs or usernames, each in the spelling of the known set. If that has a value in
// several spellings, the result has all of them.
func withKnownSpelling(values []string, known stringElements) types.Set {
	spellings := make(map[string][]attr.Value)

	for _, spelling := range setStrings(known) {
		key := iriusrisk.FoldUsername(spelling)
		spellings[key] = append(spellings[key], types.StringValue(spelling))
	}

	elements := make([]attr.Value, 0, len(values))
	added := make(map[string]struct{}, len(values))

	for _, value := range values {
		key := iriusrisk.FoldUsername(value)
		if _, found := added[key]; found {
			continue
		}

		added[key] = struct{}{}

		if known := spellings[key]; len(known) > 0 {
			elements = append(elements, known...)
		} else {
			elements = append(elements, types.StringValue(value))
		}
	}

	return types.SetValueMust(types.StringType, elements)
}

// memberReaders bounds how many users' memberships are read concurrently, and so the goroutines. The client limits the
// requests.
const memberReaders = 64

// keepMembers records the roles or business units that a planned set keeps from its prior state.
func (s *providerData) keepMembers(kind membershipKind, username types.String, prior, planned types.Set, diags *diag.Diagnostics) {
	kept, _ := knownElements(planned)

	for _, id := range setStrings(prior) {
		if containsID(kept, id) {
			s.keepMembership(kind, username.ValueString(), id, diags)
		}
	}
}
