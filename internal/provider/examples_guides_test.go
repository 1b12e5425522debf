package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The configuration of every guide applies unchanged, and the plan after it is empty. A configuration that needs
// another provider is applied without that part, or only parsed by terraform fmt.
func TestExamples_guides(t *testing.T) {
	t.Parallel()

	others := []string{
		"onboarding/export", "onboarding/manage", "onboarding/query", // TestExamples_onboarding, TestExamples_onboardingQuery
		"access-drift", "access-review", "access-review/propose", "roles-as-code", "roles-as-code/copy", "single-sign-on", "single-sign-on/one-user", "temporary-access", "upgrading", // tests of their own
		"upgrading/import-in-module", "upgrading/keep", "upgrading/leavers", // examples_upgrading_test.go
		"service-accounts/time-rotating",  // TestExamples_timeRotating
		"service-accounts/secret-manager", // terraform fmt
	}

	for _, file := range slices.Concat(exampleGlob(t, "guides", "*", "main.tf"), exampleGlob(t, "guides", "*", "*", "main.tf")) {
		guide := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(file), filepath.Join("..", "..", "examples", "guides")+string(filepath.Separator)))
		if slices.Contains(others, guide) {
			continue
		}

		t.Run(guide, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(5, 20, 10)

			workspace := exampleWorkspace(t, server, exampleFolder("guides", guide))
			applyAll(t, workspace)
			expectChanges(t, workspace)
		})
	}
}

// Every guide has a folder of examples and shows every file in it.
func TestExamples_areShownInGuides(t *testing.T) {
	t.Parallel()

	templates, err := filepath.Glob(filepath.Join("..", "..", "templates", "guides", "*.md.tmpl"))
	if err != nil || len(templates) == 0 {
		t.Fatalf("there are no guides: %v", err)
	}

	for _, template := range templates {
		guide := strings.TrimSuffix(filepath.Base(template), ".md.tmpl")
		text := readExample(t, template)

		err := fs.WalkDir(exampleFolder("guides", guide), ".", func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") && !strings.Contains(text, `"examples/guides/`+guide+"/"+file+`"`) {
				t.Errorf("the guide %s does not show %s", guide, file)
			}

			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// The onboarding guide imports the users of a tenant into a state without changing any of them. Afterwards, users who are
// not declared are detected, and a file that was cut off stops the plan.
func TestExamples_onboarding(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(20, 20, 10)
	server.AddUser(simulator.User{Username: `odd"/${name} %{too}`, Email: "odd@example.com", FirstName: "Odd", LastName: `N"a${m}e`, Enabled: true})

	export := exampleWorkspace(t, server, exampleFolder("guides", "onboarding", "export"))
	applyAll(t, export)

	people := run(t, export, "output", "-raw", "people")

	manage := exampleWorkspace(t, server, fstest.MapFS{
		"main.tf":     {Data: []byte(readExample(t, filepath.Join("..", "..", "examples", "guides", "onboarding", "manage", "main.tf")))},
		"people.json": {Data: []byte(people)},
		"imports.tf":  {Data: []byte(run(t, export, "output", "-raw", "imports"))},
	})

	server.ResetJournal()

	if output := applyAll(t, manage); !strings.Contains(output, "21 imported, 0 added, 21 changed, 0 destroyed") {
		t.Errorf("the import printed %s", output)
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the import sent %d writes, the first of them %s %s", len(writes), writes[0].Method, writes[0].Path)
	}

	if err := os.Remove(filepath.Join(manage.Dir(), "imports.tf")); err != nil {
		t.Fatal(err)
	}

	expectChanges(t, manage)

	for _, username := range []string{"mallory", "svc-scanner"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true, Sessions: 1})
	}

	writeFile(t, manage, "all-users.tf", readExample(t, exampleGlob(t, "guides", "onboarding", "manage", "all-users.tf")[0]))

	output := applyAll(t, manage)
	for _, part := range []string{"1 imported, 0 added, 1 changed, 0 destroyed", `- "mallory"`, "Ignored users leave the set but are kept: 1"} {
		if !strings.Contains(output, part) {
			t.Errorf("the apply does not print %q: %s", part, output)
		}
	}

	if mallory := mustUser(t, server, "mallory"); mallory.Enabled || mallory.Sessions != 0 || !mustUser(t, server, "svc-scanner").Enabled || len(server.Writes()) != 2 {
		t.Errorf("mallory is %+v after %d writes", mallory, len(server.Writes()))
	}

	expectChanges(t, manage)

	lines := strings.SplitAfter(people, "\n")
	writeFile(t, manage, "people.json", strings.TrimSuffix(strings.Join(lines[:len(lines)/3], ""), ",\n")+"\n}\n")

	if _, err := manage.Run(t.Context(), "plan", "-input=false", "-no-color"); err == nil || !strings.Contains(err.Error(), "more than max_user_removals = 10") {
		t.Errorf("the plan of a third of the file says %v", err)
	}
}

