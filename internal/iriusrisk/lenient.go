package iriusrisk

import "encoding/json"

// lenient decodes a value that nothing depends on: one that is missing, null or of another type is not reported. What an
// answer is asked for is decoded by its type instead, so that another one is an error.
type lenient[T any] struct{ value *T }

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (l *lenient[T]) UnmarshalJSON(data []byte) error {
	var value *T
	if json.Unmarshal(data, &value) == nil {
		l.value = value
	}

	return nil
}

// valueOr returns what a pointer points to, or another value when it is nil.
func valueOr[T any](value *T, other T) T {
	if value == nil {
		return other
	}

	return *value
}
