package iriusrisk

import "encoding/json"

// lenient decodes an optional value: a missing value, null and a value of a different type all become nil. Values that the
// client depends on are decoded strictly instead, so that a different type is an error.
type lenient[T any] struct{ value *T }

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (l *lenient[T]) UnmarshalJSON(data []byte) error {
	var value *T
	if json.Unmarshal(data, &value) == nil {
		l.value = value
	}

	return nil
}

// valueOr returns the value of a pointer, or another value if it is nil.
func valueOr[T any](value *T, other T) T {
	if value == nil {
		return other
	}

	return *value
}