// The query of the onboarding guide finds all users except the one that the provider runs as.
func TestExamples_onboardingQuery(t *testing.T) {
	t.Parallel()
	needs(t, queries)

	server := startServer(t, simulator.Options{})
	server.Seed(20, 4, 3)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Query:             true,
			Config:            configured(server, readExample(t, exampleGlob(t, "guides", "onboarding", "query", "people.tfquery.hcl")[0])),
			QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength("iriusrisk_user.people", 20)},
		}},
	})
}

// The configuration of the drift guide shows users who are not declared, and an apply disables exactly these. A read-only
// plan finds the same, and -refresh=false finds nothing. The check names ignored users who are administrators.
func TestExamples_accessDrift(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 0)
	server.AddUser(simulator.User{Username: "svc-old", Email: "svc-old@example.com", Enabled: true, RoleIDs: []string{roleID(t, server, "ROLE_FULL_ACCESS_USER")}})

	workspace := exampleWorkspace(t, server, exampleFolder("guides", "access-drift"))

	if output := applyAll(t, workspace); !strings.Contains(output, "Unknown administrators: svc-old.") || !strings.Contains(output, "Ignored users leave the set but are kept: 1") {
		t.Errorf("the apply printed %s", output)
	}

	expectChanges(t, workspace)

	if checks := run(t, workspace, "show", "-json", "plan"); !strings.Contains(checks, `"status":"fail"`) {
		t.Error("the plan has no failed check")
	}

	server.RevokeRole("svc-old", roleID(t, server, "ROLE_FULL_ACCESS_USER"))
	server.GrantRole("grace", roleID(t, server, "ROLE_TESTER"))
	server.AddUser(simulator.User{Username: "mallory", Email: "mallory@example.com", Enabled: true, Sessions: 2})
	server.ResetJournal()

	readOnly := workspace.Command(t.Context(), "plan", "-detailed-exitcode", "-input=false", "-no-color", "-out=read-only")
	readOnly.Env = append(readOnly.Env, "IRIUSRISK_READ_ONLY=true")

	if output, _ := readOnly.CombinedOutput(); readOnly.ProcessState.ExitCode() != 2 || !strings.Contains(string(output), `- "mallory"`) {
		t.Errorf("the read-only plan exits with %d: %s", readOnly.ProcessState.ExitCode(), output)
	}

	if checks := run(t, workspace, "show", "-json", "read-only"); strings.Contains(checks, `"status":"fail"`) {
		t.Error("the plan has a failed check")
	}

	run(t, workspace, "plan", "-detailed-exitcode", "-input=false", "-refresh=false")
	expectNoWrites(t, server)
	run(t, workspace, "apply", "-input=false", "read-only")

	if mallory := mustUser(t, server, "mallory"); mallory.Enabled || mallory.Sessions != 0 {
		t.Errorf("mallory is %+v", mallory)
	}

	if !mustUser(t, server, "svc-old").Enabled || len(mustUser(t, server, "grace").RoleIDs) != 1 {
		t.Error("the apply removed more or less than its plan showed")
	}

	// A leaver keeps neither a session nor an API token.
	server.RotateToken("ada")

	configuration := readExample(t, filepath.Join(workspace.Dir(), "main.tf"))
	head, tail, _ := strings.Cut(configuration, "    ada ")
	_, tail, _ = strings.Cut(tail, "\n")
	writeFile(t, workspace, "main.tf", head+tail)
	applyAll(t, workspace)
	expectChanges(t, workspace)

	if ada := mustUser(t, server, "ada"); ada.Enabled || ada.APIToken != "" {
		t.Errorf("the leaver is %+v", ada)
	}
}

