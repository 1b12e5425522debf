package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// firstBlock is the head of a configuration, up to the name of its block.
var firstBlock = regexp.MustCompile(`^\s*((?:resource|data) "\w+") "\w+"`)

// Invalid input is refused without any request, and the message names the argument. All mistakes are in one configuration.
func TestBadInput_isRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()

	const id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

	cases := map[string]struct{ config, message string }{
		"empty username":       {userHCL("ada", "", ""), "username"},
		"dot":                  {userHCL("ada", ".", ""), "username"},
		"dot dot":              {userHCL("ada", "..", ""), "username"},
		"summary":              {userHCL("ada", "summary", ""), "username"},
		"invite":               {userHCL("ada", "invite", ""), "username"},
		"invitations":          {userHCL("ada", "invitations", ""), "username"},
		"control character":    {userHCL("ada", "a\nb", ""), "username"},
		"both passwords":       {userHCL("ada", "ada", "  password = \"x\"\n  password_wo = \"y\"\n  password_wo_version = 1"), "password"},
		"no password version":  {userHCL("ada", "ada", "  password_wo = \"y\""), "password_wo_version"},
		"version without":      {userHCL("ada", "ada", "  password_wo_version = 1"), "password_wo"},
		"role by name":         {blockHCL("resource", "iriusrisk_user_role", `username = "ada"`, `role_id = "ROLE_READ_ONLY"`), "role_id"},
		"role without a user":  {blockHCL("resource", "iriusrisk_user_role", `username = ""`, `role_id = "`+id+`"`), "username"},
		"unit by name":         {blockHCL("resource", "iriusrisk_user_business_unit", `username = "ada"`, `business_unit_id = "Payments"`), "business_unit_id"},
		"token of dot dot":     {blockHCL("resource", "iriusrisk_user_api_token", `username = ".."`), "username"},
		"sort":                 {blockHCL("data", "iriusrisk_users", `sort = ["name;drop"]`), "sort"},
		"sort by null":         {blockHCL("data", "iriusrisk_users", `sort = [null]`), `null value(.|\n)*sort`},
		"role by both":         {blockHCL("data", "iriusrisk_role", `name = "ROLE_READ_ONLY"`, `id = "`+id+`"`), "name"},
		"user by both":         {blockHCL("data", "iriusrisk_user", `username = "ada"`, `email = "x"`), "username"},
		"user by nothing":      {blockHCL("data", "iriusrisk_user"), `\[username,email\]`},
		"invitation by name":   {blockHCL("data", "iriusrisk_user_invitation", `id = "x"`), "The value of id is invalid"},
		"role by nothing":      {blockHCL("data", "iriusrisk_role"), `\[id,name\]`},
		"role by a bad id":     {blockHCL("data", "iriusrisk_role", `id = "ROLE_READ_ONLY"`), "id"},
		"unit by two":          {blockHCL("data", "iriusrisk_business_unit", `name = "Payments"`, `reference_id = "payments"`), `\[id,name,reference_id\]`},
		"unit by a bad id":     {blockHCL("data", "iriusrisk_business_unit", `id = "7"`), "id"},
		"password is empty":    {userHCL("ada", "ada", `  password = ""`), "password"},
		"e-mail is empty":      {strings.Replace(userHCL("ada", "ada", ""), "ada@example.com", "", 1), "email"},
		"username not given":   {blockHCL("resource", "iriusrisk_user_api_token"), "username"},
		"fractional version":   {userHCL("ada", "ada", "  password_wo = \"y\"\n  password_wo_version = 1.5"), "password_wo_version"},
		"token with odd value": {blockHCL("resource", "iriusrisk_user_api_token", `username = "a\u0000b"`), "username"},
	}

	var configuration strings.Builder

	names := slices.Sorted(maps.Keys(cases))
	for i, name := range names {
		fmt.Fprintln(&configuration, firstBlock.ReplaceAllString(cases[name].config, fmt.Sprintf(`$1 "bad%d"`, i)))
	}

	server := startServer(t, simulator.Options{})
	output, _ := newWorkspace(t, server, configuration.String(), nil).Run(t.Context(), "validate", "-json")

	var validated struct {
		Diagnostics []struct {
			Summary, Detail string
			Snippet         struct{ Context, Code string }
		}
	}

	if err := json.Unmarshal(output, &validated); err != nil {
		t.Fatalf("%v: %s", err, output)
	}

	said := make(map[string]string)

	for _, diagnostic := range validated.Diagnostics {
		fields := strings.Fields(diagnostic.Snippet.Context)
		if len(fields) > 0 {
			said[fields[len(fields)-1]] += fmt.Sprintf("%s: %s\n%s\n", diagnostic.Summary, diagnostic.Detail, diagnostic.Snippet.Code)
		}
	}

	for i, name := range names {
		if got := said[fmt.Sprintf(`"bad%d"`, i)]; !regexp.MustCompile(cases[name].message).MatchString(got) {
			t.Errorf("%s: said %q, want %q", name, got, cases[name].message)
		}
	}

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("requests were made: %v", requests)
	}
}

