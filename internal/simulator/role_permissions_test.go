package simulator

import (
	"slices"
	"strings"
	"testing"
)

// idsOf returns the IDs of permissions of either scope by their names.
func idsOf(t *testing.T, s *Server, names ...string) []string {
	t.Helper()

	all := slices.Concat(s.GlobalPermissions(), s.ProjectPermissions())
	ids := make([]string, len(names))

	for i, name := range names {
		permission, found := findPermission(all, func(permission Permission) bool { return permission.Name == name })
		if !found {
			t.Fatalf("the permission %s does not exist", name)
		}

		ids[i] = permission.ID
	}

	return ids
}

// assignment is the body that assigns permissions.
func assignment(ids ...string) string { return `{"permissions":["` + strings.Join(ids, `","`) + `"]}` }

// unassignment is the query that unassigns permissions.
func unassignment(ids ...string) string { return "?permission=" + strings.Join(ids, "&permission=") }

func TestRolePermissions_areAssignedAndUnassigned(t *testing.T) {
	t.Parallel()

	for _, options := range []Options{{}, {WriteStatus: 204}, {EmptyWriteBodies: true}, {PermissionNamesAsIDs: true, ExtraFields: true}} {
		s := start(t, options)
		role, other := s.AddRole("Auditors"), s.AddRole("Others")
		status := max(options.WriteStatus, 200)
		globals, projects := "/roles/"+role.ID+"/global-permissions", "/roles/"+role.ID+"/project-permissions"

		expectStatus(t, call(t, s, "POST", globals+"/bulk", assignment(idsOf(t, s, "TAG_CREATE", "LIBRARY_VIEW", "TAG_DELETE")...)), status)
		expectStatus(t, call(t, s, "POST", globals+"/bulk", assignment(idsOf(t, s, "TAG_CREATE", "API_ACCESS", "API_ACCESS")...)), status)
		expectStatus(t, call(t, s, "POST", projects+"/bulk", assignment(idsOf(t, s, "RISK_VIEW")...)), status)
		expectStatus(t, call(t, s, "POST", projects+"/bulk", `{"permissions":[]}`), status)
		expectStatus(t, call(t, s, "DELETE", globals+"/bulk"+unassignment(idsOf(t, s, "TAG_DELETE", "LIBRARY_VIEW")...), ""), status)

		global, project := s.RolePermissions(role.ID)
		if !slices.Equal(global, []string{"API_ACCESS", "TAG_CREATE"}) || !slices.Equal(project, []string{"RISK_VIEW"}) {
			t.Errorf("the role has %q and %q", global, project)
		}

		if global, project := s.RolePermissions(other.ID); len(global)+len(project) > 0 {
			t.Errorf("the other role has %q and %q", global, project)
		}

		page := call(t, s, "GET", globals+"?sort=name&size=1&page=1", "")
		if names := propertyOf(page, "name"); !slices.Equal(names, []string{"TAG_CREATE"}) || !slices.Equal(propertyOf(page, "id"), idsOf(t, s, names...)) {
			t.Errorf("the second page is %s", page.raw)
		}

		if names := propertyOf(call(t, s, "GET", projects, ""), "name"); !slices.Equal(names, []string{"RISK_VIEW"}) {
			t.Errorf("the project permissions are %q", names)
		}
	}
}

