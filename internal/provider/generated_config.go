package provider

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// dropComputedViews removes from a generated configuration the names of roles and business units whose ids it contains: only
// one of the two can be configured, and the ids are never ambiguous.
func dropComputedViews(schema *tfprotov6.Schema, generated *tfprotov6.GenerateResourceConfigResponse) error {
	if schema == nil {
		return nil
	}

	objectType := schema.ValueType()

	config, err := generated.Config.Unmarshal(objectType)
	if err != nil || config.IsNull() {
		return err
	}

	var attributes map[string]tftypes.Value
	if err := config.As(&attributes); err != nil {
		return err
	}

	for _, kind := range []membershipKind{roleMembership, businessUnitMembership} {
		dropName(attributes, kind.attribute, kind.nameAttribute)
		dropName(attributes, kind.attribute+"s", kind.nameAttribute+"s")
	}

	reduced, err := tfprotov6.NewDynamicValue(objectType, tftypes.NewValue(objectType, attributes))
	if err == nil {
		generated.Config = &reduced
	}

	return err
}

// dropName sets the attribute with the names to null if the one with the ids is set.
func dropName(attributes map[string]tftypes.Value, ids, names string) {
	if id, found := attributes[ids]; !found || id.IsNull() {
		return
	}

	if name, found := attributes[names]; found {
		attributes[names] = tftypes.NewValue(name.Type(), nil)
	}
}
