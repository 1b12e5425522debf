package provider

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// reviewedUser is a user in a review, in the order of the columns.
type reviewedUser struct {
	Username       string   `json:"username"`
	Email          string   `json:"email"`
	Enabled        bool     `json:"enabled"`
	Roles          []string `json:"roles"`
	BusinessUnits  []string `json:"business_units"`
	Permissions    []string `json:"permissions"`
	APIToken       bool     `json:"api_token"`
	LastSignIn     *string  `json:"last_sign_in"`
	ActiveSessions *int     `json:"active_sessions"`
}

// reviewHeader is the header of a review.
type reviewHeader struct {
	Time            string `json:"time"`
	Instance        string `json:"instance"`
	ProviderVersion string `json:"provider_version"`
	Reviewer        string `json:"reviewer"`
	SignInsSince    string `json:"sign_ins_since"`
	SHA256          string `json:"sha256"`
}

// reviewWorkspace is a workspace with the example of the guide.
func reviewWorkspace(t *testing.T, server *simulator.Server) *cli.Workspace {
	t.Helper()

	main := readExample(t, filepath.Join("..", "..", "examples", "guides", "access-review", "main.tf"))

	return openWorkspace(t, server, fstest.MapFS{"main.tf": {Data: []byte(main)}}, map[string]string{"TF_VAR_endpoint": server.URL()})
}

// tenantForReview is a tenant with users, with roles that have permissions, and with sign-ins of the last 90 days. It returns
// the time of the last sign-in of each user.
func tenantForReview(t *testing.T, server *simulator.Server, users, signIns int) map[string]time.Time {
	t.Helper()

	server.Seed(users, 20, 10)

	for i, role := range server.Roles() {
		server.SetRolePermissions(role.ID, []string{"LIBRARY_VIEW", []string{"API_ACCESS", "ROLES_UPDATE", "WORKFLOW_VIEW"}[i%3]}, nil)
	}

	last := make(map[string]time.Time)
	events := []simulator.AuditEvent{{Username: "admin", EventType: "USER_ENABLED", Time: time.Now().Add(-100 * 24 * time.Hour)}}
	start := time.Now().Add(-80 * 24 * time.Hour).Truncate(time.Millisecond)
	all := server.Users()

	for i := range signIns {
		// Two of three users sign in.
		user := all[(i*7)%len(all)]
		if (i*7)%len(all)%3 == 0 {
			user = all[0]
		}

		last[user.Username] = start.Add(time.Duration(i) * time.Minute)
		events = append(events, simulator.AuditEvent{Username: strings.ToUpper(user.Username), EventType: "LOGIN_SUCCESS", Time: last[user.Username]})
	}

	server.AddAuditEvents(events...)

	return last
}

// expectedReview is the review of all users of a server, sorted by username.
func expectedReview(server *simulator.Server, last map[string]time.Time) (users []reviewedUser) {
	named := func(ids []string, name func(id string) string) []string {
		names := []string{}
		for _, id := range ids {
			names = append(names, name(id))
		}

		slices.Sort(names)

		return slices.Compact(names)
	}
	roles, units := make(map[string]string), make(map[string]string)

	for _, role := range server.Roles() {
		roles[role.ID] = role.Name
	}

	for _, unit := range server.BusinessUnits() {
		units[unit.ID] = unit.Name
	}

	for _, user := range server.Users() {
		reviewed := reviewedUser{
			Username: user.Username, Email: user.Email, Enabled: user.Enabled, APIToken: user.APIToken != "", ActiveSessions: &user.Sessions,
			Roles:         named(user.RoleIDs, func(id string) string { return roles[id] }),
			BusinessUnits: named(user.BusinessUnitIDs, func(id string) string { return units[id] }),
		}

		var permissions []string

		for _, id := range user.RoleIDs {
			global, _ := server.RolePermissions(id)
			permissions = append(permissions, global...)
		}

		reviewed.Permissions = named(permissions, func(name string) string { return name })

		if at, signedIn := last[user.Username]; signedIn {
			text := at.UTC().Format(time.RFC3339Nano)
			reviewed.LastSignIn = &text
		}

		users = append(users, reviewed)
	}

	return users
}