// The configuration of the single sign-on guide assigns access to existing users, in the spelling of IriusRisk, and to
// other users once they exist. It disables unknown local accounts, and no user of the identity provider. If the usernames of
// single sign-on are declared instead of ignored, it also disables their other users.
func TestExamples_singleSignOn(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{LoginType: "saml"})
	server.Seed(5, 20, 10)

	signIn := func(name string) {
		server.AddUser(simulator.User{Username: name + "@example.com", Email: name + "@example.com", FirstName: "From", LastName: "Directory", Enabled: true})
	}
	signIn("Ada")
	signIn("alan")

	for _, username := range []string{"svc-pipeline", "mallory"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@local.example", Enabled: true, Sessions: 1})
	}

	workspace := exampleWorkspace(t, server, exampleFolder("guides", "single-sign-on"))

	// Terraform prints a count beside a repeated warning.
	if plan := run(t, workspace, "plan", "-input=false", "-no-color"); strings.Count(plan, singleSignOnWarning) != 1 || strings.Contains(plan, "more similar warning") {
		t.Errorf("the plan printed %s", plan)
	}

	applyAll(t, workspace)
	expectChanges(t, workspace)

	signIn("GRACE")
	server.GrantRole("Ada@example.com", roleID(t, server, "ROLE_TESTER"))
	expectChanges(t, workspace,
		`iriusrisk_user_business_units_exclusive.people["grace@example.com"]: create`,
		`iriusrisk_user_roles_exclusive.people["ada@example.com"]: update`,
		`iriusrisk_user_roles_exclusive.people["grace@example.com"]: create`,
	)
	applyAll(t, workspace)
	expectChanges(t, workspace)

	for username, role := range map[string]string{"Ada@example.com": "ROLE_RISK_MANAGER", "GRACE@example.com": "ROLE_DEVELOPER"} {
		if user := mustUser(t, server, username); !slices.Equal(user.RoleIDs, []string{roleID(t, server, role)}) {
			t.Errorf("%s has the roles %q", username, user.RoleIDs)
		}
	}

	if mallory := mustUser(t, server, "mallory"); mallory.Enabled || mallory.Sessions != 0 || !mustUser(t, server, "svc-pipeline").Enabled {
		t.Errorf("mallory is %+v", mallory)
	}

	signIn("eve")
	expectChanges(t, workspace)

	accounts := readExample(t, filepath.Join(workspace.Dir(), "local-accounts.tf"))
	writeFile(t, workspace, "local-accounts.tf", strings.NewReplacer(
		`["break-glass", "svc-pipeline"]`, `concat(["break-glass", "svc-pipeline", "alan@example.com"], keys(var.people))`, `["*@example.com"]`, "[]",
	).Replace(accounts))

	// The set was refreshed with the pattern, so the plan after the apply that removes the pattern shows the others.
	applyAll(t, workspace)
	expectChanges(t, workspace, "iriusrisk_users_exclusive.local_accounts: update")
	applyAll(t, workspace)

	for username, enabled := range map[string]bool{"eve@example.com": false, "Ada@example.com": true, "GRACE@example.com": true, "alan@example.com": true} {
		if user := mustUser(t, server, username); user.Enabled != enabled {
			t.Errorf("%s is %+v", username, user)
		}
	}
}

// The plan of the one-user example shows access that a sign-in assigned as a removal.
func TestExamples_singleSignOnOneUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{LoginType: "saml"})
	server.Seed(0, 20, 10)
	server.AddUser(simulator.User{Username: "ada@example.com", Email: "ada@example.com", Enabled: true, RoleIDs: []string{roleID(t, server, "ROLE_TESTER")}})

	workspace := openWorkspace(t, server, exampleFolder("guides", "single-sign-on", "one-user"), map[string]string{"TF_VAR_username": "ada@example.com", "TF_VAR_role": "ROLE_DEVELOPER"})
	applyAll(t, workspace)
	expectChanges(t, workspace)

	server.GrantRole("ada@example.com", roleID(t, server, "ROLE_TESTER"))
	expectChanges(t, workspace, "iriusrisk_user_roles_exclusive.one: update")
}

// The rotation example replaces a token when its trigger changes. The test replaces hashicorp/time by a built-in
// resource.
func TestExamples_timeRotating(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	_, content, _ := strings.Cut(readExample(t, exampleGlob(t, "guides", "service-accounts", "time-rotating", "main.tf")[0]), "provider \"iriusrisk\" {}\n")
	content = configured(server, strings.NewReplacer("time_rotating", "terraform_data", "rotation_days", "triggers_replace").Replace(content))
	token := statecheck.CompareValue(compare.ValuesDiffer())
	differs := func() []statecheck.StateCheck {
		return []statecheck.StateCheck{token.AddStateValue("iriusrisk_user_api_token.pipeline", tfjsonpath.New("token"))}
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: content, ConfigStateChecks: differs()},
			{Config: strings.Replace(content, "= 30", "= 31", 1), ConfigStateChecks: differs()},
		},
	})
}

// Every link between pages of the documentation has an existing target, including the heading.
func TestDocs_linksResolve(t *testing.T) {
	t.Parallel()

	link := regexp.MustCompile(`\]\(([^)#:\s]+\.md)(?:#([^)\s]+))?\)`)

	err := filepath.WalkDir(filepath.Join("..", "..", "docs"), func(page string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}

		for _, found := range link.FindAllStringSubmatch(readExample(t, page), -1) {
			target, err := os.ReadFile(filepath.Join(filepath.Dir(page), found[1]))
			if err != nil {
				t.Errorf("%s links to %s, which is not there", page, found[1])
			} else if heading := strings.ReplaceAll(found[2], "-", " "); heading != "" && !strings.Contains(strings.ReplaceAll(strings.ToLower(string(target)), "-", " "), "# "+heading+"\n") {
				t.Errorf("%s links to the heading %q of %s, which is not there", page, heading, found[1])
			}
		}

		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
