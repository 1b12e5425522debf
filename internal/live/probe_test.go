package live

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The probe's report names what differs from what is assumed, and nothing else.
func TestProbe_namesExactlyTheDifferences(t *testing.T) {
	t.Parallel()

	var (
		voids = []string{
			"answer to delete_user", "answer to delete_user_api_token", "answer to delete_user_sessions", "answer to disable_user", "answer to enable_user",
			"answer to add_user_role", "answer to delete_user_role", "answer to add_user_business_unit", "answer to delete_business_units_users",
		}
		bodied     = []string{"answer to create_user", "answer to update_user"}
		twice      = []string{"add_user_role twice", "add_user_business_unit twice"}
		missing    = []string{"delete_user_role of a role that is missing", "delete_business_units_users of a unit that is missing"}
		duplicates = []string{
			"create_user with a username that is taken", "create_user with a username that is taken in another case",
			"create_user with an e-mail address that is taken", "update_user with an e-mail address that is taken",
		}
		noToken = "apiToken of a user without a token"
	)

	for name, test := range map[string]struct {
		options simulator.Options
		seen    map[string]string
	}{
		"as assumed":              {},
		"unknown fields":          {options: simulator.Options{ExtraFields: true}},
		"pages of seven":          {options: simulator.Options{PageCap: 7}, seen: map[string]string{"size of a page when 1000 is asked for": "7"}},
		"no _embedded when empty": {options: simulator.Options{OmitEmptyEmbedded: true}, seen: map[string]string{"_embedded of an empty page": "absent"}},
		"apiToken null":           {options: simulator.Options{NoToken: simulator.NoTokenNull}, seen: map[string]string{noToken: "null"}},
		"apiToken empty":          {options: simulator.Options{NoToken: simulator.NoTokenEmpty}, seen: map[string]string{noToken: "an object without hint"}},
		"token under token":       {options: simulator.Options{TokenField: "token"}, seen: map[string]string{"field of a generated API token": "token"}},
		"hint from the head":      {options: simulator.Options{HintFrom: simulator.HintHead}, seen: map[string]string{"part of the API token that the hint shows": "head"}},
		"duplicates answer 409":   {options: simulator.Options{DuplicateStatus: 409}, seen: all("refused with 409", duplicates)},
		"duplicate members":       {options: simulator.Options{DuplicateMembership: 409}, seen: all("409", twice)},
		"removing nothing":        {options: simulator.Options{MissingMembership: 204}, seen: all("204", missing)},
		"folded usernames":        {options: simulator.Options{FoldUsernames: true}, seen: map[string]string{"get_user with the username in another case": "the same user"}},
		"writes without a body":   {options: simulator.Options{EmptyWriteBodies: true}, seen: all("200 without a body", bodied)},
		"writes answer 204":       {options: simulator.Options{WriteStatus: 204}, seen: join(all("204 without a body", voids, bodied), all("204", twice))},
		"writes answer 201": {options: simulator.Options{WriteStatus: 201}, seen: join(
			all("201 without a body", voids), all("201 with a body", bodied, []string{"answer to generate_user_api_token"}), all("201", twice),
		)},
		"everything at once": {
			options: simulator.Options{
				PageCap: 7, OmitEmptyEmbedded: true, NoToken: simulator.NoTokenNull, TokenField: "token", HintFrom: simulator.HintHead, ExtraFields: true,
				WriteStatus: 204, DuplicateStatus: 409, DuplicateMembership: 400, MissingMembership: 204, FoldUsernames: true, FailOverlappingWrites: true,
			},
			seen: join(all("204 without a body", voids, bodied), all("400", twice), all("204", missing), all("refused with 409", duplicates), map[string]string{
				"size of a page when 1000 is asked for": "7", "_embedded of an empty page": "absent", noToken: "null",
				"field of a generated API token": "token", "part of the API token that the hint shows": "head",
				"get_user with the username in another case": "the same user",
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, test.options)
			report := probed(t, server)
			seen := make(map[string]string)

			for _, line := range report.Lines {
				switch {
				case line.Verdict == Handled:
					seen[line.Fact] = line.Seen
				case line.Verdict != AsAssumed:
					t.Errorf("%s: %s: %s", line.Verdict, line.Fact, line.Seen)
				}
			}

			expectEqual(t, seen, test.seen)

			if report.Version != "4.47.0" || report.APIVersion != "1.29.0" {
				t.Errorf("the versions are %q and %q", report.Version, report.APIVersion)
			}
		})
	}
}

