package provider

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// updatePages makes TestPermissionsPage_matchesOperations write its tables to the page.
var updatePages = flag.Bool("update-pages", false, "write the generated tables of the permissions page instead of comparing them")

var permissionsPage = filepath.Join("..", "..", "templates", "guides", "permissions.md.tmpl")

// tokenJob is a job with an API token of its own.
type tokenJob struct {
	// name is the job in the page, and blocks what it contains.
	name, blocks string

	// operations are all operations that the job may send. The permissions follow from them.
	operations []string
}

var (
	// Every job reads the caller and the instance, to protect the caller and to interpret absences.
	everyJob = []string{"get_user_profile", "get_user_profile_permissions", "get_info"}

	readAccess = slices.Concat(everyJob, []string{
		"get_users", "get_user", "get_user_roles", "get_user_business_units", "get_all_roles", "get_filtered_business_units", "get_business_unit", "get_business_unit_users",
	})
	writeAccess = []string{"add_user_role", "delete_user_role", "add_user_business_unit", "delete_business_units_users"}
	writeUsers  = []string{"update_user", "enable_user", "disable_user", "delete_user", "delete_user_sessions", "get_user_sessions_count_by_username", "send_reset_password_email"}

	// The roles of the caller are read before a change of a role that could lock the caller out.
	readRoles = slices.Concat(everyJob, []string{"get_all_roles", "get_role", "get_global_permissions", "get_project_permissions", "get_global_permissions_by_role_id", "get_project_permissions_by_role_id", "get_user_roles"})
)

var tokenJobs = []tokenJob{
	{"drift detection", "`terraform plan` of users, their roles and business units", readAccess},
	{"access", "the roles and business units of existing users: `iriusrisk_user_role`, `iriusrisk_user_roles_exclusive` and the same for business units", slices.Concat(readAccess, writeAccess)},
	{"existing users", "changes to existing users: `iriusrisk_user` after an import, without new users", slices.Concat(readAccess, writeAccess, writeUsers)},
	{"people", "new, changed and removed users with their access: `iriusrisk_user`, the module people", slices.Concat(readAccess, writeAccess, writeUsers, []string{"create_user"})},
	{"leavers", "users whose API token is revoked when they are disabled: `iriusrisk_user` with `revoke_on_disable = [\"sessions\", \"api_token\"]`, after an import or an adoption", slices.Concat(readAccess, writeAccess, writeUsers, []string{"delete_user_api_token"})},
	{"tokens", "API tokens of service accounts: `iriusrisk_user_api_token`", slices.Concat(everyJob, []string{"get_users", "get_user", "generate_user_api_token", "delete_user_api_token"})},
	{"roles", "roles and their permissions", slices.Concat(readRoles, []string{
		"create_role", "update_role", "delete_role",
		"assign_global_permissions_to_role", "assign_project_permissions_to_role", "unassign_global_permissions_to_role", "unassign_project_permissions_to_role",
	})},
	{"business units", "business units and their users", slices.Concat(everyJob, []string{
		"get_filtered_business_units", "get_business_unit", "get_business_unit_users", "create_business_units1", "create_business_units", "delete_business_unit",
		"get_users", "get_user", "get_user_business_units", "add_user_business_unit", "delete_business_units_users",
	})},
	{"sessions and e-mails", "the actions `iriusrisk_revoke_user_sessions` and `iriusrisk_send_reset_password_email`, the data source `iriusrisk_user_sessions`", slices.Concat(everyJob, []string{"get_user_sessions_count_by_username", "delete_user_sessions", "send_reset_password_email"})},
	{"invitations", "the action `iriusrisk_invite_user`, the data source `iriusrisk_user_invitation`", slices.Concat(everyJob, []string{"invite", "get_invite"})},
	{"activity", "when users last signed in: the data source `iriusrisk_user_activity`", slices.Concat(everyJob, []string{"get_users", "get_filtered_audits"})},
	{"access reviews", "data sources of users, with their roles, business units, permissions, sessions and sign-ins", slices.Concat(readAccess, []string{
		"get_all_users_summary", "get_global_permissions_by_role_id", "get_user_sessions_count_by_username", "get_filtered_audits",
	})},
}

