package iriusrisk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// wrongType says which field of an answer has a value of a type that the contract does not know, and never the value. A
// field that is absent or null is only not reported; one of another type means that the API is not the one this client
// was written for.
func wrongType(mismatch *json.UnmarshalTypeError) string {
	if mismatch.Field == "" {
		return "is JSON of another shape than this operation has"
	}

	// The decoder completes "number" with the number itself.
	found, _, _ := strings.Cut(mismatch.Value, " ")

	return fmt.Sprintf("has %s in the field %s, where %s is expected", withArticle(jsonName(found)), mismatch.Field, withArticle(typeName(mismatch.Type)))
}

// jsonName is JSON's name of a type, by the decoder's.
func jsonName(decoder string) string {
	if decoder == "bool" {
		return "boolean"
	}

	return decoder
}

// typeName is JSON's name of the values that a Go type takes.
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