// all says that every fact is seen in the same way.
func all(seen string, facts ...[]string) map[string]string {
	wanted := make(map[string]string)

	for _, fact := range slices.Concat(facts...) {
		wanted[fact] = seen
	}

	return wanted
}

func join(parts ...map[string]string) map[string]string {
	joined := make(map[string]string)

	for _, part := range parts {
		for fact, seen := range part {
			joined[fact] = seen
		}
	}

	return joined
}

func expectEqual(t *testing.T, seen, wanted map[string]string) {
	t.Helper()

	for fact, value := range wanted {
		if seen[fact] != value {
			t.Errorf("%s: %q is reported, not %q", fact, seen[fact], value)
		}
	}

	for fact, value := range seen {
		if _, found := wanted[fact]; !found {
			t.Errorf("%s: %q is reported for a difference", fact, value)
		}
	}
}

// startServer starts a simulated IriusRisk with people, roles and business units, which ends with the test.
func startServer(t *testing.T, options simulator.Options) *simulator.Server {
	t.Helper()

	server, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(server.Close)
	server.Seed(9, 3, 3)

	return server
}

// probed is the report on a server, which is swept and compared with what it was before.
func probed(t *testing.T, server *simulator.Server) Report {
	t.Helper()

	verify := leavesNothingBehind(t, server)
	tenant := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()})
	report := Probe(t.Context(), tenant)

	if err := tenant.Sweep(t.Context()); err != nil {
		t.Error(err)
	}

	verify(report.String())

	return report
}

func openTenant(t *testing.T, settings Settings) *Tenant {
	t.Helper()

	tenant, err := Open(settings)
	if err != nil {
		t.Fatal(err)
	}

	return tenant
}

// leavesNothingBehind returns what checks that a run has left the server as it was, has written to nobody without the
// prefix, and has a report without a secret or anything of a person.
func leavesNothingBehind(t *testing.T, server *simulator.Server) func(report string) {
	t.Helper()

	before := server.Users()
	roles, units := fmt.Sprint(server.Roles()), fmt.Sprint(server.BusinessUnits())

	var (
		mu      sync.Mutex
		secrets []string
	)

	// Tokens and passwords are known to nobody once they are replaced, so they are noted before the next request.
	server.OnRequest("", func(simulator.RequestInfo) {
		mu.Lock()
		defer mu.Unlock()

		for _, user := range server.Users() {
			secrets = append(secrets, user.Password, user.APIToken, user.ID, user.Username, user.Email, user.FirstName, user.LastName)
		}
	})

	return func(report string) {
		t.Helper()
		server.OnRequest("", nil)

		if after := server.Users(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("the users are not what they were: %d before, %d after", len(before), len(after))
		}

		if fmt.Sprint(server.Roles()) != roles || fmt.Sprint(server.BusinessUnits()) != units {
			t.Error("the roles or business units are not what they were")
		}

		writes := server.Writes()
		if len(writes) == 0 {
			t.Error("nothing was written")
		}

		for _, write := range writes {
			if !leftoverUsername.MatchString(write.Username) {
				t.Errorf("%s %s writes to somebody without the prefix", write.Method, write.Path)
			}
		}

		slices.Sort(secrets)

		for _, secret := range slices.Compact(secrets) {
			if len(secret) > 3 && strings.Contains(report, secret) {
				t.Errorf("the report shows %q", secret)
			}
		}
	}
}

// Keys that may be something else than the name of a field are not shown, and no values.
func TestObject_shapeShowsFieldsOnly(t *testing.T) {
	t.Parallel()

	fields := objectIn([]byte(`{"id":"s3cret","api-token":{"hint":"s3cret"},"n":1,"yes":true,"no":null,"ada@example.com":[],"38400000-8cf0-11bd-b23e-10b96e4ef00d":[]}`))

	if shape, wanted := fields.shape(), "(unusual key):array, api-token:object, id:string, n:number, no:null, yes:boolean"; shape != wanted {
		t.Errorf("the shape is %q", shape)
	}

	if shape := object(nil).shape(); shape != "no fields" {
		t.Errorf("the shape of nothing is %q", shape)
	}
}

