package iriusrisk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// wrongType describes a field with an unexpected type, without its value. A missing field or null only means that the
// server does not report it; an unexpected type means that the API differs from the one that this client supports.
func wrongType(mismatch *json.UnmarshalTypeError) string {
	if mismatch.Field == "" {
		return "has a different structure from the one that this operation returns"
	}

	// The decoder reports a number as "number" followed by its digits.
	found, _, _ := strings.Cut(mismatch.Value, " ")

	return fmt.Sprintf("has %s in the field %s, where %s is expected", withArticle(jsonName(found)), mismatch.Field, withArticle(typeName(mismatch.Type)))
}

// jsonName returns the JSON name of a type that the decoder reports.
func jsonName(decoder string) string {
	if decoder == "bool" {
		return "boolean"
	}

	return decoder
}

// typeName returns the JSON name of a Go type.
func typeName(goType reflect.Type) string {
	switch goType.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "whole number"
	case reflect.Slice:
		return "array"
	default:
		return "object"
	}
}

func withArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}

	return "a " + noun
}
