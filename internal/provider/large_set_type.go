package provider

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.SetTypable                    = largeSetType{}
	_ basetypes.SetValuableWithSemanticEquals = largeSetValue{}
)

// largeSetType is a set of strings that may have thousands of elements. The framework's own set type compares every element
// with every other one several times during each operation, which takes minutes for five thousand elements.
type largeSetType struct{ types.SetType }

// largeSetValue is a value of largeSetType.
type largeSetValue struct {
	types.Set

	// compared is set once the value was found to differ from a newer one.
	compared *atomic.Bool
}

// largeSetOf returns a set as a value of largeSetType.
func largeSetOf(set types.Set) largeSetValue { return largeSetValue{set, new(atomic.Bool)} }

// newLargeSetType returns the type.
func newLargeSetType() largeSetType {
	return largeSetType{types.SetType{ElemType: types.StringType}}
}

// newLargeSet returns a known set of strings.
func newLargeSet(values []string) largeSetValue {
	elements := make([]attr.Value, len(values))
	for i, value := range values {
		elements[i] = types.StringValue(value)
	}

	return largeSetOf(types.SetValueMust(types.StringType, elements))
}

// Validate accepts every set: Terraform has removed duplicates.
func (largeSetType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics { return nil }

func (t largeSetType) Equal(other attr.Type) bool {
	same, ok := other.(largeSetType)

	return ok && t.SetType.Equal(same.SetType)
}

func (largeSetType) String() string { return "largeSetType" }

func (largeSetType) ValueType(context.Context) attr.Value { return largeSetValue{} }

func (t largeSetType) ValueFromTerraform(ctx context.Context, raw tftypes.Value) (attr.Value, error) {
	value, err := t.SetType.ValueFromTerraform(ctx, raw)
	if err != nil {
		return nil, err
	}

	set, ok := value.(types.Set)
	if !ok {
		return nil, fmt.Errorf("expected a set, got %T", value)
	}

	return largeSetOf(set), nil
}

func (largeSetType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return largeSetOf(set), nil
}

func (largeSetValue) Type(context.Context) attr.Type { return newLargeSetType() }

// Equal reports whether two sets have the same elements.
func (v largeSetValue) Equal(other attr.Value) bool {
	same, ok := other.(largeSetValue)
	if !ok || v.IsNull() != same.IsNull() || v.IsUnknown() != same.IsUnknown() {
		return false
	}

	elements := v.Elements()
	if len(elements) != len(same.Elements()) {
		return false
	}

	present := make(map[attr.Value]struct{}, len(elements))
	for _, element := range elements {
		present[element] = struct{}{}
	}

	for _, element := range same.Elements() {
		if _, found := present[element]; !found {
			return false
		}
	}

	return true
}

// SetSemanticEquals is Equal. It saves the comparison of all elements of equal sets. If the sets differ, the framework
// compares every element with every prior one, which cannot find anything: equal strings are the same element.
func (v largeSetValue) SetSemanticEquals(_ context.Context, prior basetypes.SetValuable) (bool, diag.Diagnostics) {
	equal := v.Equal(prior)

	if earlier, ok := prior.(largeSetValue); ok && !equal && earlier.compared != nil {
		earlier.compared.Store(true)
	}

	return equal, nil
}

// ToSetValue returns the set. After SetSemanticEquals it returns a prior value without elements, so that the framework has
// none to compare. It reads this value for the comparison only.
func (v largeSetValue) ToSetValue(ctx context.Context) (basetypes.SetValue, diag.Diagnostics) {
	if v.compared != nil && v.compared.Load() {
		return types.SetValueMust(types.StringType, nil), nil
	}

	return v.Set.ToSetValue(ctx)
}
