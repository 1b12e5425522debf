package iriusrisk

import (
	"net/http"
	"strings"
)

// Operation is one operation of the IriusRisk REST API v2.
type Operation struct {
	// Name is the vendor's name of the operation, for example "get_user".
	Name string

	// Method is the HTTP method.
	Method string

	// Path is the path below /api/v2, with placeholders in braces.
	Path string

	// Permissions are the permissions that the caller needs: one of each group. It is empty if none is documented.
	Permissions [][]string
}

// hasSecretPath reports whether the path contains a secret. get_invite and accept_invite need only the id of an
// invitation, so it may be the "valid invite token" of the documentation (UsersApi, accept_invite; inferred).
func (o Operation) hasSecretPath() bool { return strings.Contains(o.Path, "{invitation-id}") }

// PermissionsText describes the permissions that the operation needs, or returns "" if none is documented.
func (o Operation) PermissionsText() string {
	groups := make([]string, len(o.Permissions))

	for i, group := range o.Permissions {
		groups[i] = anyOf(group)
		if len(o.Permissions) > 1 && len(group) > 1 {
			groups[i] = "one of " + groups[i]
		}
	}

	return strings.Join(groups, " and ")
}

func anyOf(permissions []string) string {
	last := len(permissions) - 1
	if last < 1 {
		return strings.Join(permissions, "")
	}

	return strings.Join(permissions[:last], ", ") + " or " + permissions[last]
}

// The permissions of operations: documented (UsersApi, RolesApi and BusinessUnitsApi), except for the inferred one of the
// audit log.
var (
	allUsers        = [][]string{{"ALL_USERS_UPDATE"}}
	usersOrUnit     = [][]string{{"ALL_USERS_UPDATE", "MANAGE_USERS_BU"}}
	tokens          = [][]string{{"API_ACCESS"}, {"ALL_USERS_UPDATE", "MANAGE_USERS_BU"}}
	avatars         = [][]string{{"ALL_USERS_UPDATE", "VIEW_USERS_ALL", "MANAGE_USERS_BU", "VIEW_USERS_SAME_BU"}}
	roleReaders     = [][]string{{"ALL_USERS_UPDATE", "MANAGE_USERS_BU", "ROLES_UPDATE", "WORKFLOW_VIEW", "WORKFLOW_UPDATE"}}
	roleMaintainers = [][]string{{"ROLES_UPDATE"}}
	globalReaders   = [][]string{{"ROLES_UPDATE", "SYSTEM_SETTINGS_VIEW", "SYSTEM_SETTINGS_UPDATE"}}
	projectReaders  = [][]string{{"ROLES_UPDATE", "WORKFLOW_VIEW", "WORKFLOW_UPDATE"}}
	auditReaders    = [][]string{{"ALL_USERS_AUDIT_LOG_VIEW"}}
)

