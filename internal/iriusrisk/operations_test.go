package iriusrisk

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// Each operation sends its documented method, path and body, and the common headers.
func TestOperations_requests(t *testing.T) {
	t.Parallel()

	secret := "secret"
	expired := true
	role := `{"id":"` + roleID + `","name":"ROLE_READ_ONLY"}`

	type operation struct {
		name, method, path, query, body, answer string

		call func(c *Client) (any, error)
	}

	oddSegment := "o%20d%2Fd%3Fx%23y%25z+w@q%27%C3%A9"
	user := "/api/v2/users/" + oddSegment
	oddUser := strings.Replace(ada, `"ada"`, `"`+odd+`"`, 1)
	listed := "page=0&size=1000&sort=name%2Casc"
	listedUsers := "page=0&size=1000&sort=username%2Casc"
	void := func(do func() error) (any, error) { return nil, do() }

	operations := []operation{
		{"create_user", "POST", "/api/v2/users", "", `{"username":"ada","email":"ada@example.com","firstName":"Ada","lastName":"Lovelace","password":"secret","passwordExpired":true}`, ada, func(c *Client) (any, error) {
			return c.CreateUser(t.Context(), CreateUserRequest{"ada", "ada@example.com", "Ada", "Lovelace", &secret, &expired})
		}},
		{"get_user", "GET", user, "", "", oddUser, func(c *Client) (any, error) { return c.GetUser(t.Context(), odd) }},
		{"update_user", "PUT", user, "", `{"email":"e","firstName":"f","lastName":"l","passwordExpired":true,"password":"secret"}`, oddUser, func(c *Client) (any, error) {
			return c.UpdateUser(t.Context(), odd, UpdateUserRequest{"e", "f", "l", &expired, &secret})
		}},
		{"delete_user", "DELETE", user, "", "", "", func(c *Client) (any, error) { return void(func() error { return c.DeleteUser(t.Context(), odd) }) }},
		{"get_users", "GET", "/api/v2/users", "filter=%27username%27%3D%27ada%27&page=0&size=1000&sort=email%2Cdesc&sort=username", "", pageOf(ada, 0, 20, 1, 1), func(c *Client) (any, error) {
			return c.ListUsers(t.Context(), ListOptions{"'username'='ada'", []string{"email,desc", "username"}})
		}},
		{"get_all_users_summary", "GET", "/api/v2/users/summary", listedUsers, "", pageOf(ada, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListUsersSummary(t.Context(), ListOptions{}) }},
		{"enable_user", "POST", user + "/enable", "", "", "", func(c *Client) (any, error) { return void(func() error { return c.EnableUser(t.Context(), odd) }) }},
		{"disable_user", "POST", user + "/disable", "", "", "", func(c *Client) (any, error) { return void(func() error { return c.DisableUser(t.Context(), odd) }) }},
		{"get_user_roles", "GET", user + "/roles", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListUserRoles(t.Context(), odd, ListOptions{}) }},
		{"add_user_role", "POST", user + "/roles/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.AddUserRole(t.Context(), odd, roleID) })
		}},
		{"delete_user_role", "DELETE", user + "/roles/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserRole(t.Context(), odd, roleID) })
		}},
		{"get_user_business_units", "GET", user + "/business-units", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListUserBusinessUnits(t.Context(), odd, ListOptions{}) }},
		{"add_user_business_unit", "POST", user + "/business-units/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.AddUserBusinessUnit(t.Context(), odd, roleID) })
		}},
		{"delete_business_units_users", "DELETE", user + "/business-units/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserBusinessUnit(t.Context(), odd, roleID) })
		}},
		{"generate_user_api_token", "POST", user + "/api-token/generate", "", "", `{"apiToken":"t"}`, func(c *Client) (any, error) { return c.GenerateUserAPIToken(t.Context(), odd) }},
		{"delete_user_api_token", "DELETE", user + "/api-token", "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserAPIToken(t.Context(), odd) })
		}},
		{"get_user_sessions_count_by_username", "GET", user + "/sessions/count", "", "", `{"count":3}`, func(c *Client) (any, error) { return c.CountUserSessions(t.Context(), odd) }},
		{"delete_user_sessions", "DELETE", user + "/sessions", "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteUserSessions(t.Context(), odd) })
		}},
		{"send_reset_password_email", "POST", user + "/reset-password-email/send", "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.SendResetPasswordEmail(t.Context(), odd) })
		}},
		{"get_user_avatar", "GET", user + "/avatar", "", "", `{"image":"x"}`, func(c *Client) (any, error) { return c.GetUserAvatar(t.Context(), odd) }},
		{"invite", "POST", "/api/v2/users/invite", "", `{"email":"ada@example.com"}`, "", func(c *Client) (any, error) {
			return void(func() error { return c.InviteUser(t.Context(), "ada@example.com") })
		}},
		{"get_invite", "GET", "/api/v2/users/invitations/" + roleID, "", "", `{"email":"ada@example.com","more":1}`, func(c *Client) (any, error) { return c.GetInvitation(t.Context(), roleID) }},
		{"accept_invite", "POST", "/api/v2/users/invitations/" + roleID + "/accept", "", `{"username":"ada","firstName":"f","lastName":"l","password":"secret"}`, ada, func(c *Client) (any, error) {
			return c.AcceptInvitation(t.Context(), roleID, AcceptInvitationRequest{"ada", "f", "l", secret})
		}},
		{"get_all_roles", "GET", "/api/v2/roles", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListRoles(t.Context(), ListOptions{}) }},
		{"get_role", "GET", "/api/v2/roles/" + roleID, "", "", role, func(c *Client) (any, error) { return c.GetRole(t.Context(), roleID) }},
		{"create_role", "POST", "/api/v2/roles", "", `{"name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.CreateRole(t.Context(), RoleRequest{"n", "d"})
		}},
		{"update_role", "PUT", "/api/v2/roles/" + roleID, "", `{"name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.UpdateRole(t.Context(), roleID, RoleRequest{"n", "d"})
		}},
		{"delete_role", "DELETE", "/api/v2/roles/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteRole(t.Context(), roleID) })
		}},
		{"duplicate_role", "POST", "/api/v2/roles/" + roleID + "/duplicate", "", `{"name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.DuplicateRole(t.Context(), roleID, RoleRequest{"n", "d"})
		}},
		{"add_user_role1", "POST", "/api/v2/roles/" + roleID + "/users/" + oddSegment, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.AddRoleUser(t.Context(), roleID, odd) })
		}},
		{"delete_role_user", "DELETE", "/api/v2/roles/" + roleID + "/users/" + oddSegment, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteRoleUser(t.Context(), roleID, odd) })
		}},
		{"get_global_permissions", "GET", "/api/v2/roles/global-permissions", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) {
			return c.ListPermissions(t.Context(), GlobalPermissions, ListOptions{})
		}},
		{"get_project_permissions", "GET", "/api/v2/roles/project-permissions", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) {
			return c.ListPermissions(t.Context(), ProjectPermissions, ListOptions{})
		}},
		{"get_global_permissions_by_role_id", "GET", "/api/v2/roles/" + roleID + "/global-permissions", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) {
			return c.ListRolePermissions(t.Context(), GlobalPermissions, roleID, ListOptions{})
		}},
		{"get_project_permissions_by_role_id", "GET", "/api/v2/roles/" + roleID + "/project-permissions", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) {
			return c.ListRolePermissions(t.Context(), ProjectPermissions, roleID, ListOptions{})
		}},
		{"assign_global_permissions_to_role", "POST", "/api/v2/roles/" + roleID + "/global-permissions/bulk", "", `{"permissions":["p","q"]}`, "", func(c *Client) (any, error) {
			return void(func() error {
				return c.AssignRolePermissions(t.Context(), GlobalPermissions, roleID, []string{"p", "q"})
			})
		}},
		{"assign_project_permissions_to_role", "POST", "/api/v2/roles/" + roleID + "/project-permissions/bulk", "", `{"permissions":["p","q"]}`, "", func(c *Client) (any, error) {
			return void(func() error {
				return c.AssignRolePermissions(t.Context(), ProjectPermissions, roleID, []string{"p", "q"})
			})
		}},
		{"unassign_global_permissions_to_role", "DELETE", "/api/v2/roles/" + roleID + "/global-permissions/bulk", "permission=p&permission=q", "", "", func(c *Client) (any, error) {
			return void(func() error {
				return c.UnassignRolePermissions(t.Context(), GlobalPermissions, roleID, []string{"p", "q"})
			})
		}},
		{"unassign_project_permissions_to_role", "DELETE", "/api/v2/roles/" + roleID + "/project-permissions/bulk", "permission=p&permission=q", "", "", func(c *Client) (any, error) {
			return void(func() error {
				return c.UnassignRolePermissions(t.Context(), ProjectPermissions, roleID, []string{"p", "q"})
			})
		}},
		{"get_all_assignable_users", "GET", "/api/v2/business-units/assignable-users", listedUsers, "", pageOf(`{"username":"ada"}`, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListAssignableUsers(t.Context(), ListOptions{}) }},
		{"add_business_unit_user", "POST", "/api/v2/business-units/" + roleID + "/users/" + oddSegment, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.AddBusinessUnitUser(t.Context(), roleID, odd) })
		}},
		{"delete_business_units_users1", "DELETE", "/api/v2/business-units/" + roleID + "/users/" + oddSegment, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteBusinessUnitUser(t.Context(), roleID, odd) })
		}},
		{"get_filtered_business_units", "GET", "/api/v2/business-units", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListBusinessUnits(t.Context(), ListOptions{}) }},
		{"get_all_business_unit_summary", "GET", "/api/v2/business-units/summary", listed, "", pageOf(role, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListBusinessUnitsSummary(t.Context(), ListOptions{}) }},
		{"get_business_unit", "GET", "/api/v2/business-units/" + roleID, "", "", role, func(c *Client) (any, error) { return c.GetBusinessUnit(t.Context(), roleID) }},
		{"get_business_unit_users", "GET", "/api/v2/business-units/" + roleID + "/users", listedUsers, "", pageOf(`{"username":"ada"}`, 0, 20, 1, 1), func(c *Client) (any, error) { return c.ListBusinessUnitUsers(t.Context(), roleID, ListOptions{}) }},
		{"create_business_units1", "POST", "/api/v2/business-units", "", `{"referenceId":"r","name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.CreateBusinessUnit(t.Context(), CreateBusinessUnitRequest{"r", "n", "d"})
		}},
		{"create_business_units", "PUT", "/api/v2/business-units/" + roleID, "", `{"name":"n","description":"d"}`, role, func(c *Client) (any, error) {
			return c.UpdateBusinessUnit(t.Context(), roleID, UpdateBusinessUnitRequest{"n", "d"})
		}},
		{"delete_business_unit", "DELETE", "/api/v2/business-units/" + roleID, "", "", "", func(c *Client) (any, error) {
			return void(func() error { return c.DeleteBusinessUnit(t.Context(), roleID) })
		}},
		{"get_filtered_audits", "GET", "/api/v2/audit-logs", "page=0&size=1&sort=timestamp%2Casc", "", pageOf(`{"timestamp":"2026-01-01T00:00:00.000Z"}`, 0, 1, 1, 1), func(c *Client) (any, error) { return c.OldestAuditEvent(t.Context()) }},
		{"get_user_profile", "GET", "/api/v2/user-profile", "", "", ada, func(c *Client) (any, error) { return c.GetUserProfile(t.Context()) }},
		{"get_user_profile_permissions", "GET", "/api/v2/user-profile/permissions", "", "", `["API_ACCESS"]`, func(c *Client) (any, error) { return c.ListUserProfilePermissions(t.Context()) }},
		{"get_info", "GET", "/api/v2/info", "", "", `{"version":"4.47"}`, func(c *Client) (any, error) { return c.GetInfo(t.Context()) }},
	}

	covered := make(map[string]bool)

	for _, operation := range operations {
		covered[operation.name] = true

		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()

			for _, status := range []int{200, 201} {
				server := serve(t, answers(status, operation.answer))

				if _, err := operation.call(connect(t, server.URL, nil)); err != nil {
					t.Fatal(err)
				}

				wanted := seen{method: operation.method, path: operation.path, query: operation.query, body: operation.body}
				got := server.all()[0]
				header := got.header
				got.header = nil

				if got.method != wanted.method || got.path != wanted.path || got.query != wanted.query || got.body != wanted.body {
					t.Errorf("got  %+v\nwant %+v", got, wanted)
				}

				for name, value := range map[string]string{"Api-Token": token, "Accept": "application/hal+json", "User-Agent": "test"} {
					if header.Get(name) != value {
						t.Errorf("header %s is %q, want %q", name, header.Get(name), value)
					}
				}

				for name, values := range header {
					if name != "Api-Token" && strings.Contains(strings.Join(values, " "), token) {
						t.Errorf("the header %s contains the API token", name)
					}
				}

				if typed := header.Get("Content-Type") == "application/json"; typed != (operation.body != "") {
					t.Errorf("Content-Type is %q with the body %q", header.Get("Content-Type"), operation.body)
				}
			}

			server := serve(t, answers(200, operation.answer))
			_, err := operation.call(connect(t, server.URL, func(config *Config) { config.ReadOnly = true }))

			if reads := operation.method == "GET"; IsReadOnly(err) == reads || (err == nil) != reads || (len(server.all()) > 0) != reads {
				t.Errorf("a read-only client sends %d requests and returns %v", len(server.all()), err)
			}
		})
	}

	for _, operation := range Operations() {
		if !covered[operation.Name] {
			t.Errorf("no case covers %s", operation.Name)
		}
	}

	if len(covered) != len(Operations()) {
		t.Errorf("%d cases, %d operations: %v", len(covered), len(Operations()), slices.Sorted(maps.Keys(covered)))
	}
}

