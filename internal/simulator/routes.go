package simulator

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// route is one operation.
type route struct {
	// name is the vendor's name of the operation.
	name, method string

	// path is the path below /api/v2; braces mark a placeholder for one segment.
	path string

	// permissions are required of the caller: at least one of each group.
	permissions [][]string

	// openToSelf reports whether callers need no permission for their own user.
	openToSelf bool

	// hasBody reports whether the operation requires a body, write whether it changes something.
	hasBody, write bool

	handler func(*Server, *request) response

	pattern []string

	// allowed are the methods of a path that was requested with another one. Such a route has no handler.
	allowed []string
}

// routes lists all operations. Paths with fixed segments precede those with placeholders in their place.
var routes = withPatterns([]*route{
	{name: "get_all_users_summary", method: http.MethodGet, path: "/users/summary", handler: (*Server).listSummary},
	{name: "invite", method: http.MethodPost, path: "/users/invite", permissions: adminOnly, hasBody: true, handler: (*Server).invite},
	{name: "get_invite", method: http.MethodGet, path: "/users/invitations/{invitation-id}", handler: (*Server).getInvitation},
	{name: "accept_invite", method: http.MethodPost, path: "/users/invitations/{invitation-id}/accept", hasBody: true, handler: (*Server).acceptInvitation},
	{name: "create_user", method: http.MethodPost, path: "/users", permissions: adminOnly, hasBody: true, handler: (*Server).createUser},
	{name: "get_users", method: http.MethodGet, path: "/users", permissions: onUsers, handler: (*Server).listUsers},
	{name: "get_user", method: http.MethodGet, path: "/users/{username}", permissions: onUsers, handler: (*Server).getUser},
	{name: "update_user", method: http.MethodPut, path: "/users/{username}", permissions: onUsers, hasBody: true, handler: (*Server).updateUser},
	{name: "delete_user", method: http.MethodDelete, path: "/users/{username}", permissions: onUsers, handler: (*Server).deleteUser},
	{name: "enable_user", method: http.MethodPost, path: "/users/{username}/enable", permissions: onUsers, handler: (*Server).enableUser},
	{name: "disable_user", method: http.MethodPost, path: "/users/{username}/disable", permissions: onUsers, handler: (*Server).disableUser},
	{name: "get_user_roles", method: http.MethodGet, path: "/users/{username}/roles", permissions: onUsers, handler: (*Server).listUserRoles},
	{name: "add_user_role", method: http.MethodPost, path: "/users/{username}/roles/{role-id}", permissions: onUsers, handler: (*Server).addUserRole},
	{name: "delete_user_role", method: http.MethodDelete, path: "/users/{username}/roles/{role-id}", permissions: onUsers, handler: (*Server).deleteUserRole},
	{name: "get_user_business_units", method: http.MethodGet, path: "/users/{username}/business-units", permissions: onUsers, handler: (*Server).listUserUnits},
	{name: "add_user_business_unit", method: http.MethodPost, path: "/users/{username}/business-units/{business-unit-id}", permissions: onUsers, handler: (*Server).addUserUnit},
	{name: "delete_business_units_users", method: http.MethodDelete, path: "/users/{username}/business-units/{business-unit-id}", permissions: onUsers, handler: (*Server).deleteUserUnit},
	{name: "generate_user_api_token", method: http.MethodPost, path: "/users/{username}/api-token/generate", permissions: onTokens, handler: (*Server).generateToken},
	{name: "delete_user_api_token", method: http.MethodDelete, path: "/users/{username}/api-token", permissions: onTokens, handler: (*Server).deleteToken},
	{name: "get_user_sessions_count_by_username", method: http.MethodGet, path: "/users/{username}/sessions/count", permissions: onUsers, handler: (*Server).countSessions},
	{name: "delete_user_sessions", method: http.MethodDelete, path: "/users/{username}/sessions", permissions: onUsers, handler: (*Server).deleteSessions},
	{name: "send_reset_password_email", method: http.MethodPost, path: "/users/{username}/reset-password-email/send", permissions: onUsers, handler: (*Server).sendResetEmail},
	{name: "get_user_avatar", method: http.MethodGet, path: "/users/{username}/avatar", permissions: onAvatars, openToSelf: true, handler: (*Server).getAvatar},
	{name: "get_all_roles", method: http.MethodGet, path: "/roles", permissions: onRoleList, handler: (*Server).listRoles},
	{name: "get_global_permissions", method: http.MethodGet, path: "/roles/global-permissions", permissions: onGlobals, handler: globalScope.listAll},
	{name: "get_project_permissions", method: http.MethodGet, path: "/roles/project-permissions", permissions: onProjects, handler: projectScope.listAll},
	{name: "create_role", method: http.MethodPost, path: "/roles", permissions: onRoles, hasBody: true, handler: (*Server).createRole},
	{name: "update_role", method: http.MethodPut, path: "/roles/{role-id}", permissions: onRoles, hasBody: true, handler: (*Server).updateRole},
	{name: "delete_role", method: http.MethodDelete, path: "/roles/{role-id}", permissions: onRoles, handler: (*Server).deleteRole},
	{name: "get_role", method: http.MethodGet, path: "/roles/{role-id}", permissions: onRoles, handler: (*Server).getRole},
	{name: "duplicate_role", method: http.MethodPost, path: "/roles/{role-id}/duplicate", permissions: onRoles, hasBody: true, handler: (*Server).duplicateRole},
	{name: "add_user_role1", method: http.MethodPost, path: "/roles/{role-id}/users/{username}", permissions: onUsers, handler: (*Server).addUserRole},
	{name: "delete_role_user", method: http.MethodDelete, path: "/roles/{role-id}/users/{username}", permissions: onUsers, handler: (*Server).deleteUserRole},
	{name: "get_global_permissions_by_role_id", method: http.MethodGet, path: "/roles/{role-id}/global-permissions", permissions: onRoles, handler: globalScope.listOfRole},
	{name: "get_project_permissions_by_role_id", method: http.MethodGet, path: "/roles/{role-id}/project-permissions", permissions: onProjects, handler: projectScope.listOfRole},
	{name: "assign_global_permissions_to_role", method: http.MethodPost, path: "/roles/{role-id}/global-permissions/bulk", permissions: onRoles, hasBody: true, handler: globalScope.assign},
	{name: "assign_project_permissions_to_role", method: http.MethodPost, path: "/roles/{role-id}/project-permissions/bulk", permissions: onRoles, hasBody: true, handler: projectScope.assign},
	{name: "unassign_global_permissions_to_role", method: http.MethodDelete, path: "/roles/{role-id}/global-permissions/bulk", permissions: onRoles, handler: globalScope.unassign},
	{name: "unassign_project_permissions_to_role", method: http.MethodDelete, path: "/roles/{role-id}/project-permissions/bulk", permissions: onRoles, handler: projectScope.unassign},
	{name: "get_all_business_unit_summary", method: http.MethodGet, path: "/business-units/summary", permissions: onUnitList, handler: (*Server).listUnits},
	{name: "get_all_assignable_users", method: http.MethodGet, path: "/business-units/assignable-users", permissions: onUsers, handler: (*Server).listAssignableUsers},
	{name: "get_filtered_business_units", method: http.MethodGet, path: "/business-units", permissions: onUnitList, handler: (*Server).listUnits},
	{name: "get_business_unit", method: http.MethodGet, path: "/business-units/{business-unit-id}", permissions: onUnitList, handler: (*Server).getUnit},
	{name: "get_business_unit_users", method: http.MethodGet, path: "/business-units/{business-unit-id}/users", permissions: onUsers, handler: (*Server).listUnitUsers},
	{name: "create_business_units1", method: http.MethodPost, path: "/business-units", permissions: onUnits, hasBody: true, handler: (*Server).createUnit},
	{name: "create_business_units", method: http.MethodPut, path: "/business-units/{business-unit-id}", permissions: onUnits, hasBody: true, handler: (*Server).updateUnit},
	{name: "delete_business_unit", method: http.MethodDelete, path: "/business-units/{business-unit-id}", permissions: onUnits, handler: (*Server).deleteUnit},
	{name: "add_business_unit_user", method: http.MethodPost, path: "/business-units/{business-unit-id}/users/{username}", permissions: onUsers, handler: (*Server).addUserUnit},
	{name: "delete_business_units_users1", method: http.MethodDelete, path: "/business-units/{business-unit-id}/users/{username}", permissions: onUsers, handler: (*Server).deleteUserUnit},
	{name: "get_all_event_types", method: http.MethodGet, path: "/audit-logs/types", permissions: onAuditLog, handler: (*Server).listAuditEventTypes},
	{name: "get_filtered_audits", method: http.MethodGet, path: "/audit-logs", permissions: onAuditLog, handler: (*Server).listAuditEvents},
	{name: "get_user_profile", method: http.MethodGet, path: "/user-profile", handler: (*Server).getProfile},
	{name: "get_user_profile_permissions", method: http.MethodGet, path: "/user-profile/permissions", handler: (*Server).listPermissions},
	{name: "get_info", method: http.MethodGet, path: "/info", handler: (*Server).getInfo},
})

