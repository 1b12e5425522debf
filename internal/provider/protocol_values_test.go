package provider

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// values are the attributes of an object that are not null.
type values map[string]tftypes.Value

// text is a string value.
func text(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

// unknownText is a string known after apply.
func unknownText() tftypes.Value { return tftypes.NewValue(tftypes.String, tftypes.UnknownValue) }

// boolean is a bool value.
func boolean(value bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, value) }

// number is a number value.
func number(value int) tftypes.Value { return tftypes.NewValue(tftypes.Number, value) }

// texts is a set of strings.
func texts(of ...string) tftypes.Value {
	elements := make([]tftypes.Value, len(of))
	for i, content := range of {
		elements[i] = text(content)
	}

	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
}

// unknownTexts is a set of strings known after apply.
func unknownTexts() tftypes.Value {
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, tftypes.UnknownValue)
}

// plainText returns a string value, "" if it is null.
func plainText(value tftypes.Value) string {
	var content *string
	if value.Type() == nil || !value.IsKnown() || value.As(&content) != nil || content == nil {
		return ""
	}

	return *content
}

// containsSet compares a set in state with a list.
func containsSet(set interface{ String() string }, ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !strings.Contains(set.String(), id) }) && strings.Count(set.String(), "tftypes.String<") == len(ids)
}

// object encodes an object of a schema. Nil is null.
func (p *protocol) object(schema *tfprotov6.Schema, set values) *tfprotov6.DynamicValue {
	p.t.Helper()

	objectType := schema.ValueType()
	content := tftypes.NewValue(objectType, nil)

	if set != nil {
		all := make(map[string]tftypes.Value)

		for _, attribute := range schema.Block.Attributes {
			value, found := set[attribute.Name]
			if !found {
				value = tftypes.NewValue(attribute.ValueType(), nil)
			}

			all[attribute.Name] = value
		}

		content = tftypes.NewValue(objectType, all)
	}

	encoded, err := tfprotov6.NewDynamicValue(objectType, content)
	p.noError(err)

	return &encoded
}

// decode is the reverse of object. It omits null attributes.
func (p *protocol) decode(schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) values {
	p.t.Helper()

	if encoded == nil {
		return nil
	}

	value, err := encoded.Unmarshal(schema.ValueType())
	p.noError(err)

	if value.IsNull() {
		return nil
	}

	var all map[string]tftypes.Value

	p.noError(value.As(&all))
	maps.DeleteFunc(all, func(_ string, value tftypes.Value) bool { return value.IsNull() })

	return all
}

// stringOf returns a string attribute, "" if it is null.
func (p *protocol) stringOf(state values, name string) string {
	p.t.Helper()

	var content *string
	if value, found := state[name]; found {
		p.noError(value.As(&content))
	}

	if content == nil {
		return ""
	}

	return *content
}

// listOf returns the objects of a list.
func (p *protocol) listOf(list tftypes.Value) []values {
	p.t.Helper()

	var elements []tftypes.Value

	p.noError(list.As(&elements))

	objects := make([]values, len(elements))
	for i, element := range elements {
		p.noError(element.As((*map[string]tftypes.Value)(&objects[i])))
	}

	return objects
}