// A caller who may do nothing makes a report that says so, and no difference.
func TestProbe_withoutPermissions(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	report := Probe(t.Context(), openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AddCaller("nobody")}))

	seen := make(map[string]string)
	for _, line := range report.Lines {
		seen[line.Fact] = line.Seen

		if line.Verdict != NotSeen && line.Verdict != AsAssumed {
			t.Errorf("%s: %s: %s", line.Verdict, line.Fact, line.Seen)
		}
	}

	for fact, wanted := range map[string]string{
		"create_user without a password": "the server answered 403", "answer to delete_user": "no user could be made", "permissions of the caller": "array of strings",
	} {
		if seen[fact] != wanted {
			t.Errorf("%s: %q", fact, seen[fact])
		}
	}
}

// Whatever a server answers, the probe comes to an end, and its report repeats nothing of it.
func TestProbe_ofSomethingElse(t *testing.T) {
	t.Parallel()

	for name, answer := range map[string]struct {
		status int
		body   string
	}{
		"HTML":             {200, "<html>s3cret</html>"},
		"nothing":          {200, ""},
		"no JSON":          {200, "s3cret"},
		"null":             {200, "null"},
		"a text":           {200, `"s3cret"`},
		"a list":           {200, `["s3cret", null, {"s3cret": 1}]`},
		"an empty object":  {200, "{}"},
		"texts all over":   {200, `{"id":"s3cret","version":"s3cret","apiVersion":"1.s3cret","apiToken":"s3cret","_embedded":"s3cret","page":"s3cret","s3cret@acme.example":1}`},
		"odd pages":        {200, `{"_embedded":{"items":[null,{"apiToken":{"hint":["s3cret"]}}]},"page":{"size":"s3cret","totalElements":-1}}`},
		"odd items":        {200, `{"_embedded":{"items":"s3cret"},"page":{"size":1e99,"totalElements":0,"number":0,"totalPages":0}}`},
		"a server's error": {500, `{"title":"s3cret"}`},
		"nothing anywhere": {404, `{"detail":"s3cret"}`},
		"a redirect":       {302, "s3cret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(answer.status)
				_, _ = w.Write([]byte(answer.body))
			}))
			t.Cleanup(server.Close)

			report := Probe(t.Context(), &Tenant{Client: clientWithoutRetries(t, server.URL), Prefix: prefix, base: server.URL, attempts: server.Client()})

			if text := report.String(); strings.Contains(text, "s3cret") || strings.Contains(text, server.URL) {
				t.Errorf("the report repeats what was answered:\n%s", text)
			}

			if len(report.Lines) != len(checks) || len(report.With(AsAssumed)) == len(checks) {
				t.Errorf("%d lines, %d as assumed", len(report.Lines), len(report.With(AsAssumed)))
			}
		})
	}
}

func clientWithoutRetries(t *testing.T, address string) *iriusrisk.Client {
	t.Helper()

	endpoint, err := iriusrisk.ParseEndpoint(address)
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: "token"})
	if err != nil {
		t.Fatal(err)
	}

	return client
}

// Differences that the provider is not made for are told apart from those that it is made for.
func TestProbe_unhandledDifferences(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{DuplicateStatus: 422, MissingMembership: 410, TokenField: "secret"})
	report := probed(t, server)

	var facts []string
	for _, line := range report.With(Unhandled) {
		facts = append(facts, line.Fact+": "+line.Seen)
	}

	slices.Sort(facts)

	wanted := []string{
		"create_user with a username that is taken in another case: refused with 422",
		"create_user with a username that is taken: refused with 422",
		"create_user with an e-mail address that is taken: refused with 422",
		"delete_business_units_users of a unit that is missing: 410",
		"delete_user_role of a role that is missing: 410",
		"field of a generated API token: secret",
		"update_user with an e-mail address that is taken: refused with 422",
	}
	if !slices.Equal(facts, wanted) {
		t.Errorf("unhandled are %q", facts)
	}
}