// The response to a write may have no body; an empty response to a read is an error.
func TestOperations_emptyBodies(t *testing.T) {
	t.Parallel()

	client := connect(t, serve(t, answers(204, "")).URL, nil)

	if user, err := client.CreateUser(t.Context(), CreateUserRequest{Username: "ada"}); user != nil || err != nil {
		t.Errorf("create: %v, %v", user, err)
	}

	if user, err := client.UpdateUser(t.Context(), "ada", UpdateUserRequest{}); user != nil || err != nil {
		t.Errorf("update: %v, %v", user, err)
	}

	expectError(t, second(client.GetUser(t.Context(), "ada")), "is empty")
	expectError(t, second(client.ListUserRoles(t.Context(), "ada", ListOptions{})), "is empty")
	expectError(t, second(client.GenerateUserAPIToken(t.Context(), "ada")), "is empty")
}

// A username that cannot be a segment of a path is an error without a request.
func TestOperations_invalidSegments(t *testing.T) {
	t.Parallel()

	server := serve(t, answers(200, ada))
	client := connect(t, server.URL, nil)

	for _, username := range []string{"", ".", "..", "a\x00b", "a\nb"} {
		expectError(t, second(client.GetUser(t.Context(), username)), "cannot be used in a path")
	}

	if len(server.all()) > 0 {
		t.Error("requests were made")
	}
}

func TestOperation_permissionsText(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		operation Operation
		text      string
	}{
		{opCreateUser, "ALL_USERS_UPDATE"},
		{opGetUser, "ALL_USERS_UPDATE or MANAGE_USERS_BU"},
		{opGenerateToken, "API_ACCESS and one of ALL_USERS_UPDATE or MANAGE_USERS_BU"},
		{opGetAvatar, "ALL_USERS_UPDATE, VIEW_USERS_ALL, MANAGE_USERS_BU or VIEW_USERS_SAME_BU"},
		{opGetProfile, ""},
	} {
		if got := test.operation.PermissionsText(); got != test.text {
			t.Errorf("%s: %q, want %q", test.operation.Name, got, test.text)
		}
	}
}
