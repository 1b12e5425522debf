package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// typeKind is one kind of type of a provider, such as resources or data sources.
type typeKind struct {
	name    string
	schemas map[string]*tfprotov6.Schema

	// files are the files that the repository has for each type. NAME is the type without the provider's prefix.
	files []string
}

// typeKinds are the kinds of type of this provider.
func typeKinds(schema *tfprotov6.GetProviderSchemaResponse) []typeKind {
	actions := make(map[string]*tfprotov6.Schema)
	for typeName, action := range schema.ActionSchemas {
		actions[typeName] = action.Schema
	}

	return []typeKind{
		{"resource", schema.ResourceSchemas, []string{
			"docs/resources/NAME.md",
			"examples/resources/iriusrisk_NAME/resource.tf",
			"examples/resources/iriusrisk_NAME/import.sh",
			"examples/resources/iriusrisk_NAME/import-by-string-id.tf",
		}},
		{"data source", schema.DataSourceSchemas, []string{
			"docs/data-sources/NAME.md",
			"examples/data-sources/iriusrisk_NAME/data-source.tf",
		}},
		{"ephemeral resource", schema.EphemeralResourceSchemas, []string{
			"docs/ephemeral-resources/NAME.md",
			"examples/ephemeral-resources/iriusrisk_NAME/ephemeral-resource.tf",
		}},
		{"list resource", schema.ListResourceSchemas, []string{
			"docs/list-resources/NAME.md",
			"examples/list-resources/iriusrisk_NAME/list-resource.tfquery.hcl",
		}},
		{"action", actions, []string{
			"docs/actions/NAME.md",
			"examples/actions/iriusrisk_NAME/action.tf",
		}},
	}
}

// Every block, attribute and identity attribute has a Markdown description.
func TestSchema_isDescribed(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)
	checkBlockIsDescribed(t, "provider", p.schema.Provider.Block)

	for _, kind := range typeKinds(p.schema) {
		for typeName, schema := range kind.schemas {
			checkBlockIsDescribed(t, kind.name+" "+typeName, schema.Block)
		}
	}

	for name, function := range p.schema.Functions {
		if function.Summary == "" || function.Description == "" || function.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("function %s has no summary, or no description in Markdown", name)
		}

		parameters := slices.Clone(function.Parameters)
		if function.VariadicParameter != nil {
			parameters = append(parameters, function.VariadicParameter)
		}

		for _, parameter := range parameters {
			if parameter.Description == "" || parameter.DescriptionKind != tfprotov6.StringKindMarkdown {
				t.Errorf("function %s: %s has no description in Markdown", name, parameter.Name)
			}
		}
	}

	for typeName, identity := range identitySchemas(t, p) {
		for _, attribute := range identity.IdentityAttributes {
			if attribute.Description == "" {
				t.Errorf("identity of %s: %s has no description", typeName, attribute.Name)
			}
		}
	}
}

// Every type and every function has a page and an example, and every resource has import examples. No page or example belongs
// to a type or a function that the provider does not have.
func TestSchema_isDocumented(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)
	identities := identitySchemas(t, p)
	present := repositoryFiles(t, "docs/*/*.md", "examples/*/*/*")

	functions := typeKind{"function", make(map[string]*tfprotov6.Schema), []string{"docs/functions/NAME.md", "examples/functions/NAME/function.tf"}}
	for name := range p.schema.Functions {
		functions.schemas[name] = nil
	}

	for _, kind := range append(typeKinds(p.schema), functions) {
		var names []string

		for typeName := range kind.schemas {
			names = append(names, strings.TrimPrefix(typeName, "iriusrisk_"))
			needed := kind.files

			if _, hasIdentity := identities[typeName]; hasIdentity && kind.name == "resource" {
				needed = append(slices.Clone(needed), "examples/resources/iriusrisk_NAME/import-by-identity.tf")
			}

			for _, pattern := range needed {
				if file := strings.ReplaceAll(pattern, "NAME", names[len(names)-1]); !slices.Contains(present, file) {
					t.Errorf("%s %s has no %s", kind.name, typeName, file)
				}
			}
		}

		for _, pattern := range kind.files {
			before, after, _ := strings.Cut(pattern, "NAME")

			for _, file := range present {
				rest, begins := strings.CutPrefix(file, before)
				name, ends := strings.CutSuffix(rest, after)

				if begins && ends && !slices.Contains(names, name) {
					t.Errorf("%s is about no %s of the provider", file, kind.name)
				}
			}
		}
	}
}

// checkBlockIsDescribed fails for a block without a description, including its nested blocks and attributes.
func checkBlockIsDescribed(t *testing.T, where string, block *tfprotov6.SchemaBlock) {
	t.Helper()

	if block.Description == "" || block.DescriptionKind != tfprotov6.StringKindMarkdown {
		t.Errorf("%s has no description in Markdown", where)
	}

	checkAttributesAreDescribed(t, where, block.Attributes)

	for _, inner := range block.BlockTypes {
		checkBlockIsDescribed(t, where+"."+inner.TypeName, inner.Block)
	}
}

func checkAttributesAreDescribed(t *testing.T, where string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()

	for _, attribute := range attributes {
		path := where + "." + attribute.Name

		if attribute.Description == "" || attribute.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("%s has no description in Markdown", path)
		}

		if attribute.NestedType != nil {
			checkAttributesAreDescribed(t, path, attribute.NestedType.Attributes)
		}
	}
}

// identitySchemas are the identity schemas of the resources that have one.
func identitySchemas(t *testing.T, p *protocol) map[string]*tfprotov6.ResourceIdentitySchema {
	t.Helper()

	response, err := p.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.noError(err)
	p.requireNoErrors(response.Diagnostics)

	if len(response.IdentitySchemas) == 0 {
		t.Fatal("no resource has an identity")
	}

	return response.IdentitySchemas
}

// repositoryFiles are the files of this repository that match the patterns, as slash-separated paths from its root.
func repositoryFiles(t *testing.T, patterns ...string) []string {
	t.Helper()

	var files []string

	for _, pattern := range patterns {
		found, err := fs.Glob(os.DirFS(filepath.Join("..", "..")), pattern)
		if err != nil {
			t.Fatal(err)
		}

		files = append(files, found...)
	}

	return files
}
