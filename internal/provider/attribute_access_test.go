package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A plan has the values that were written to it, whether they change anything or not, and unknown and null values are different
// from each other and from all others.
func TestChanges_setAttribute(t *testing.T) {
	t.Parallel()

	for _, before := range []types.String{types.StringValue("a"), types.StringValue(""), types.StringNull(), types.StringUnknown()} {
		for _, after := range []types.String{types.StringValue("a"), types.StringValue("b"), types.StringNull(), types.StringUnknown()} {
			was, err := before.ToTerraformValue(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			plan := &tfsdk.Plan{
				Schema: schema.Schema{Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Optional: true}}},
				Raw:    tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}, map[string]tftypes.Value{"name": was}),
			}

			var now types.String

			diags := changes{plan}.SetAttribute(t.Context(), path.Root("name"), after)
			diags.Append(plan.GetAttribute(t.Context(), path.Root("name"), &now)...)

			if diags.HasError() || !now.Equal(after) {
				t.Errorf("after setting %s instead of %s the plan has %s: %v", after, before, now, diags)
			}

			if same := (changes{plan}).has(t.Context(), path.Root("name"), before); same != before.Equal(after) {
				t.Errorf("the plan has %s instead of %s: %t", after, before, same)
			}
		}
	}
}
