package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
)

// decode parses a request body more strictly than encoding/json, which ignores the case of field names and accepts
// duplicates: a wrong JSON tag in the client has to fail. Fields marked as required must be present and not null.
// Errors contain the name of a field, never its value.
func decode[T any](r *request) (T, *response) {
	var body T

	if err := decodeInto(r.body, reflect.ValueOf(&body).Elem()); err != nil {
		out := problem(http.StatusBadRequest, err.Error())

		return body, &out
	}

	return body, nil
}

func decodeInto(content []byte, body reflect.Value) error {
	fields := make(map[string]reflect.StructField)
	for _, field := range reflect.VisibleFields(body.Type()) {
		fields[field.Tag.Get("json")] = field
	}

	values, err := objectFields(content)
	if err != nil {
		return err
	}

	for name, value := range values {
		field, known := fields[name]
		if !known {
			return fmt.Errorf("the field %q is unknown", name)
		}

		if json.Unmarshal(value, body.FieldByIndex(field.Index).Addr().Interface()) != nil {
			return fmt.Errorf("the field %q has the wrong type", name)
		}
	}

	for name, field := range fields {
		if field.Tag.Get("rule") == "required" && body.FieldByIndex(field.Index).IsNil() {
			return fmt.Errorf("the field %q is required", name)
		}
	}

	return nil
}

var errNotAnObject = errors.New("the body is not one JSON object")

// objectFields returns the fields of a JSON object.
func objectFields(content []byte) (map[string]json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))

	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errNotAnObject
	}

	values := make(map[string]json.RawMessage)

	for decoder.More() {
		key, err := decoder.Token()
		name, isText := key.(string)

		var value json.RawMessage
		if err != nil || !isText || decoder.Decode(&value) != nil {
			return nil, errNotAnObject
		}

		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("the field %q is duplicated", name)
		}

		values[name] = value
	}

	if _, err := decoder.Token(); err != nil {
		return nil, errNotAnObject
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotAnObject
	}

	return values, nil
}
