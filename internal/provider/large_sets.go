package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A large set is a set of strings that may have thousands of elements. Terraform knows it as a set, and the framework as a
// list: the framework compares every element of a set with every other one several times in each operation, which takes a
// minute for five thousand elements. Sets and lists have the same encoding, and Terraform sends the elements of a set of
// strings sorted and without duplicates.

// largeUsernamesAttribute describes a required argument that is a large set of usernames.
func largeUsernamesAttribute(description string) schema.ListAttribute {
	return schema.ListAttribute{
		Required:            true,
		ElementType:         types.StringType,
		MarkdownDescription: description,
		Validators:          []validator.List{listvalidator.NoNullValues(), listvalidator.ValueStringsAre(usernameValidator())},
		PlanModifiers:       []planmodifier.List{keepSpellings{}},
	}
}

// newLargeSet returns a known large set, sorted as Terraform sorts it.
func newLargeSet(values []string) types.List {
	sorted := slices.Clone(values)
	slices.Sort(sorted)

	elements := make([]attr.Value, len(sorted))
	for i, value := range sorted {
		elements[i] = types.StringValue(value)
	}

	return types.ListValueMust(types.StringType, elements)
}

// showLargeSets declares the large sets of resources as sets. All lists of strings in resources are large sets: no argument
// depends on an order.
func showLargeSets(resources map[string]*tfprotov6.Schema) {
	list := tftypes.List{ElementType: tftypes.String}

	for _, resource := range resources {
		for _, attribute := range resource.Block.Attributes {
			if list.Equal(attribute.Type) {
				attribute.Type = tftypes.Set{ElementType: tftypes.String}
			}
		}
	}
}

// PlanModifyList implements [planmodifier.List] for large sets.
func (keepSpellings) PlanModifyList(_ context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if !req.StateValue.IsNull() && sameWithoutCase(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}
