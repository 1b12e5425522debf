package provider

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const (
	peopleHeaderLine = "username,email,first_name,last_name,enabled,valid_until,roles,business_units\n"
	adaLine          = "ada,ada@example.com,Ada,Lovelace,true,,ROLE_READ_ONLY,Platform\n"
)

// peopleFiles are files of users, good and bad.
var peopleFiles = map[string]string{
	"good":                    peopleHeaderLine + adaLine + "alan,alan@example.com,Alan,Turing,,,,\n",
	"empty":                   "",
	"only a mark":             "\ufeff",
	"only blanks":             " \n\t\n , \n",
	"only a header":           peopleHeaderLine,
	"header without line end": strings.TrimSpace(peopleHeaderLine),
	"header after blank rows": "\n ,\n\"\"\n" + peopleHeaderLine + adaLine,
	"required columns":        "username,email,first_name,last_name\nada,ada@example.com,,\n",
	"another order":           "Last_Name, EMAIL ,\"first_name\",username\nLovelace,ada@example.com,Ada,ada",
	"Windows":                 "\ufeff" + strings.ReplaceAll(peopleHeaderLine+adaLine+"\nalan,alan@example.com,Alan,Turing,,,,\n", "\n", "\r\n"),
	"old Macintosh":           strings.ReplaceAll(peopleHeaderLine+adaLine, "\n", "\r"),
	"blanks around values":    peopleHeaderLine + " ada ,\t\"ada@example.com\" , Ada ,\u00a0\"Lovelace\", TRUE , , ROLE_TESTER ; ; ROLE_TESTER;ROLE_READ_ONLY;,\"Platform\"\n\n,,,,,,,\n",
	"quotation marks":         peopleHeaderLine + "ada,ada@example.com,\"Ada, \"\"Countess\"\"\",\"Love\nlace\",FALSE,,,\n",
	"blank rows at the end":   peopleHeaderLine + adaLine + "\n\n ,\",\n",
	"unusual letters":         peopleHeaderLine + "éda,éda@example.com,É,\u200bL,True,,Prüfer;Prüfer ,\n",
	"end dates":               peopleHeaderLine + "ada,ada@example.com,,,,2999-12-31,A until 2999-12-31;B  until\t2999-12-31T18:00:00+01:00; until 2999-12-31;C until;D until  x y,A until b until 2999-12-31\n",
	"ended":                   peopleHeaderLine + "ada,ada@example.com,,,,2001-12-31T18:00:00.5Z,A until 2001-12-31;B,C until 2001-01-01\n",
	"the same entry twice":    peopleHeaderLine + "ada,ada@example.com,,,,,A until 2999-12-31;A  until 2999-12-31,\n",

	"no header":               adaLine,
	"semicolons":              strings.ReplaceAll(peopleHeaderLine+adaLine, ",", ";"),
	"missing columns":         "username,email\nada,ada@example.com\n",
	"misspelled column":       "\n" + strings.Replace(peopleHeaderLine, "last_name", "surname", 1) + adaLine,
	"column without a name":   "username,email,first_name,last_name,\nada,ada@example.com,Ada,Lovelace,\n",
	"column twice":            "username,email,first_name,last_name,Email,email\n",
	"too few values":          peopleHeaderLine + adaLine + "\nmargaret,margaret@example.com\n",
	"too many values":         peopleHeaderLine + adaLine + "margaret,margaret@example.com,Margaret,Hamilton,,,ROLE_TESTER,Mobile,Platform\n",
	"truncated":               peopleHeaderLine + adaLine[:len(adaLine)-12],
	"misplaced quotes":        peopleHeaderLine + "ada,ada@example.com,A\"da,\"Love\" lace,,,\"a\"b,\"\"\"\n",
	"open quotation mark":     peopleHeaderLine + "ada,ada@example.com,Ada,\"Lovelace,,,,\n" + adaLine,
	"open at the end":         peopleHeaderLine + "ada,ada@example.com,Ada,Lovelace,,,,\"Platform\n",
	"ragged and misquoted":    peopleHeaderLine + "ada\nalan,alan@example.com,A\"lan,Turing,,,,\n",
	"missing values":          peopleHeaderLine + ",,Margaret,Hamilton,,,,\n",
	"invalid values":          peopleHeaderLine + "margaret,margaret,Margaret,Hamilton,perhaps,31.12.2026,ROLE_TESTER until tomorrow,Mobile until 12/31/2026\n",
	"impossible dates":        peopleHeaderLine + "a,a@example.com,,,,2026-02-30,A until 2026-12-31T24:00:00Z,\nb,b@example.com,,,,2026-12-31T18:00,A until 2026-12-31T1:00:00Z,\"B until 2026-12-31T18:00:00,5Z\"\nc,c@example.com,,,,2026-12-31T18:00:00+25:00,A until 2026-12-31t18:00:00z,B until 2026-12-31T18:00:60Z\n",
	"two end dates":           peopleHeaderLine + "a,a@example.com,,,,,A;A until 2999-12-31,\n" + "b,b@example.com,,,,,A until 2999-12-31;A until 2998-12-31;B until x,\nc,c@example.com,,,,,A until x;A until 2999-12-31,A;A until 2999-12-31;A\n",
	"duplicates":              peopleHeaderLine + adaLine + "ADA,Ada@Example.com,,,,,,\n" + adaLine,
	"mistakes in a long file": peopleHeaderLine + strings.Repeat("margaret,,Margaret,Hamilton,perhaps,,,\n", 11),
	"mistake after a break":   peopleHeaderLine + "ada,ada@example.com,Ada,\"Love\nlace\",,,\"A\n;B\",\"\n\"\nalan,alan,Alan,Turing,,,,\n",
}