// The plan validates sets.
func TestMembershipSets_badInput(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for _, config := range []string{
		userHCL("ada", "ada", `  role_ids = ["ROLE_READ_ONLY"]`),
		userHCL("ada", "ada", `  role_ids = [null]`),
		blockHCL("resource", "iriusrisk_user_roles_exclusive", `username = "ada"`, `role_ids = ["x"]`),
		blockHCL("resource", "iriusrisk_user_roles_exclusive", `username = "ada"`),
		userHCL("ada", "ada", `  deletion_policy = "keep"`),
	} {
		runSteps(t, server, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`role_ids|deletion_policy`)})
	}

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("requests were made: %v", requests)
	}
}

func TestUser_surroundingWhiteSpaceIsRefused(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{TrimProfiles: true})

	for _, attribute := range []string{"username", "email", "first_name", "last_name"} {
		for _, value := range []string{" a@b", "a@b ", "a@b\u00a0"} {
			p := newUnconfigured(t)
			config := declared("ada", "ada@example.com", values{attribute: text(value)})
			resp, err := p.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: userType, Config: p.object(p.schema.ResourceSchemas[userType], config)})
			p.noError(err)

			if got := messages(tfprotov6.DiagnosticSeverityError, resp.Diagnostics); !strings.Contains(got, attribute) || !strings.Contains(got, "begins or ends with white space") {
				t.Errorf("%s = %q: %q", attribute, value, got)
			}
		}
	}

	if requests := len(server.Journal()); requests > 0 {
		t.Errorf("%d requests were sent", requests)
	}
}

// Every username is one path segment, in all requests and in the ids of imports.
func TestUser_oddUsernames(t *testing.T) {
	t.Parallel()

	usernames := []string{`o d/d?x#y%z+w@q'é`, "a/../b", "%2F", "ada@example.com", "...", `back\slash"quote`, "${x}"}
	server := startServer(t, simulator.Options{})
	role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("payments", "Payments")

	var literals []string

	for _, username := range usernames {
		literals = append(literals, strings.ReplaceAll(fmt.Sprintf("%q", username), "${", "$${"))
	}

	config := func(lastName string) string {
		return fmt.Sprintf(`
locals {
  usernames = [%[1]s]
}

resource "iriusrisk_user" "ada" {
  count      = length(local.usernames)
  username   = local.usernames[count.index]
  email      = "odd${count.index}@example.com"
  first_name = "Odd"
  last_name  = %[4]q
}

resource "iriusrisk_user_role" "ada" {
  count    = length(local.usernames)
  username = iriusrisk_user.ada[count.index].username
  role_id  = %[2]q
}

resource "iriusrisk_user_business_unit" "ada" {
  count            = length(local.usernames)
  username         = iriusrisk_user.ada[count.index].username
  business_unit_id = %[3]q
}

resource "iriusrisk_user_api_token" "ada" {
  count    = length(local.usernames)
  username = iriusrisk_user.ada[count.index].username
}
`, strings.Join(literals, ", "), role.ID, unit.ID, lastName)
	}

	runSteps(t, server,
		resource.TestStep{Config: config("One")},
		resource.TestStep{Config: config("Two"), Check: onServer(func() error {
			p := newConfigured(t, server)

			var err error

			for _, username := range usernames {
				user := mustUser(t, server, username)
				err = errors.Join(
					err,
					want("last name", user.LastName, "Two"),
					want("roles", strings.Join(user.RoleIDs, ","), role.ID),
					want("units", strings.Join(user.BusinessUnitIDs, ","), unit.ID),
					want("has a token", user.APIToken != "", true),
					want("imported user", p.stringOf(p.imported(userType, username), "email"), user.Email),
				)

				for typeName, member := range map[string]string{"iriusrisk_user_role": role.ID, "iriusrisk_user_business_unit": unit.ID} {
					imported := p.imported(typeName, username+"/"+member)
					err = errors.Join(
						err,
						want("imported "+typeName, p.stringOf(imported, "username"), username),
						want("id of "+typeName, p.stringOf(imported, strings.TrimPrefix(typeName, "iriusrisk_user_")+"_id"), member),
					)
				}
			}

			return err
		})},
	)

	for _, username := range usernames {
		if _, found := server.User(username); found {
			t.Errorf("%q was not deleted", username)
		}
	}
}
