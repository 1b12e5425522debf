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
	onUnits    = [][]string{{permAllUsers, permUnits}}
)

// permissionsOf returns the permissions of a user: its own and the global ones of its roles.
func (t *tenant) permissionsOf(u *user) map[string]struct{} {
	all := maps.Clone(u.permissions)
	if all == nil {
		all = make(map[string]struct{})
	}

	for _, role := range findAll(u.RoleIDs, t.role) {
		for _, name := range role.global {
			all[name] = struct{}{}
		}
	}

	return all
}

// may reports whether the caller has a permission.
func (r *request) may(permission string) bool {
	_, may := r.permissions[permission]

	return may
}

// mayAll reports whether the caller has at least one permission of each group.
func (r *request) mayAll(groups [][]string) bool {
	for _, group := range groups {
		if !slices.ContainsFunc(group, r.may) {
			return false
		}
	}

	return true
}

// seesUnit reports whether the caller sees a business unit in lists and by ID: every unit with ALL_USERS_UPDATE or
// BUSINESS_UNIT_UPDATE, otherwise their own ("you will be able to view the business units of the logged user",
// documented: UsersApi, add_user_business_unit; inferred for the operations of business units).
func (r *request) seesUnit(id string) bool {
	return r.may(permUnits) || r.managesUnit(id)
}

// managesUnit reports whether the caller may add users to a unit and remove them: every unit with ALL_USERS_UPDATE,
// otherwise their own.
func (r *request) managesUnit(id string) bool {
	return r.may(permAllUsers) || slices.Contains(r.caller.BusinessUnitIDs, id)
}

// allowed reports whether the caller may use the operation. All users may read their own avatar.
func (r *request) allowed() bool {
	return r.mayAll(r.route.permissions) || (r.route.openToSelf && r.segments["username"] == r.caller.Username)
}

// seesAll reports whether the caller sees all users in this operation. VIEW_USERS_ALL applies to avatars only
// (documented: UsersApi, get_user_avatar).
func (r *request) seesAll() bool {
	return r.may(permAllUsers) || (r.route.openToSelf && r.may(permViewAll))
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
func (r *request) selectsAll() bool { return r.may(permAllUsers) || r.may(permViewAll) }

// selects reports whether the summary contains a user if the caller does not see all users in it.
func (r *request) selects(other *user) bool {
	return r.caller == other || ((r.may(permUnitUsers) || r.may(permViewSameUnit)) && r.caller.sharesUnit(other))
}