// The function and the module people accept the same files, find the same problems, and read the same users. The result of the
// function is an input of the module that leads to the same users.
func TestPeopleCSV_agreesWithTheModule(t *testing.T) {
	t.Parallel()

	results := make(map[string]map[string]personJSON)

	for name, content := range peopleFiles {
		if people, problems := parsePeople(content); len(problems) == 0 {
			results[name] = peopleJSON(people)
		}
	}

	module := readPeopleInModule(t, peopleFiles, results)

	for name, content := range peopleFiles {
		_, problems := parsePeople(content)

		// The module counts rows. Lines differ after a line break in a value.
		want := strings.ReplaceAll(strings.Join(slices.Sorted(slices.Values(problems)), "\n"), "line ", "row ")
		got := strings.Join(slices.Sorted(slices.Values(module.FromFile[name].Problems)), "\n")

		if rowNumber := regexp.MustCompile(`row \d+`); strings.Contains(name, "break") {
			got, want = rowNumber.ReplaceAllString(got, "row"), rowNumber.ReplaceAllString(want, "row")
		}

		if got != want {
			t.Errorf("%s: the module has the problems\n%s\nthe function\n%s", name, got, want)
		}

		if len(problems) > 0 {
			continue
		}

		if !reflect.DeepEqual(module.FromFile[name].Entries, results[name]) {
			t.Errorf("%s: the module reads %+v, the function %+v", name, module.FromFile[name].Entries, results[name])
		}

		if !reflect.DeepEqual(module.FromFile[name].Users, module.FromFunction[name].Users) {
			t.Errorf("%s: the module creates %v from the file, and %v from the result of the function", name, module.FromFile[name].Users, module.FromFunction[name].Users)
		}
	}
}

// personJSON is a user in JSON.
type personJSON struct {
	Email         string   `json:"email"`
	FirstName     string   `json:"first_name"`
	LastName      string   `json:"last_name"`
	Enabled       bool     `json:"enabled"`
	ValidUntil    string   `json:"valid_until"`
	Roles         []string `json:"roles"`
	BusinessUnits []string `json:"business_units"`
}

func peopleJSON(people map[string]person) map[string]personJSON {
	converted := make(map[string]personJSON)
	for username, one := range people {
		converted[username] = personJSON(one)
	}

	return converted
}

// peopleInModule is what the module people reads, by the names of its inputs.
type peopleInModule struct {
	FromFile     map[string]peopleReading `json:"from_file"`
	FromFunction map[string]peopleReading `json:"from_function"`
}

type peopleReading struct {
	Problems []string              `json:"problems"`
	Entries  map[string]personJSON `json:"entries"`
	Users    map[string]any        `json:"users"`
}