// Whatever a probe is told to write, it writes to nobody but users of its run.
func TestTenant_refusesToWriteToOthers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	tenant := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()})
	other := profile{Username: "ada", Email: "ada@example.com"}

	for name, write := range map[string]struct {
		method   string
		body     any
		segments []string
	}{
		"deletes somebody":            {http.MethodDelete, nil, []string{"users", "admin"}},
		"deletes one of another run":  {http.MethodDelete, nil, []string{"users", prefix + "00000000-ada"}},
		"makes somebody":              {http.MethodPost, other, []string{"users"}},
		"updates somebody":            {http.MethodPut, other, []string{"users", "admin"}},
		"makes a business unit":       {http.MethodPost, other, []string{"business-units"}},
		"invites":                     {http.MethodPost, nil, []string{"users", "invite"}},
		"deletes everybody":           {http.MethodDelete, nil, []string{"users"}},
		"deletes nothing of anything": {http.MethodDelete, nil, nil},
	} {
		if _, err := tenant.send(t.Context(), write.method, nil, write.body, write.segments...); err == nil {
			t.Errorf("a probe %s", name)
		}
	}

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("%d writes were sent", len(writes))
	}
}

// What is left over from an earlier run is swept, and nobody who is like it.
func TestTenant_sweepsLeftovers(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 3})
	before := len(server.Users())

	for _, user := range []struct{ username, email string }{
		{"tfacc-0123abcd-ada", "tfacc-0123abcd-ada@example.com"},
		{"tfacc-0123abcd-bob", "tfacc-0123abcd-other-case@example.com"},
		{"tfacc-89ef4567-ada", "tfacc-89EF4567-ada@example.com"},
		{"tfacc-89ef4567-eve", "eve@acme.example"},
		{"tfacc-engineering", "tfacc-0123abcd-eve@example.com"},
		{"x-tfacc-0123abcd-ada", "tfacc-0123abcd-x@example.com"},
	} {
		server.AddUser(simulator.User{Username: user.username, Email: user.email})
	}

	swept, err := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()}).SweepLeftovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	if wanted := []string{"tfacc-0123abcd-ada", "tfacc-0123abcd-bob", "tfacc-89ef4567-ada"}; !slices.Equal(swept, wanted) {
		t.Errorf("swept were %q", swept)
	}

	if after := len(server.Users()); after != before+3 {
		t.Errorf("%d users are left, not %d", after, before+3)
	}
}

// What is named in the settings is used, and nothing in place of what is not there.
func TestTenant_chooses(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	roles, units := server.Roles(), server.BusinessUnits()

	for name, test := range map[string]struct{ role, unit, roleID, unitID string }{
		"the first ones": {"", "", roles[0].ID, units[0].ID},
		"by name":        {roles[1].Name, units[1].Name, roles[1].ID, units[1].ID},
		"by UUID":        {roles[2].ID, units[2].ID, roles[2].ID, units[2].ID},
		"missing":        {"Nobody's", "Nowhere", "", ""},
	} {
		tenant := openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AdminToken(), Role: test.role, BusinessUnit: test.unit})

		role, roleErr := tenant.Role(t.Context())
		unit, unitErr := tenant.BusinessUnit(t.Context())

		if role.ID != test.roleID || unit.ID != test.unitID || (roleErr != nil) != (test.roleID == "") || (unitErr != nil) != (test.unitID == "") {
			t.Errorf("%s: role %q (%v), unit %q (%v)", name, role.ID, roleErr, unit.ID, unitErr)
		}
	}
}

// A tenant of which nothing can be learnt is told from one that answers, in whatever way.
func TestTenant_check(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	for _, token := range []string{server.AdminToken(), server.AddCaller("nobody")} {
		if err := openTenant(t, Settings{Endpoint: server.URL(), APIToken: token}).Check(t.Context()); err != nil {
			t.Error(err)
		}
	}

	if err := openTenant(t, Settings{Endpoint: server.URL(), APIToken: "s3cret"}).Check(t.Context()); !iriusrisk.IsUnauthorized(err) {
		t.Errorf("a token that is nobody's: %v", err)
	}

	server.Close()

	tenant := &Tenant{Client: clientWithoutRetries(t, server.URL())}
	if err := tenant.Check(t.Context()); !iriusrisk.IsUnreachable(err) {
		t.Errorf("a server that is gone: %v", err)
	}
}

// What cannot be a tenant is refused before anything is sent, and the token is in no error.
func TestOpen_refuses(t *testing.T) {
	t.Parallel()

	for _, endpoint := range []string{"http://acme.example", "https://user:secret@acme.example", "://"} {
		_, err := Open(Settings{Endpoint: endpoint, APIToken: "s3cret"})
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}