// A rejected request changes nothing.
func TestRolePermissions_rejectInvalidRequests(t *testing.T) {
	t.Parallel()

	s := start(t, Options{MissingPermission: 404})
	role, admin := s.AddRole("Auditors"), s.AddRole(adminRole)
	s.SetRolePermissions(role.ID, []string{"TAG_CREATE"}, nil)

	tag, library, risk := idsOf(t, s, "TAG_CREATE")[0], idsOf(t, s, "LIBRARY_VIEW")[0], idsOf(t, s, "RISK_VIEW")[0]
	foreign := idsOf(t, start(t, Options{}), "LIBRARY_VIEW")[0]
	bulk, adminBulk := "/roles/"+role.ID+"/global-permissions/bulk", "/roles/"+admin.ID+"/global-permissions/bulk"

	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", bulk, "", 400},
		{"POST", bulk, "{}", 400},
		{"POST", bulk, `{"permissions":null}`, 400},
		{"POST", bulk, `{"permissions":"` + library + `"}`, 400},
		{"POST", bulk, `{"permissionIds":["` + library + `"]}`, 400},
		{"POST", bulk, `["` + library + `"]`, 400},
		{"POST", bulk, assignment(library, uuid), 404},
		{"POST", bulk, assignment(library, "TAG_DELETE"), 404},
		{"POST", bulk, assignment(library, risk), 404},
		{"POST", bulk, assignment(foreign), 404},
		{"POST", "/roles/" + uuid + "/global-permissions/bulk", assignment(library), 404},
		{"POST", "/roles/x/global-permissions/bulk", assignment(library), 400},
		{"POST", adminBulk, assignment(library), 403},
		{"DELETE", bulk, "", 400},
		{"DELETE", bulk + "?permissions=" + tag, "", 400},
		{"DELETE", bulk + "?permission=%zz", "", 400},
		{"DELETE", bulk + "?permission=" + tag, `{"permissions":[]}`, 400},
		{"DELETE", bulk + "?permission=" + tag + "," + library, "", 404},
		{"DELETE", bulk + unassignment(tag, uuid), "", 404},
		{"DELETE", bulk + unassignment(tag, risk), "", 404},
		{"DELETE", bulk + unassignment(tag, library), "", 404},
		{"DELETE", bulk + unassignment("TAG_CREATE"), "", 404},
		{"DELETE", "/roles/" + uuid + "/global-permissions/bulk" + unassignment(tag), "", 404},
		{"DELETE", adminBulk + unassignment(tag), "", 403},
		{"GET", "/roles/" + uuid + "/global-permissions", "", 404},
		{"GET", "/roles/" + uuid + "/project-permissions", "", 404},
		{"GET", bulk, "", 405},
		{"PUT", bulk, assignment(library), 405},
	} {
		if answer := call(t, s, test.method, test.path, test.body); answer.status != test.status {
			t.Errorf("%s %s with %s: %d, want %d: %s", test.method, test.path, test.body, answer.status, test.status, answer.raw)
		}
	}

	if global, project := s.RolePermissions(role.ID); !slices.Equal(global, []string{"TAG_CREATE"}) || len(project) > 0 {
		t.Errorf("the role has %q and %q", global, project)
	}

	if global, project := s.RolePermissions(admin.ID); len(global) != len(globalNames) || len(project) != len(projectNames) {
		t.Errorf("%s has %q and %q", adminRole, global, project)
	}

	if answer := call(t, s, "GET", "/roles/"+admin.ID+"/global-permissions?size=100", ""); len(propertyOf(answer, "id")) != len(globalNames) {
		t.Errorf("the permissions of %s are %s", adminRole, answer.raw)
	}
}

// By default, unassigning a permission that the role does not have succeeds.
func TestRolePermissions_missingOnesAreUnassigned(t *testing.T) {
	t.Parallel()

	for status, left := range map[int][]string{0: {}, 204: {}, 404: {"TAG_CREATE"}, 409: {"TAG_CREATE"}} {
		s := start(t, Options{MissingPermission: status})
		role := s.AddRole("Auditors")
		s.SetRolePermissions(role.ID, []string{"TAG_CREATE"}, nil)

		answer := call(t, s, "DELETE", "/roles/"+role.ID+"/global-permissions/bulk"+unassignment(idsOf(t, s, "TAG_CREATE", "TAG_DELETE")...), "")
		expectStatus(t, answer, map[bool]int{true: status, false: 200}[status >= 400])

		if global, _ := s.RolePermissions(role.ID); !slices.Equal(global, left) {
			t.Errorf("with %d the role has %q", status, global)
		}
	}
}

