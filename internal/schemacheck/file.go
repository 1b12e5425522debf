package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// file is the JSON form of a schema. The number of blocks reveals a file that lacks some.
type file struct {
	Blocks map[string]int `json:"blocks"`
	Schema schema         `json:"schema"`
}

// encode returns a file with one line for each element, so that each line of a diff names what changed.
func (s schema) encode() ([]byte, error) {
	blocks, err := marshal(s.blocks())
	if err != nil {
		return nil, err
	}

	lines := make([]string, 0, len(s))

	for _, path := range slices.Sorted(maps.Keys(s)) {
		element, err := marshal(s[path])
		if err != nil {
			return nil, err
		}

		lines = append(lines, fmt.Sprintf("    %q: %s", path, element))
	}

	return fmt.Appendf(nil, "{\n  \"blocks\": %s,\n  \"schema\": {\n%s\n  }\n}\n", blocks, strings.Join(lines, ",\n")), nil
}

// marshal returns JSON in which < and > of descriptions are readable.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	err := encoder.Encode(value)

	return bytes.TrimSpace(out.Bytes()), err
}

// readFile reads a file that encode has written. A file that is empty, cut off, or lacks blocks is an error, because the
// comparison with it would find no removed block.
func readFile(root fs.FS, name string) (schema, error) {
	content, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}

	var read file

	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&read); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s has more than one JSON value", name)
	}

	if err := read.Schema.checkComplete(read.Blocks); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}

	return read.Schema, nil
}