// fixedUsernames are path segments that cannot be a username.
var fixedUsernames = []string{"summary", "invite", "invitations"}

func withPatterns(all []*route) []*route {
	for _, r := range all {
		r.pattern = strings.Split(strings.TrimPrefix(r.path, "/"), "/")
		r.write = r.method != http.MethodGet
	}

	return all
}

// match returns the operation of an escaped path and the values of its placeholders. For a known path with another
// method it returns a route without a handler. Segments of dots match nothing, because clients and proxies resolve
// them, escaped or not.
func match(method, escaped string) (*route, map[string]string) {
	rest, inAPI := strings.CutPrefix(escaped, "/api/v2/")
	if !inAPI {
		return nil, nil
	}

	segments := strings.Split(rest, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "" || plain == "." || plain == ".." {
			return nil, nil
		}

		segments[i] = plain
	}

	var otherMethod *route

	for _, candidate := range routes {
		values, fits := candidate.fits(segments)

		switch {
		case !fits:
		case candidate.method == method:
			return candidate, values
		case otherMethod == nil:
			otherMethod = &route{write: method != http.MethodGet, allowed: []string{candidate.method}}
		default:
			otherMethod.allowed = append(otherMethod.allowed, candidate.method)
		}
	}

	return otherMethod, nil
}

