package simulator

import (
	"slices"
	"strings"
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

// Whether role names are unique is unknown.
func TestRoles_duplicateNames(t *testing.T) {
	t.Parallel()

	for status, want := range map[int]int{0: 409, 400: 400, 200: 200} {
		s := start(t, Options{DuplicateRoleName: status})
		first, second := s.AddRole("First"), s.AddRole("Second")

		expectStatus(t, call(t, s, "POST", "/roles", `{"name":"First"}`), want)
		expectStatus(t, call(t, s, "POST", "/roles/"+second.ID+"/duplicate", `{"name":"First"}`), want)
		expectStatus(t, call(t, s, "PUT", "/roles/"+second.ID, `{"name":"First"}`), want)
		expectStatus(t, call(t, s, "PUT", "/roles/"+first.ID, `{"name":"First","description":"kept"}`), 200)

		if renamed, _ := s.Role(second.ID); (renamed.Name == "First") != (want == 200) {
			t.Errorf("with %d the role is %v", status, renamed)
		}

		if got := len(s.Roles()); got != map[bool]int{true: 4, false: 2}[want == 200] {
			t.Errorf("with %d there are %d roles", status, got)
		}
	}
}

// A copy of a role has its permissions, and changing it does not change the original.
func TestRoles_duplicateCopiesPermissions(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	admin := s.AddRole(adminRole)

	for _, body := range []string{"", "{}", `{"name":""}`, `{"newName":"x"}`} {
		expectStatus(t, call(t, s, "POST", "/roles/"+admin.ID+"/duplicate", body), 400)
	}

	expectStatus(t, call(t, s, "POST", "/roles/"+uuid+"/duplicate", `{"name":"x"}`), 404)
	expectStatus(t, call(t, s, "POST", "/roles/"+admin.ID+"/duplicate", `{"name":"Copy","description":"d"}`), 200)

	copied := s.Roles()[1]
	if copied.Name != "Copy" || copied.Description != "d" || copied.ID == admin.ID {
		t.Errorf("the copy is %v", copied)
	}

	expectStatus(t, call(t, s, "DELETE", "/roles/"+copied.ID+"/global-permissions/bulk"+unassignment(idsOf(t, s, permRoles)...), ""), 200)

	global, project := s.RolePermissions(copied.ID)
	original, _ := s.RolePermissions(admin.ID)

	if len(global) != len(original)-1 || slices.Contains(global, permRoles) || len(project) != len(projectNames) || !slices.Contains(original, permRoles) {
		t.Errorf("the copy has %q, the original %q", global, original)
	}
}

func TestRoles_descriptionsMayBeMissing(t *testing.T) {
	t.Parallel()

	for omit, status := range map[bool]int{false: 200, true: 201} {
		s := startWithUsers(t, Options{OmitRoleDescriptions: omit, WriteStatus: status})
		role := s.AddRole("Auditors")
		s.GrantRole("ada", role.ID)

		for _, answer := range []reply{
			call(t, s, "GET", "/roles", ""), call(t, s, "GET", "/roles/"+role.ID, ""), call(t, s, "GET", "/users/ada/roles", ""),
			call(t, s, "POST", "/roles", `{"name":"New","description":"d"}`), call(t, s, "PUT", "/roles/"+role.ID, `{"name":"Auditors","description":"d"}`),
		} {
			if strings.Contains(answer.raw, "description") == omit {
				t.Errorf("a description is in %s", answer.raw)
			}
		}

		if changed, _ := s.Role(role.ID); changed.Description != "d" {
			t.Errorf("the role is %v", changed)
		}
	}
}

// An assignment is the same from both sides.
func TestRoles_membersFromTheOtherSide(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{DuplicateMembership: 409})
	role := s.AddRole("Auditors")
	manager := s.AddCaller("manager", permUnitUsers)
	roles := s.AddCaller("roles", permRoles)

	expectStatus(t, callAs(t, s, roles, "POST", "/roles/"+role.ID+"/users/ada", ""), 403)
	expectStatus(t, callAs(t, s, manager, "POST", "/roles/"+role.ID+"/users/ada", ""), 404)
	expectStatus(t, call(t, s, "POST", "/roles/"+role.ID+"/users/ada", ""), 200)
	expectStatus(t, call(t, s, "POST", "/users/ada/roles/"+role.ID, ""), 409)
	expectStatus(t, call(t, s, "POST", "/roles/"+uuid+"/users/ada", ""), 404)
	expectStatus(t, call(t, s, "POST", "/roles/"+role.ID+"/users/absent", ""), 404)

	if ada, _ := s.User("ada"); !slices.Equal(ada.RoleIDs, []string{role.ID}) {
		t.Errorf("ada has %v", ada.RoleIDs)
	}

	if entry := s.Writes()[2]; entry.Operation != "add_user_role1" || entry.Username != "ada" {
		t.Errorf("the journal has %+v", entry)
	}

	s.Inject(Fault{Operation: "delete_role_user", Username: "ada", Kind: FaultActThenStatus, Status: 502})
	expectStatus(t, call(t, s, "DELETE", "/roles/"+role.ID+"/users/ada", ""), 502)
	expectStatus(t, call(t, s, "DELETE", "/users/ada/roles/"+role.ID, ""), 404)
}

func TestUpdateRole_changesOneRole(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	role, other := s.AddRole("Auditors"), s.AddRole("Others")
	s.SetRolePermissions(role.ID, []string{"TAG_CREATE"}, nil)
	s.UpdateRole(role.ID, func(role *Role) { role.Name, role.Description = "Inspectors", "d" })

	if !slices.Equal(s.Roles(), []Role{{role.ID, "Inspectors", "d"}, other}) {
		t.Errorf("the roles are %v", s.Roles())
	}

	if global, _ := s.RolePermissions(role.ID); !slices.Equal(global, []string{"TAG_CREATE"}) {
		t.Errorf("the role has %q", global)
	}

	if _, found := s.Role(uuid); found {
		t.Error("an unknown role is found")
	}
}
