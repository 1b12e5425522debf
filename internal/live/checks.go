package live

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// The shapes that several checks share: the fields that the provider requires.
const (
	userShape = "email:string, enabled:boolean, firstName:string, id:string, lastName:string, passwordExpired:boolean, username:string"
	unitShape = "description:string, id:string, name:string, referenceId:string"
	roleShape = "id:string, name:string"

	createdRoleShape = "description:string, id:string, name:string"
	memberShape      = "firstName:string, lastName:string, username:string"
)

// checks lists the inferred facts, and some observed ones that much depends on. The assumed values are what the
// simulator does with default options. The order matters: later checks use what earlier ones created.
var checks = []check{
	{
		fact: "fields of /info", assumed: "allowManageRoles:boolean, allowManageUsers:boolean, apiVersion:string, edition:string, loginType:string, version:string",
		run: checkInfo, holds: includes, handled: anything,
	},
	{fact: "fields of the caller", assumed: userShape, run: checkShape("user-profile"), holds: includes},
	{fact: "permissions of the caller", assumed: "array of strings", run: checkPermissions},
	{fact: "page object of a list", assumed: "number:number, size:number, totalElements:number, totalPages:number", run: checkPageObject, holds: includes, handled: has("number:number, totalElements:number, totalPages:number")},
	{fact: "size of a page when 1000 is requested", assumed: "1000", run: checkPageSize, handled: anyOf(smallerPage(iriusrisk.PageSize), oneOf("not reported"))},
	{fact: "path with an escaped slash in a username", assumed: "refused with 404", run: checkSlash},
	{fact: "fields of an error", assumed: "detail:string, status:number, title:string", run: checkError, holds: includes, handled: anyOf(has("errors:array"), has("message:string"), has("title:string"), has("detail:string"))},

	{fact: "create_user without a password", assumed: "accepted", run: checkCreateWithoutPassword, handled: anything},
	{fact: "create_user with password and passwordExpired", assumed: "accepted", run: checkCreateWithPassword},
	{fact: "answer to create_user", assumed: "200 with a body", needs: userNeeded, run: checkResponse("create_user"), handled: success},
	{fact: "fields of a user", assumed: userShape, needs: userNeeded, run: checkShape("users", userPlaceholder), holds: includes},
	{fact: "enabled after create_user", assumed: "true", needs: userNeeded, run: checkEnabled, handled: oneOf("false")},
	{fact: "roles after create_user", assumed: "none", needs: userNeeded, run: checkInitialRoles, handled: anything},
	{fact: "_embedded of an empty page", assumed: "an empty list of items", needs: userNeeded, run: checkEmptyPage, handled: oneOf("absent", "null", "an object without items")},
	{fact: "apiToken of a user without a token", assumed: "absent", needs: userNeeded, run: checkAPIToken, handled: oneOf("null", "an object without hint", "an object with an empty hint")},

	{fact: "field of a generated API token", assumed: "apiToken", needs: userNeeded, run: checkGenerateToken, holds: hasKey, handled: anyOf(field("apiToken"), field("token"))},
	{fact: "answer to generate_user_api_token", assumed: "200 with a body", needs: userNeeded, run: checkResponse("generate_user_api_token"), handled: successWithBody},
	{fact: "apiToken of a user with a token", assumed: "an object with a hint", needs: userNeeded, run: checkAPIToken},
	{fact: "part of the API token that the hint shows", assumed: "tail", needs: userNeeded, run: checkHint, handled: anything},
	{fact: "API token of a disabled user", assumed: "refused with 401", needs: userNeeded, run: checkTokenOfDisabledUser, handled: anything},
	{fact: "answer to delete_user_api_token", assumed: "200 without a body", needs: userNeeded, run: checkOutcome(http.MethodDelete, "users", userPlaceholder, "api-token"), handled: success},
	{fact: "delete_user_api_token without a token", assumed: "404", needs: userNeeded, run: checkStatus(http.MethodDelete, "users", userPlaceholder, "api-token"), handled: status("2")},

	{fact: "create_user with a username that is taken", assumed: "refused with 400", needs: userNeeded, run: checkCreateTakenUsername, handled: oneOf("refused with 409")},
	{fact: "create_user with a username that is taken in another case", assumed: "refused with 400", needs: userNeeded, run: checkCreateTakenInOtherCase, handled: oneOf("refused with 409", "accepted")},
	{fact: "create_user with an e-mail address that is taken", assumed: "refused with 400", needs: userNeeded, run: checkCreateTakenEmail, handled: oneOf("refused with 409")},
	{fact: "update_user with an e-mail address that is taken", assumed: "refused with 400", needs: twoUsersNeeded, run: checkUpdateTakenEmail, handled: oneOf("refused with 409")},
	{fact: "get_user with the username in another case", assumed: "404", needs: userNeeded, run: checkGetInOtherCase, handled: oneOf("the same user")},

	{fact: "answer to update_user", assumed: "200 with a body", needs: userNeeded, run: checkUpdate, handled: success},
	{fact: "update_user with a password", assumed: "accepted", needs: userNeeded, run: checkUpdatePassword},
	{fact: "answer to disable_user", assumed: "200 without a body", needs: userNeeded, run: checkOutcome(http.MethodPost, "users", userPlaceholder, "disable"), handled: success},
	{fact: "enabled of a disabled user", assumed: "false", needs: userNeeded, run: checkEnabled},
	{fact: "delete_user_sessions of a disabled user", assumed: "200 without a body", needs: userNeeded, run: checkOutcome(http.MethodDelete, "users", userPlaceholder, "sessions"), handled: success},
	{fact: "answer to enable_user", assumed: "200 without a body", needs: userNeeded, run: checkOutcome(http.MethodPost, "users", userPlaceholder, "enable"), handled: success},
	{fact: "field of the number of sessions", assumed: "count", needs: userNeeded, run: checkSessions, holds: hasKey, handled: oneNumber},
	{fact: "answer to delete_user_sessions", assumed: "200 without a body", needs: userNeeded, run: checkOutcome(http.MethodDelete, "users", userPlaceholder, "sessions"), handled: success},

	{fact: "enable_user with the body {}", assumed: "accepted", needs: userNeeded, run: checkEmptyObject(http.MethodPost, "users", userPlaceholder, "enable"), handled: anything},
	{fact: "delete_user_sessions with the body {}", assumed: "accepted", needs: userNeeded, run: checkEmptyObject(http.MethodDelete, "users", userPlaceholder, "sessions"), handled: anything},

	{fact: "names of the built-in roles", assumed: spelledAsAssumed, run: checkRoleNames, handled: anything},
	{fact: "fields of a global permission", assumed: roleShape, run: checkItemShape("roles", "global-permissions"), holds: includes},
	{fact: "fields of a project permission", assumed: roleShape, run: checkItemShape("roles", "project-permissions"), holds: includes},
	{fact: "ids of permissions", assumed: "UUIDs", run: checkPermissionIDs, handled: anything},
	{fact: "names of permissions", assumed: "the caller's are among them", run: checkPermissionNames},
	{fact: "answer to create_role", assumed: "200 with a body", needs: userNeeded, run: checkCreateRole, handled: success},
	{fact: "fields of a created role", assumed: createdRoleShape, needs: ownRoleNeeded, run: checkShape("roles", ownRolePlaceholder), holds: includes, handled: has(roleShape)},
	{fact: "create_role with a name that is taken", assumed: "refused with 409", needs: ownRoleNeeded, run: checkCreateTakenRole, handled: anything},
	{fact: "permissions of a created role", assumed: "none", needs: ownRoleNeeded, run: checkPermissionsOfRole(iriusrisk.GlobalPermissions), handled: anything},
	{fact: "answer to assign_global_permissions_to_role", assumed: "200 without a body", needs: ownRoleNeeded, run: checkAssignPermission(iriusrisk.GlobalPermissions), handled: success},
	{fact: "answer to assign_project_permissions_to_role", assumed: "200 without a body", needs: ownRoleNeeded, run: checkAssignPermission(iriusrisk.ProjectPermissions), handled: success},
	{fact: "assign_global_permissions_to_role twice", assumed: "accepted", needs: ownRoleNeeded, run: checkAssignAssignedPermission, handled: anything},
	{fact: "assign_global_permissions_to_role with an unknown id", assumed: "refused with 404", needs: ownRoleNeeded, run: checkAssignUnknownPermission, handled: oneOf("refused with 400")},
	{fact: "answer to update_role", assumed: "200 with a body", needs: ownRoleNeeded, run: checkUpdateRole, handled: success},
	{fact: "global permissions of a role after update_role", assumed: "the assigned one", needs: ownRoleNeeded, run: checkPermissionsOfRole(iriusrisk.GlobalPermissions)},
	{fact: "project permissions of a role after update_role", assumed: "the assigned one", needs: ownRoleNeeded, run: checkPermissionsOfRole(iriusrisk.ProjectPermissions)},
	{fact: "answer to unassign_global_permissions_to_role", assumed: "200 without a body", needs: ownRoleNeeded, run: checkUnassignPermission(iriusrisk.GlobalPermissions), handled: success},
	{fact: "answer to unassign_project_permissions_to_role", assumed: "200 without a body", needs: ownRoleNeeded, run: checkUnassignPermission(iriusrisk.ProjectPermissions), handled: success},
	{fact: "unassign_global_permissions_to_role twice", assumed: "accepted", needs: ownRoleNeeded, run: checkUnassignMissingPermission, handled: anything},
	{fact: "global permissions of a role after their removal", assumed: "none", needs: ownRoleNeeded, run: checkPermissionsOfRole(iriusrisk.GlobalPermissions), handled: oneOf("others")},
	{fact: "project permissions of a role after their removal", assumed: "none", needs: ownRoleNeeded, run: checkPermissionsOfRole(iriusrisk.ProjectPermissions), handled: oneOf("others")},
	{fact: "delete_role of a role that has a member", assumed: "deleted, and removed from the member", needs: ownRoleNeeded, run: checkDeleteHeld(ownRoles), handled: anything},

	{fact: "answer to create_business_units1", assumed: "200 with a body", needs: userNeeded, run: checkCreateUnit, handled: success},
	{fact: "fields of a created business unit", assumed: unitShape, needs: ownUnitNeeded, run: checkShape("business-units", ownUnitPlaceholder), holds: includes, handled: has(roleShape)},
	{fact: "create_business_units1 with a reference id that is taken", assumed: "refused with 409", needs: ownUnitNeeded, run: checkCreateTakenUnit, handled: anything},
	{fact: "create_business_units without a reference id", assumed: keptReferenceID, needs: ownUnitNeeded, run: checkUpdateUnit(false)},
	{fact: "create_business_units with a different reference id", assumed: keptReferenceID, needs: ownUnitNeeded, run: checkUpdateUnit(true), handled: anything},
	{fact: "fields of an assignable user", assumed: memberShape, run: checkItemShape("business-units", "assignable-users"), holds: includes, handled: has("username:string")},
	{fact: "delete_business_unit of a unit that has a member", assumed: "deleted, and removed from the member", needs: ownUnitNeeded, run: checkDeleteHeld(ownUnits), handled: anything},
	{fact: "fields of an entry of the audit log", assumed: "eventType:string, timestamp:string, username:string", run: checkItemShape("audit-logs"), holds: includes},
	{fact: "timestamp of an entry of the audit log", assumed: "RFC 3339 with milliseconds and Z", run: checkAuditTime},
	{fact: "size of a page of the audit log when 2000 is requested", assumed: "2000", run: checkAuditPageSize, handled: anyOf(smallerPage(auditPageSize), oneOf("not reported"))},
	{fact: "filter and sort of the sign-ins in the audit log", assumed: "applied", run: checkSignIns},

	{fact: "fields of a role", assumed: roleShape, needs: roleNeeded, run: checkItemShape("roles"), holds: includes},
	{fact: "answer to add_user_role", assumed: "200 without a body", needs: roleNeeded, run: checkOutcome(http.MethodPost, "users", userPlaceholder, "roles", rolePlaceholder), handled: success},
	{fact: "add_user_role twice", assumed: "200", needs: roleNeeded, run: checkStatus(http.MethodPost, "users", userPlaceholder, "roles", rolePlaceholder), handled: status("2", "400", "409")},
	{fact: "fields of a user's role", assumed: roleShape, needs: roleNeeded, run: checkItemShape("users", userPlaceholder, "roles"), holds: includes},
	{fact: "answer to delete_user_role", assumed: "200 without a body", needs: roleNeeded, run: checkOutcome(http.MethodDelete, "users", userPlaceholder, "roles", rolePlaceholder), handled: success},
	{fact: "delete_user_role of a role that is missing", assumed: "404", needs: roleNeeded, run: checkStatus(http.MethodDelete, "users", userPlaceholder, "roles", rolePlaceholder), handled: status("2", "400", "409")},

	{fact: "fields of a business unit", assumed: unitShape, needs: unitNeeded, run: checkItemShape("business-units"), holds: includes, handled: has(roleShape)},
	{fact: "answer to add_user_business_unit", assumed: "200 without a body", needs: unitNeeded, run: checkOutcome(http.MethodPost, "users", userPlaceholder, "business-units", unitPlaceholder), handled: success},
	{fact: "add_user_business_unit twice", assumed: "200", needs: unitNeeded, run: checkStatus(http.MethodPost, "users", userPlaceholder, "business-units", unitPlaceholder), handled: status("2", "400", "409")},
	{fact: "fields of a user's business unit", assumed: unitShape, needs: unitNeeded, run: checkItemShape("users", userPlaceholder, "business-units"), holds: includes, handled: has(roleShape)},
	{fact: "fields of a business unit's member", assumed: memberShape, needs: unitNeeded, run: checkItemShape("business-units", unitPlaceholder, "users"), holds: includes, handled: has("username:string")},
	{fact: "answer to delete_business_units_users", assumed: "200 without a body", needs: unitNeeded, run: checkOutcome(http.MethodDelete, "users", userPlaceholder, "business-units", unitPlaceholder), handled: success},
	{fact: "delete_business_units_users of a unit that is missing", assumed: "404", needs: unitNeeded, run: checkStatus(http.MethodDelete, "users", userPlaceholder, "business-units", unitPlaceholder), handled: status("2", "400", "409")},

	{fact: "fields of a user's summary", assumed: "firstName:string, id:string, lastName:string, username:string", run: checkItemShape("users", "summary"), holds: includes, handled: has("id:string, username:string")},
	{fact: "filter by username", assumed: "applied", needs: userNeeded, run: checkFilter, handled: oneOf("refused with 400", "refused with 409")},
	{fact: "quote inside a filter's value", assumed: "cannot be escaped", needs: twoUsersNeeded, run: checkQuoteEscaping, handled: anything},
	{fact: "sort by username", assumed: "applied", needs: twoUsersNeeded, run: checkSort},

	{fact: "answer to delete_user", assumed: "200 without a body", needs: userNeeded, run: checkOutcome(http.MethodDelete, "users", userPlaceholder), handled: success},
	{fact: "delete_user of a user that does not exist", assumed: "404", needs: userNeeded, run: checkStatus(http.MethodDelete, "users", userPlaceholder), handled: status("2")},
}

