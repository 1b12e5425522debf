package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// lookup finds the one thing of a kind that has a property of a given value.
type lookup[T any] struct {
	noun string // "role"

	// get reads one by its UUID. It may need more permissions than list does.
	get func(ctx context.Context, id string) (*T, error)

	// list reads all that match a filter.
	list func(ctx context.Context, options iriusrisk.ListOptions) ([]T, error)

	// label names one of several in an error, "Auditor (38400000-…)".
	label func(thing T) string
}

// criterion is what a lookup searches by: an argument of the data source, the property of the API that it is about, and
// the value wanted.
type criterion[T any] struct {
	argument, property, value string

	// operator is how the server compares, "=" when empty. It may find more than what matches.
	operator string

	matches func(thing T) bool
}

// one returns exactly one thing, or an error that says what was looked for and what was found.
func (l lookup[T]) one(ctx context.Context, wanted criterion[T], diags *diag.Diagnostics) (found T, ok bool) {
	attempt := fmt.Sprintf("look up the %s with %s %q", l.noun, wanted.argument, wanted.value)

	matching, err := l.matching(ctx, wanted)
	if err != nil {
		addAPIError(diags, attempt, err)

		return found, false
	}

	switch len(matching) {
	case 1:
		return matching[0], true
	case 0:
		diags.AddError("Unable to "+attempt,
			fmt.Sprintf("There is no %s whose %s is exactly %q, or it is not visible to the provider's API token.", l.noun, wanted.argument, wanted.value))
	default:
		labels := make([]string, len(matching))
		for i, thing := range matching {
			labels[i] = l.label(thing)
		}

		diags.AddError("Unable to "+attempt,
			fmt.Sprintf("%d %ss match: %s. Look the right one up by another argument.", len(matching), l.noun, strings.Join(labels, ", ")))
	}

	return found, false
}

// matching returns all that match. What the server finds by a filter is checked here, and that it finds nothing is
// believed only once everything was read: how a quote inside a value is escaped is not documented, and what else a
// server may take for a part of the grammar is not known.
func (l lookup[T]) matching(ctx context.Context, wanted criterion[T]) ([]T, error) {
	if wanted.argument == "id" {
		thing, err := l.get(ctx, wanted.value)

		switch {
		case err == nil:
			return wanted.among([]T{*thing}), nil
		case iriusrisk.IsNotFound(err):
			return nil, nil
		case !iriusrisk.IsForbidden(err):
			return nil, err
		}
	}

	if !strings.Contains(wanted.value, "'") {
		filter := fmt.Sprintf("'%s'%s'%s'", wanted.property, cmp.Or(wanted.operator, "="), wanted.value)

		things, err := l.list(ctx, iriusrisk.ListOptions{Filter: filter})
		if err != nil && !iriusrisk.IsRejected(err) {
			return nil, err
		}

		if matching := wanted.among(things); len(matching) > 0 {
			return matching, nil
		}
	}

	things, err := l.list(ctx, iriusrisk.ListOptions{})

	return wanted.among(things), err
}

// among returns those things that match.
func (c criterion[T]) among(things []T) []T {
	return slices.DeleteFunc(slices.Clone(things), func(thing T) bool { return !c.matches(thing) })
}

// lookupAttribute is an argument that a thing is looked up by, and an attribute when it is looked up by another.
func lookupAttribute(description string, others []string, checks ...validator.String) schema.StringAttribute {
	marked := make([]string, len(others))
	for i, other := range others {
		marked[i] = "`" + other + "`"
	}

	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: fmt.Sprintf("%s Either this or %s is set.", description, strings.Join(marked, " or ")),
		Validators:          checks,
	}
}

// exactlyOneOf is for one of the arguments that a thing is looked up by: on each of them, it would say the same thing as
// often.
func exactlyOneOf(arguments ...string) validator.String {
	expressions := make([]path.Expression, len(arguments))
	for i, argument := range arguments {
		expressions[i] = path.MatchRoot(argument)
	}

	return stringvalidator.ExactlyOneOf(expressions...)
}

// configuredOr returns what the configuration holds, whose spelling Terraform insists on, or else what the server has.
func configuredOr(configured, found types.String) types.String {
	if configured.IsNull() {
		return found
	}

	return configured
}
