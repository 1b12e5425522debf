package simulator

import (
	"net/url"
	"strings"
	"testing"
)

// Filters and sort criteria compare by the type of a property and know only the properties of the list's items.
func TestFilter_comparesByType(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	s.RemoveUser(adminName)
	token := s.AddCaller("zoe", permAllUsers)
	s.AddUser(User{Username: "1", Email: "1@example.com", FirstName: "same", Enabled: true})
	s.AddUser(User{Username: "10", Email: "10@example.com", FirstName: "same"})
	s.AddUser(User{Username: "1.0", Email: "nan@example.com", FirstName: "Same"})

	for _, test := range []struct{ path, filter, sort, want string }{
		{"/users", "'username'='1'", "", "1"},
		{"/users", "'username'='1e1'", "", ""},
		{"/users", "'username'<'10'", "", "1 1.0"},
		{"/users", "'username'IN'1,1.0'", "", "1 1.0"},
		{"/users", "'firstName'='same'", "", "1 10"},
		{"/users", "'firstName'~'AM'", "", "1 10 1.0"},
		{"/users", "'email'~'%'", "", ""},
		{"/users", "'enabled'<>'true'", "", "10 1.0"},
		{"/users", "'email'=NULL", "", ""},
		{"/users", "'username'='1':AND:'enabled'='false':OR:'username'='10'", "", "10"},
		{"/users", "'username'='1':AND:('enabled'='false':OR:'username'='10')", "", ""},
		{"/users", "(('username'='1'):OR:('username'='10')):AND:'enabled'='false'", "", "10"},
		{"/users", "'enabled'='TRUE'", "", "400"},
		{"/users", "'enabled'='1'", "", "400"},
		{"/users", "'enabled'>'false'", "", "400"},
		{"/users", "'enabled'~'t'", "", "400"},
		{"/users", "'enabled'IN'true,false'", "", "400"},
		{"/users", "'apiToken'~'a'", "", "400"},
		{"/users", "'apiToken'='" + token + "'", "", "400"},
		{"/users", "'Username'='1'", "", "400"},
		{"/users", "'password'=NULL", "", "400"},
		{"/users", "'username' = '1'", "", "400"},
		{"/users", "'username'=NULLS", "", "400"},
		{"/users", "'username'='1'AND'enabled'='true'", "", "400"},
		{"/users", "'username'='it's'", "", "400"},
		{"/users", "()", "", "400"},
		{"/users/summary", "'username'='10'", "", "10"},
		{"/users/summary", "'email'='10@example.com'", "", "400"},
		{"/users", "", "username", "1 1.0 10 zoe"},
		{"/users", "", "username,DESC", "zoe 10 1.0 1"},
		{"/users", "", "firstName,asc username,desc", "1.0 10 1 zoe"},
		{"/users", "", "firstName,desc username,asc", "zoe 1 10 1.0"},
		{"/users", "", "enabled,asc username,asc", "1.0 10 1 zoe"},
		{"/users", "'firstName'~'same'", "email,desc", "1.0 1 10"},
		{"/users", "", "apiToken", "400"},
		{"/users", "", "userName", "400"},
		{"/users", "", "username,email", "400"},
		{"/users/summary", "", "email", "400"},
	} {
		query := url.Values{}
		if test.filter != "" {
			query.Set("filter", test.filter)
		}

		for criterion := range strings.FieldsSeq(test.sort) {
			query.Add("sort", criterion)
		}

		answer := callAs(t, s, token, "GET", test.path+"?"+query.Encode(), "")

		if test.want == "400" {
			expectStatus(t, answer, 400)

			if answer.status != 400 {
				t.Errorf("%s, filter %q, sort %q is accepted", test.path, test.filter, test.sort)
			}
		} else if names := strings.Join(usernames(t, answer), " "); names != test.want {
			t.Errorf("%s, filter %q, sort %q: %q, want %q", test.path, test.filter, test.sort, names, test.want)
		}
	}
}

