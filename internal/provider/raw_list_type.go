package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.ListTypable  = rawListType{}
	_ basetypes.ListValuable = rawListValue{}
)

// rawListType is a list type whose value keeps the representation of Terraform's protocol. The framework's own list type
// converts every element to attribute values several times during one read, which needs most of the memory for a list of tens
// of thousands of elements.
type rawListType struct{ types.ListType }

// rawListValue is a value of rawListType.
type rawListValue struct {
	listType rawListType
	raw      *tftypes.Value
}

func newRawListType(element attr.Type) rawListType {
	return rawListType{types.ListType{ElemType: element}}
}

// of returns a list of elements, which must have the type of the list's elements.
func (t rawListType) of(ctx context.Context, elements []tftypes.Value) rawListValue {
	raw := tftypes.NewValue(t.TerraformType(ctx), elements)

	return rawListValue{listType: t, raw: &raw}
}

func (t rawListType) Equal(other attr.Type) bool {
	same, ok := other.(rawListType)

	return ok && t.ListType.Equal(same.ListType)
}

func (t rawListType) String() string { return "rawListType[" + t.ElemType.String() + "]" }

func (t rawListType) ValueType(context.Context) attr.Value { return rawListValue{} }

func (t rawListType) ValueFromTerraform(ctx context.Context, raw tftypes.Value) (attr.Value, error) {
	if raw.Type() == nil {
		raw = tftypes.NewValue(t.TerraformType(ctx), nil)
	}

	if !raw.Type().Equal(t.TerraformType(ctx)) {
		return nil, fmt.Errorf("expected %s, got %s", t.TerraformType(ctx), raw.Type())
	}

	return rawListValue{listType: t, raw: &raw}, nil
}

func (t rawListType) ValueFromList(ctx context.Context, list basetypes.ListValue) (basetypes.ListValuable, diag.Diagnostics) {
	raw, err := list.ToTerraformValue(ctx)
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected list", err.Error())}
	}

	return rawListValue{listType: t, raw: &raw}, nil
}

func (v rawListValue) Type(context.Context) attr.Type { return v.listType }

func (v rawListValue) ToTerraformValue(context.Context) (tftypes.Value, error) {
	return *v.raw, nil
}

// Equal avoids the comparison of all elements if both values share the same data.
func (v rawListValue) Equal(other attr.Value) bool {
	same, ok := other.(rawListValue)

	return ok && (v.raw == same.raw || v.raw.Equal(*same.raw))
}

func (v rawListValue) IsNull() bool    { return v.raw.IsNull() }
func (v rawListValue) IsUnknown() bool { return !v.raw.IsKnown() }
func (v rawListValue) String() string  { return fmt.Sprint(*v.raw) }

func (v rawListValue) ToListValue(ctx context.Context) (basetypes.ListValue, diag.Diagnostics) {
	value, err := v.listType.ListType.ValueFromTerraform(ctx, *v.raw)
	if err != nil {
		return basetypes.ListValue{}, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected list", err.Error())}
	}

	list, _ := value.(basetypes.ListValue)

	return list, nil
}
