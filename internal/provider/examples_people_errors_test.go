package provider

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A file with a mistake stops the plan. The error names the row and the column, and prints no value of the file.
func TestExamples_peopleRejectsBadFiles(t *testing.T) {
	t.Parallel()

	const (
		header = "username,email,first_name,last_name,enabled,valid_until,roles,business_units\n"
		people = header +
			"ada,ada@example.com,Ada,Lovelace,true,,ROLE_READ_ONLY,Platform\n" +
			"alan,alan@example.com,Alan,Turing,,,,\n"
	)

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	workspace := peopleWorkspace(t, server, people)
	if _, err := workspace.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}

	for name, bad := range map[string]struct {
		content  string
		problems []string
	}{
		"empty file":               {"", []string{"row 1: the first row must name the columns username, email, first_name, last_name, separated by commas"}},
		"no header":                {strings.TrimPrefix(people, header), []string{"row 1: the first row must name the columns"}},
		"semicolons as separators": {strings.ReplaceAll(people, ",", ";"), []string{"row 1: the first row must name the columns"}},
		"missing columns":          {"username,email\nada,ada@example.com\n", []string{"row 1, column first_name: the column is missing", "row 1, column last_name: the column is missing"}},
		"misspelled column": {"\n" + strings.Replace(people, "last_name", "surname", 1), []string{
			"row 2, column last_name: the column is missing",
			"row 2, column surname: unknown column; the columns are username, email, first_name, last_name, enabled, valid_until, roles, business_units",
		}},
		"column without a name": {"username,email,first_name,last_name,\nada,ada@example.com,Ada,Lovelace,\n", []string{"row 1, column 5: unknown column"}},
		"column twice":          {"username,email,first_name,last_name,Email\nada,ada@example.com,Ada,Lovelace,\n", []string{"row 1, column email: the column appears several times"}},
		"too few values":        {people + "\nmargaret,margaret@example.com\n", []string{"row 5: 2 values for 8 columns"}},
		"too many values":       {people + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER,Mobile,Platform\n", []string{"row 4: 9 values for 8 columns"}},
		"truncated file":        {people[:len(people)-4], []string{"row 3: 5 values for 8 columns"}},
		"quotation marks": {header + "ada,ada@example.com,A\"da,Lovelace,,,,\nalan,alan@example.com,Alan,\"Turing\" x,,,,\n", []string{
			"row 2, column first_name: a quotation mark is missing or misplaced",
			"row 3, column last_name: a quotation mark is missing or misplaced",
		}},
		"open quotation mark": {header + "ada,ada@example.com,Ada,\"Lovelace,,,,\nalan,alan@example.com,Alan,Turing,,,,\n", []string{"row 2: 4 values for 8 columns"}},
		"no username":         {people + ",margaret@example.com,Margaret,Hamilton,,,,\n", []string{"row 4, column username: the value is missing"}},
		"no address":          {people + "margaret,,Margaret,Hamilton,,,,\n", []string{"row 4, column email: the value is missing"}},
		"invalid address":     {people + "margaret,margaret,Margaret,Hamilton,,,,\n", []string{"row 4, column email: not an e-mail address"}},
		"invalid enabled":     {people + "margaret,margaret@example.com,Margaret,Hamilton,perhaps,,,\n", []string{"row 4, column enabled: must be true, false or empty"}},
		"duplicate username":  {people + "ADA,margaret@example.com,Margaret,Hamilton,,,,\n", []string{"row 4, column username: the same as in row 2, column username, ignoring case"}},
		"duplicate address":   {people + "margaret,Alan@Example.com,Margaret,Hamilton,,,,\n", []string{"row 4, column email: the same as in row 3, column email, ignoring case"}},
		"invalid end date":    {people + "margaret,margaret@example.com,Margaret,Hamilton,,31.12.2026,,\n", []string{"row 4, column valid_until: an end date must be a date such as 2026-12-31"}},
		"impossible end date": {people + "margaret,margaret@example.com,Margaret,Hamilton,,2026-02-30,,\n", []string{"row 4, column valid_until: an end date must be a date such as 2026-12-31"}},
		"invalid end dates of access": {people + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER until tomorrow,Mobile until 12/31/2026\n", []string{
			"row 4, column roles: an end date must be a date such as 2026-12-31",
			"row 4, column business_units: an end date must be a date such as 2026-12-31",
		}},
		"two end dates": {people + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER;ROLE_TESTER until 2999-12-31,\n", []string{"row 4, column roles: a name has several end dates"}},
		"several mistakes": {people + "ada,margaret,Margaret,Hamilton,yes,,,\n", []string{
			"There are 3 problems", "row 4, column username: the same as in row 2", "row 4, column email: not an e-mail address", "row 4, column enabled: must be true",
		}},
		"many mistakes":          {people + strings.Repeat("margaret,,Margaret,Hamilton,perhaps,,,\n", 11), []string{"There are 32 problems", "row 13, column enabled: must be true, false or empty and 12 more"}},
		"unknown roles":          {strings.Replace(people, "ROLE_READ_ONLY", "ROLE_READONLY;Missing", 1), []string{"Roles that do not exist: Missing, ROLE_READONLY. First used in row 2, column roles."}},
		"unknown business units": {strings.Replace(people, "Platform", "Plateau", 1), []string{"Business units that do not exist: Plateau. First used in row 2, column business_units."}},
	} {
		writeFile(t, workspace, "people.csv", bad.content)

		output, err := workspace.Command(t.Context(), "plan", "-input=false", "-no-color").CombinedOutput()
		if err == nil {
			t.Errorf("%s: the plan succeeds", name)
		}

		text := strings.Join(strings.Fields(string(output)), " ")
		for _, problem := range bad.problems {
			if !strings.Contains(text, problem) {
				t.Errorf("%s: the plan does not say %q, but %s", name, problem, output)
			}
		}

		for _, value := range []string{"ada@", "alan@", "margaret@", "Lovelace", "Turing", "Hamilton", "perhaps", "tomorrow"} {
			if strings.Contains(text, value) {
				t.Errorf("%s: the plan prints %q: %s", name, value, output)
			}
		}
	}
}

