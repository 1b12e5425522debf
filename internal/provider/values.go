package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// boolPointer returns the value of a bool, or nil if it is null or unknown.
func boolPointer(value types.Bool) *bool {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}

	return value.ValueBoolPointer()
}

// equal reports whether two optional values are equal.
func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}

	return *a == *b
}

// stringOr returns the reported value, or the fallback if the server does not report one.
func stringOr(reported *string, fallback types.String) types.String {
	if reported == nil {
		return fallback
	}

	return types.StringValue(*reported)
}

// boolOr is stringOr for bools.
func boolOr(reported *bool, fallback types.Bool) types.Bool {
	if reported == nil {
		return fallback
	}

	return types.BoolValue(*reported)
}
