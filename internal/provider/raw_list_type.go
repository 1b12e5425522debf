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
	_ basetypes.ListTypable  = terraformListType{}
	_ basetypes.ListValuable = terraformListValue{}
)

// terraformListType is a list whose value stays as Terraform's protocol has it. The framework's own list takes every
// element apart into values of its attributes, several times over in one read, which is most of the memory that a list
// of tens of thousands takes.
type terraformListType struct{ types.ListType }

// terraformListValue is a value of terraformListType.
type terraformListValue struct {
	listType terraformListType
	raw      *tftypes.Value
}

// newTerraformListType returns the type of a list of objects.
func newTerraformListType(element attr.Type) terraformListType {
	return terraformListType{types.ListType{ElemType: element}}
}

// of makes a list of elements that are of the list's type already.
func (t terraformListType) of(ctx context.Context, elements []tftypes.Value) terraformListValue {
	raw := tftypes.NewValue(t.TerraformType(ctx), elements)

	return terraformListValue{listType: t, raw: &raw}
}

func (t terraformListType) Equal(other attr.Type) bool {
	same, ok := other.(terraformListType)

	return ok && t.ListType.Equal(same.ListType)
}

func (t terraformListType) String() string { return "terraformListType[" + t.ElemType.String() + "]" }

func (t terraformListType) ValueType(context.Context) attr.Value { return terraformListValue{} }

func (t terraformListType) ValueFromTerraform(ctx context.Context, raw tftypes.Value) (attr.Value, error) {
	if raw.Type() == nil {
		raw = tftypes.NewValue(t.TerraformType(ctx), nil)
	}

	if !raw.Type().Equal(t.TerraformType(ctx)) {
		return nil, fmt.Errorf("expected %s, got %s", t.TerraformType(ctx), raw.Type())
	}

	return terraformListValue{listType: t, raw: &raw}, nil
}

func (t terraformListType) ValueFromList(ctx context.Context, list basetypes.ListValue) (basetypes.ListValuable, diag.Diagnostics) {
	raw, err := list.ToTerraformValue(ctx)
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected list", err.Error())}
	}

	return terraformListValue{listType: t, raw: &raw}, nil
}

func (v terraformListValue) Type(context.Context) attr.Type { return v.listType }

func (v terraformListValue) ToTerraformValue(context.Context) (tftypes.Value, error) {
	return *v.raw, nil
}

// Equal compares element by element only what is not one and the same value.
func (v terraformListValue) Equal(other attr.Value) bool {
	same, ok := other.(terraformListValue)

	return ok && (v.raw == same.raw || v.raw.Equal(*same.raw))
}

func (v terraformListValue) IsNull() bool    { return v.raw.IsNull() }
func (v terraformListValue) IsUnknown() bool { return !v.raw.IsKnown() }
func (v terraformListValue) String() string  { return fmt.Sprint(*v.raw) }

func (v terraformListValue) ToListValue(ctx context.Context) (basetypes.ListValue, diag.Diagnostics) {
	value, err := v.listType.ListType.ValueFromTerraform(ctx, *v.raw)
	if err != nil {
		return basetypes.ListValue{}, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected list", err.Error())}
	}

	list, _ := value.(basetypes.ListValue)

	return list, nil
}
