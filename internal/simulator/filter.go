package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// filterParser reads the filter grammar (documented: UsersApi, get_users): comparisons joined by :AND: and :OR:, of
// which :AND: binds closer, and grouped by parentheses.
type filterParser[T any] struct {
	rest  string
	known properties[T]
}

// parseFilter reads a whole filter on things with the given properties, and returns what tells whether one is selected.
func parseFilter[T any](filter string, known properties[T]) (func(T) bool, error) {
	parser := &filterParser[T]{rest: filter, known: known}

	selected, err := parser.parseOr()
	if err != nil {
		return nil, err
	}

	if parser.rest != "" {
		return nil, fmt.Errorf("%q is left over", parser.rest)
	}

	return selected, nil
}

// accept takes a token off the rest, if it stands there.
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
			left = func(thing T) bool { return before(thing) || right(thing) }
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
			left = func(thing T) bool { return before(thing) && right(thing) }
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
		return nil, errors.New("a parenthesis is not closed")
	}

	return inner, nil
}

// operators in the order in which they are tried: one that begins with another stands before it.
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
		return nil, fmt.Errorf("%q does not begin with an operator", p.rest)
	}

	switch operators[at] {
	case "=NULL":
		return func(thing T) bool { return !property.isPresent(thing) }, nil
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

// quoted reads what stands in single quotes. There is no way to escape a quote.
func (p *filterParser[T]) parseQuoted() (string, error) {
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

// selector compares things with a value by the property's own type: a text that looks like a number is a text.
func (p property[T]) selector(operator, value string) (func(T) bool, error) {
	switch p.kind {
	case text:
		return p.textSelector(operator, value), nil
	case boolean:
		return p.booleanSelector(operator, value)
	default:
		return nil, errors.New("an object can only be compared with NULL")
	}
}

func (p property[T]) textSelector(operator, value string) func(T) bool {
	switch operator {
	case "~":
		lower := strings.ToLower(value)

		return func(thing T) bool { return strings.Contains(strings.ToLower(p.text(thing)), lower) }
	case "IN":
		wanted := strings.Split(value, ",")

		return func(thing T) bool { return slices.Contains(wanted, p.text(thing)) }
	default:
		return func(thing T) bool { return holds(operator, cmp.Compare(p.text(thing), value)) }
	}
}

// booleanSelector knows equality only: neither of two truths is the bigger one.
func (p property[T]) booleanSelector(operator, value string) (func(T) bool, error) {
	if operator != "=" && operator != "<>" {
		return nil, fmt.Errorf("%s does not apply to a boolean", operator)
	}

	if value != "true" && value != "false" {
		return nil, fmt.Errorf("%q is neither true nor false", value)
	}

	return func(thing T) bool { return (p.truth(thing) == (value == "true")) == (operator == "=") }, nil
}

// holds tells whether an operator holds, given how the two sides compare.
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
