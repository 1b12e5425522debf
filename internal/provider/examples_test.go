package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// exampleUUID is the placeholder UUID of the import examples.
const exampleUUID = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

// Every example of a resource or a data source applies unchanged, its plan sends only GET, and the plan after it is empty.
// The demo applies the quickstart.
func TestExamples_apply(t *testing.T) {
	t.Parallel()

	for _, file := range exampleFiles(t, "resource*.tf", "data-source*.tf", "action*.tf") {
		t.Run(strings.TrimPrefix(file, filepath.Join("..", "..", "examples")), func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(50, 20, 10)

			content := readExample(t, file)
			needs(t, featuresOf(content)...)

			if !strings.Contains(content, `resource "iriusrisk_user" `) {
				setUpForImport(server)
			}

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps: []resource.TestStep{{
					Config:          configured(server, content),
					ConfigVariables: exampleVariables(server, content),

					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{onlyReads{server}}},
				}},
			})
		})
	}
}

// Every import block under examples imports the object of its resource example, and the plan after it is empty.
func TestExamples_import(t *testing.T) {
	t.Parallel()

	for _, file := range exampleFiles(t, "import-by-string-id.tf", "import-by-identity.tf") {
		t.Run(strings.TrimPrefix(file, filepath.Join("..", "..", "examples", "resources")), func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(50, 20, 10)

			setUpForImport(server)

			declared := readExample(t, filepath.Join(filepath.Dir(file), "resource.tf"))
			imports := strings.ReplaceAll(readExample(t, file), exampleUUID, exampleMember(server, file))

			// The other users of the example are created, not imported, and need arguments that an import does not set.
			declared, _, _ = strings.Cut(declared, "# A password")
			needs(t, featuresOf(declared+imports)...)

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps:                    []resource.TestStep{{Config: configured(server, declared+imports+importsOfUsers(declared, imports))}},
			})
		})
	}
}

// The import commands name the addresses of the examples and the ids of the import blocks.
func TestExamples_importCommands(t *testing.T) {
	t.Parallel()

	for _, file := range exampleFiles(t, "import.sh") {
		block := readExample(t, filepath.Join(filepath.Dir(file), "import-by-string-id.tf"))

		for line := range strings.Lines(readExample(t, file)) {
			command, isImport := strings.CutPrefix(strings.TrimSpace(line), "terraform import ")
			if !isImport {
				continue
			}

			address, id, _ := strings.Cut(command, " ")
			if !strings.Contains(block, "to = "+address+"\n") || !strings.Contains(block, `id = "`+id+`"`) {
				t.Errorf("%s: %q differs from the import block", file, command)
			}
		}
	}
}

// The examples of ephemeral resources have a second provider block, so each needs a process of its own.
func TestExamples_ephemeral(t *testing.T) {
	t.Parallel()
	needs(t, ephemeralResources)

	for _, file := range exampleFiles(t, "ephemeral-resource.tf") {
		server := startServer(t, simulator.Options{})
		setUpForImport(server)

		if _, err := newWorkspace(t, server, readExample(t, file), nil).Run(t.Context(), "apply", "-auto-approve", "-input=false"); err != nil {
			t.Errorf("%s: %v", file, err)
		}

		if mustUser(t, server, "svc-reporter").APIToken != "" {
			t.Errorf("%s leaves a token behind", file)
		}
	}
}

// Every list under examples finds its objects, and sends only GET.
func TestExamples_query(t *testing.T) {
	t.Parallel()
	needs(t, queries)

	for _, file := range exampleFiles(t, "list-resource.tfquery.hcl") {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(50, 20, 10)
			setUpForImport(server)

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps: []resource.TestStep{{
					Query:  true,
					Config: configured(server, readExample(t, file)),
				}},
			})

			expectNoWrites(t, server)
		})
	}
}

// exampleWorkspace runs the CLI on unchanged example files.
func exampleWorkspace(t *testing.T, server *simulator.Server, configuration fs.FS) *cli.Workspace {
	t.Helper()

	return openWorkspace(t, server, configuration, nil)
}

// exampleFolder opens the folder of an example, without its tests, which older versions of the CLI cannot read.
func exampleFolder(elements ...string) fs.FS {
	return withoutTests{os.DirFS(filepath.Join(append([]string{"..", "..", "examples"}, elements...)...))}
}

// withoutTests is a file system without the folders called tests.
type withoutTests struct{ fs.FS }

// ReadDir implements fs.ReadDirFS.
func (f withoutTests) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.FS, name)

	return slices.DeleteFunc(entries, func(entry fs.DirEntry) bool { return entry.IsDir() && entry.Name() == "tests" }), err
}

