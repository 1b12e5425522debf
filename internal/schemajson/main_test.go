package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

// The output matches that of `terraform providers schema -json`.
func TestWrite_matchesTerraform(t *testing.T) {
	t.Parallel()

	printed := printedBy(t, provider.NewServer("test")())

	for _, test := range []struct {
		path []string
		want any
	}{
		{[]string{"provider", "block", "attributes", "api_token", "sensitive"}, true},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "username", "required"}, true},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "username", "type"}, "string"},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "password_wo", "write_only"}, true},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "password_wo_version", "type"}, "number"},
		{[]string{"data_source_schemas", "iriusrisk_users", "block", "attributes", "users", "nested_type", "nesting_mode"}, "list"},
		{[]string{"data_source_schemas", "iriusrisk_users", "block", "attributes", "users", "nested_type", "attributes", "enabled", "type"}, "bool"},
		{[]string{"resource_identity_schemas", "iriusrisk_user_role", "attributes", "role_id", "required_for_import"}, true},
	} {
		at := lookUp(printed, test.path...)
		if at != test.want {
			t.Errorf("%v is %v, want %v", test.path, at, test.want)
		}
	}
}

// tinyProvider is a provider that only returns schemas.
type tinyProvider struct {
	tfprotov6.ProviderServer

	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

func (p *tinyProvider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return p.schemas, nil
}

func (p *tinyProvider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return p.identities, nil
}

// Every kind of block, nesting and type is printed, including those that the provider does not use.
func TestWrite_everyKind(t *testing.T) {
	t.Parallel()

	schema := func(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
		return &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
	}

	everyType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"list":  tftypes.List{ElementType: tftypes.Bool},
		"set":   tftypes.Set{ElementType: tftypes.Number},
		"map":   tftypes.Map{ElementType: tftypes.DynamicPseudoType},
		"tuple": tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, tftypes.Bool}},
	}}

	withBlock := schema(&tfprotov6.SchemaAttribute{
		Name: "a", Type: everyType, Optional: true, Sensitive: true, WriteOnly: true, Deprecated: true, Description: "Says **a**.",
	}, &tfprotov6.SchemaAttribute{
		Name: "b", Computed: true, NestedType: &tfprotov6.SchemaObject{
			Nesting:    tfprotov6.SchemaObjectNestingModeMap,
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "c", Type: tftypes.String}},
		},
	})
	withBlock.Block.BlockTypes = []*tfprotov6.SchemaNestedBlock{{
		TypeName: "inner", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 2, Block: schema().Block,
	}}

	printed := printedBy(t, &tinyProvider{
		schemas: &tfprotov6.GetProviderSchemaResponse{
			Provider:                 schema(),
			ResourceSchemas:          map[string]*tfprotov6.Schema{"x": withBlock},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"x": schema()},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"x": schema()},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"x": {Schema: schema()}},
			Functions: map[string]*tfprotov6.Function{"f": {
				Summary: "Does f.", Return: &tfprotov6.FunctionReturn{Type: tftypes.String},
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "p", Type: tftypes.Number, AllowNullValue: true}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "rest", Type: tftypes.Bool},
			}, "g": {Return: &tfprotov6.FunctionReturn{Type: tftypes.Bool}}},
			Diagnostics: []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Only a warning"}},
		},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"x": {Version: 2, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{{Name: "i", Type: tftypes.String, OptionalForImport: true}}},
		}},
	})

	for path, want := range map[string]string{
		"resource_schemas/x/version":                                          `3`,
		"resource_schemas/x/block/description_kind":                           `"markdown"`,
		"resource_schemas/x/block/attributes/a/type":                          `["object",{"list":["list","bool"],"set":["set","number"],"map":["map","dynamic"],"tuple":["tuple",["string","bool"]]}]`,
		"resource_schemas/x/block/attributes/a/sensitive":                     `true`,
		"resource_schemas/x/block/attributes/a/write_only":                    `true`,
		"resource_schemas/x/block/attributes/a/deprecated":                    `true`,
		"resource_schemas/x/block/attributes/a/optional":                      `true`,
		"resource_schemas/x/block/attributes/a/required":                      `false`,
		"resource_schemas/x/block/attributes/a/description":                   `"Says **a**."`,
		"resource_schemas/x/block/attributes/a/description_kind":              `"markdown"`,
		"resource_schemas/x/block/attributes/a/nested_type":                   `null`,
		"resource_schemas/x/block/attributes/b/type":                          `null`,
		"resource_schemas/x/block/attributes/b/computed":                      `true`,
		"resource_schemas/x/block/attributes/b/nested_type/nesting_mode":      `"map"`,
		"resource_schemas/x/block/attributes/b/nested_type/attributes/c/type": `"string"`,
		"resource_schemas/x/block/block_types/inner/nesting_mode":             `"list"`,
		"resource_schemas/x/block/block_types/inner/min_items":                `1`,
		"resource_schemas/x/block/block_types/inner/max_items":                `2`,
		"ephemeral_resource_schemas/x/version":                                `3`,
		"list_resource_schemas/x/version":                                     `3`,
		"action_schemas/x/block/description_kind":                             `"markdown"`,
		"resource_identity_schemas/x":                                         `{"version":2,"attributes":{"i":{"type":"string","description":"","required_for_import":false,"optional_for_import":true}}}`,
		"functions/g":                                                         `{"summary":"","description":"","deprecation_message":"","return_type":"bool"}`,
		"functions/f": `{"summary":"Does f.","description":"","deprecation_message":"","return_type":"string",
			"parameters":[{"name":"p","description":"","is_nullable":true,"type":"number"}],
			"variadic_parameter":{"name":"rest","description":"","is_nullable":false,"type":"bool"}}`,
	} {
		at := lookUp(printed, strings.Split(path, "/")...)
		if !reflect.DeepEqual(at, parsed(t, []byte(want))) {
			t.Errorf("%s is %v, want %s", path, at, want)
		}
	}
}

// Errors in the schemas of a provider are returned.
func TestWrite_returnsSchemaErrors(t *testing.T) {
	t.Parallel()

	err := write(t.Context(), &tinyProvider{
		schemas: &tfprotov6.GetProviderSchemaResponse{},
		identities: &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: []*tfprotov6.Diagnostic{
			{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Wrong schema", Detail: "An attribute has no type."},
		}},
	}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "An attribute has no type.") {
		t.Errorf("the error is %v", err)
	}
}

// printedBy returns the output of write, decoded.
func printedBy(t *testing.T, server tfprotov6.ProviderServer) any {
	t.Helper()

	var out bytes.Buffer

	if err := write(t.Context(), server, &out); err != nil {
		t.Fatal(err)
	}

	return parsed(t, out.Bytes())
}

// lookUp returns the value at a path of keys below the provider.
func lookUp(printed any, keys ...string) any {
	for _, key := range append([]string{"provider_schemas", providerAddress}, keys...) {
		object, _ := printed.(map[string]any)
		printed = object[key]
	}

	return printed
}

// parsed decodes a JSON document.
func parsed(t *testing.T, document []byte) any {
	t.Helper()

	var value any

	if err := json.Unmarshal(document, &value); err != nil {
		t.Fatal(err)
	}

	return value
}
