package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// checkEmptyObject checks whether a write that documents no body accepts the {} that the vendor's own client sends.
func checkEmptyObject(method string, segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.tenant.send(ctx, method, nil, struct{}{}, p.filled(segments)...)

		return received.acceptance(), err
	}
}

// checkTokenOfDisabledUser disables ada, uses her API token, and enables her again.
func checkTokenOfDisabledUser(ctx context.Context, p *probe) (string, error) {
	works, err := p.tenant.statusAs(ctx, p.token, "user-profile")
	if err != nil {
		return "", err
	}

	if !works.succeeded() {
		return "", errors.New("the token is rejected while the user is enabled")
	}

	if disabled, err := p.exchange(ctx, http.MethodPost, []string{"users", userPlaceholder, "disable"}); err != nil || !disabled.succeeded() {
		return "", errors.New("the user could not be disabled")
	}

	received, err := p.tenant.statusAs(ctx, p.token, "user-profile")

	if _, enableErr := p.exchange(ctx, http.MethodPost, []string{"users", userPlaceholder, "enable"}); err == nil {
		err = enableErr
	}

	return received.acceptance(), err
}

// builtInRoles are the names of the roles that every tenant has initially (inferred).
var builtInRoles = []string{
	"ROLE_ADMIN", "ROLE_COMPONENTS_EDITOR", "ROLE_DEVELOPER", "ROLE_FULL_ACCESS_USER", "ROLE_LIBRARY_EDITOR", "ROLE_MANAGE_USERS_BU",
	"ROLE_PORTFOLIO_VIEW", "ROLE_QUESTIONNAIRE_ONLY", "ROLE_READ_ONLY", "ROLE_REQUIREMENTS_MANAGE", "ROLE_RISK_MANAGER", "ROLE_RULES_EDITOR",
	"ROLE_TEMPLATE_EDITOR", "ROLE_TESTER", "ROLE_TEST_ONLY",
}

// checkRoleNames compares the tenant's roles with the built-in ones. It returns only names that are those of a built-in
// role in another spelling, so that names of the tenant's own roles stay private.
func checkRoleNames(ctx context.Context, p *probe) (string, error) {
	roles, err := p.tenant.Client.ListRoles(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return "", errors.New("the roles cannot be listed")
	}

	found := false

	var spellings []string

	for _, role := range roles {
		at := slices.IndexFunc(builtInRoles, func(name string) bool { return lettersOf(name) == lettersOf(role.Name) })

		switch {
		case at < 0:
		case builtInRoles[at] == role.Name:
			found = true
		default:
			spellings = append(spellings, role.Name)
		}
	}

	switch {
	case len(spellings) > 0:
		slices.Sort(spellings)

		return strings.Join(spellings, separator), nil
	case !found:
		return "", errors.New("no built-in role is listed")
	default:
		return spelledAsAssumed, nil
	}
}

const spelledAsAssumed = "spelled like ROLE_DEVELOPER"

// lettersOf returns the letters of a name in lower case, without the prefix of built-in names.
func lettersOf(name string) string {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}

		return unicode.ToLower(r)
	}, name)

	return strings.TrimPrefix(letters, "role")
}

// permissions lists the permissions that roles can have.
func (p *probe) permissions(ctx context.Context) ([]object, error) {
	var all []object

	for _, scope := range []string{"global-permissions", "project-permissions"} {
		for page := range maxPermissionPages {
			received, err := p.get(ctx, pageQuery(page), "roles", scope)
			if err != nil {
				return nil, err
			}

			items, err := received.items()
			if err != nil {
				return nil, err
			}

			all = append(all, items...)

			fields, _ := received.fields()
			if page+1 >= objectIn(fields["page"]).number("totalPages") {
				break
			}
		}
	}

	if len(all) == 0 {
		return nil, errors.New("no permission is listed")
	}

	return all, nil
}

// maxPermissionPages is the maximum number of pages of permissions to read: about 110 permissions were observed.
const maxPermissionPages = 20

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

// checkPermissionIDs describes the IDs of permissions.
func checkPermissionIDs(ctx context.Context, p *probe) (string, error) {
	permissions, err := p.permissions(ctx)
	if err != nil {
		return "", err
	}

	every := func(is func(object) bool) bool {
		return !slices.ContainsFunc(permissions, func(permission object) bool { return !is(permission) })
	}

	switch {
	case every(func(permission object) bool { return uuidPattern.MatchString(permission.text("id")) }):
		return "UUIDs", nil
	case every(func(permission object) bool {
		return permission.text("id") != "" && permission.text("id") == permission.text("name")
	}):
		return "the names", nil
	default:
		return "something else", nil
	}
}

// checkPermissionNames checks whether the names of the caller's permissions are among those that roles can have.
func checkPermissionNames(ctx context.Context, p *probe) (string, error) {
	permissions, err := p.permissions(ctx)
	if err != nil {
		return "", err
	}

	received, err := p.get(ctx, nil, "user-profile", "permissions")
	if err != nil {
		return "", err
	}

	var callers []string
	if json.Unmarshal(received.body, &callers) != nil || len(callers) == 0 {
		return "", errors.New("the permissions of the caller are unknown")
	}

	missing := slices.DeleteFunc(callers, func(name string) bool {
		return slices.ContainsFunc(permissions, func(permission object) bool { return permission.text("name") == name })
	})
	if len(missing) > 0 {
		return "some of the caller's are missing", nil
	}

	return "the caller's are among them", nil
}
