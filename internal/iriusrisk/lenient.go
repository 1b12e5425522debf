package iriusrisk

import "encoding/json"

// lenient decodes a value of a type, and takes one that is missing, null or of another type for not reported.
type lenient[T any] struct{ value *T }

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (l *lenient[T]) UnmarshalJSON(data []byte) error {
	var value *T
	if json.Unmarshal(data, &value) == nil {
		l.value = value
	}

	return nil
}

// or returns the value, or another one when it is not reported.
func (l lenient[T]) or(other T) T {
	if l.value == nil {
		return other
	}

	return *l.value
}
