package main

import (
	"fmt"
	"maps"
	"strings"
)

// kinds are the kinds of blocks that the schema of a provider has.
var kinds = []string{"provider", "resource", "identity", "data source", "ephemeral resource", "list resource", "action", "function"}

// schema is everything that the configurations and states of users depend on, by path. The path of a block is its kind and
// its name, such as "resource iriusrisk_user"; those of its attributes begin with the path of the block and a dot.
type schema map[string]element

// element is a block, an attribute, a function or a parameter of a function.
type element struct {
	// Version is that of a block whose values Terraform stores.
	Version int64 `json:"version,omitempty"`
	// Type is that of an attribute, of a parameter or of the result of a function.
	Type string `json:"type,omitempty"`

	// Required and Optional of an attribute of an identity are about its import.
	Required  bool `json:"required,omitempty"`
	Optional  bool `json:"optional,omitempty"`
	Computed  bool `json:"computed,omitempty"`
	Sensitive bool `json:"sensitive,omitempty"`
	WriteOnly bool `json:"write_only,omitempty"`
	// Nullable parameters accept null.
	Nullable bool `json:"nullable,omitempty"`

	// Replaces and Default of a resource are what it plans. Other defaults are what the description says, because the protocol
	// does not transfer them.
	Replaces bool   `json:"replaces,omitempty"`
	Default  string `json:"default,omitempty"`

	Deprecated  bool   `json:"deprecated,omitempty"`
	Description string `json:"description"`
}

// parent returns the path of the block or attribute that contains the one at a path. It is empty for a block.
func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '.'), 0)]
}

// blocks counts the blocks of each kind.
func (s schema) blocks() map[string]int {
	counts := noBlocks()

	for path := range s {
		if parent(path) == "" {
			counts[kindOf(path)]++
		}
	}

	return counts
}

// noBlocks returns a count of zero for each kind.
func noBlocks() map[string]int {
	counts := make(map[string]int)
	for _, kind := range kinds {
		counts[kind] = 0
	}

	return counts
}

// kindOf returns the kind of the block at a path. The name of a block has no space, and the provider has no name.
func kindOf(path string) string {
	if path == "provider" {
		return path
	}

	return path[:max(strings.LastIndexByte(path, ' '), 0)]
}

// checkComplete returns an error if blocks are missing or if an attribute belongs to no block.
func (s schema) checkComplete(blocks map[string]int) error {
	if got := s.blocks(); !maps.Equal(got, blocks) {
		return fmt.Errorf("the schema has %v, not %v", got, blocks)
	}

	if blocks["provider"] != 1 || blocks["resource"] == 0 {
		return fmt.Errorf("the schema has no provider or no resources: %v", blocks)
	}

	for path := range s {
		if _, found := s[parent(path)]; parent(path) != "" && !found {
			return fmt.Errorf("the schema has %s, but not %s", path, parent(path))
		}
	}

	return nil
}
