package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// condition tells whether a thing, seen through its properties, is selected. A property is a string, a bool, a list of
// strings, or nil.
type condition func(property func(name string) any) bool

// filterParser reads the filter grammar (documented: UsersApi, get_users): comparisons joined by :AND: and :OR:, of
// which :AND: binds closer, and grouped by parentheses.
type filterParser struct {
	rest       string
	properties []string
}

// parseFilter reads a whole filter and returns it with the properties that it names.
func parseFilter(filter string) (condition, []string, error) {
	parser := &filterParser{rest: filter}

	parsed, err := parser.either()
	if err != nil {
		return nil, nil, err
	}

	if parser.rest != "" {
		return nil, nil, fmt.Errorf("%q is left over", parser.rest)
	}

	return parsed, parser.properties, nil
}

// accept takes a token off the rest, if it stands there.
func (p *filterParser) accept(token string) bool {
	rest, found := strings.CutPrefix(p.rest, token)
	if found {
		p.rest = rest
	}

	return found
}

func (p *filterParser) either() (condition, error) {
	left, err := p.both()

	for err == nil && p.accept(":OR:") {
		var right condition

		before := left
		if right, err = p.both(); err == nil {
			left = func(property func(string) any) bool { return before(property) || right(property) }
		}
	}

	return left, err
}

func (p *filterParser) both() (condition, error) {
	left, err := p.one()

	for err == nil && p.accept(":AND:") {
		var right condition

		before := left
		if right, err = p.one(); err == nil {
			left = func(property func(string) any) bool { return before(property) && right(property) }
		}
	}

	return left, err
}

func (p *filterParser) one() (condition, error) {
	if !p.accept("(") {
		return p.comparison()
	}

	inner, err := p.either()
	if err != nil {
		return nil, err
	}

	if !p.accept(")") {
		return nil, errors.New("a parenthesis is not closed")
	}

	return inner, nil
}

// operators in the order in which they are tried: one that begins with another stands before it.
var operators = []string{"<>NULL", "=NULL", "<>", "<=", ">=", "=", "<", ">", "~", "IN"}

func (p *filterParser) comparison() (condition, error) {
	name, err := p.quoted()
	if err != nil {
		return nil, err
	}

	p.properties = append(p.properties, name)

	at := slices.IndexFunc(operators, p.accept)
	if at < 0 {
		return nil, fmt.Errorf("%q does not begin with an operator", p.rest)
	}

	switch operators[at] {
	case "=NULL":
		return func(property func(string) any) bool { return property(name) == nil }, nil
	case "<>NULL":
		return func(property func(string) any) bool { return property(name) != nil }, nil
	}

	value, err := p.quoted()
	if err != nil {
		return nil, err
	}

	return func(property func(string) any) bool { return compare(property(name), operators[at], value) }, nil
}

// quoted reads what stands in single quotes. There is no way to escape a quote.
func (p *filterParser) quoted() (string, error) {
	if !p.accept("'") {
		return "", fmt.Errorf("a single quote is due at %q", p.rest)
	}

	content, rest, closed := strings.Cut(p.rest, "'")
	if !closed {
		return "", errors.New("a single quote is not closed")
	}

	p.rest = rest

	return content, nil
}

// compare compares a property with a value.
func compare(property any, operator, value string) bool {
	if property == nil {
		return operator == "<>"
	}

	if list, isList := property.([]string); isList {
		return slices.ContainsFunc(strings.Split(value, ","), func(wanted string) bool {
			return slices.ContainsFunc(list, func(has string) bool { return compareText(has, operator, wanted) })
		})
	}

	return compareText(textOf(property), operator, value)
}

func compareText(text, operator, value string) bool {
	order := cmp.Compare(text, value)

	if left, leftErr := strconv.ParseFloat(text, 64); leftErr == nil {
		if right, rightErr := strconv.ParseFloat(value, 64); rightErr == nil {
			order = cmp.Compare(left, right)
		}
	}

	switch operator {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case "~":
		return strings.Contains(strings.ToLower(text), strings.ToLower(value))
	default: // IN
		return slices.Contains(strings.Split(value, ","), text)
	}
}

// textOf is a property as text.
func textOf(property any) string {
	switch value := property.(type) {
	case nil:
		return ""
	case string:
		return value
	default:
		return fmt.Sprint(value)
	}
}
