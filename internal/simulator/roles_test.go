package simulator

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRoles_deletionRemovesThemFromMembers(t *testing.T) {
	t.Parallel()

	for status, kept := range map[int]bool{0: false, 409: true} {
		s := people(t, Options{DeleteHeldRole: status})
		held, free := s.AddRole("Held"), s.AddRole("Free")
		s.GrantRole("ada", held.ID)

		expectStatus(t, ask(t, s, "DELETE", "/roles/"+free.ID, ""), 200)
		expectStatus(t, ask(t, s, "DELETE", "/roles/"+held.ID, ""), map[bool]int{true: 409, false: 200}[kept])

		if ada, _ := s.User("ada"); (len(ada.RoleIDs) == 1) != kept || slices.Contains(s.Roles(), held) != kept {
			t.Errorf("ada has %v, the roles are %v", ada.RoleIDs, s.Roles())
		}
	}
}

func TestRoles_adminIsProtected(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	admin := s.AddRole(adminRole)

	expectStatus(t, ask(t, s, "PUT", "/roles/"+admin.ID, `{"name":"x"}`), 403)
	expectStatus(t, ask(t, s, "DELETE", "/roles/"+admin.ID, ""), 403)

	if !slices.Equal(s.Roles(), []Role{admin}) {
		t.Errorf("the roles are %v", s.Roles())
	}
}

func TestPermissions_haveIDsOfTheirOwn(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	ids := make(map[string]bool)

	for _, path := range []string{"/roles/global-permissions", "/roles/project-permissions"} {
		answer := ask(t, s, "GET", path+"?size=1000&sort=name", "")
		for _, id := range propertyOf(answer, "id") {
			if ids[id] || !uuidPattern.MatchString(id) {
				t.Errorf("%s: the id %q is there twice, or is no UUID", path, id)
			}

			ids[id] = true
		}

		if names := propertyOf(answer, "name"); !slices.IsSorted(names) || slices.Contains(names, "") {
			t.Errorf("%s: the names are %q", path, names)
		}
	}

	if len(ids) != len(globalPermissions)+len(projectPermissions) {
		t.Errorf("%d permissions are listed", len(ids))
	}
}

func TestAuditLog_isFilteredAndSorted(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	day := func(number int) time.Time {
		return time.Date(2026, 1, number, 12, 0, 0, 5_000_000, time.FixedZone("east", 3600))
	}

	for i, event := range []AuditEvent{{"ada", "LOGIN_SUCCESS", day(3)}, {"ada", "LOGIN_WRONG_PASSWORD", day(2)}, {"grace", "LOGIN_SUCCESS", day(2)}, {"ada", "LOGIN_SUCCESS", day(1)}} {
		if !slices.Contains(AuditEventTypes, event.EventType) {
			t.Errorf("event %d is of no known type", i)
		}

		s.AddAuditEvent(event)
	}

	filter := `'timestamp'>='2026-01-02T00:00:00.000Z':AND:'eventType'='LOGIN_SUCCESS'`
	answer := ask(t, s, "GET", "/audit-logs?sort=timestamp&filter="+url.QueryEscape(filter), "")

	if got := strings.Join(propertyOf(answer, "timestamp"), ","); got != "2026-01-02T11:00:00.005Z,2026-01-03T11:00:00.005Z" {
		t.Errorf("the events are %s", answer.raw)
	}

	expectStatus(t, askAs(t, s, s.AddCaller("nobody", permAllUsers), "GET", "/audit-logs", ""), 403)
	expectStatus(t, ask(t, s, "POST", "/users/ada/disable", ""), 200)
	expectStatus(t, ask(t, s, "POST", "/users/ada/enable", ""), 200)

	if types := propertyOf(ask(t, s, "GET", "/audit-logs", ""), "eventType"); !slices.Equal(types[4:], []string{"USER_DISABLED", "USER_ENABLED"}) {
		t.Errorf("the events are %q", types)
	}
}