// exampleFiles lists the files under examples that match the names or patterns.
func exampleFiles(t *testing.T, names ...string) []string {
	t.Helper()

	var files []string

	for _, name := range names {
		for _, pattern := range []string{"*", filepath.Join("*", "*")} {
			found, err := filepath.Glob(filepath.Join("..", "..", "examples", pattern, name))
			if err != nil {
				t.Fatal(err)
			}

			files = append(files, found...)
		}
	}

	if len(files) == 0 {
		t.Fatalf("there are no examples called %q", names)
	}

	return files
}

// exampleGlob lists the files under examples that match a pattern.
func exampleGlob(t *testing.T, pattern ...string) []string {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(append([]string{"..", "..", "examples"}, pattern...)...))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples match %q: %v", pattern, err)
	}

	return files
}

func readExample(t *testing.T, file string) string {
	t.Helper()

	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	return string(content)
}

// configured adds the provider's configuration to an example.
func configured(server *simulator.Server, content string) string {
	return "provider \"iriusrisk\" {\n  endpoint  = \"" + server.URL() + "\"\n  api_token = \"" + server.AdminToken() + "\"\n}\n" + content
}

// featuresOf are the CLI features that an example needs.
func featuresOf(content string) []cliFeature {
	var needed []cliFeature

	for part, feature := range map[string]cliFeature{
		"\naction ":   actions,
		"identity =":  importByIdentity,
		"ephemeral":   ephemeralResources,
		"password_wo": writeOnlyArguments,
		"provider::":  providerFunctions,
		"\nremoved {": removedBlocks,
	} {
		if strings.Contains(content, part) {
			needed = append(needed, feature)
		}
	}

	return needed
}

// exampleVariables are values for the variables that an example declares.
func exampleVariables(server *simulator.Server, content string) config.Variables {
	switch {
	case strings.Contains(content, `variable "grace_password"`):
		return config.Variables{"grace_password": config.StringVariable(password)}
	case strings.Contains(content, `variable "invitation_id"`):
		return config.Variables{"invitation_id": config.StringVariable(server.Invitations()[0].ID)}
	default:
		return nil
	}
}

// setUpForImport creates the objects that the import examples import.
func setUpForImport(server *simulator.Server) {
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	server.AddUser(simulator.User{Username: "svc-pipeline", Email: "svc-pipeline@example.com", FirstName: "Pipeline", LastName: "Service account", Enabled: true})
	server.AddUser(simulator.User{Username: "svc-reporter", Email: "svc-reporter@example.com", Enabled: true})
	server.AddInvitation("grace@example.com")
	server.RotateToken("svc-pipeline")

	for _, role := range server.Roles() {
		if role.Name == "ROLE_RISK_MANAGER" {
			server.GrantRole("ada", role.ID)
		}
	}

	for _, unit := range server.BusinessUnits() {
		if unit.Name == "Payments" {
			server.JoinBusinessUnit("ada", unit.ID)
		}
	}
}

// exampleMember is the UUID of the role or business unit of an import example. It creates the business unit that an example
// declares.
func exampleMember(server *simulator.Server, file string) string {
	if strings.Contains(file, "iriusrisk_role"+string(filepath.Separator)) {
		role := server.AddRole("Auditor")
		server.SetRolePermissions(role.ID, []string{"ANALYTICS_MODULE_ACCESS", "PRODUCTS_LIST_ALL", "RISK_SUMMARY_VIEW"}, []string{"ARCHITECTURE_VIEW", "RISK_VIEW"})
		server.UpdateRole(role.ID, func(role *simulator.Role) {
			role.Description = "Sees all projects and their risks, and changes nothing"
		})

		return role.ID
	}

	if strings.Contains(file, "iriusrisk_business_unit"+string(filepath.Separator)) {
		return server.AddBusinessUnit("payments", "Payments").ID
	}

	if strings.Contains(file, "business_unit") {
		for _, unit := range server.BusinessUnits() {
			if unit.Name == "Payments" {
				return unit.ID
			}
		}
	}

	for _, role := range server.Roles() {
		if role.Name == "ROLE_RISK_MANAGER" {
			return role.ID
		}
	}

	return ""
}

// importsOfUsers are import blocks for the other users that an example declares, because those users exist already.
func importsOfUsers(declared, imports string) string {
	var blocks strings.Builder

	for name, username := range map[string]string{"ada": "ada", "pipeline": "svc-pipeline"} {
		address := "iriusrisk_user." + name
		if strings.Contains(declared, `resource "iriusrisk_user" "`+name+`"`) && !strings.Contains(imports, "to = "+address+"\n") {
			blocks.WriteString("\nimport {\n  to = " + address + "\n  id = \"" + username + "\"\n}\n")
		}
	}

	return blocks.String()
}

// roleID returns the id of the role with a name.
func roleID(t *testing.T, server *simulator.Server, name string) string {
	t.Helper()

	for _, role := range server.Roles() {
		if role.Name == name {
			return role.ID
		}
	}

	t.Fatalf("there is no role %q", name)

	return ""
}
