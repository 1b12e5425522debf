package provider

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The people module creates users from CSV, plans empty afterwards, applies changes of the file, and disables users who are
// removed from it.
func TestExamples_people(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(5, 20, 10)

	workspace := exampleWorkspace(t, server, withPeopleModule(t, exampleFolder("people")))
	applyAll(t, workspace)
	expectChanges(t, workspace)

	if ada := mustUser(t, server, "ada"); len(ada.RoleIDs) != 2 || len(ada.BusinessUnitIDs) != 1 {
		t.Errorf("ada has the roles %q and the business units %q", ada.RoleIDs, ada.BusinessUnitIDs)
	}

	people := readExample(t, exampleGlob(t, "people", "people.csv")[0])
	writeFile(t, workspace, "people.csv", strings.Replace(strings.Replace(people, ";ROLE_READ_ONLY", "", 1), "alan,alan@example.com,Alan,Turing,false,,Mobile;Payments\n", "", 1))
	expectChanges(t, workspace, `module.people.iriusrisk_user.this["ada"]: update`, `module.people.iriusrisk_user.this["alan"]: delete`)
	applyAll(t, workspace)
	expectChanges(t, workspace)

	if alan, found := server.User("alan"); !found || alan.Enabled {
		t.Errorf("alan, who was removed, is %+v", alan)
	}
}

// The check of the guide about temporary access names what ends soon, and not what ends later or has ended.
func TestExamples_temporaryAccess(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	now := time.Now().UTC()
	day := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }

	workspace := exampleWorkspace(t, server, withPeopleModule(t, exampleFolder("guides", "temporary-access")))
	people := readExample(t, filepath.Join(workspace.Dir(), "people.csv"))
	writeFile(t, workspace, "people.csv", strings.NewReplacer("2027-03-31", day(3), "2027-06-30", day(30), "2027-01-31", day(-3)).Replace(people))

	if output := strings.Join(strings.Fields(applyAll(t, workspace)), " "); !strings.Contains(output, "Access that ends within seven days: ada (ROLE_RISK_MANAGER, "+day(4)+"T00:00:00Z).") {
		t.Errorf("the apply printed %s", output)
	}

	expectChanges(t, workspace)

	if contractor := mustUser(t, server, "contractor"); !contractor.Enabled || len(contractor.BusinessUnitIDs) != 1 {
		t.Errorf("the contractor is %+v", contractor)
	}

	writeFile(t, workspace, "people.csv", strings.NewReplacer("2027-03-31", day(-3), "2027-06-30", day(-1), "2027-01-31", day(-3)).Replace(people))
	expectChanges(t, workspace, `module.people.iriusrisk_user.this["ada"]: update`, `module.people.iriusrisk_user.this["contractor"]: update`)

	if output := applyAll(t, workspace); strings.Contains(output, "Warning") {
		t.Errorf("the apply printed %s", output)
	}

	// The account for emergencies is disabled again after its use.
	server.UpdateUser("break-glass", func(user *simulator.User) { user.Enabled = true })
	expectChanges(t, workspace, `module.people.iriusrisk_user.this["break-glass"]: update`)
	applyAll(t, workspace)

	if mustUser(t, server, "break-glass").Enabled || mustUser(t, server, "contractor").Enabled {
		t.Error("access did not end")
	}
}

// A leaver is disabled and no longer managed. When they return to the file, the plan stops, and an import block or
// adopt_existing enables the same user again, as the README of the module says.
func TestExamples_peopleReturningLeaver(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	const (
		header  = "username,email,first_name,last_name,roles\n"
		leavers = "ada,ada@example.com,Ada,Lovelace,ROLE_TESTER\nalan,alan@example.com,Alan,Turing,ROLE_TESTER\n"
		grace   = "grace,grace@example.com,Grace,Hopper,\n"
	)

	workspace := peopleWorkspace(t, server, header+leavers+grace)
	applyAll(t, workspace)

	before := []simulator.User{mustUser(t, server, "ada"), mustUser(t, server, "alan")}

	writeFile(t, workspace, "people.csv", header+grace)
	applyAll(t, workspace)

	if ada := mustUser(t, server, "ada"); ada.Enabled {
		t.Errorf("ada, who left, is %+v", ada)
	}

	writeFile(t, workspace, "people.csv", header+leavers+grace)

	if _, err := workspace.Run(t.Context(), "plan", "-no-color"); err == nil || !strings.Contains(err.Error(), `User "ada" already exists`) {
		t.Errorf("the plan says %v", err)
	}

	configuration := readExample(t, filepath.Join(workspace.Dir(), "main.tf"))
	writeFile(t, workspace, "people.csv", header+strings.Split(leavers, "\n")[0]+"\n"+grace)
	writeConfiguration(t, workspace, configuration+"import {\n  to = module.people.iriusrisk_user.this[\"ada\"]\n  id = \"ada\"\n}\n")
	applyAll(t, workspace)

	writeFile(t, workspace, "people.csv", header+leavers+grace)
	writeConfiguration(t, workspace, strings.Replace(configuration, "people_csv", "adopt_existing = true\n  people_csv", 1))
	applyAll(t, workspace)

	writeConfiguration(t, workspace, configuration)
	applyAll(t, workspace)
	expectChanges(t, workspace)

	for _, user := range before {
		if now := mustUser(t, server, user.Username); now.ID != user.ID || !now.Enabled || !slices.Equal(now.RoleIDs, user.RoleIDs) {
			t.Errorf("the user was %+v and is %+v", user, now)
		}
	}
}

