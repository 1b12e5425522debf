package main

import (
	"reflect"
	"slices"
	"testing"
)

// Each change of an attribute has its class.
func TestCompare_elements(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		before, after element
		want          []change
	}{
		"nothing":       {element{Type: "String", Optional: true, Default: `"a"`}, element{Type: "String", Optional: true, Default: `"a"`}, nil},
		"another type":  {element{Type: "List[String]"}, element{Type: "Set[String]"}, []change{{"x", breaking, "has the type `Set[String]` instead of `List[String]`"}}},
		"nesting":       {element{Type: "Nested[LIST]"}, element{Type: "Nested[SET]"}, []change{{"x", breaking, "has the type `Nested[SET]` instead of `Nested[LIST]`"}}},
		"lower version": {element{Version: 2}, element{Version: 1}, []change{{"x", breaking, "has the lower version 1 instead of 2"}}},
		"new version":   {element{Version: 1}, element{Version: 2}, []change{{"x", additive, "has the version 2 instead of 1"}}},

		"optional to required":  {element{Optional: true}, element{Required: true}, []change{{"x", breaking, "is required"}}},
		"required to optional":  {element{Required: true}, element{Optional: true}, []change{{"x", additive, "is optional"}}},
		"computed to required":  {element{Computed: true}, element{Required: true}, []change{{"x", breaking, "is required"}, {"x", additive, "can be configured"}, {"x", breaking, "is no longer computed"}}},
		"optional to computed":  {element{Optional: true}, element{Computed: true}, []change{{"x", breaking, "can no longer be configured"}, {"x", additive, "is also computed"}}},
		"computed to optional":  {element{Computed: true}, element{Optional: true}, []change{{"x", additive, "can be configured"}, {"x", breaking, "is no longer computed"}}},
		"optional and computed": {element{Optional: true}, element{Optional: true, Computed: true}, []change{{"x", additive, "is also computed"}}},
		"no longer computed":    {element{Optional: true, Computed: true}, element{Optional: true}, []change{{"x", breaking, "is no longer computed"}}},

		"sensitive":      {element{}, element{Sensitive: true}, []change{{"x", breaking, "is sensitive"}}},
		"not sensitive":  {element{Sensitive: true}, element{}, []change{{"x", additive, "is no longer sensitive"}}},
		"write-only":     {element{}, element{WriteOnly: true}, []change{{"x", breaking, "is write-only"}}},
		"not write-only": {element{WriteOnly: true}, element{}, []change{{"x", breaking, "is no longer write-only"}}},
		"nullable":       {element{}, element{Nullable: true}, []change{{"x", additive, "accepts null"}}},
		"not nullable":   {element{Nullable: true}, element{}, []change{{"x", breaking, "no longer accepts null"}}},

		"replaces":         {element{}, element{Replaces: true}, []change{{"x", breaking, "forces a replacement if it changes"}}},
		"does not replace": {element{Replaces: true}, element{}, []change{{"x", additive, "no longer forces a replacement if it changes"}}},
		"new default":      {element{}, element{Default: "true"}, []change{{"x", breaking, "has the default true instead of no default"}}},
		"no default":       {element{Default: "true"}, element{}, []change{{"x", breaking, "has no default instead of the default true"}}},

		"deprecated":     {element{}, element{Deprecated: true}, []change{{"x", additive, "is deprecated"}}},
		"not deprecated": {element{Deprecated: true}, element{}, []change{{"x", additive, "is no longer deprecated"}}},
		"description":    {element{Description: "Says a."}, element{Description: "Says b."}, []change{{"x", documentation, "has a different description"}}},
	} {
		if got := test.before.compare("x", test.after); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// No property of an element is left out of the comparison.
func TestCompare_everyProperty(t *testing.T) {
	t.Parallel()

	for i := range reflect.TypeFor[element]().NumField() {
		var changed element

		field := reflect.ValueOf(&changed).Elem().Field(i)
		switch field.Kind() {
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Int64:
			field.SetInt(1)
		default:
			field.SetString("changed")
		}

		name := reflect.TypeFor[element]().Field(i).Name
		if there, back := (element{}).compare("x", changed), changed.compare("x", element{}); len(there) == 0 || len(back) == 0 {
			t.Errorf("%s: %v, and back %v", name, there, back)
		}
	}
}

// Only the topmost new or removed element is listed.
func TestCompare_paths(t *testing.T) {
	t.Parallel()

	small := schema{
		"provider":        {},
		"resource x":      {},
		"resource x.kept": {Optional: true},
	}
	large := schema{
		"provider":                  {},
		"resource x":                {},
		"resource x.kept":           {Optional: true},
		"resource x.needed":         {Required: true},
		"resource x.nested":         {Optional: true},
		"resource x.nested.needed":  {Required: true},
		"resource x.nested.outer.a": {Required: true},
		"resource x.nested.outer":   {Optional: true},
		"resource y":                {},
		"resource y.needed":         {Required: true},
		"function f":                {Type: "String"},
		"function f.1":              {Type: "String", Required: true},
	}

	wantNew := []change{
		{"function f", additive, "is new"},
		{"resource x.needed", breaking, "is new and required"},
		{"resource x.nested", additive, "is new"},
		{"resource y", additive, "is new"},
	}
	if got := compare(small, large); !slices.Equal(got, wantNew) {
		t.Errorf("got %v, want %v", got, wantNew)
	}

	wantRemoved := []change{
		{"function f", breaking, "is removed"},
		{"resource x.needed", breaking, "is removed"},
		{"resource x.nested", breaking, "is removed"},
		{"resource y", breaking, "is removed"},
	}
	if got := compare(large, small); !slices.Equal(got, wantRemoved) {
		t.Errorf("got %v, want %v", got, wantRemoved)
	}
}