// record is a user as a row of the CSV file.
func (u reviewedUser) record() []string {
	last := ""
	if u.LastSignIn != nil {
		last = *u.LastSignIn
	}

	cells := []string{
		u.Username, u.Email, strconv.FormatBool(u.Enabled), strings.Join(u.Roles, "; "), strings.Join(u.BusinessUnits, "; "), strings.Join(u.Permissions, "; "),
		strconv.FormatBool(u.APIToken), last, strconv.Itoa(*u.ActiveSessions),
	}

	for i, cell := range cells {
		if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r\n") {
			cells[i] = "'" + strings.NewReplacer("\r", " ", "\n", " ").Replace(cell)
		}
	}

	return cells
}

// reviewOf applies the example and returns the lines of both files.
func reviewOf(t *testing.T, workspace *cli.Workspace) (jsonLines, csvLines []string) {
	t.Helper()
	applyAll(t, workspace)

	lines := func(output string) []string {
		return strings.SplitAfter(strings.TrimSuffix(run(t, workspace, "output", "-raw", output), "\n"), "\n")
	}

	return lines("json"), lines("csv")
}

func hashOf(lines []string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.TrimSuffix(strings.Join(lines, ""), "\n")+"\n")))
}

// The example reviews a tenant of 1,000 users with 20 pages of sign-ins. Each line of both files is checked against the
// server.
func TestExamples_accessReview(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{AuditPageCap: 200})
	for i, username := range []string{"=1+1", "+1", "-1", "@SUM(1)", `quo"te, comma`} {
		server.AddUser(simulator.User{Username: username, Email: []string{"\t=1", "\r=1", "\n=1", "a@example.com", "=x@example.com"}[i], Enabled: true})
	}

	last := tenantForReview(t, server, 994, 20*199)
	workspace := reviewWorkspace(t, server)

	server.ResetJournal()

	jsonLines, csvLines := reviewOf(t, workspace)
	wanted := expectedReview(server, last)

	if len(wanted) != 1000 || len(jsonLines) != 1002 || len(csvLines) != 1007 {
		t.Fatalf("%d users, %d lines of JSON, %d lines of CSV", len(wanted), len(jsonLines), len(csvLines))
	}

	var review struct{ Review reviewHeader }
	if err := json.Unmarshal([]byte(strings.Join(jsonLines, "")), &review); err != nil {
		t.Fatal(err)
	}

	expectHeader(t, review.Review, server.URL(), hashOf(jsonLines[1:1001]))
	expectComments(t, csvLines[:6], review.Review, hashOf(csvLines[6:]))

	if csvLines[6] != "username,email,enabled,roles,business_units,permissions,api_token,last_sign_in,active_sessions\n" {
		t.Errorf("the columns are %q", csvLines[6])
	}

	for i, user := range wanted {
		encoded, err := json.Marshal(user)
		if err != nil {
			t.Fatal(err)
		}

		if got := strings.TrimSuffix(strings.TrimSuffix(jsonLines[i+1], "\n"), ","); got != string(encoded) {
			t.Errorf("line %d of JSON is\n%s, want\n%s", i+2, got, encoded)
		}

		cells, err := csv.NewReader(strings.NewReader(csvLines[i+7])).Read()
		if err != nil || !slices.Equal(cells, user.record()) {
			t.Errorf("line %d of CSV is\n%q, want\n%q: %v", i+8, cells, user.record(), err)
		}
	}

	// The cost that the guide states: three requests per user, and the lists.
	for operation, most := range map[string]int{
		"get_filtered_audits": 22, "get_users": 1, "get_user_roles": 1000, "get_user_business_units": 1000, "get_user_sessions_count_by_username": 1000,
		"get_global_permissions_by_role_id": 20, "get_all_roles": 1, "get_filtered_business_units": 1,
	} {
		if got := server.Count(operation); got > most {
			t.Errorf("%s was sent %d times, want at most %d", operation, got, most)
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("the review sent %s %s", writes[0].Method, writes[0].Path)
	}
}

