package live

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// object is a JSON object.
type object map[string]json.RawMessage

// objectIn decodes a JSON object, or returns nil.
func objectIn(raw []byte) object {
	var fields object
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}

	return fields
}

// text returns a string field, or "".
func (o object) text(key string) string {
	var value string
	if json.Unmarshal(o[key], &value) != nil {
		return ""
	}

	return value
}

// number returns an integer field, or -1.
func (o object) number(key string) int {
	var value *int
	if json.Unmarshal(o[key], &value) != nil || value == nil {
		return -1
	}

	return *value
}

// kind returns the type of a JSON value, or "absent".
func kind(raw json.RawMessage) string {
	switch {
	case len(raw) == 0:
		return "absent"
	case !json.Valid(raw):
		return "not JSON"
	}

	switch raw[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	default:
		return "number"
	}
}

// plainKey matches keys that are safe to show: field names, but no e-mail addresses, UUIDs or tokens.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,29}$`)

// shape lists the fields with their types but without values, for example "id:string, name:string".
func (o object) shape() string {
	fields := make([]string, 0, len(o))

	for key, raw := range o {
		if !plainKey.MatchString(key) {
			key = "(unusual key)"
		}

		fields = append(fields, key+":"+kind(raw))
	}

	slices.Sort(fields)

	if len(fields) == 0 {
		return "no fields"
	}

	return strings.Join(slices.Compact(fields), separator)
}

// separator separates the fields of a shape.
const separator = ", "

// keysOf lists the fields of one type. If there are none, it returns the shape.
func (o object) keysOf(wanted string) string {
	var keys []string

	for _, field := range strings.Split(o.shape(), separator) {
		if key, found := strings.CutSuffix(field, ":"+wanted); found {
			keys = append(keys, key)
		}
	}

	if len(keys) == 0 {
		return o.shape()
	}

	return strings.Join(keys, separator)
}

// includes reports whether a shape has all wanted fields. A null field matches any type.
func includes(shape, wanted string) bool {
	fields := strings.Split(shape, separator)

	for _, field := range strings.Split(wanted, separator) {
		key, _, _ := strings.Cut(field, ":")
		if !slices.Contains(fields, field) && !slices.Contains(fields, key+":null") {
			return false
		}
	}

	return true
}
