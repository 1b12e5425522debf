package provider

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var _ function.Function = (*filterFunction)(nil)

// filterFunction builds a filter expression of the API (documented: UsersApi, get_users).
type filterFunction struct{}

// NewFilterFunction returns the function filter.
func NewFilterFunction() function.Function {
	return &filterFunction{}
}

func (f *filterFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "filter"
}

func (f *filterFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Builds a filter of the IriusRisk API",
		MarkdownDescription: "Builds the value of an argument `filter` from conditions, with the quoting that the IriusRisk API requires. " +
			"An object must meet all conditions.",
		VariadicParameter: function.DynamicParameter{
			Name: "conditions",
			MarkdownDescription: "The conditions, at least one. Each is an object: either `{ property = ..., operator = ..., value = ... }`, or `{ any = [...] }` for conditions of which at least one must be met, " +
				"or `{ all = [...] }` for conditions that must all be met.",
		},
		Return: function.StringReturn{},
	}
}

func (f *filterFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var conditions types.Tuple
	if resp.Error = req.Arguments.GetArgument(ctx, 0, &conditions); resp.Error != nil {
		return
	}

	result, err := filterOf(ctx, conditions)
	if err != nil {
		resp.Error = err

		return
	}

	resp.Error = resp.Result.Set(ctx, result)
}

// filterOf joins the conditions. The filter is unknown if a part of a condition is.
func filterOf(ctx context.Context, conditions types.Tuple) (types.String, *function.FuncError) {
	if len(conditions.Elements()) == 0 {
		return types.String{}, function.NewFuncError("A filter needs at least one condition. To list all objects, omit the argument filter.")
	}

	expressions := make([]string, len(conditions.Elements()))
	known := true

	for i, argument := range conditions.Elements() {
		condition, err := argument.ToTerraformValue(ctx)
		if err != nil {
			return types.String{}, function.NewArgumentFuncError(int64(i), err.Error())
		}

		if !condition.IsFullyKnown() {
			known = false

			continue
		}

		expression, problem := filterCondition(fmt.Sprintf("conditions[%d]", i), condition, len(expressions) > 1)
		if problem != nil {
			return types.String{}, function.NewArgumentFuncError(int64(i), problem.Text)
		}

		expressions[i] = expression
	}

	if !known {
		return types.StringUnknown(), nil
	}

	return types.StringValue(strings.Join(expressions, ":AND:")), nil
}

// filterGroups are the joints of the groups, by the attribute that holds the conditions of the group.
var filterGroups = map[string]string{"any": ":OR:", "all": ":AND:"}

// filterCondition returns the expression of a condition. A group within other conditions needs parentheses.
func filterCondition(place string, condition tftypes.Value, isNested bool) (string, *function.FuncError) {
	attributes, err := filterAttributes(place, condition)
	if err != nil {
		return "", err
	}

	for name, joint := range filterGroups {
		if group, found := attributes[name]; found {
			if len(attributes) > 1 {
				return "", invalidFilter("%s has %s and other attributes. A group of conditions has no other attribute.", place, name)
			}

			return filterGroup(place+"."+name, group, joint, isNested)
		}
	}

	return filterComparison(place, attributes)
}

// filterAttributes returns the attributes of a condition that are set.
func filterAttributes(place string, condition tftypes.Value) (map[string]tftypes.Value, *function.FuncError) {
	var all map[string]tftypes.Value
	if condition.IsNull() || condition.As(&all) != nil {
		return nil, invalidFilter("%s must be an object such as { property = \"email\", operator = \"~\", value = \"@example.com\" }, { any = [...] } or { all = [...] }.", place)
	}

	set := make(map[string]tftypes.Value)

	for name, value := range all {
		if !slices.Contains([]string{"property", "operator", "value", "any", "all"}, name) {
			return nil, invalidFilter("%s has the unknown attribute %q. The attributes are property, operator and value, or any, or all.", place, name)
		}

		if !value.IsNull() {
			set[name] = value
		}
	}

	return set, nil
}

