package provider

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// conftest returns the path of conftest, which make policies builds. Where CONFTEST names it, a test must not skip.
func conftest(t *testing.T) string {
	t.Helper()

	required := os.Getenv("CONFTEST")

	path, err := filepath.Abs(filepath.Join("..", "..", ".bin", "conftest"))
	if required != "" {
		path, err = filepath.Abs(required)
	}

	if err != nil {
		t.Fatal(err)
	}

	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && required == "" {
		t.Skip("there is no .bin/conftest: make policies builds it and runs this test")
	} else if err != nil {
		t.Fatal(err)
	}

	return path
}

// policyBase is what exists before the plans of the policies. It is followed by the users who are about to leave.
const policyBase = `
data "iriusrisk_roles" "all" {
  include_permissions = true
}

locals {
  ids = { for role in data.iriusrisk_roles.all.roles : role.name => role.id }
}

resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
  role_names = [ADA]
PASSWORD}

resource "iriusrisk_role" "auditor" {
  name               = "Auditor"
  global_permissions = [AUDITOR]
}

resource "iriusrisk_user" "leavers" {
  for_each = toset([LEAVERS])

  username        = each.key
  email           = "${each.key}@example.com"
  first_name      = "First"
  last_name       = "Last"
  deletion_policy = "disable"
}

resource "iriusrisk_user" "retained" {
  for_each = toset([RETAINED])

  username        = each.key
  email           = "${each.key}@example.com"
  first_name      = "First"
  last_name       = "Last"
  deletion_policy = "retain"
}
`

// Plans of the provider pass the policies, or fail with the reasons that the policies give.
func TestExamples_policies(t *testing.T) {
	t.Parallel()

	var (
		path   = conftest(t)
		server = startServer(t, simulator.Options{})
	)

	for _, username := range []string{"additive", "other", "exclusive"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})
	}

	manager := server.AddRole("Manager")
	server.SetRolePermissions(manager.ID, []string{"ALL_USERS_UPDATE", "PRODUCT_CREATE"}, nil)
	server.SetRolePermissions(server.AddRole("Reader").ID, []string{"PRODUCT_CREATE"}, nil)

	base := map[string]string{"ADA": `"Reader"`, "AUDITOR": `"PRODUCT_CREATE"`, "LEAVERS": `"a", "b", "c", "d", "e", "f"`, "RETAINED": `"r"`, "PASSWORD": ""}
	workspace := newWorkspace(t, server, policyConfiguration(base, ""), nil)
	applyAll(t, workspace)

	passing := policyPlan(t, workspace, map[string]string{
		"ADA": `"Reader", "Auditor"`, "AUDITOR": `"PRODUCT_CREATE", "RISK_SUMMARY_VIEW"`, "LEAVERS": `"a"`, "RETAINED": `"r"`, "PASSWORD": writeOnlyPassword(t),
	}, `
resource "iriusrisk_user_role" "additive" {
  username  = "additive"
  role_name = "Reader"
}

resource "iriusrisk_user_roles_exclusive" "exclusive" {
  username = "exclusive"
  role_ids = [local.ids["Reader"]]
}
`)
	expectFailures(t, path, passing, "")

	failing := policyPlan(t, workspace, map[string]string{
		"ADA": `"Reader", "Manager"`, "AUDITOR": `"ALL_USERS_UPDATE"`, "LEAVERS": ``, "RETAINED": ``, "PASSWORD": "  password = \"" + password + "\"\n",
	}, `
resource "iriusrisk_user" "by_id" {
  username   = "by-id"
  email      = "by-id@example.com"
  first_name = "First"
  last_name  = "Last"
  role_ids   = [local.ids["Manager"]]
}

resource "iriusrisk_user_role" "additive" {
  username  = "additive"
  role_name = "Manager"
}

resource "iriusrisk_user_role" "additive_by_id" {
  username = "other"
  role_id  = local.ids["Manager"]
}

resource "iriusrisk_user_roles_exclusive" "exclusive" {
  username   = "exclusive"
  role_names = ["Reader", "Auditor"]
}

resource "iriusrisk_user_role" "unknown" {
  username = "exclusive"
  role_id  = iriusrisk_role.new.id
}

resource "iriusrisk_role" "new" {
  name               = "New"
  global_permissions = []
}

resource "iriusrisk_users_exclusive" "all" {
  usernames = ["ada", "additive", "other", "exclusive", "by-id"]
}
`)

	others := []string{
		`The plan deletes or disables 6 users, more than the 5 that are allowed: a, b, c, d, e, f.`,
		`iriusrisk_user.ada sets password, which the state contains in plain text. Use password_wo and password_wo_version.`,
		`iriusrisk_user.retained["r"]: the user r leaves and keeps access, because of deletion_policy = "retain". Set it to "disable" or "delete", apply, and then remove the user.`,
		`iriusrisk_users_exclusive.all is created, so the plan does not show which users it removes. Import it first, with the id "users".`,
	}
	unapproved := func(reason string) []string {
		return append(slices.Clone(others),
			`iriusrisk_role.auditor makes an existing role privileged, for all users who have it. `+reason,
			`iriusrisk_user.ada assigns the privileged role Manager. `+reason,
			`iriusrisk_user.by_id assigns the privileged role Manager. `+reason,
			`iriusrisk_user_role.additive assigns the privileged role Manager. `+reason,
			`iriusrisk_user_role.additive_by_id assigns the privileged role Manager. `+reason,
			`iriusrisk_user_role.unknown assigns a role that is known only after the apply. Refer to the role by name. `+reason,
			`iriusrisk_user_roles_exclusive.exclusive assigns the privileged role Auditor. `+reason,
		)
	}

	expectFailures(t, path, failing, "", unapproved("The change has no approvals: pass them with --data.")...)
	expectFailures(t, path, failing, `{"approvals": {"author": "ada", "approvers": ["Ada", "alan"]}}`, unapproved("The change has 1 of 2 approvals.")...)
	expectFailures(t, path, failing, `{"approvals": {"author": "ada", "approvers": ["grace", "alan"]}}`, others...)
}