// readPeopleInModule reads files and results of the function with the locals of the module people, all in one run of the CLI.
func readPeopleInModule(t *testing.T, files map[string]string, results map[string]map[string]personJSON) (read peopleInModule) {
	t.Helper()

	encode := func(value any) *fstest.MapFile {
		content, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}

		return &fstest.MapFile{Data: content}
	}

	configuration := fstest.MapFS{
		"files.json":   encode(files),
		"results.json": encode(results),
		"main.tf": {Data: []byte(`
module "from_file" {
  source   = "./reader"
  for_each = jsondecode(file("files.json"))

  people_csv = each.value
}

module "from_function" {
  source   = "./reader"
  for_each = jsondecode(file("results.json"))

  people = each.value
}

output "read" {
  value = jsonencode({
    from_file     = { for name, one in module.from_file : name => one.read }
    from_function = { for name, one in module.from_function : name => one.read }
  })
}
`)},
		"reader/output.tf": {Data: []byte(`
output "read" {
  value = {
    problems = local.problems
    users    = local.people

    entries = { for username, entries in { for entry in local.entries : entry.username => entry... } : username => {
      email          = entries[0].email
      first_name     = entries[0].first_name
      last_name      = entries[0].last_name
      enabled        = lower(entries[0].enabled) != "false"
      valid_until    = entries[0].valid_until
      roles          = distinct([for role in entries[0].roles : role.valid_until == "" ? role.name : "${role.name} until ${role.valid_until}"])
      business_units = distinct([for unit in entries[0].business_units : unit.valid_until == "" ? unit.name : "${unit.name} until ${unit.valid_until}"])
    } }
  }
}
`)},
	}

	for _, name := range []string{"csv.tf", "people.tf", "variables.tf"} {
		configuration["reader/"+name] = &fstest.MapFile{Data: []byte(readExample(t, exampleGlob(t, "modules", "people", name)[0]))}
	}

	path, err := cli.Find(os.Getenv("TF_ACC_TERRAFORM_PATH"))
	if err != nil {
		t.Fatal(err)
	}

	workspace, err := cli.NewWorkspace(t.Context(), "", path, t.TempDir(), configuration, nil)
	if err != nil {
		t.Fatal(err)
	}

	applyAll(t, workspace)

	if err := json.Unmarshal([]byte(run(t, workspace, "output", "-raw", "read")), &read); err != nil {
		t.Fatal(err)
	}

	if len(read.FromFile) != len(files) || len(read.FromFunction) != len(results) {
		t.Fatalf("the module read %d files and %d results", len(read.FromFile), len(read.FromFunction))
	}

	return read
}

// A problem names the line at which its value begins, as an editor shows it, also after line breaks in values.
func TestPeopleCSV_namesLines(t *testing.T) {
	t.Parallel()

	for name, file := range map[string]struct {
		content string
		want    []string
	}{
		"breaks before the mistake": {
			peopleHeaderLine + "ada,ada@example.com,Ada,\"Love\n\nlace\",perhaps,,,\n\nalan,alan,Alan,Turing,,,,\n",
			[]string{"line 4, column enabled: must be true, false or empty", "line 6, column email: not an e-mail address"},
		},
		"breaks in the value": {
			peopleHeaderLine + "ada,ada@example.com,Ada,Lovelace,,,\"A;\nB until x\",\"Plat\nform\"\nalan\n",
			[]string{"line 5: 1 values for 8 columns"},
		},
		"line ends of Windows": {
			"\ufeff\r\n" + strings.ReplaceAll(peopleHeaderLine+adaLine+"\nalan,alan,\"Al\nan\",Turing,x,,,\n", "\n", "\r\n"),
			[]string{"line 5, column email: not an e-mail address", "line 6, column enabled: must be true, false or empty"},
		},
		"duplicates": {
			peopleHeaderLine + "\"ada\",ada@example.com,\"A\nda\",Lovelace,,,,\nalan,ADA@example.com,,,,,,\n",
			[]string{"line 4, column email: the same as in line 2, column email, ignoring case"},
		},
	} {
		if _, problems := parsePeople(file.content); !slices.Equal(problems, file.want) {
			t.Errorf("%s: the problems are %q, want %q", name, problems, file.want)
		}
	}
}

