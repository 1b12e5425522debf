package simulator

import (
	"maps"
	"slices"
)

// The permissions that the API documents.
const (
	permAllUsers     = "ALL_USERS_UPDATE"
	permUnitUsers    = "MANAGE_USERS_BU"
	permAPIAccess    = "API_ACCESS"
	permRoles        = "ROLES_UPDATE"
	permViewAll      = "VIEW_USERS_ALL"
	permViewSameUnit = "VIEW_USERS_SAME_BU"
)

// The permissions of roles, business units and the audit log. Those of business units and of the audit log are
// inferred.
const (
	permWorkflowView   = "WORKFLOW_VIEW"
	permWorkflowUpdate = "WORKFLOW_UPDATE"
	permUnits          = "BUSINESS_UNIT_UPDATE"
	permSettingsView   = "SYSTEM_SETTINGS_VIEW"
	permSettingsUpdate = "SYSTEM_SETTINGS_UPDATE"
	permAuditLog       = "ALL_USERS_AUDIT_LOG_VIEW"
)

// allPermissions are the permissions of the administrator.
var allPermissions = []string{
	permAllUsers, permUnitUsers, permAPIAccess, permRoles, permViewAll, permViewSameUnit, permWorkflowView, permWorkflowUpdate, permUnits, permAuditLog,
}

// The permissions that operations require: at least one of each group.
var (
	onUsers    = [][]string{{permAllUsers, permUnitUsers}}
	onTokens   = [][]string{{permAPIAccess}, {permAllUsers, permUnitUsers}}
	adminOnly  = [][]string{{permAllUsers}}
	onAvatars  = [][]string{{permAllUsers, permViewAll, permUnitUsers, permViewSameUnit}}
	onRoleList = [][]string{{permAllUsers, permUnitUsers, permRoles, permWorkflowView, permWorkflowUpdate}}
	onRoles    = [][]string{{permRoles}}
	onGlobals  = [][]string{{permRoles, permSettingsView, permSettingsUpdate}}
	onProjects = [][]string{{permRoles, permWorkflowView, permWorkflowUpdate}}
	onAuditLog = [][]string{{permAuditLog}}
	onUnitList = [][]string{{permAllUsers, permUnitUsers, permUnits}}
	onUnits    = [][]string{{permUnits}}
)

// may reports whether the user has a permission.
func (u *user) may(permission string) bool {
	_, may := u.permissions[permission]

	return may
}

// mayAll reports whether the user has at least one permission of each group.
func (u *user) mayAll(groups [][]string) bool {
	for _, group := range groups {
		if !slices.ContainsFunc(group, u.may) {
			return false
		}
	}

	return true
}

// permissionNames returns the user's permissions, sorted.
func (u *user) permissionNames() []string {
	return slices.Sorted(maps.Keys(u.permissions))
}

// seesUnit reports whether the caller sees a business unit in lists and by ID: every unit with ALL_USERS_UPDATE or
// BUSINESS_UNIT_UPDATE, otherwise their own ("you will be able to view the business units of the logged user",
// documented: UsersApi, add_user_business_unit; inferred for the operations of business units).
func (u *user) seesUnit(id string) bool {
	return u.may(permUnits) || u.managesUnit(id)
}

// managesUnit reports whether the caller may add users to a unit and remove them: every unit with ALL_USERS_UPDATE,
// otherwise their own.
func (u *user) managesUnit(id string) bool {
	return u.may(permAllUsers) || slices.Contains(u.BusinessUnitIDs, id)
}

// allowed reports whether the caller may use the operation. All users may read their own avatar.
func (r *request) allowed() bool {
	return r.caller.mayAll(r.route.permissions) || (r.route.openToSelf && r.segments["username"] == r.caller.Username)
}

// seesAll reports whether the caller sees all users in this operation. VIEW_USERS_ALL applies to avatars only
// (documented: UsersApi, get_user_avatar).
func (r *request) seesAll() bool {
	return r.caller.may(permAllUsers) || (r.route.openToSelf && r.caller.may(permViewAll))
}

// sees reports whether the caller sees a user: themself, users who share a business unit, or all users.
func (r *request) sees(other *user) bool {
	return r.caller == other || r.seesAll() || r.caller.sharesUnit(other)
}

// sharesUnit reports whether two users have a business unit in common.
func (u *user) sharesUnit(other *user) bool {
	return slices.ContainsFunc(other.BusinessUnitIDs, func(unit string) bool { return slices.Contains(u.BusinessUnitIDs, unit) })
}

// selectsAll reports whether the summary contains all users. That it depends on the caller's permissions is documented
// (UsersApi, get_all_users_summary); on which ones is inferred.
func (u *user) selectsAll() bool { return u.may(permAllUsers) || u.may(permViewAll) }

// selects reports whether the summary contains a user if the caller does not see all users in it.
func (u *user) selects(other *user) bool {
	return u == other || ((u.may(permUnitUsers) || u.may(permViewSameUnit)) && u.sharesUnit(other))
}

// Permission is a permission that roles can have.
type Permission struct{ ID, Name string }

// The permissions that roles can have. Which are global and which are per project is inferred, as are their IDs, which
// differ between instances.
var (
	globalPermissions  = permissionsNamed("global", append([]string{"SYSTEM_SETTINGS_VIEW", "PRODUCT_CREATE", "LIBRARY_VIEW"}, allPermissions...))
	projectPermissions = permissionsNamed("project", []string{"PRODUCT_UPDATE", "RISK_VIEW", "MODEL_UPDATE", "THREAT_UPDATE", "COUNTERMEASURE_UPDATE", "TEST_UPDATE"})

	permissionProperties = properties[Permission]{
		"id":   textProperty(func(permission Permission) string { return permission.ID }),
		"name": textProperty(func(permission Permission) string { return permission.Name }),
	}
)

func permissionsNamed(kind string, names []string) []Permission {
	permissions := make([]Permission, len(names))
	for i, name := range slices.Sorted(slices.Values(names)) {
		permissions[i] = Permission{ID: idOf(kind+" permission", i), Name: name}
	}

	return permissions
}

func permissionJSON(permission Permission) object {
	return object{"id": permission.ID, "name": permission.Name}
}

func (s *Server) listGlobalPermissions(r *request) response {
	return paged(s, r, globalPermissions, permissionProperties, permissionJSON)
}

func (s *Server) listProjectPermissions(r *request) response {
	return paged(s, r, projectPermissions, permissionProperties, permissionJSON)
}
