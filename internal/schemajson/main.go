// Command schemajson prints the provider's schemas in the format of `terraform providers schema -json`. It reads them
// in process, so that the documentation does not depend on the installed CLI and includes blocks that older CLIs omit.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

// providerAddress is the key under which tfplugindocs looks for the provider.
const providerAddress = "registry.terraform.io/hashicorp/iriusrisk"

func main() {
	if err := write(context.Background(), provider.NewServer("dev")(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// object is a JSON object.
type object = map[string]any

// write prints the schemas of a provider as JSON.
func write(ctx context.Context, server tfprotov6.ProviderServer, out io.Writer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}

	for _, diagnostic := range slices.Concat(schemas.Diagnostics, identities.Diagnostics) {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
		}
	}

	actions := make(object)
	for name, action := range schemas.ActionSchemas {
		actions[name] = schemaJSON(action.Schema)
	}

	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")

	return encoder.Encode(object{
		"format_version": "1.0",
		"provider_schemas": object{providerAddress: object{
			"provider":                   schemaJSON(schemas.Provider),
			"resource_schemas":           each(schemas.ResourceSchemas, schemaJSON),
			"data_source_schemas":        each(schemas.DataSourceSchemas, schemaJSON),
			"ephemeral_resource_schemas": each(schemas.EphemeralResourceSchemas, schemaJSON),
			"list_resource_schemas":      each(schemas.ListResourceSchemas, schemaJSON),
			"action_schemas":             actions,
			"resource_identity_schemas":  each(identities.IdentitySchemas, identityJSON),
			"functions":                  each(schemas.Functions, functionJSON),
		}},
	})
}

// each converts the values of a map.
func each[T any](schemas map[string]T, convert func(T) object) object {
	converted := make(object)
	for name, schema := range schemas {
		converted[name] = convert(schema)
	}

	return converted
}

func schemaJSON(schema *tfprotov6.Schema) object {
	return object{"version": schema.Version, "block": blockJSON(schema.Block)}
}

func blockJSON(block *tfprotov6.SchemaBlock) object {
	nested := make(object)
	for _, inner := range block.BlockTypes {
		nested[inner.TypeName] = object{
			"nesting_mode": nestingModes[inner.Nesting.String()], "block": blockJSON(inner.Block),
			"min_items": inner.MinItems, "max_items": inner.MaxItems,
		}
	}

	return object{
		"attributes": attributesJSON(block.Attributes), "block_types": nested,
		"description": block.Description, "description_kind": "markdown", "deprecated": block.Deprecated,
	}
}

// nestingModes maps nesting modes of the protocol to their names in JSON.
var nestingModes = map[string]string{"SINGLE": "single", "LIST": "list", "SET": "set", "MAP": "map", "GROUP": "group"}

func attributesJSON(attributes []*tfprotov6.SchemaAttribute) object {
	converted := make(object)

	for _, attribute := range attributes {
		shown := object{
			"description": attribute.Description, "description_kind": "markdown", "deprecated": attribute.Deprecated,
			"required": attribute.Required, "optional": attribute.Optional, "computed": attribute.Computed,
			"sensitive": attribute.Sensitive, "write_only": attribute.WriteOnly,
		}

		if attribute.NestedType != nil {
			shown["nested_type"] = object{
				"nesting_mode": nestingModes[attribute.NestedType.Nesting.String()], "attributes": attributesJSON(attribute.NestedType.Attributes),
			}
		} else {
			shown["type"] = typeJSON(attribute.Type)
		}

		converted[attribute.Name] = shown
	}

	return converted
}

func identityJSON(schema *tfprotov6.ResourceIdentitySchema) object {
	attributes := make(object)

	for _, attribute := range schema.IdentityAttributes {
		attributes[attribute.Name] = object{
			"type": typeJSON(attribute.Type), "description": attribute.Description,
			"required_for_import": attribute.RequiredForImport, "optional_for_import": attribute.OptionalForImport,
		}
	}

	return object{"version": schema.Version, "attributes": attributes}
}

func functionJSON(function *tfprotov6.Function) object {
	shown := object{
		"summary": function.Summary, "description": function.Description, "deprecation_message": function.DeprecationMessage,
		"return_type": typeJSON(function.Return.Type),
	}

	// As Terraform, without an empty list, which tfplugindocs would print as a parameter.
	if len(function.Parameters) > 0 {
		parameters := make([]object, 0, len(function.Parameters))
		for _, parameter := range function.Parameters {
			parameters = append(parameters, parameterJSON(parameter))
		}

		shown["parameters"] = parameters
	}

	if function.VariadicParameter != nil {
		shown["variadic_parameter"] = parameterJSON(function.VariadicParameter)
	}

	return shown
}

func parameterJSON(parameter *tfprotov6.FunctionParameter) object {
	return object{
		"name": parameter.Name, "description": parameter.Description, "is_nullable": parameter.AllowNullValue,
		"type": typeJSON(parameter.Type),
	}
}

// typeJSON returns a type in Terraform's JSON notation.
func typeJSON(attributeType tftypes.Type) any {
	switch value := attributeType.(type) {
	case tftypes.List:
		return []any{"list", typeJSON(value.ElementType)}
	case tftypes.Set:
		return []any{"set", typeJSON(value.ElementType)}
	case tftypes.Map:
		return []any{"map", typeJSON(value.ElementType)}
	case tftypes.Object:
		members := make(object)
		for name, inner := range value.AttributeTypes {
			members[name] = typeJSON(inner)
		}

		return []any{"object", members}
	case tftypes.Tuple:
		members := make([]any, 0, len(value.ElementTypes))
		for _, inner := range value.ElementTypes {
			members = append(members, typeJSON(inner))
		}

		return []any{"tuple", members}
	default:
		switch {
		case attributeType.Is(tftypes.Bool):
			return "bool"
		case attributeType.Is(tftypes.Number):
			return "number"
		case attributeType.Is(tftypes.DynamicPseudoType):
			return "dynamic"
		default:
			return "string"
		}
	}
}