// fits reports whether a path matches, and returns the values of the placeholders.
func (r *route) fits(segments []string) (map[string]string, bool) {
	if len(segments) != len(r.pattern) {
		return nil, false
	}

	values := make(map[string]string)

	for i, part := range r.pattern {
		name, placeholder := strings.CutPrefix(part, "{")

		switch {
		case placeholder && strings.HasPrefix(name, "username") && slices.Contains(fixedUsernames, segments[i]):
			return nil, false
		case placeholder:
			values[strings.TrimSuffix(name, "}")] = segments[i]
		case part != segments[i]:
			return nil, false
		}
	}

	return values, true
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

// validate rejects requests that are invalid for their operation, regardless of the caller. It returns nil for valid
// ones.
func (r *request) validate() *response {
	refuse := func(status int, detail string) *response {
		out := problem(status, detail)

		return &out
	}

	switch {
	case r.route == nil:
		return refuse(http.StatusNotFound, "The path does not exist")
	case r.route.handler == nil:
		out := problem(http.StatusMethodNotAllowed, "The method is not allowed")
		out.header = map[string]string{"Allow": strings.Join(r.route.allowed, ", ")}

		return &out
	case len(r.body) > maxRequestBody:
		return refuse(http.StatusRequestEntityTooLarge, "The body is too large")
	case !acceptsHAL(r.Header.Get("Accept")):
		return refuse(http.StatusNotAcceptable, "The operation returns application/hal+json")
	case !r.route.hasBody && !r.acceptableBody():
		return refuse(http.StatusBadRequest, "The operation does not accept a body")
	case r.route.hasBody && len(r.body) == 0:
		return refuse(http.StatusBadRequest, "The operation requires a body")
	}

	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); r.route.hasBody && (err != nil || media != "application/json") {
		return refuse(http.StatusUnsupportedMediaType, "The body must be application/json")
	}

	for name, value := range r.segments {
		if name != "username" && !uuidPattern.MatchString(value) {
			return refuse(http.StatusBadRequest, "The "+name+" is not a UUID")
		}
	}

	return nil
}

// acceptableBody reports whether an operation without a body accepts the request: it has no body, or the {} that the
// vendor's own client sends with every write (observed in its rest.py).
func (r *request) acceptableBody() bool {
	return len(r.body) == 0 || (r.route.write && string(bytes.TrimSpace(r.body)) == "{}")
}

func acceptsHAL(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		media, _, err := mime.ParseMediaType(part)
		if err == nil && (media == "application/hal+json" || media == "*/*" || media == "application/*") {
			return true
		}
	}

	return false
}