func filterGroup(place string, group tftypes.Value, joint string, isNested bool) (string, *function.FuncError) {
	var conditions []tftypes.Value
	if group.As(&conditions) != nil || len(conditions) == 0 {
		return "", invalidFilter("%s must be a list of at least one condition.", place)
	}

	expressions := make([]string, len(conditions))

	for i, condition := range conditions {
		var err *function.FuncError
		if expressions[i], err = filterCondition(fmt.Sprintf("%s[%d]", place, i), condition, len(conditions) > 1 || isNested); err != nil {
			return "", err
		}
	}

	joined := strings.Join(expressions, joint)
	if isNested && len(expressions) > 1 {
		return "(" + joined + ")", nil
	}

	return joined, nil
}

// filterOperators are the operators that compare with one value.
var filterOperators = []string{"=", "<>", "<", ">", "<=", ">=", "~"}

func filterComparison(place string, attributes map[string]tftypes.Value) (string, *function.FuncError) {
	property, err := filterText(place+".property", attributes["property"])
	if err != nil {
		return "", err
	}

	if property == "" {
		return "", invalidFilter("%s.property must not be empty.", place)
	}

	operator, err := filterText(place+".operator", attributes["operator"])
	if err != nil {
		return "", err
	}

	value, hasValue := attributes["value"]

	switch {
	case operator == "=NULL" || operator == "<>NULL":
		if hasValue {
			return "", invalidFilter("%s has a value, but the operator %s compares with none. Remove the value.", place, operator)
		}

		return "'" + property + "'" + operator, nil
	case operator != "IN" && !slices.Contains(filterOperators, operator):
		return "", invalidFilter("%s has the unknown operator %q. The operators are %s, IN, =NULL and <>NULL.", place, operator, strings.Join(filterOperators, ", "))
	case !hasValue:
		return "", invalidFilter("%s has no value. To select objects without a value of the property, use the operator =NULL.", place)
	case operator == "IN":
		text, err := filterList(place+".value", value)

		return "'" + property + "'IN'" + text + "'", err
	default:
		text, err := filterText(place+".value", value)

		return "'" + property + "'" + operator + "'" + text + "'", err
	}
}

// filterList returns the values that the operator IN compares with.
func filterList(place string, value tftypes.Value) (string, *function.FuncError) {
	var elements []tftypes.Value
	if value.As(&elements) != nil || len(elements) == 0 {
		return "", invalidFilter("%s must be a list of at least one value, because the operator is IN.", place)
	}

	texts := make([]string, len(elements))

	for i, element := range elements {
		at := fmt.Sprintf("%s[%d]", place, i)
		if value.Type().Is(tftypes.Set{}) {
			at = place
		}

		text, err := filterText(at, element)
		if err != nil {
			return "", err
		}

		if strings.Contains(text, ",") {
			return "", invalidFilter("%s contains a comma, which separates the values of the operator IN. Combine conditions with the operator = in any instead.", at)
		}

		texts[i] = text
	}

	return strings.Join(texts, ","), nil
}

// invalidFilter returns an error of a condition.
func invalidFilter(format string, arguments ...any) *function.FuncError {
	return function.NewFuncError(fmt.Sprintf(format, arguments...))
}

// filterText returns a string, a number or a boolean as it is written between quotes. Messages do not repeat it, because it may
// be sensitive.
func filterText(place string, value tftypes.Value) (string, *function.FuncError) {
	var (
		text   string
		number big.Float
		truth  bool
	)

	switch {
	case value.Type() == nil || value.IsNull():
		return "", invalidFilter("%s is missing.", place)
	case value.As(&text) == nil:
	case value.As(&number) == nil:
		text = number.Text('f', -1)
	case value.As(&truth) == nil:
		text = strconv.FormatBool(truth)
	default:
		return "", invalidFilter("%s must be a string, a number or a boolean.", place)
	}

	if strings.Contains(text, "'") {
		return "", invalidFilter("%s contains a single quote. IriusRisk does not document how to escape one in a filter, so the filter could select other objects than intended. Compare a part without the quote, with the operator ~, and select the objects in Terraform.", place)
	}

	return text, nil
}
