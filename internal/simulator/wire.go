package simulator

import (
	"net/http"
	"net/url"
)

// publicHost is the host in links, which clients must not follow.
const publicHost = "https://tenant.iriusrisk.example/api/v2"

// problem returns an error response in the format of RFC 7807 (observed).
func problem(status int, detail string) response {
	return response{
		status: status, contentType: "application/problem+json",
		body: object{"title": http.StatusText(status), "status": status, "detail": detail},
	}
}

// object is a JSON object.
type object = map[string]any

func link(path string) object { return object{"href": publicHost + path} }

// userJSON is GetUserResponse.
func (s *Server) userJSON(u *user) object {
	path := "/users/" + url.PathEscape(u.Username)
	self := func(below string) object { return object{"_links": object{"self": link(path + below)}} }

	shown := object{
		"id": u.ID, "username": u.Username, "firstName": u.FirstName, "lastName": u.LastName, "email": u.Email,
		"passwordExpired": u.PasswordExpired, "enabled": u.Enabled,
		"businessUnits": self("/business-units"), "sessions": self("/sessions"), "globalRoles": self("/roles"),
		"projectRoles": self("/project-roles"), "avatar": self("/avatar"), "_links": object{"self": link(path)},
	}

	links := object{"regenerateApiToken": link(path + "/api-token/generate"), "deleteApiToken": link(path + "/api-token")}

	switch {
	case u.shownToken() != "":
		shown["apiToken"] = object{"hint": s.hint(u.shownToken()), "_links": links}
	case s.options.NoToken == NoTokenNull:
		shown["apiToken"] = nil
	case s.options.NoToken == NoTokenEmpty:
		shown["apiToken"] = object{"_links": object{"regenerateApiToken": links["regenerateApiToken"]}}
	}

	return shown
}

func summaryJSON(u *user) object {
	return object{"id": u.ID, "username": u.Username, "firstName": u.FirstName, "lastName": u.LastName}
}

func memberJSON(u *user) object {
	return object{"username": u.Username, "firstName": u.FirstName, "lastName": u.LastName}
}

func (s *Server) roleJSON(role *role) object {
	shown := object{"id": role.ID, "name": role.Name, "description": role.Description, "_links": object{"self": link("/roles/" + role.ID)}}
	if s.options.OmitRoleDescriptions {
		delete(shown, "description")
	}

	return shown
}

func permissionJSON(permission Permission) object {
	return object{"id": permission.ID, "name": permission.Name}
}

func unitJSON(unit BusinessUnit) object {
	return object{
		"id": unit.ID, "referenceId": unit.ReferenceID, "name": unit.Name, "description": unit.Description,
		"_links": object{"self": link("/business-units/" + unit.ID)},
	}
}

// withExtraFields adds unknown fields to a body and every object in it.
func withExtraFields(body any) any {
	switch value := body.(type) {
	case object:
		extended := object{"xUnknown": object{"deep": []any{1, nil, "x"}}, "xNull": nil, "xList": []any{}}
		for name, inner := range value {
			extended[name] = withExtraFields(inner)
		}

		return extended
	case []object:
		return extendedList(value)
	case []any:
		return extendedList(value)
	default:
		return body
	}
}

func extendedList[T any](list []T) []any {
	extended := make([]any, len(list))
	for i, inner := range list {
		extended[i] = withExtraFields(inner)
	}

	return extended
}