// The operations. The comments of the methods state their sources.
var (
	opCreateUser       = Operation{"create_user", http.MethodPost, "/users", allUsers}
	opGetUser          = Operation{"get_user", http.MethodGet, "/users/{username}", usersOrUnit}
	opUpdateUser       = Operation{"update_user", http.MethodPut, "/users/{username}", usersOrUnit}
	opDeleteUser       = Operation{"delete_user", http.MethodDelete, "/users/{username}", usersOrUnit}
	opListUsers        = Operation{"get_users", http.MethodGet, "/users", usersOrUnit}
	opListUsersSummary = Operation{"get_all_users_summary", http.MethodGet, "/users/summary", nil}
	opEnableUser       = Operation{"enable_user", http.MethodPost, "/users/{username}/enable", usersOrUnit}
	opDisableUser      = Operation{"disable_user", http.MethodPost, "/users/{username}/disable", usersOrUnit}
	opListUserRoles    = Operation{"get_user_roles", http.MethodGet, "/users/{username}/roles", usersOrUnit}
	opAddUserRole      = Operation{"add_user_role", http.MethodPost, "/users/{username}/roles/{role-id}", usersOrUnit}
	opDeleteUserRole   = Operation{"delete_user_role", http.MethodDelete, "/users/{username}/roles/{role-id}", usersOrUnit}
	opListUserUnits    = Operation{"get_user_business_units", http.MethodGet, "/users/{username}/business-units", usersOrUnit}
	opAddUserUnit      = Operation{"add_user_business_unit", http.MethodPost, "/users/{username}/business-units/{business-unit-id}", usersOrUnit}
	opDeleteUserUnit   = Operation{"delete_business_units_users", http.MethodDelete, "/users/{username}/business-units/{business-unit-id}", usersOrUnit}
	opGenerateToken    = Operation{"generate_user_api_token", http.MethodPost, "/users/{username}/api-token/generate", tokens}
	opDeleteToken      = Operation{"delete_user_api_token", http.MethodDelete, "/users/{username}/api-token", tokens}
	opCountSessions    = Operation{"get_user_sessions_count_by_username", http.MethodGet, "/users/{username}/sessions/count", usersOrUnit}
	opDeleteSessions   = Operation{"delete_user_sessions", http.MethodDelete, "/users/{username}/sessions", usersOrUnit}
	opSendResetEmail   = Operation{"send_reset_password_email", http.MethodPost, "/users/{username}/reset-password-email/send", nil}
	opGetAvatar        = Operation{"get_user_avatar", http.MethodGet, "/users/{username}/avatar", avatars}
	opInvite           = Operation{"invite", http.MethodPost, "/users/invite", allUsers}
	opGetInvite        = Operation{"get_invite", http.MethodGet, "/users/invitations/{invitation-id}", nil}
	opAcceptInvite     = Operation{"accept_invite", http.MethodPost, "/users/invitations/{invitation-id}/accept", nil}
	opListRoles        = Operation{"get_all_roles", http.MethodGet, "/roles", roleReaders}
	opGetRole          = Operation{"get_role", http.MethodGet, "/roles/{role-id}", roleMaintainers}
	opCreateRole       = Operation{"create_role", http.MethodPost, "/roles", roleMaintainers}
	opUpdateRole       = Operation{"update_role", http.MethodPut, "/roles/{role-id}", roleMaintainers}
	opDeleteRole       = Operation{"delete_role", http.MethodDelete, "/roles/{role-id}", roleMaintainers}
	opDuplicateRole    = Operation{"duplicate_role", http.MethodPost, "/roles/{role-id}/duplicate", roleMaintainers}
	opAddRoleUser      = Operation{"add_user_role1", http.MethodPost, "/roles/{role-id}/users/{username}", usersOrUnit}
	opDeleteRoleUser   = Operation{"delete_role_user", http.MethodDelete, "/roles/{role-id}/users/{username}", usersOrUnit}
	opListGlobals      = Operation{"get_global_permissions", http.MethodGet, "/roles/global-permissions", globalReaders}
	opListProjects     = Operation{"get_project_permissions", http.MethodGet, "/roles/project-permissions", projectReaders}
	opListRoleGlobals  = Operation{"get_global_permissions_by_role_id", http.MethodGet, "/roles/{role-id}/global-permissions", roleMaintainers}
	opListRoleProjects = Operation{"get_project_permissions_by_role_id", http.MethodGet, "/roles/{role-id}/project-permissions", projectReaders}
	opAssignGlobals    = Operation{"assign_global_permissions_to_role", http.MethodPost, "/roles/{role-id}/global-permissions/bulk", roleMaintainers}
	opAssignProjects   = Operation{"assign_project_permissions_to_role", http.MethodPost, "/roles/{role-id}/project-permissions/bulk", roleMaintainers}
	opRemoveGlobals    = Operation{"unassign_global_permissions_to_role", http.MethodDelete, "/roles/{role-id}/global-permissions/bulk", roleMaintainers}
	opRemoveProjects   = Operation{"unassign_project_permissions_to_role", http.MethodDelete, "/roles/{role-id}/project-permissions/bulk", roleMaintainers}
	opListUnits        = Operation{"get_filtered_business_units", http.MethodGet, "/business-units", nil}
	opListUnitsSummary = Operation{"get_all_business_unit_summary", http.MethodGet, "/business-units/summary", nil}
	opGetUnit          = Operation{"get_business_unit", http.MethodGet, "/business-units/{business-unit-id}", nil}
	opListUnitUsers    = Operation{"get_business_unit_users", http.MethodGet, "/business-units/{business-unit-id}/users", nil}
	opCreateUnit       = Operation{"create_business_units1", http.MethodPost, "/business-units", nil}
	opUpdateUnit       = Operation{"create_business_units", http.MethodPut, "/business-units/{business-unit-id}", nil}
	opDeleteUnit       = Operation{"delete_business_unit", http.MethodDelete, "/business-units/{business-unit-id}", nil}
	opListAssignable   = Operation{"get_all_assignable_users", http.MethodGet, "/business-units/assignable-users", nil}
	opAddUnitUser      = Operation{"add_business_unit_user", http.MethodPost, "/business-units/{business-unit-id}/users/{username}", nil}
	opDeleteUnitUser   = Operation{"delete_business_units_users1", http.MethodDelete, "/business-units/{business-unit-id}/users/{username}", nil}
	opListAudits       = Operation{"get_filtered_audits", http.MethodGet, "/audit-logs", auditReaders}
	opGetProfile       = Operation{"get_user_profile", http.MethodGet, "/user-profile", nil}
	opListProfilePerms = Operation{"get_user_profile_permissions", http.MethodGet, "/user-profile/permissions", nil}
	opGetInfo          = Operation{"get_info", http.MethodGet, "/info", nil}
)

// Operations returns every operation of the client.
func Operations() []Operation {
	return []Operation{
		opCreateUser, opGetUser, opUpdateUser, opDeleteUser, opListUsers, opListUsersSummary, opEnableUser, opDisableUser,
		opListUserRoles, opAddUserRole, opDeleteUserRole, opListUserUnits, opAddUserUnit, opDeleteUserUnit,
		opGenerateToken, opDeleteToken, opCountSessions, opDeleteSessions, opSendResetEmail, opGetAvatar,
		opInvite, opGetInvite, opAcceptInvite,
		opListRoles, opGetRole, opCreateRole, opUpdateRole, opDeleteRole, opDuplicateRole, opAddRoleUser, opDeleteRoleUser,
		opListGlobals, opListProjects, opListRoleGlobals, opListRoleProjects, opAssignGlobals, opAssignProjects, opRemoveGlobals, opRemoveProjects,
		opListUnits, opListUnitsSummary, opGetUnit, opListUnitUsers, opCreateUnit, opUpdateUnit, opDeleteUnit,
		opListAssignable, opAddUnitUser, opDeleteUnitUser,
		opListAudits, opGetProfile, opListProfilePerms, opGetInfo,
	}
}
