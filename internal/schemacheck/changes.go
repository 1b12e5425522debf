package main

import (
	"fmt"
	"maps"
	"slices"
)

// class is what a change of the schema means to users.
type class int

const (
	// documentation changes only texts.
	documentation class = iota
	// additive changes let users do more, and their configurations and states stay valid.
	additive
	// breaking changes make configurations or states invalid, or change what they mean.
	breaking
)

// change is one change of a schema. Its text follows the path in a sentence.
type change struct {
	path  string
	class class
	text  string
}

// compare returns the changes of a schema in the order of their paths. The attributes of a new or removed block, and those
// within a new or removed attribute, are not listed.
func compare(before, after schema) []change {
	both := maps.Clone(before)
	maps.Copy(both, after)

	var changes []change

	for _, path := range slices.Sorted(maps.Keys(both)) {
		old, existed := before[path]
		current, exists := after[path]
		_, parentExisted := before[parent(path)]
		_, parentExists := after[parent(path)]
		inBlock := parent(path) != ""

		switch {
		case existed && exists:
			changes = append(changes, old.compare(path, current)...)
		case existed && (!inBlock || parentExists):
			changes = append(changes, change{path, breaking, "is removed"})
		case exists && !inBlock:
			changes = append(changes, change{path, additive, "is new"})
		case exists && parentExisted && current.Required:
			changes = append(changes, change{path, breaking, "is new and required"})
		case exists && parentExisted:
			changes = append(changes, change{path, additive, "is new"})
		}
	}

	return changes
}

// compare returns the changes of an element.
func (e element) compare(path string, after element) []change {
	var changes []change

	configurable, stillConfigurable := e.Required || e.Optional, after.Required || after.Optional

	for _, rule := range []struct {
		applies bool
		class   class
		text    string
	}{
		{e.Type != after.Type, breaking, fmt.Sprintf("has the type `%s` instead of `%s`", after.Type, e.Type)},
		{e.Version > after.Version, breaking, fmt.Sprintf("has the lower version %d instead of %d", after.Version, e.Version)},
		{e.Version < after.Version, additive, fmt.Sprintf("has the version %d instead of %d", after.Version, e.Version)},

		{!e.Required && after.Required, breaking, "is required"},
		{e.Required && after.Optional, additive, "is optional"},
		{configurable && !stillConfigurable, breaking, "can no longer be configured"},
		{!configurable && stillConfigurable, additive, "can be configured"},
		{e.Computed && !after.Computed, breaking, "is no longer computed"},
		{!e.Computed && after.Computed, additive, "is also computed"},

		{!e.Sensitive && after.Sensitive, breaking, "is sensitive"},
		{e.Sensitive && !after.Sensitive, additive, "is no longer sensitive"},
		{!e.WriteOnly && after.WriteOnly, breaking, "is write-only"},
		{e.WriteOnly && !after.WriteOnly, breaking, "is no longer write-only"},
		{e.Nullable && !after.Nullable, breaking, "no longer accepts null"},
		{!e.Nullable && after.Nullable, additive, "accepts null"},

		{!e.Replaces && after.Replaces, breaking, "forces a replacement if it changes"},
		{e.Replaces && !after.Replaces, additive, "no longer forces a replacement if it changes"},
		{e.Default != after.Default, breaking, fmt.Sprintf("has %s instead of %s", defaultText(after.Default), defaultText(e.Default))},

		{!e.Deprecated && after.Deprecated, additive, "is deprecated"},
		{e.Deprecated && !after.Deprecated, additive, "is no longer deprecated"},
		{e.Description != after.Description, documentation, "has a different description"},
	} {
		if rule.applies {
			changes = append(changes, change{path, rule.class, rule.text})
		}
	}

	return changes
}

func defaultText(value string) string {
	if value == "" {
		return "no default"
	}

	return "the default " + value
}
