package provider

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// testExamplesVariable makes the tests of all examples run, not only those of the module people with a mocked provider. make
// test-examples sets it.
const testExamplesVariable = "IRIUSRISK_TEST_EXAMPLES"

// The tests of the examples with a mocked provider pass, and send no request.
func TestExamples_mockedSuites(t *testing.T) {
	t.Parallel()
	needs(t, mockedProviders)

	for _, folder := range suiteFolders(t, "tests") {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()

			if folder != "modules/people" && os.Getenv(testExamplesVariable) == "" {
				t.Skipf("set %s to run the tests of all examples", testExamplesVariable)
			}

			server := startServer(t, simulator.Options{})

			runSuite(t, server, folder, "tests")

			if requests := server.Journal(); len(requests) > 0 {
				t.Errorf("the tests sent %d requests, the first of them %s %s", len(requests), requests[0].Method, requests[0].Path)
			}
		})
	}
}

// The tests of the examples that need an instance pass with the simulator, and leave no enabled user, no role and no business
// unit behind.
func TestExamples_instanceSuites(t *testing.T) {
	t.Parallel()

	if os.Getenv(testExamplesVariable) == "" {
		t.Skipf("set %s to run the tests of the examples against the simulator", testExamplesVariable)
	}

	needs(t, mockedProviders)

	for _, folder := range suiteFolders(t, "tests/instance") {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(5, 20, 10)

			before := enabledUsers(server)
			runSuite(t, server, folder, "tests/instance")

			if after := enabledUsers(server); after != before {
				t.Errorf("the tests change the enabled users from %q to %q", before, after)
			}

			if roles, units := len(server.Roles()), len(server.BusinessUnits()); roles != 20 || units != 10 {
				t.Errorf("the tests leave %d roles and %d business units", roles, units)
			}
		})
	}
}

// Every configuration of a guide has tests, unless it has no resources, needs another provider, or shows what only the newest
// versions of the CLIs have (examples_upgrading_test.go).
func TestExamples_guidesHaveSuites(t *testing.T) {
	t.Parallel()

	folders := suiteFolders(t, "tests")
	without := []string{
		"guides/access-review/propose", "guides/onboarding/query", "guides/service-accounts/secret-manager", "guides/service-accounts/time-rotating",
		"guides/upgrading/import-in-module", "guides/upgrading/keep", "guides/upgrading/leavers",
	}

	for _, file := range slices.Concat(exampleGlob(t, "guides", "*", "main.tf"), exampleGlob(t, "guides", "*", "*", "main.tf")) {
		folder, err := filepath.Rel(filepath.Join("..", "..", "examples"), filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}

		folder = filepath.ToSlash(folder)
		if slices.Contains(folders, folder) == slices.Contains(without, folder) {
			t.Errorf("%s has no tests, or is listed as a folder without them", folder)
		}
	}
}

// importBlocksOfFile matches the import blocks of a formatted file.
var importBlocksOfFile = regexp.MustCompile(`(?ms)^import \{\n.*?^\}\n`)

// runSuite runs the tests in one folder of an example.
func runSuite(t *testing.T, server *simulator.Server, example, tests string) {
	t.Helper()

	// The users that the onboarding guide exports.
	const people = `{"ada":{"email":"ada@example.com","first_name":"Ada","last_name":"Lovelace","enabled":true,"roles":[],"business_units":[]}}`

	files := withPeopleModule(t, os.DirFS(filepath.Join("..", "..", "examples", filepath.FromSlash(example))))
	if example == "guides/onboarding/manage" {
		files["people.json"] = &fstest.MapFile{Data: []byte(people)}
	}

	at, err := cliUnderTest()
	if err != nil {
		t.Fatal(err)
	}

	for name, file := range files {
		if path.Dir(name) == "." && path.Ext(name) == ".tf" {
			needs(t, featuresOf(string(file.Data))...)
		}

		// OpenTofu 1.12 crashes if a test imports.
		if at.openTofu {
			file.Data = importBlocksOfFile.ReplaceAll(file.Data, nil)
		}
	}

	workspace := openWorkspace(t, server, files, nil)
	if tests != "tests" {
		run(t, workspace, "init", "-input=false", "-test-directory="+tests)
	}

	run(t, workspace, "test", "-no-color", "-test-directory="+tests)
}

// suiteFolders lists the folders under examples with tests in a folder.
func suiteFolders(t *testing.T, tests string) []string {
	t.Helper()

	found := make(map[string]bool)

	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..", "examples")), ".", func(name string, _ fs.DirEntry, err error) error {
		if example, isSuite := strings.CutSuffix(path.Dir(name), "/"+tests); isSuite && strings.HasSuffix(name, ".tftest.hcl") {
			found[example] = true
		}

		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("there are no tests in folders called %s: %v", tests, err)
	}

	return slices.Sorted(maps.Keys(found))
}