func expectHeader(t *testing.T, header reviewHeader, instance, hash string) {
	t.Helper()

	at, err := time.Parse(time.RFC3339, header.Time)
	if err != nil || time.Since(at) > time.Hour || header.SignInsSince != at.Add(-90*24*time.Hour).Format(time.RFC3339) {
		t.Errorf("the header is %+v", header)
	}

	if header.Instance != instance || header.Reviewer != "admin" || header.ProviderVersion != "0.0.1" || header.SHA256 != hash {
		t.Errorf("the header is %+v, the SHA-256 is %s", header, hash)
	}
}

// expectComments compares the comments of the CSV file with the header of the JSON file.
func expectComments(t *testing.T, lines []string, header reviewHeader, hash string) {
	t.Helper()

	wanted := map[string]string{
		"time": header.Time, "instance": header.Instance, "provider_version": header.ProviderVersion, "reviewer": header.Reviewer,
		"sign_ins_since": header.SignInsSince, "sha256": hash,
	}

	for i, name := range slices.Sorted(maps.Keys(wanted)) {
		if line := fmt.Sprintf("# %s: %s\n", name, wanted[name]); lines[i] != line {
			t.Errorf("line %d of CSV is %q, want %q", i+1, lines[i], line)
		}
	}
}

// A comparison of two reviews shows the header and the users who have changed.
func TestExamples_accessReviewComparison(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	tenantForReview(t, server, 9, 40)

	workspace := reviewWorkspace(t, server)
	before, beforeCSV := reviewOf(t, workspace)

	changed := server.Users()[3]
	server.UpdateUser(changed.Username, func(user *simulator.User) { user.Enabled = !user.Enabled })

	after, afterCSV := reviewOf(t, workspace)

	// The header of CSV is comments, the header of JSON one line. Both have the SHA-256.
	for _, compared := range []struct {
		before, after []string
		header        string
	}{{before, after, `{"review":`}, {beforeCSV, afterCSV, "# "}} {
		if len(compared.before) != len(compared.after) {
			t.Fatalf("%d lines, then %d", len(compared.before), len(compared.after))
		}

		headers, users := 0, 0

		for i, line := range compared.after {
			switch {
			case line == compared.before[i]:
			case strings.HasPrefix(line, compared.header):
				headers++
			case strings.Contains(line, changed.Username):
				users++
			default:
				t.Errorf("line %d has changed: %s", i+1, line)
			}
		}

		if headers == 0 || users != 1 {
			t.Errorf("%d lines of the header and %d lines of the user differ", headers, users)
		}
	}
}

// A review fails if any page or any request for a user fails, if the token does not see all users, or if the audit log does
// not reach back far enough.
func TestExamples_accessReviewIsNeverPartial(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 4, AuditPageCap: 10})
	tenantForReview(t, server, 9, 40)

	workspace := reviewWorkspace(t, server)

	fails := func(message string, arguments ...string) {
		output, err := workspace.Run(t.Context(), append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, arguments...)...)
		if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), message) {
			t.Errorf("the apply does not fail with %q: %v\n%s", message, err, output)
		}

		if output, err := workspace.Run(t.Context(), "output", "-raw", "json"); err == nil && strings.Contains(string(output), "users") {
			t.Errorf("there is a review: %s", output)
		}
	}

	for operation, nth := range map[string]int{"get_filtered_audits": 4, "get_users": 3, "get_user_sessions_count_by_username": 5} {
		server.Inject(simulator.Fault{Operation: operation, Nth: nth, Kind: simulator.FaultStatus, Status: http.StatusForbidden})
		fails("403 Forbidden")
		server.ClearFaults()
	}

	fails("The audit log begins at", "-var=inactive_days=200")
}

