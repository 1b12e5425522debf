package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// attributeReader reads single attributes of a configuration, plan, state or identity. Resources whose attribute names
// depend on the membership kind have no model with fixed tags.
type attributeReader interface {
	GetAttribute(ctx context.Context, attribute path.Path, target any) diag.Diagnostics
}

// attributeWriter writes single attributes of a plan, a state or a list result.
type attributeWriter interface {
	SetAttribute(ctx context.Context, attribute path.Path, value any) diag.Diagnostics
}

// changes writes only those attributes of a plan whose values change: the framework copies the whole object for each one, and
// most plans change nothing.
type changes struct{ plan *tfsdk.Plan }

func (c changes) SetAttribute(ctx context.Context, attribute path.Path, value any) diag.Diagnostics {
	if planned, ok := value.(attr.Value); ok && c.has(ctx, attribute, planned) {
		return nil
	}

	return c.plan.SetAttribute(ctx, attribute, value)
}

// has reports whether the plan has a value.
func (c changes) has(ctx context.Context, attribute path.Path, value attr.Value) bool {
	var object map[string]tftypes.Value
	if err := c.plan.Raw.As(&object); err != nil {
		return false
	}

	content, err := value.ToTerraformValue(ctx)

	return err == nil && object[attribute.String()].Equal(content)
}
