package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const (
	columnsRow = "username,email,first_name,last_name,enabled,valid_until,roles,business_units\n"
	goodPeople = columnsRow +
		"ada,ada@example.com,Ada,Lovelace,true,,ROLE_READ_ONLY,Platform\n" +
		"alan,alan@example.com,Alan,Turing,,,,\n"

	noColumnsProblem = "row 1: the first row must name the columns username, email, first_name, last_name, separated by commas"
	columnNames      = "the columns are username, email, first_name, last_name, enabled, valid_until, roles, business_units"
)

// badFile is a file of people with mistakes.
type badFile struct {
	content string

	// problems are the problems that the error lists, in this order. An error without rows is written in full.
	problems []string
}

// badFiles are files that the people module refuses.
var badFiles = map[string]badFile{
	"empty file":               {"", []string{noColumnsProblem}},
	"no header":                {strings.TrimPrefix(goodPeople, columnsRow), []string{noColumnsProblem}},
	"semicolons as separators": {strings.ReplaceAll(goodPeople, ",", ";"), []string{noColumnsProblem}},
	"missing columns":          {"username,email\nada,ada@example.com\n", []string{"row 1, column first_name: the column is missing", "row 1, column last_name: the column is missing"}},
	"misspelled column": {"\n" + strings.Replace(goodPeople, "last_name", "surname", 1), []string{
		"row 2, column last_name: the column is missing", "row 2, column surname: unknown column; " + columnNames,
	}},
	"column without a name": {"username,email,first_name,last_name,\nada,ada@example.com,Ada,Lovelace,\n", []string{"row 1, column 5: unknown column; " + columnNames}},
	"column twice":          {"username,email,first_name,last_name,Email\nada,ada@example.com,Ada,Lovelace,\n", []string{"row 1, column email: the column appears several times"}},
	"too few values":        {goodPeople + "\nmargaret,margaret@example.com\n", []string{"row 5: 2 values for 8 columns"}},
	"too many values":       {goodPeople + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER,Mobile,Platform\n", []string{"row 4: 9 values for 8 columns"}},
	"truncated file":        {goodPeople[:len(goodPeople)-4], []string{"row 3: 5 values for 8 columns"}},
	"quotation marks": {columnsRow + "ada,ada@example.com,A\"da,Lovelace,,,,\nalan,alan@example.com,Alan,\"Turing\" x,,,,\n", []string{
		"row 2, column first_name: a quotation mark is missing or misplaced", "row 3, column last_name: a quotation mark is missing or misplaced",
	}},
	"open quotation mark": {columnsRow + "ada,ada@example.com,Ada,\"Lovelace,,,,\nalan,alan@example.com,Alan,Turing,,,,\n", []string{"row 2: 4 values for 8 columns"}},
	"no username":         {goodPeople + ",margaret@example.com,Margaret,Hamilton,,,,\n", []string{"row 4, column username: the value is missing"}},
	"no address":          {goodPeople + "margaret,,Margaret,Hamilton,,,,\n", []string{"row 4, column email: the value is missing"}},
	"invalid address":     {goodPeople + "margaret,margaret,Margaret,Hamilton,,,,\n", []string{"row 4, column email: not an e-mail address"}},
	"invalid enabled":     {goodPeople + "margaret,margaret@example.com,Margaret,Hamilton,perhaps,,,\n", []string{"row 4, column enabled: must be true, false or empty"}},
	"duplicate username":  {goodPeople + "ADA,margaret@example.com,Margaret,Hamilton,,,,\n", []string{"row 4, column username: the same as in row 2, column username, ignoring case"}},
	"duplicate address":   {goodPeople + "margaret,Alan@Example.com,Margaret,Hamilton,,,,\n", []string{"row 4, column email: the same as in row 3, column email, ignoring case"}},
	"invalid end date":    {goodPeople + "margaret,margaret@example.com,Margaret,Hamilton,,31.12.2026,,\n", []string{"row 4, column valid_until: " + endDateProblem}},
	"impossible end date": {goodPeople + "margaret,margaret@example.com,Margaret,Hamilton,,2026-02-30,,\n", []string{"row 4, column valid_until: " + endDateProblem}},
	"invalid end dates of access": {goodPeople + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER until tomorrow,Mobile until 12/31/2026\n", []string{
		"row 4, column business_units: " + endDateProblem, "row 4, column roles: " + endDateProblem,
	}},
	"two end dates": {goodPeople + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER;ROLE_TESTER until 2999-12-31,\n", []string{"row 4, column roles: a name has several end dates"}},
	"several mistakes": {goodPeople + "ada,margaret,Margaret,Hamilton,yes,,,\n", []string{
		"row 4, column email: not an e-mail address", "row 4, column enabled: must be true, false or empty",
		"row 4, column username: the same as in row 2, column username, ignoring case",
	}},
	"unknown roles":          {strings.Replace(goodPeople, "ROLE_READ_ONLY", "ROLE_READONLY;Missing", 1), []string{"Roles that do not exist: Missing, ROLE_READONLY. First used in row 2, column roles."}},
	"unknown business units": {strings.Replace(goodPeople, "Platform", "Plateau", 1), []string{"Business units that do not exist: Plateau. First used in row 2, column business_units."}},
}

// A file with a mistake stops the plan, and so does a map. The error names the row and the column, and prints no value of the
// file. One plan reads all of the files, each with an instance of the module.
func TestExamples_peopleRejectsBadFiles(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	server.AddUser(simulator.User{Username: "mallory", Email: "mallory@example.com", Enabled: true})

	files := fstest.MapFS{"main.tf": {Data: []byte(requirement + `
provider "iriusrisk" {
  max_user_removals = 0
}

# Without the list, no user is declared. This must not become another error.
resource "iriusrisk_users_exclusive" "all" {
  usernames = module.map.usernames
}

module "files" {
  source   = "./modules/people"
  for_each = fileset("${path.module}/files", "*")

  people_csv = file("${path.module}/files/${each.key}")
}

module "map" {
  source = "./modules/people"

  people_csv = "username,email,first_name,last_name\nada,ada@example.com,Ada,Lovelace\nalan,alan@example.com,Alan,Turing\n"

  people = {
    ADA      = { email = "ADA@example.com", first_name = "Ada", last_name = "Byron" }
    margaret = { email = "margaret", first_name = "Margaret", last_name = "Hamilton", valid_until = "soon", roles = ["ROLE_TESTER until later"] }
  }
}
`)}}

	expected := []string{
		problemsError(
			`people["margaret"].email: not an e-mail address`,
			`people["margaret"].roles: `+endDateProblem,
			`people["margaret"].valid_until: `+endDateProblem,
			`people["ADA"].email: the same as in row 2, column email, ignoring case`,
			`people["ADA"].username: the same as in row 2, column username, ignoring case`,
		),
	}

	for name, bad := range badFiles {
		files["files/"+name] = &fstest.MapFile{Data: []byte(bad.content)}

		if strings.Contains(bad.problems[0], "do not exist") {
			expected = append(expected, bad.problems[0])
		} else {
			expected = append(expected, problemsError(bad.problems...))
		}
	}

	// Of many problems, the first 20 are listed.
	files["files/many mistakes"] = &fstest.MapFile{Data: []byte(goodPeople + strings.Repeat("margaret,,Margaret,Hamilton,perhaps,,,\n", 11))}

	var many []string
	for row := 4; row < 14; row++ {
		many = append(many, fmt.Sprintf("row %d, column email: the value is missing", row), fmt.Sprintf("row %d, column enabled: must be true, false or empty", row))
	}

	expected = append(expected, strings.Replace(problemsError(many...), "are 20", "are 32", 1)+" and 12 more")

	workspace := exampleWorkspace(t, server, withPeopleModule(t, files))

	output, err := workspace.Run(t.Context(), "plan", "-input=false", "-json")
	if err == nil {
		t.Error("the plan succeeds")
	}

	compareCounts(t, planErrors(t, output), expected)

	for _, value := range []string{"ada@", "alan", "margaret@", "Lovelace", "Turing", "Hamilton", "perhaps", "tomorrow"} {
		if strings.Contains(string(output), value) {
			t.Errorf("the plan prints %q: %s", value, output)
		}
	}
}

// problemsError is the error of the people module about problems.
func problemsError(problems ...string) string {
	return fmt.Sprintf("There are %d problems in people or people_csv: %s", len(problems), strings.Join(problems, " "))
}

// planErrors returns the details of the errors in the output of plan -json, with single blanks.
func planErrors(t *testing.T, output []byte) (details []string) {
	t.Helper()

	for line := range strings.Lines(string(output)) {
		var message struct {
			Diagnostic struct {
				Severity string `json:"severity"`
				Detail   string `json:"detail"`
			} `json:"diagnostic"`
		}

		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v: %s", err, line)
		}

		if message.Diagnostic.Severity == "error" {
			details = append(details, strings.Join(strings.Fields(message.Diagnostic.Detail), " "))
		}
	}

	return details
}

// compareCounts reports texts that occur more or less often than expected.
func compareCounts(t *testing.T, got, expected []string) {
	t.Helper()

	counts := make(map[string]int)
	for _, text := range got {
		counts[text]++
	}

	for _, text := range expected {
		counts[text]--
	}

	for _, text := range slices.Sorted(maps.Keys(counts)) {
		if counts[text] != 0 {
			t.Errorf("%+d of the expected number of errors: %s", counts[text], text)
		}
	}
}