// The proposal disables inactive users in the file of the module people, and changes nothing else in it.
func TestExamples_accessReviewProposal(t *testing.T) {
	t.Parallel()

	const (
		review = `{"review":{"time":"2026-06-30T00:00:00Z","sign_ins_since":"2026-04-01T00:00:00Z"},"users":[
{"username":"ada","enabled":true,"last_sign_in":"2026-05-01T00:00:00Z","api_token":false},
{"username":"Alan","enabled":true,"last_sign_in":null,"api_token":false},
{"username":"bot","enabled":true,"last_sign_in":null,"api_token":true},
{"username":"break-glass","enabled":true,"last_sign_in":null,"api_token":false},
{"username":"edsger","enabled":false,"last_sign_in":null,"api_token":false},
{"username":"grace","enabled":true,"last_sign_in":null,"api_token":false},
{"username":"unmanaged","enabled":true,"last_sign_in":null,"api_token":false}
]}
`
		people = `username,email,first_name,last_name,enabled,valid_until,roles
ada,ada@example.com,Ada,Lovelace,true,,ROLE_DEVELOPER
alan,alan@example.com,"Alan ""the"" Great, Jr.",Turing,,,"ROLE_TESTER;ROLE_DEVELOPER"
bot,bot@example.com,Bot,Bot,true,,
break-glass,break-glass@example.com,Break,Glass,true,,
edsger,edsger@example.com,Edsger,Dijkstra,false,,
grace,grace@example.com,Grace,Hopper,TRUE,2027-06-30,ROLE_TESTER
`
	)

	main := readExample(t, filepath.Join("..", "..", "examples", "guides", "access-review", "propose", "main.tf"))
	workspace := openWorkspace(t, startServer(t, simulator.Options{}), fstest.MapFS{
		"main.tf": {Data: []byte(main)}, "review.json": {Data: []byte(review)}, "people.csv": {Data: []byte(people)},
	}, map[string]string{"TF_VAR_review": "review.json", "TF_VAR_people": "people.csv", "TF_VAR_keep": `["break-glass"]`})
	applyAll(t, workspace)

	wanted := strings.NewReplacer(`Turing,,,`, `Turing,false,,`, "TRUE", "false").Replace(people)
	if got := run(t, workspace, "output", "-raw", "people_csv"); got != wanted {
		t.Errorf("the file is\n%s, want\n%s", got, wanted)
	}

	summary := run(t, workspace, "output", "-raw", "summary")
	for _, line := range []string{"from 2026-04-01T00:00:00Z to 2026-06-30T00:00:00Z", "\n- `alan`\n- `grace`\n\n", "not in this file: 1."} {
		if !strings.Contains(summary, line) {
			t.Errorf("the summary lacks %q:\n%s", line, summary)
		}
	}

	// The column is the last one, with the line ends of a spreadsheet.
	writeFile(t, workspace, "people.csv", "username,enabled\r\nalan,true\r\nada,true\r\n")
	applyAll(t, workspace)

	if got := run(t, workspace, "output", "-raw", "people_csv"); got != "username,enabled\r\nalan,false\r\nada,true\r\n" {
		t.Errorf("the file is %q", got)
	}

	for content, message := range map[string]string{
		"username,email\nalan,alan@example.com\n":             "The file needs the columns username and enabled.",
		"username,email,enabled\nalan,\"a\nb\",true\n":        "The file must not have blank rows or line breaks in values.",
		"username,email,enabled\n\nalan,a@example.com,true\n": "The file must not have blank rows or line breaks in values.",
	} {
		writeFile(t, workspace, "people.csv", content)

		if _, err := workspace.Run(t.Context(), "plan", "-input=false", "-no-color"); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%q: %v", content, err)
		}
	}
}