// The people module applies the same rules to the map and to the file, and between them.
func TestExamples_peopleRejectsBadMaps(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	workspace := exampleWorkspace(t, server, withPeopleModule(t, fstest.MapFS{"main.tf": {Data: []byte(`
module "people" {
  source = "./modules/people"

  people_csv = "username,email,first_name,last_name\nada,ada@example.com,Ada,Lovelace\nalan,alan@example.com,Alan,Turing\n"

  people = {
    ADA      = { email = "ADA@example.com", first_name = "Ada", last_name = "Byron" }
    margaret = { email = "margaret", first_name = "Margaret", last_name = "Hamilton", valid_until = "soon", roles = ["ROLE_TESTER until later"] }
  }
}
`)}}))

	output, err := workspace.Command(t.Context(), "plan", "-input=false", "-no-color").CombinedOutput()
	if err == nil {
		t.Error("the plan succeeds")
	}

	text := strings.Join(strings.Fields(string(output)), " ")

	for _, problem := range []string{
		`people["ADA"].username: the same as in row 2, column username, ignoring case`,
		`people["ADA"].email: the same as in row 2, column email, ignoring case`,
		`people["margaret"].email: not an e-mail address`,
		`people["margaret"].valid_until: an end date must be a date`,
		`people["margaret"].roles: an end date must be a date`,
	} {
		if !strings.Contains(text, problem) {
			t.Errorf("the plan does not say %q, but %s", problem, output)
		}
	}

	if strings.Contains(text, "alan") {
		t.Errorf("the plan prints the file: %s", output)
	}
}
