package provider

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
)

// The default template of a kind serves any block: rendered for an unknown one, it says nothing about a particular block, its
// operations or its permissions.
func TestTemplates_defaultsServeAnyBlock(t *testing.T) {
	t.Parallel()

	for _, file := range defaultTemplates(t) {
		page, err := template.New(filepath.Base(file)).Funcs(template.FuncMap{
			"codefile":      func(_, file string) string { return file },
			"plainmarkdown": func(text string) string { return text },
			"prefixlines":   func(_, text string) string { return text },
			"tffile":        func(file string) string { return file },
			"trimspace":     strings.TrimSpace,
		}).Parse(readExample(t, file))
		if err != nil {
			t.Fatal(err)
		}

		var out strings.Builder

		err = page.Execute(&out, map[string]any{
			"Name": "iriusrisk_unknown", "Type": "Kind", "Description": "DESCRIPTION", "SchemaMarkdown": "SCHEMA", "RenderedProviderName": "IriusRisk",
			"ExampleFiles": []string{"EXAMPLE"}, "HasImport": true, "ImportFile": "IMPORT", "HasImportIDConfig": true, "ImportIDConfigFile": "IMPORT-BY-ID",
			"HasImportIdentityConfig": true, "ImportIdentityConfigFile": "IMPORT-BY-IDENTITY", "IdentitySchemaMarkdown": "IDENTITY",
			"Summary": "SUMMARY", "FunctionSignatureMarkdown": "SIGNATURE", "FunctionArgumentsMarkdown": "ARGUMENTS", "HasVariadic": true, "FunctionVariadicArgumentMarkdown": "VARIADIC",
		})
		if err != nil {
			t.Fatal(err)
		}

		text := strings.ReplaceAll(out.String(), "iriusrisk_unknown", "")

		for _, particular := range []string{"iriusrisk_", "role", "business unit", "user", "_USERS", "get_", "<no value>"} {
			if strings.Contains(text, particular) {
				t.Errorf("%s says %q of a block that it does not know:\n%s", file, particular, out.String())
			}
		}

		needed := []string{"DESCRIPTION", "EXAMPLE", "SCHEMA"}

		switch filepath.Base(file) {
		case "resources.md.tmpl":
			needed = append(needed, "IMPORT", "IMPORT-BY-ID", "IMPORT-BY-IDENTITY", "IDENTITY")
		case "functions.md.tmpl":
			needed = []string{"SUMMARY", "DESCRIPTION", "EXAMPLE", "SIGNATURE", "ARGUMENTS", "VARIADIC"}
		}

		for _, part := range needed {
			if !slices.Contains(strings.Fields(text), part) {
				t.Errorf("%s leaves out the %s of a block", file, part)
			}
		}
	}
}

// A template of one block begins and ends as the default template of its kind, and adds sections to it. The default of
// resources also holds the text of the memberships, so it is compared up to there.
func TestTemplates_followTheirDefault(t *testing.T) {
	t.Parallel()

	for _, file := range defaultTemplates(t) {
		standard, _, _ := strings.Cut(readExample(t, file), "{{- /*")

		own, err := filepath.Glob(filepath.Join(strings.TrimSuffix(file, ".md.tmpl"), "*.md.tmpl"))
		if err != nil {
			t.Fatal(err)
		}

		for _, page := range own {
			lines := strings.Split(readExample(t, page), "\n")

			for line := range strings.Lines(standard) {
				at := slices.Index(lines, strings.TrimSuffix(line, "\n"))
				if at < 0 {
					t.Errorf("%s lacks this line of %s, or has it in another place: %s", page, file, line)

					break
				}

				lines = lines[at+1:]
			}
		}
	}
}

// defaultTemplates are the templates for blocks without one of their own.
func defaultTemplates(t *testing.T) []string {
	t.Helper()

	var files []string

	for _, kind := range []string{"resources", "data-sources", "ephemeral-resources", "list-resources", "actions", "functions"} {
		files = append(files, filepath.Join("..", "..", "templates", kind+".md.tmpl"))
	}

	return files
}
