package simulator

import (
	"slices"
	"testing"
)

func TestRoles_deletionUnassignsMembers(t *testing.T) {
	t.Parallel()

	for status, kept := range map[int]bool{0: false, 409: true} {
		s := startWithUsers(t, Options{DeleteHeldRole: status})
		held, free := s.AddRole("Held"), s.AddRole("Free")
		s.GrantRole("ada", held.ID)

		expectStatus(t, call(t, s, "DELETE", "/roles/"+free.ID, ""), 200)
		expectStatus(t, call(t, s, "DELETE", "/roles/"+held.ID, ""), map[bool]int{true: 409, false: 200}[kept])

		if ada, _ := s.User("ada"); (len(ada.RoleIDs) == 1) != kept || slices.Contains(s.Roles(), held) != kept {
			t.Errorf("ada has %v, the roles are %v", ada.RoleIDs, s.Roles())
		}
	}
}

func TestRoles_adminIsProtected(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	admin := s.AddRole(adminRole)

	expectStatus(t, call(t, s, "PUT", "/roles/"+admin.ID, `{"name":"x"}`), 403)
	expectStatus(t, call(t, s, "DELETE", "/roles/"+admin.ID, ""), 403)

	if !slices.Equal(s.Roles(), []Role{admin}) {
		t.Errorf("the roles are %v", s.Roles())
	}
}