// Roles, business units and members are filtered and sorted like users.
func TestFilter_appliesToEveryList(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	s.Seed(12, 20, 10)

	unit := s.BusinessUnits()[0]
	s.AddUser(User{Username: "ada", FirstName: "Ada", RoleIDs: []string{s.Roles()[4].ID, s.Roles()[0].ID}, BusinessUnitIDs: []string{unit.ID}})

	for _, test := range []struct {
		path, filter, holds string
		items               float64
	}{
		{"/roles", "'name'~'risk'", "ROLE_RISK_MANAGER", 1},
		{"/roles", "'name'~'role '", "Role 20", 6},
		{"/business-units", "'referenceId'='bu-02'", "Mobile", 1},
		{"/business-units/summary", "'name'IN'Payments,Platform'", "Platform", 2},
		{"/users/ada/roles", "'name'='ROLE_READ_ONLY'", "ROLE_READ_ONLY", 1},
		{"/users/ada/business-units", "'name'<>'Payments'", `"page"`, 0},
		{"/business-units/" + unit.ID + "/users", "'username'='ada'", `"firstName":"Ada"`, 1},
	} {
		answer := call(t, s, "GET", test.path+"?sort="+url.QueryEscape(strings.Split(test.filter, "'")[1])+"&filter="+url.QueryEscape(test.filter), "")
		expectStatus(t, answer, 200)

		page, _ := answer.json["page"].(map[string]any)
		if page["totalElements"] != test.items || !strings.Contains(answer.raw, test.holds) {
			t.Errorf("%s, filter %q: %s", test.path, test.filter, answer.raw)
		}
	}
}

func TestFilter_andSort(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})

	for _, test := range []struct{ filter, sort, want string }{
		{"", "", "admin ada grace alan"},
		{"", "username", "ada admin alan grace"},
		{"", "username,desc", "grace alan admin ada"},
		{"", "enabled,desc username,asc", "ada admin grace alan"},
		{"'username'='ada'", "", "ada"},
		{"'username'<>'ada'", "", "admin grace alan"},
		{"'username'>'alan'", "", "grace"},
		{"'username'>='alan'", "", "grace alan"},
		{"'username'<'admin'", "", "ada"},
		{"'username'<='admin'", "", "admin ada"},
		{"'email'~'EXAMPLE.com'", "", "ada grace"},
		{"'username'IN'ada,alan,absent'", "", "ada alan"},
		{"'enabled'='true'", "", "admin ada grace"},
		{"'apiToken'=NULL", "", "ada alan"},
		{"'apiToken'<>NULL", "", "admin grace"},
		{"'username'='ada':OR:'username'='alan':AND:'enabled'='true'", "", "ada"},
		{"('username'='ada':OR:'username'='alan'):AND:'enabled'='false'", "", "alan"},
		{"('username'='ada')", "", "ada"},
		{"'username'='o'", "", ""},
		{"'username'='q'é'", "", "400"},
		{"username='ada'", "", "400"},
		{"'username'=ada", "", "400"},
		{"'username'='ada", "", "400"},
		{"'nickname'='ada'", "", "400"},
		{"('username'='ada'", "", "400"},
		{"'username'='ada')", "", "400"},
		{"'username'='ada':AND:", "", "400"},
		{"", "nickname", "400"},
		{"", "username,up", "400"},
	} {
		query := url.Values{}
		if test.filter != "" {
			query.Set("filter", test.filter)
		}

		for criterion := range strings.FieldsSeq(test.sort) {
			query.Add("sort", criterion)
		}

		answer := call(t, s, "GET", "/users?"+query.Encode(), "")

		if test.want == "400" {
			expectStatus(t, answer, 400)
		} else if names := strings.Join(usernames(t, answer), " "); names != test.want {
			t.Errorf("filter %q, sort %q: %q, want %q", test.filter, test.sort, names, test.want)
		}
	}

	expectStatus(t, call(t, s, "GET", "/users?filter=&filter=", ""), 400)
}