// What a user may do follows from its own permissions and those of its roles at the time of the request.
func TestRolePermissions_applyToMembersImmediately(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	token := s.AddCaller("caller", permAPIAccess)
	role := s.AddRole("Operators")
	s.GrantRole("caller", role.ID)

	listed := func(want string) {
		t.Helper()

		if answer := callAs(t, s, token, "GET", "/user-profile/permissions", ""); answer.raw != want {
			t.Errorf("the permissions are %s, want %s", answer.raw, want)
		}
	}

	expectStatus(t, callAs(t, s, token, "GET", "/users", ""), 403)
	listed(`["API_ACCESS"]`)

	s.SetRolePermissions(role.ID, []string{permRoles, permAllUsers, permAPIAccess}, []string{"RISK_VIEW"})
	expectStatus(t, callAs(t, s, token, "GET", "/users", ""), 200)
	expectStatus(t, callAs(t, s, token, "POST", "/business-units", `{"referenceId":"r","name":"n"}`), 200)
	listed(`["ALL_USERS_UPDATE","API_ACCESS","ROLES_UPDATE"]`)

	// The caller removes its own permission and cannot assign it again.
	bulk := "/roles/" + role.ID + "/global-permissions/bulk"
	ids := idsOf(t, s, permRoles)
	expectStatus(t, callAs(t, s, token, "POST", bulk, assignment(ids...)), 200)
	expectStatus(t, callAs(t, s, token, "DELETE", bulk+unassignment(ids...), ""), 200)
	expectStatus(t, callAs(t, s, token, "POST", bulk, assignment(ids...)), 403)
	expectStatus(t, callAs(t, s, token, "GET", "/users", ""), 200)
	listed(`["ALL_USERS_UPDATE","API_ACCESS"]`)

	expectStatus(t, callAs(t, s, token, "DELETE", "/roles/"+role.ID+"/users/caller", ""), 200)
	expectStatus(t, callAs(t, s, token, "GET", "/users", ""), 403)
	listed(`["API_ACCESS"]`)

	s.GrantRole("caller", role.ID)
	expectStatus(t, callAs(t, s, token, "GET", "/users", ""), 200)
	s.RemoveRole(role.ID)
	expectStatus(t, callAs(t, s, token, "GET", "/users", ""), 403)
	listed(`["API_ACCESS"]`)
}

func TestPermissionCatalog_idsBelongToTheInstance(t *testing.T) {
	t.Parallel()

	first, second, named := start(t, Options{}), start(t, Options{}), start(t, Options{PermissionNamesAsIDs: true})

	for i, permission := range slices.Concat(first.GlobalPermissions(), first.ProjectPermissions()) {
		other := slices.Concat(second.GlobalPermissions(), second.ProjectPermissions())[i]
		same := slices.Concat(named.GlobalPermissions(), named.ProjectPermissions())[i]

		if other.Name != permission.Name || other.ID == permission.ID || same != (Permission{permission.Name, permission.Name}) {
			t.Errorf("%v, %v and %v", permission, other, same)
		}
	}
}

// Every built-in role of the seed exists in the catalog of built-in permissions and has some.
func TestBuiltInRoles_havePermissions(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})

	for _, name := range append(slices.Clone(roleNames), adminRole) {
		global, project := s.RolePermissions(s.AddRole(name).ID)
		if len(global)+len(project) == 0 || !slices.IsSorted(global) || !slices.IsSorted(project) {
			t.Errorf("%s has %q and %q", name, global, project)
		}

		if dangerous := slices.Contains(global, permAllUsers) || slices.Contains(global, permRoles); dangerous != (name == adminRole) {
			t.Errorf("%s has %q", name, global)
		}
	}

	if len(builtInPermissions) != len(roleNames)+1 {
		t.Errorf("%d roles have built-in permissions", len(builtInPermissions))
	}
}

func TestSetRolePermissions_rejectsUnknownNames(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	role := s.AddRole("Auditors")

	for name, change := range map[string]func(){
		"a misspelled permission": func() { s.SetRolePermissions(role.ID, []string{"LIBRARY_VEIW"}, nil) },
		"the other scope":         func() { s.SetRolePermissions(role.ID, nil, []string{"LIBRARY_VIEW"}) },
		"no role":                 func() { s.SetRolePermissions(uuid, nil, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()

			change()
		}()
	}
}
