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

// lookup finds the single object that matches a criterion.
type lookup[T any] struct {
	*providerData

	noun string // "role"

	// get reads one by its UUID. It may need more permissions than list does.
	get func(ctx context.Context, id string) (*T, error)

	// list reads all objects that match a filter.
	list func(ctx context.Context, options iriusrisk.ListOptions) ([]T, error)

	// name returns the name of an object, which an error may suggest.
	name func(item T) string

	// label describes an object in an error, "Auditor (38400000-…)".
	label func(item T) string
}

// criterion is what a lookup searches for: an argument of the data source, the corresponding property of the API, and its
// value.
type criterion[T any] struct {
	argument, property, value string

	// operator is the comparison in the filter of the request, "=" if empty. It may find more than what matches.
	operator string

	matches func(item T) bool
}

// one returns the object if exactly one matches. Otherwise it adds an error that says what was looked for and what was found.
func (l lookup[T]) one(ctx context.Context, wanted criterion[T], diags *diag.Diagnostics) (found T, ok bool) {
	attempt := fmt.Sprintf("look up the %s with %s %q", l.noun, wanted.argument, wanted.value)

	matching, err := l.matching(ctx, wanted)
	if err != nil {
		l.addReadError(diags, attempt, err)

		return found, false
	}

	switch len(matching) {
	case 1:
		return matching[0], true
	case 0:
		diags.AddError("Unable to "+attempt,
			strings.TrimSpace(fmt.Sprintf("There is no %s whose %s is exactly %q.%s %s", l.noun, wanted.argument, wanted.value, l.suggest(ctx, wanted), l.visibility())))
	default:
		labels := make([]string, len(matching))
		for i, item := range matching {
			labels[i] = l.label(item)
		}

		diags.AddError("Unable to "+attempt,
			fmt.Sprintf("%d %ss match: %s. Select one of them with another argument.", len(matching), l.noun, strings.Join(labels, ", ")))
	}

	return found, false
}

// visibility explains why the caller may not see an object, and is "" for objects that all callers see.
func (l lookup[T]) visibility() string {
	switch l.noun {
	case "user":
		return onlyOwnUsers
	case "business unit":
		return onlyOwnUnits
	default:
		return ""
	}
}

// suggest returns a sentence with the names that are closest to the one that was looked for. The whole list has been read
// before.
func (l lookup[T]) suggest(ctx context.Context, wanted criterion[T]) string {
	if wanted.argument != "name" || l.name == nil {
		return ""
	}

	items, err := l.list(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return ""
	}

	names := make([]string, len(items))
	for i, item := range items {
		names[i] = l.name(item)
	}

	return didYouMean(wanted.value, names)
}

// matching returns all objects that match. It checks the results of a filter, and if a filter finds nothing, it reads the
// whole list: it is not documented how to escape a quote in a value, or which other characters are part of the grammar.
func (l lookup[T]) matching(ctx context.Context, wanted criterion[T]) ([]T, error) {
	if wanted.argument == "id" {
		item, err := l.get(ctx, wanted.value)

		switch {
		case err == nil:
			return wanted.among([]T{*item}), nil
		case iriusrisk.IsNotFound(err):
			return nil, l.confirmAbsent(ctx, err)
		case !iriusrisk.IsForbidden(err):
			return nil, err
		}
	}

	if !strings.Contains(wanted.value, "'") {
		filter := fmt.Sprintf("'%s'%s'%s'", wanted.property, cmp.Or(wanted.operator, "="), wanted.value)

		items, err := l.list(ctx, iriusrisk.ListOptions{Filter: filter})
		if err != nil && !iriusrisk.IsRejected(err) {
			return nil, err
		}

		if matching := wanted.among(items); len(matching) > 0 {
			return matching, nil
		}
	}

	items, err := l.list(ctx, iriusrisk.ListOptions{})

	return wanted.among(items), err
}

// among returns the items that match.
func (c criterion[T]) among(items []T) []T {
	return slices.DeleteFunc(slices.Clone(items), func(item T) bool { return !c.matches(item) })
}

// lookupAttribute describes one of the alternative arguments of a lookup, which is computed if another one is configured.
func lookupAttribute(description string, alternatives []string, checks ...validator.String) schema.StringAttribute {
	last := len(alternatives) - 1

	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: fmt.Sprintf("%s Exactly one of `%s` and `%s` must be set.",
			description, strings.Join(alternatives[:last], "`, `"), alternatives[last]),
		Validators: checks,
	}
}

// exactlyOneOf requires exactly one of the arguments. It is attached to one of them only: on each, it would repeat the same
// error.
func exactlyOneOf(arguments []string) validator.String {
	expressions := make([]path.Expression, len(arguments))
	for i, argument := range arguments {
		expressions[i] = path.MatchRoot(argument)
	}

	return stringvalidator.ExactlyOneOf(expressions...)
}

// configuredOr returns the configured value, because Terraform requires its exact spelling, or else the value found.
func configuredOr(configured, found types.String) types.String {
	if configured.IsNull() {
		return found
	}

	return configured
}