// A corrected username is a new user. The e-mail address stops the plan, until an earlier apply has released it. If only the
// case changes, a moved block keeps the user. The README of the module describes both.
func TestExamples_peopleCorrectedUsername(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Seed(0, 20, 10)

	people := func(username, email string) string {
		return "username,email,first_name,last_name\n" + username + "," + email + ",Ada,Lovelace\nalan,alan@example.com,Alan,Turing\n"
	}

	workspace := peopleWorkspace(t, server, people("aad", "ada@example.com"))
	applyAll(t, workspace)

	writeFile(t, workspace, "people.csv", people("ada", "ada@example.com"))

	if _, err := workspace.Run(t.Context(), "plan", "-no-color"); err == nil || !strings.Contains(err.Error(), `The e-mail address "ada@example.com" is taken`) {
		t.Errorf("the plan says %v", err)
	}

	writeFile(t, workspace, "people.csv", people("aad", "aad@example.com"))
	applyAll(t, workspace)
	writeFile(t, workspace, "people.csv", people("ada", "ada@example.com"))
	applyAll(t, workspace)
	expectChanges(t, workspace)

	if previous, ada := mustUser(t, server, "aad"), mustUser(t, server, "ada"); previous.Enabled || !ada.Enabled || ada.Email != "ada@example.com" {
		t.Errorf("the previous user is %+v, the new one %+v", previous, ada)
	}

	configuration := readExample(t, filepath.Join(workspace.Dir(), "main.tf"))
	writeConfiguration(t, workspace, configuration+"moved {\n  from = module.people.iriusrisk_user.this[\"ada\"]\n  to   = module.people.iriusrisk_user.this[\"Ada\"]\n}\n")
	writeFile(t, workspace, "people.csv", people("Ada", "ada@example.com"))
	server.ResetJournal()
	applyAll(t, workspace)
	expectChanges(t, workspace)

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the move sent %d writes, the first of them %s %s", len(writes), writes[0].Method, writes[0].Path)
	}
}

// peopleWorkspace is a workspace that manages the users of a CSV file with the people module.
func peopleWorkspace(t *testing.T, server *simulator.Server, people string) *cli.Workspace {
	t.Helper()

	return exampleWorkspace(t, server, withPeopleModule(t, fstest.MapFS{
		"people.csv": {Data: []byte(people)},
		"main.tf": {Data: []byte(`
module "people" {
  source = "./modules/people"

  people_csv = file("${path.module}/people.csv")
}

output "usernames_by_role" {
  value = module.people.usernames_by_role
}

output "usernames_by_business_unit" {
  value = module.people.usernames_by_business_unit
}

output "end_dates" {
  value = module.people.end_dates
}
`)},
	}))
}

// withPeopleModule adds the people module to a configuration, and replaces the source of module blocks by its folder.
func withPeopleModule(t *testing.T, configuration fs.FS) fstest.MapFS {
	t.Helper()

	files := fstest.MapFS{}

	err := fs.WalkDir(configuration, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}

		content, err := fs.ReadFile(configuration, name)
		files[name] = &fstest.MapFile{Data: []byte(strings.NewReplacer(
			`"../modules/people"`, `"./modules/people"`,
			`"github.com/iriusrisk/terraform-provider-iriusrisk//examples/modules/people"`, `"./modules/people"`,
		).Replace(string(content)))}

		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	for _, file := range exampleGlob(t, "modules", "people", "*.tf") {
		files["modules/people/"+filepath.Base(file)] = &fstest.MapFile{Data: []byte(readExample(t, file))}
	}

	return files
}
