package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// registeredBlocks counts the blocks that a provider registers.
func registeredBlocks(ctx context.Context, p provider.Provider) map[string]int {
	counts := noBlocks()
	counts["provider"] = 1
	counts["resource"] = len(p.Resources(ctx))

	for _, constructor := range p.Resources(ctx) {
		if _, ok := constructor().(resource.ResourceWithIdentity); ok {
			counts["identity"]++
		}
	}

	counts["data source"] = len(p.DataSources(ctx))

	if p, ok := p.(provider.ProviderWithEphemeralResources); ok {
		counts["ephemeral resource"] = len(p.EphemeralResources(ctx))
	}

	if p, ok := p.(provider.ProviderWithListResources); ok {
		counts["list resource"] = len(p.ListResources(ctx))
	}

	if p, ok := p.(provider.ProviderWithActions); ok {
		counts["action"] = len(p.Actions(ctx))
	}

	if p, ok := p.(provider.ProviderWithFunctions); ok {
		counts["function"] = len(p.Functions(ctx))
	}

	return counts
}

// readSchema reads the schema from the server of a provider.
func readSchema(ctx context.Context, server tfprotov6.ProviderServer) (schema, error) {
	blocks, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}

	if err := firstError(slices.Concat(blocks.Diagnostics, identities.Diagnostics)); err != nil {
		return nil, err
	}

	read := make(schema)
	read.addSchema("provider", blocks.Provider)

	for kind, schemas := range map[string]map[string]*tfprotov6.Schema{
		"resource":           blocks.ResourceSchemas,
		"data source":        blocks.DataSourceSchemas,
		"ephemeral resource": blocks.EphemeralResourceSchemas,
		"list resource":      blocks.ListResourceSchemas,
	} {
		for name, block := range schemas {
			read.addSchema(kind+" "+name, block)
		}
	}

	for name, block := range blocks.ResourceSchemas {
		if err := read.addPlans(ctx, planner{server, name, block}); err != nil {
			return nil, fmt.Errorf("planning %s: %w", name, err)
		}
	}

	for name, action := range blocks.ActionSchemas {
		read.addSchema("action "+name, action.Schema)
	}

	for name, identity := range identities.IdentitySchemas {
		read.addIdentity("identity "+name, identity)
	}

	for name, function := range blocks.Functions {
		read.addFunction("function "+name, function)
	}

	return read, nil
}

func (s schema) addSchema(path string, block *tfprotov6.Schema) {
	if block != nil {
		s.addBlock(path, "", block.Block)

		root := s[path]
		root.Version = block.Version
		s[path] = root
	}
}

func (s schema) addBlock(path, nesting string, block *tfprotov6.SchemaBlock) {
	s[path] = element{Type: nesting, Deprecated: block.Deprecated, Description: block.Description}
	s.addAttributes(path, block.Attributes)

	for _, inner := range block.BlockTypes {
		s.addBlock(path+"."+inner.TypeName, fmt.Sprintf("Block[%s, %d to %d]", inner.Nesting, inner.MinItems, inner.MaxItems), inner.Block)
	}
}

// describedDefault is how a description names the default.
var describedDefault = regexp.MustCompile("Defaults to `([^`]+)`")

func (s schema) addAttributes(path string, attributes []*tfprotov6.SchemaAttribute) {
	for _, attribute := range attributes {
		inner := path + "." + attribute.Name
		added := element{
			Required: attribute.Required, Optional: attribute.Optional, Computed: attribute.Computed,
			Sensitive: attribute.Sensitive, WriteOnly: attribute.WriteOnly,
			Deprecated: attribute.Deprecated, Description: attribute.Description,
		}

		if found := describedDefault.FindStringSubmatch(attribute.Description); found != nil {
			added.Default = found[1]
		}

		if attribute.NestedType == nil {
			added.Type = typeText(attribute.Type)
		} else {
			added.Type = fmt.Sprintf("Nested[%s]", attribute.NestedType.Nesting)
			s.addAttributes(inner, attribute.NestedType.Attributes)
		}

		s[inner] = added
	}
}

func (s schema) addIdentity(path string, identity *tfprotov6.ResourceIdentitySchema) {
	s[path] = element{Version: identity.Version}

	for _, attribute := range identity.IdentityAttributes {
		s[path+"."+attribute.Name] = element{
			Type: typeText(attribute.Type), Required: attribute.RequiredForImport, Optional: attribute.OptionalForImport,
			Description: attribute.Description,
		}
	}
}

// addFunction adds a function with its parameters, which are numbered because calls do not name them.
func (s schema) addFunction(path string, function *tfprotov6.Function) {
	s[path] = element{
		Type: typeText(function.Return.Type), Deprecated: function.DeprecationMessage != "",
		Description: strings.TrimSpace(function.Summary + "\n" + function.Description),
	}

	add := func(place string, parameter *tfprotov6.FunctionParameter, required bool) {
		s[path+"."+place] = element{
			Type: typeText(parameter.Type), Required: required, Nullable: parameter.AllowNullValue,
			Description: parameter.Name + ": " + parameter.Description,
		}
	}

	for i, parameter := range function.Parameters {
		add(strconv.Itoa(i+1), parameter, true)
	}

	if function.VariadicParameter != nil {
		add("rest", function.VariadicParameter, false)
	}
}

// typeText returns a type as the protocol names it, such as Set[String].
func typeText(attributeType tftypes.Type) string {
	return strings.ReplaceAll(attributeType.String(), "tftypes.", "")
}
