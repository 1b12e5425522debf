package live

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// object is a JSON object.
type object map[string]json.RawMessage

// objectIn decodes a JSON object; nil means that it is none.
func objectIn(raw []byte) object {
	var fields object
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}

	return fields
}

// text is a field that is a string, "" when it is none.
func (o object) text(key string) string {
	var value string
	if json.Unmarshal(o[key], &value) != nil {
		return ""
	}

	return value
}

// number is a field that is a whole number, -1 when it is none.
func (o object) number(key string) int {
	var value *int
	if json.Unmarshal(o[key], &value) != nil || value == nil {
		return -1
	}

	return *value
}

// kind is the type of a JSON value, "absent" when there is nothing.
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

// plainKey is what a key may look like to be shown: the name of a field, not somebody's e-mail address, a UUID or a
// token.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,29}$`)

// shape lists the fields with their types and without their values, for example "id:string, name:string".
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

// separator stands between the fields of a shape.
const separator = ", "

// keysOf lists the fields of one type, as shape does; without any it is the shape.
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

// includes tells whether a shape has the fields of another one. A field that is null there stands for one of any type.
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