// anything accepts every value, for facts that the provider does not depend on.
func anything(string) bool { return true }

// success accepts any 2xx status, as described by reply.outcome.
func success(seen string) bool { return status("2")(seen) }

// successWithBody accepts any 2xx status with a body.
func successWithBody(seen string) bool {
	return success(seen) && strings.HasSuffix(seen, " with a body")
}

// oneOf accepts the listed values.
func oneOf(listed ...string) func(string) bool {
	return func(seen string) bool { return slices.Contains(listed, seen) }
}

// anyOf accepts what any of the predicates accepts.
func anyOf(predicates ...func(string) bool) func(string) bool {
	return func(seen string) bool {
		return slices.ContainsFunc(predicates, func(accepts func(string) bool) bool { return accepts(seen) })
	}
}

// smallerPage accepts sizes smaller than the requested one.
func smallerPage(requested int) func(string) bool {
	return func(seen string) bool {
		size, err := strconv.Atoi(seen)

		return err == nil && size < requested
	}
}

// status accepts statuses that begin with one of the prefixes.
func status(prefixes ...string) func(string) bool {
	return func(seen string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(seen, prefix) })
	}
}

// has accepts shapes with the given fields.
func has(fields string) func(string) bool {
	return func(seen string) bool { return includes(seen, fields) }
}

// field accepts lists of keys that contain the given one.
func field(key string) func(string) bool {
	return func(seen string) bool { return hasKey(seen, key) }
}

// hasKey reports whether a list of keys contains the assumed one.
func hasKey(seen, key string) bool { return slices.Contains(strings.Split(seen, separator), key) }

// oneNumber accepts a single key of a number. Without any number, the value is a shape.
func oneNumber(seen string) bool { return !strings.ContainsAny(seen, separator+":") }