// writeOnlyPassword are the arguments of a write-only password, if the CLI supports them.
func writeOnlyPassword(t *testing.T) string {
	t.Helper()

	at, err := cliUnderTest()
	if err != nil {
		t.Fatal(err)
	}

	if at.minor < writeOnlyArguments.terraform {
		return ""
	}

	return "  password_wo = \"" + password + "\"\n  password_wo_version = 1\n"
}

// policyConfiguration returns the base with its values, and what follows it.
func policyConfiguration(values map[string]string, more string) string {
	configuration := policyBase + more
	for name, value := range values {
		configuration = strings.Replace(configuration, name, value, 1)
	}

	return configuration
}

// policyPlan plans a configuration, and returns the file with the plan in JSON.
func policyPlan(t *testing.T, workspace *cli.Workspace, values map[string]string, more string) string {
	t.Helper()

	writeConfiguration(t, workspace, policyConfiguration(values, more))
	run(t, workspace, "plan", "-input=false", "-out=plan")

	file := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(file, []byte(run(t, workspace, "show", "-json", "plan")), 0o600); err != nil {
		t.Fatal(err)
	}

	return file
}

// expectFailures runs the policies on a plan, and compares the failures. The approvals are the content of a file, if any.
func expectFailures(t *testing.T, path, plan, approvals string, expected ...string) {
	t.Helper()

	policies := filepath.Join("..", "..", "examples", "policies")
	arguments := []string{"test", "--output", "json", "--policy", filepath.Join(policies, "policy"), "--data", filepath.Join(policies, "settings.yaml")}

	if approvals != "" {
		file := filepath.Join(t.TempDir(), "approvals.json")
		if err := os.WriteFile(file, []byte(approvals), 0o600); err != nil {
			t.Fatal(err)
		}

		arguments = append(arguments, "--data", file)
	}

	// The exit code is 1 if there are failures.
	output, err := exec.CommandContext(t.Context(), path, append(arguments, plan)...).Output()

	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}

	var results []struct {
		Successes int `json:"successes"`
		Failures  []struct {
			Message string `json:"msg"`
		} `json:"failures"`
	}

	if jsonErr := json.Unmarshal(output, &results); jsonErr != nil || len(results) != 1 {
		t.Fatalf("conftest printed %s: %v, %v", output, err, jsonErr)
	}

	var failures []string
	for _, failure := range results[0].Failures {
		failures = append(failures, failure.Message)
	}

	slices.Sort(failures)
	slices.Sort(expected)

	if !slices.Equal(failures, expected) || (err != nil) != (len(failures) > 0) || len(failures)+results[0].Successes == 0 {
		t.Errorf("the failures are\n%q, want\n%q (%v)", failures, expected, err)
	}
}
