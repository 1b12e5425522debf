package live

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The report contains the facts that differ from what is assumed, and no others.
func TestProbe_reportsExactlyTheDifferences(t *testing.T) {
	t.Parallel()

	var (
		voids = []string{
			"answer to delete_user", "answer to delete_user_api_token", "answer to delete_user_sessions", "answer to disable_user", "answer to enable_user",
			"answer to assign_global_permissions_to_role", "answer to unassign_global_permissions_to_role",
			"answer to assign_project_permissions_to_role", "answer to unassign_project_permissions_to_role",
			"delete_user_sessions of a disabled user", "answer to add_user_role", "answer to delete_user_role", "answer to add_user_business_unit", "answer to delete_business_units_users",
		}
		bodied     = []string{"answer to create_user", "answer to update_user", "answer to create_role", "answer to update_role", "answer to create_business_units1"}
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
		"pages of seven":          {options: simulator.Options{PageCap: 7}, seen: map[string]string{"size of a page when 1000 is requested": "7"}},
		"no _embedded when empty": {options: simulator.Options{OmitEmptyEmbedded: true}, seen: map[string]string{"_embedded of an empty page": "absent"}},
		"small audit pages":       {options: simulator.Options{AuditPageCap: 100}, seen: map[string]string{"size of a page of the audit log when 2000 is requested": "100"}},
		"apiToken null":           {options: simulator.Options{NoToken: simulator.NoTokenNull}, seen: map[string]string{noToken: "null"}},
		"apiToken empty":          {options: simulator.Options{NoToken: simulator.NoTokenEmpty}, seen: map[string]string{noToken: "an object without hint"}},
		"token under token":       {options: simulator.Options{TokenField: "token"}, seen: map[string]string{"field of a generated API token": "token"}},
		"hint from the head":      {options: simulator.Options{HintFrom: simulator.HintHead}, seen: map[string]string{"part of the API token that the hint shows": "head"}},
		"duplicates answer 409":   {options: simulator.Options{DuplicateStatus: 409}, seen: all("refused with 409", duplicates)},
		"duplicate members":       {options: simulator.Options{DuplicateMembership: 409}, seen: all("409", twice)},
		"removing nothing":        {options: simulator.Options{MissingMembership: 204}, seen: all("204", missing)},
		"disabled tokens":         {options: simulator.Options{KeepDisabledTokens: true}, seen: map[string]string{"API token of a disabled user": "accepted"}},
		"members keep a role":     {options: simulator.Options{DeleteHeldRole: 409}, seen: map[string]string{"delete_role of a role that has a member": "refused with 409"}},
		"members keep a unit":     {options: simulator.Options{DeleteHeldUnit: 409}, seen: map[string]string{"delete_business_unit of a unit that has a member": "refused with 409"}},
		"role names twice":        {options: simulator.Options{DuplicateRoleName: 200}, seen: map[string]string{"create_role with a name that is taken": "accepted"}},
		"reference ids twice":     {options: simulator.Options{DuplicateReferenceID: 400}, seen: map[string]string{"create_business_units1 with a reference id that is taken": "refused with 400"}},
		"unassigning nothing":     {options: simulator.Options{MissingPermission: 404}, seen: map[string]string{"unassign_global_permissions_to_role twice": "refused with 404"}},
		"no role descriptions":    {options: simulator.Options{OmitRoleDescriptions: true}, seen: map[string]string{"fields of a created role": "_links:object, id:string, name:string"}},
		"names as ids":            {options: simulator.Options{PermissionNamesAsIDs: true}, seen: map[string]string{"ids of permissions": "the names"}},
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
				"size of a page when 1000 is requested": "7", "_embedded of an empty page": "absent", noToken: "null",
				"field of a generated API token": "token", "part of the API token that the hint shows": "head",
				"get_user with the username in another case": "the same user",
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, test.options)
			report := probeAndSweep(t, server)
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

// all maps every fact to the same observed value.
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
			t.Errorf("%s: %q is reported as a difference", fact, value)
		}
	}
}

// For a caller without permissions the report contains no differences.
func TestProbe_withoutPermissionsReportsNoDifference(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	report := Probe(t.Context(), openTenant(t, Settings{Endpoint: server.URL(), APIToken: server.AddCaller("unprivileged")}))

	seen := make(map[string]string)
	for _, line := range report.Lines {
		seen[line.Fact] = line.Seen

		if line.Verdict != NotSeen && line.Verdict != AsAssumed {
			t.Errorf("%s: %s: %s", line.Verdict, line.Fact, line.Seen)
		}
	}

	for fact, wanted := range map[string]string{
		"create_user without a password": "the server returned 403", "answer to delete_user": "no user could be created", "permissions of the caller": "array of strings",
	} {
		if seen[fact] != wanted {
			t.Errorf("%s: %q", fact, seen[fact])
		}
	}
}

// The probe completes with every kind of response, and its report contains nothing of it.
func TestProbe_completesWithOtherServers(t *testing.T) {
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

			report := Probe(t.Context(), &Tenant{Client: clientWithoutRetries(t, server.URL), Prefix: prefix, base: server.URL, httpClient: server.Client()})

			if text := report.String(); strings.Contains(text, "s3cret") || strings.Contains(text, server.URL) {
				t.Errorf("the report contains the response:\n%s", text)
			}

			if len(report.Lines) != len(checks) || len(report.With(AsAssumed)) == len(checks) {
				t.Errorf("%d lines, %d as assumed", len(report.Lines), len(report.With(AsAssumed)))
			}
		})
	}
}

// Differences that the provider does not handle are reported as such.
func TestProbe_distinguishesUnhandledDifferences(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{DuplicateStatus: 422, MissingMembership: 410, TokenField: "secret"})
	report := probeAndSweep(t, server)

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

// The report contains spellings of built-in roles and no other names of the tenant.
func TestProbe_showsNamesOfBuiltInRolesOnly(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PermissionNamesAsIDs: true})
	each := func(change func(item map[string]any)) func(*simulator.Answer) {
		return func(answer *simulator.Answer) {
			body, _ := answer.Body.(map[string]any)
			embedded, _ := body["_embedded"].(map[string]any)
			items, _ := embedded["items"].([]any)

			for _, item := range items {
				if fields, ok := item.(map[string]any); ok {
					change(fields)
				}
			}
		}
	}

	server.AddRole("Our S3cret Role")
	server.OnAnswer("get_all_roles", each(func(role map[string]any) {
		if role["name"] == "ROLE_RISK_MANAGER" {
			role["name"] = "Risk manager"
		}
	}))
	server.OnAnswer("get_user_profile_permissions", func(answer *simulator.Answer) { answer.Body = []string{"ROLES_UPDATE", "S3CRET"} })
	server.OnAnswer("get_filtered_audits", each(func(event map[string]any) { event["timestamp"] = 1767225600000 }))

	seen := make(map[string]string)
	report := probeAndSweep(t, server)

	for _, line := range report.Lines {
		if line.Verdict != AsAssumed {
			seen[line.Fact] = line.Seen
		}
	}

	expectEqual(t, seen, map[string]string{
		"names of the built-in roles":            "Risk manager",
		"ids of permissions":                     "the names",
		"names of permissions":                   "some of the caller's are missing",
		"fields of an entry of the audit log":    "eventType:string, timestamp:number, username:string",
		"timestamp of an entry of the audit log": "another number",

		"filter and sort of the sign-ins in the audit log": "a sign-in has no timestamp",
	})

	if strings.Contains(strings.ToLower(report.String()), "s3cret") {
		t.Errorf("the report shows a name of the tenant:\n%s", report)
	}
}
