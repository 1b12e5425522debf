package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// filterParser parses the filter grammar (documented: UsersApi, get_users): comparisons joined by :AND: and :OR:, where
// :AND: binds tighter, with parentheses for grouping.
type filterParser[T any] struct {
	rest  string
	known properties[T]
}

// parseFilter parses a filter and returns a function that reports whether an item matches.
func parseFilter[T any](filter string, known properties[T]) (func(T) bool, error) {
	parser := &filterParser[T]{rest: filter, known: known}

	selected, err := parser.parseOr()
	if err != nil {
		return nil, err
	}

	if parser.rest != "" {
		return nil, fmt.Errorf("unexpected text %q", parser.rest)
	}

	return selected, nil
}

// accept consumes the token if the input begins with it.
func (p *filterParser[T]) accept(token string) bool {
	rest, found := strings.CutPrefix(p.rest, token)
	if found {
		p.rest = rest
	}

	return found
}

func (p *filterParser[T]) parseOr() (func(T) bool, error) {
	left, err := p.parseAnd()

	for err == nil && p.accept(":OR:") {
		var right func(T) bool

		before := left
		if right, err = p.parseAnd(); err == nil {
			left = func(item T) bool { return before(item) || right(item) }
		}
	}

	return left, err
}

func (p *filterParser[T]) parseAnd() (func(T) bool, error) {
	left, err := p.parseTerm()

	for err == nil && p.accept(":AND:") {
		var right func(T) bool

		before := left
		if right, err = p.parseTerm(); err == nil {
			left = func(item T) bool { return before(item) && right(item) }
		}
	}

	return left, err
}

func (p *filterParser[T]) parseTerm() (func(T) bool, error) {
	if !p.accept("(") {
		return p.parseComparison()
	}

	inner, err := p.parseOr()
	if err != nil {
		return nil, err
	}

	if !p.accept(")") {
		return nil, errors.New("a closing parenthesis is missing")
	}

	return inner, nil
}

// operators are tried in this order, so an operator comes before its prefixes.
var operators = []string{"<>NULL", "=NULL", "<>", "<=", ">=", "=", "<", ">", "~", "IN"}

func (p *filterParser[T]) parseComparison() (func(T) bool, error) {
	name, err := p.parseQuoted()
	if err != nil {
		return nil, err
	}

	property, found := p.known[name]
	if !found {
		return nil, fmt.Errorf("the property %q is unknown", name)
	}

	at := slices.IndexFunc(operators, p.accept)
	if at < 0 {
		return nil, fmt.Errorf("an operator is expected at %q", p.rest)
	}

	switch operators[at] {
	case "=NULL":
		return func(item T) bool { return !property.isPresent(item) }, nil
	case "<>NULL":
		return property.isPresent, nil
	}

	value, err := p.parseQuoted()
	if err != nil {
		return nil, err
	}

	selected, err := property.selector(operators[at], value)
	if err != nil {
		return nil, fmt.Errorf("the property %q: %w", name, err)
	}

	return selected, nil
}

// parseQuoted parses a value in single quotes. A quote cannot be escaped.
func (p *filterParser[T]) parseQuoted() (string, error) {
	if !p.accept("'") {
		return "", fmt.Errorf("a single quote is expected at %q", p.rest)
	}

	content, rest, closed := strings.Cut(p.rest, "'")
	if !closed {
		return "", errors.New("a closing single quote is missing")
	}

	p.rest = rest

	return content, nil
}

// selector compares by the type of the property: a string that looks like a number is compared as a string.
func (p property[T]) selector(operator, value string) (func(T) bool, error) {
	switch p.kind {
	case text:
		return p.textSelector(operator, value), nil
	case boolean:
		return p.booleanSelector(operator, value)
	case instant:
		return p.instantSelector(operator, value)
	default:
		return nil, errors.New("an object can only be compared with NULL")
	}
}

func (p property[T]) textSelector(operator, value string) func(T) bool {
	switch operator {
	case "~":
		lower := strings.ToLower(value)

		return func(item T) bool { return strings.Contains(strings.ToLower(p.text(item)), lower) }
	case "IN":
		wanted := strings.Split(value, ",")

		return func(item T) bool { return slices.Contains(wanted, p.text(item)) }
	default:
		return func(item T) bool { return holds(operator, cmp.Compare(p.text(item), value)) }
	}
}

// booleanSelector supports equality only: booleans have no order.
func (p property[T]) booleanSelector(operator, value string) (func(T) bool, error) {
	if operator != "=" && operator != "<>" {
		return nil, fmt.Errorf("%s does not apply to a boolean", operator)
	}

	if value != "true" && value != "false" {
		return nil, fmt.Errorf("%q is not a boolean", value)
	}

	return func(item T) bool { return (p.truth(item) == (value == "true")) == (operator == "=") }, nil
}

// instantSelector compares with a time in RFC 3339.
func (p property[T]) instantSelector(operator, value string) (func(T) bool, error) {
	if operator == "~" || operator == "IN" {
		return nil, fmt.Errorf("%s does not apply to a time", operator)
	}

	wanted, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time", value)
	}

	return func(item T) bool { return holds(operator, p.time(item).Compare(wanted)) }, nil
}

// holds reports whether an operator holds for the result of a comparison.
func holds(operator string, order int) bool {
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
	default: // >=
		return order >= 0
	}
}