// The function returns the users, or an error with at most 20 problems and no value of the file.
func TestPeopleFromCSVFunction_returns(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)

	got, failure := p.call("people_from_csv", text(peopleHeaderLine+"ada,ada@example.com,Ada,Lovelace,FALSE,2026-12-31,B;A until 2026-12-31,\n"))
	if failure != nil {
		t.Fatal(failure.Text)
	}

	one := object(values{
		"email": text("ada@example.com"), "first_name": text("Ada"), "last_name": text("Lovelace"), "enabled": boolean(false),
		"valid_until": text("2026-12-31"), "roles": texts("B", "A until 2026-12-31"), "business_units": texts(),
	})

	var people values
	p.noError(got.As((*map[string]tftypes.Value)(&people)))

	if len(people) != 1 || !people["ada"].Equal(one) {
		t.Errorf("the users are %s", got)
	}

	if got, failure = p.call("people_from_csv", text(peopleHeaderLine)); failure != nil || !got.IsKnown() || got.IsNull() {
		t.Errorf("a file without users is %s, with the error %v", got, failure)
	}

	if got, failure = p.call("people_from_csv", unknownText()); failure != nil || got.IsKnown() {
		t.Errorf("an unknown text is %s, with the error %v", got, failure)
	}

	_, failure = p.call("people_from_csv", text(peopleFiles["mistakes in a long file"]))
	if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != 0 {
		t.Fatalf("the error of a wrong file is %+v", failure)
	}

	for _, want := range []string{"The text has 32 problems:\n  line 2, column email: the value is missing\n  line 2, column enabled: must be true", "\n  and 12 more"} {
		if !strings.Contains(failure.Text, want) {
			t.Errorf("the error is %q, without %q", failure.Text, want)
		}
	}

	for name, content := range peopleFiles {
		if _, failure := p.call("people_from_csv", text(content)); failure != nil && regexp.MustCompile(`(?i)ada|alan|margaret|hamilton|turing|perhaps|tomorrow|31\.12`).MatchString(failure.Text) {
			t.Errorf("%s: the error repeats a value: %s", name, failure.Text)
		}
	}
}

// Any text is either refused with problems that name a line, or read into users that meet the rules.
func FuzzPeopleCSV(f *testing.F) {
	for _, content := range peopleFiles {
		f.Add(content)
	}

	place := regexp.MustCompile(`^line [1-9]\d*(, column |: )`)

	f.Fuzz(func(t *testing.T, content string) {
		people, problems := parsePeople(content)
		lines := 1 + strings.Count(strings.ReplaceAll(content, "\r", "\n"), "\n")

		for _, problem := range problems {
			if !place.MatchString(problem) {
				t.Errorf("%q: the problem names no line: %q", content, problem)
			}
		}

		if len(problems) > 8*lines {
			t.Errorf("%q: %d problems", content, len(problems))
		}

		if len(problems) > 0 {
			return
		}

		for username, one := range people {
			if username == "" || username != strings.TrimSpace(username) || !peopleEmail.MatchString(one.Email) || one.Roles == nil || one.BusinessUnits == nil || !isEndDate(one.ValidUntil) {
				t.Errorf("%q: %q is read as %+v", content, username, one)
			}
		}
	})
}

// The example of the function applies unchanged, and a mistake in its file stops the plan without printing the file.
func TestExamples_peopleFromCSV(t *testing.T) {
	t.Parallel()
	needs(t, providerFunctions)

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	workspace := exampleWorkspace(t, server, exampleFolder("functions", "people_from_csv"))
	applyAll(t, workspace)

	if ada := mustUser(t, server, "ada"); !slices.Equal(ada.RoleIDs, []string{roleID(t, server, "ROLE_RISK_MANAGER")}) {
		t.Errorf("ada is %+v", ada)
	}

	people := readExample(t, filepath.Join(workspace.Dir(), "people.csv"))
	writeFile(t, workspace, "people.csv", people+"margaret,margaret,Margaret,Hamilton,\n")

	output, err := workspace.Command(t.Context(), "plan", "-input=false", "-no-color").CombinedOutput()
	if err == nil || !strings.Contains(string(output), "line 4, column email: not an e-mail address") {
		t.Errorf("the plan printed %s", output)
	}

	for _, value := range []string{"margaret", "Lovelace", "ada@"} {
		if strings.Contains(string(output), value) {
			t.Errorf("the plan prints %q: %s", value, output)
		}
	}
}