// notInAJob are the operations of the client that no block uses.
var notInAJob = []string{
	"accept_invite", "get_user_avatar", "duplicate_role", "add_user_role1", "delete_role_user", "get_all_business_unit_summary",
	"get_all_assignable_users", "add_business_unit_user", "delete_business_units_users1",
}

// The tables of the page follow from the permissions of the operations. To update the page, run
//
//	go test ./internal/provider -run TestPermissionsPage_matchesOperations -update-pages
func TestPermissionsPage_matchesOperations(t *testing.T) {
	t.Parallel()

	page := readExample(t, permissionsPage)

	for _, table := range []string{jobTable(), operationTable()} {
		if strings.Contains(page, "\n"+table+"\n") {
			continue
		}

		head, _, _ := strings.Cut(table, "\n")

		start := strings.Index(page, head+"\n")
		if start < 0 {
			t.Fatalf("the page has no table %q", head)
		}

		end := start + strings.Index(page[start:], "\n\n") + 1
		if !*updatePages {
			t.Errorf("the page does not match the operations: run this test with -update-pages\nin the page:\n%s\nin the code:\n%s", page[start:end], table)
		}

		page = page[:start] + table + page[end:]
	}

	if *updatePages {
		if err := os.WriteFile(permissionsPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Every operation of the client is in a job, or no block uses it.
func TestPermissionsPage_coversOperations(t *testing.T) {
	t.Parallel()

	inAJob := make(map[string]bool)

	for _, job := range tokenJobs {
		for _, name := range job.operations {
			inAJob[name] = true

			if operationNamed(name).Name == "" {
				t.Errorf("the client has no operation %s", name)
			}
		}
	}

	for _, operation := range iriusrisk.Operations() {
		if inAJob[operation.Name] == slices.Contains(notInAJob, operation.Name) {
			t.Errorf("%s must be either in a job of the permissions page or in notInAJob", operation.Name)
		}
	}
}

// The permissions of a job suffice for it, and it sends no other operations than those of the page.
func TestPermissionsPage_permissionsSuffice(t *testing.T) {
	t.Parallel()

	const (
		people = `
			data "iriusrisk_roles" "all" {}

			data "iriusrisk_business_units" "all" {}

			resource "iriusrisk_user" "ada" {
				username          = "ada"
				email             = "ada@example.com"
				first_name        = "Ada"
				last_name         = "Lovelace"
				role_ids          = [data.iriusrisk_roles.all.roles[0].id]
				business_unit_ids = [data.iriusrisk_business_units.all.business_units[0].id]
			}
		`
		access = `
			data "iriusrisk_role" "tester" {
				name = "ROLE_TESTER"
			}

			data "iriusrisk_business_unit" "platform" {
				name = "Platform"
			}

			resource "iriusrisk_user_roles_exclusive" "grace" {
				username = "grace"
				role_ids = [data.iriusrisk_role.tester.id]
			}

			resource "iriusrisk_user_business_unit" "grace" {
				username         = "grace"
				business_unit_id = data.iriusrisk_business_unit.platform.id
			}
		`
		token = `
			resource "iriusrisk_user_api_token" "grace" {
				username = "grace"
			}
		`
		reviews = `
			data "iriusrisk_users" "all" {
				include_roles          = true
				include_business_units = true
				include_permissions    = true
			}

			data "iriusrisk_user_activity" "all" {}

			data "iriusrisk_users_summary" "all" {}

			data "iriusrisk_roles" "all" {}

			data "iriusrisk_business_units" "all" {}
		`
	)

	leavers := strings.NewReplacer("role_ids ", "enabled = false\nrevoke_on_disable = [\"sessions\", \"api_token\"]\nrole_ids ").Replace(people)

	var (
		apply   = []string{"apply", "-auto-approve", "-input=false"}
		plan    = []string{"plan", "-input=false"}
		destroy = []string{"destroy", "-auto-approve", "-input=false"}
	)

	for name, job := range map[string]struct {
		before, configuration string
		commands              [][]string
	}{
		"drift detection":      {people, people, [][]string{plan}},
		"access":               {"", access, [][]string{apply, plan, destroy}},
		"existing users":       {people, strings.NewReplacer(`"Ada"`, `"Augusta Ada"`, "role_ids ", "enabled = false\nrole_ids ", "roles[0]", "roles[1]").Replace(people), [][]string{apply, plan, destroy}},
		"people":               {"", people, [][]string{apply, plan, destroy}},
		"leavers":              {people, leavers, [][]string{apply, plan}},
		"tokens":               {"", token, [][]string{apply, plan, destroy}},
		"activity":             {"", "data \"iriusrisk_user_activity\" \"all\" {}\n", [][]string{apply}},
		"access reviews":       {"", reviews, [][]string{apply}},
		"sessions and e-mails": {"", "data \"iriusrisk_user_sessions\" \"grace\" {\n  username = \"grace\"\n}\n", [][]string{apply}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			server.Seed(5, 20, 10)
			server.AddUser(simulator.User{Username: "grace", Email: "grace@example.com", Enabled: true})

			at := slices.IndexFunc(tokenJobs, func(job tokenJob) bool { return job.name == name })

			var permissions []string
			for _, group := range neededPermissions(tokenJobs[at].operations) {
				permissions = append(permissions, group[0])
			}

			workspace := newWorkspace(t, server, job.before, nil)
			if job.before != "" {
				applyAll(t, workspace)
				server.RotateToken("ada")
			}

			writeConfiguration(t, workspace, "provider \"iriusrisk\" {\n  api_token = \""+server.AddCaller("terraform", permissions...)+"\"\n}\n"+job.configuration)
			server.ResetJournal()

			for _, command := range job.commands {
				run(t, workspace, command...)
			}

			for _, request := range server.Journal() {
				if request.Status == 403 || !slices.Contains(tokenJobs[at].operations, request.Operation) {
					t.Errorf("the job sends %s, which returns %d", request.Operation, request.Status)
				}
			}

			if name == "leavers" && mustUser(t, server, "ada").APIToken != "" {
				t.Error("the job did not revoke the API token")
			}
		})
	}
}

// The tables of the other pages name the permissions of the operations in the same row.
func TestPermissionsPage_agreesWithOtherPages(t *testing.T) {
	t.Parallel()

	compared := 0

	for _, page := range slices.Concat(pages(t, "*.md"), pages(t, "*", "*.md")) {
		for line := range strings.Lines(readExample(t, page)) {
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")

			var operations []string

			for _, found := range operationName.FindAllStringSubmatch(strings.Join(cells[:len(cells)-1], " "), -1) {
				if operationNamed(found[1]).Name != "" {
					operations = append(operations, found[1])
				}
			}

			if len(operations) == 0 || filepath.Base(page) == "permissions.md" {
				continue
			}

			compared++

			stated := slices.Sorted(slices.Values(permissionName.FindAllString(cells[len(cells)-1], -1)))
			needed := slices.Sorted(slices.Values(slices.Concat(neededPermissions(operations)...)))

			if !slices.Equal(stated, needed) {
				t.Errorf("%s: the operations %q need %q, not %q", page, operations, needed, stated)
			}
		}
	}

	if compared < 10 {
		t.Errorf("only %d rows of tables name operations", compared)
	}
}

func TestNeededPermissions_omitImpliedOnes(t *testing.T) {
	t.Parallel()

	for want, operations := range map[string][]string{
		"":                                     {"get_user_profile", "get_info"},
		"[[ALL_USERS_UPDATE MANAGE_USERS_BU]]": {"get_all_roles", "get_user", "get_user_profile", "delete_user"},
		"[[ALL_USERS_UPDATE]]":                 {"get_user", "create_user", "get_all_roles"},
		"[[ALL_USERS_UPDATE MANAGE_USERS_BU] [API_ACCESS]]": {"get_user", "delete_user_api_token"},
		"[[ALL_USERS_UPDATE] [ROLES_UPDATE]]":               {"create_user", "get_role"},
	} {
		if got := strings.TrimSuffix(fmt.Sprint(neededPermissions(operations)), "[]"); got != want {
			t.Errorf("%q need %s, not %s", operations, got, want)
		}
	}
}

// pages lists the pages of the documentation that match a pattern.
func pages(t *testing.T, pattern ...string) []string {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(append([]string{"..", "..", "docs"}, pattern...)...))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages match %q: %v", pattern, err)
	}

	return files
}

// operationName matches the name of an operation in a page.
var operationName = regexp.MustCompile("`([a-z_]+1?)`")
