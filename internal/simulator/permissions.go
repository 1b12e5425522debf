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

// The permissions that guard roles, business units and the audit log. Those of business units and of the audit log are
// inferred.
const (
	permWorkflowView   = "WORKFLOW_VIEW"
	permWorkflowUpdate = "WORKFLOW_UPDATE"
	permUnits          = "BUSINESS_UNIT_UPDATE"
	permSettingsView   = "SYSTEM_SETTINGS_VIEW"
	permSettingsUpdate = "SYSTEM_SETTINGS_UPDATE"
	permAuditLog       = "ALL_USERS_AUDIT_LOG_VIEW"
)

// allPermissions are what the administrator may do.
var allPermissions = []string{
	permAllUsers, permUnitUsers, permAPIAccess, permRoles, permViewAll, permViewSameUnit, permWorkflowView, permWorkflowUpdate, permUnits, permAuditLog,
}

// What operations need: of each group of permissions, any one.
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

// may tells whether the user has a permission.
func (u *user) may(permission string) bool {
	_, may := u.permissions[permission]

	return may
}

// mayAll tells whether the user has, of each group of permissions, any one.
func (u *user) mayAll(groups [][]string) bool {
	for _, group := range groups {
		if !slices.ContainsFunc(group, u.may) {
			return false
		}
	}

	return true
}

// permissionNames lists what a user may do.
func (u *user) permissionNames() []string {
	return slices.Sorted(maps.Keys(u.permissions))
}

// seesUnit tells whether the caller sees a business unit in lists and by its id: any with ALL_USERS_UPDATE or the right to
// change units, else their own ("you will be able to view the business units of the logged user", documented: UsersApi,
// add_user_business_unit; that it holds for the operations of business units as well is inferred).
func (u *user) seesUnit(id string) bool {
	return u.may(permUnits) || u.managesUnit(id)
}

// managesUnit tells whether the caller may put people into a unit and take them out: any with ALL_USERS_UPDATE, else
// their own.
func (u *user) managesUnit(id string) bool {
	return u.may(permAllUsers) || slices.Contains(u.BusinessUnitIDs, id)
}

// allowed tells whether the caller may use the operation at all. Everybody sees their own avatar.
func (r *request) allowed() bool {
	return r.caller.mayAll(r.route.permissions) || (r.route.openToSelf && r.segments["username"] == r.caller.Username)
}

// seesAll tells whether the caller sees everybody in this operation. VIEW_USERS_ALL opens avatars and nothing else
// (documented: UsersApi, get_user_avatar).
func (r *request) seesAll() bool {
	return r.caller.may(permAllUsers) || (r.route.openToSelf && r.caller.may(permViewAll))
}

// sees tells whether the caller sees a user: themself, those of their own business units, or all users.
func (r *request) sees(other *user) bool {
	return r.caller == other || r.seesAll() || r.caller.sharesUnit(other)
}

// sharesUnit tells whether two users have a business unit in common.
func (u *user) sharesUnit(other *user) bool {
	return slices.ContainsFunc(other.BusinessUnitIDs, func(unit string) bool { return slices.Contains(u.BusinessUnitIDs, unit) })
}

// selectsAll tells whether the summary shows all users to the caller. That it depends on the caller's permissions is
// documented (UsersApi, get_all_users_summary), on which ones is inferred: those that open users.
func (u *user) selectsAll() bool { return u.may(permAllUsers) || u.may(permViewAll) }

// selects tells whether the summary shows a user to the caller, who does not see all users in it.
func (u *user) selects(other *user) bool {
	return u == other || ((u.may(permUnitUsers) || u.may(permViewSameUnit)) && u.sharesUnit(other))
}

// Permission is something that a role may allow.
type Permission struct{ ID, Name string }

// The permissions that roles may have. Which are global and which are those of projects is inferred, as are their ids,
// which differ between instances.
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
