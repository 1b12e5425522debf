package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// checkFunc observes one fact. An error says why the tenant shows nothing.
type checkFunc func(context.Context, *probe) (string, error)

// Placeholders in the path of a check, whose values are known only when the probe runs.
const (
	userPlaceholder = "{username}"
	rolePlaceholder = "{role-id}"
	unitPlaceholder = "{business-unit-id}"

	ownRolePlaceholder = "{own-role-id}"
	ownUnitPlaceholder = "{own-business-unit-id}"
)

// exchange sends a request without a body to a path with placeholders.
func (p *probe) exchange(ctx context.Context, method string, segments []string) (reply, error) {
	return p.tenant.send(ctx, method, nil, nil, p.filled(segments)...)
}

// filled replaces the placeholders of a path.
func (p *probe) filled(segments []string) []string {
	filled := make([]string, len(segments))
	values := map[string]string{
		userPlaceholder: p.ada, rolePlaceholder: p.role, unitPlaceholder: p.unit, ownRolePlaceholder: p.ownRole, ownUnitPlaceholder: p.ownUnit,
	}

	for i, segment := range segments {
		filled[i] = cmp.Or(values[segment], segment)
	}

	return filled
}

// checkOutcome describes the status of a write and whether the response has a body.
func checkOutcome(method string, segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.exchange(ctx, method, segments)

		return received.outcome(), err
	}
}

// checkStatus returns the status of a response.
func checkStatus(method string, segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.exchange(ctx, method, segments)

		return strconv.Itoa(received.status), err
	}
}

// checkShape describes the fields of an object.
func checkShape(segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.exchange(ctx, http.MethodGet, segments)
		if err != nil {
			return "", err
		}

		fields, err := received.fields()

		return fields.shape(), err
	}
}

// checkItemShape describes the fields of the first item of a list.
func checkItemShape(segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.exchange(ctx, http.MethodGet, segments)
		if err != nil {
			return "", err
		}

		items, err := received.items()

		switch {
		case err != nil:
			return "", err
		case len(items) == 0:
			return "", errors.New("the list is empty")
		default:
			return items[0].shape(), nil
		}
	}
}

// checkInfo describes the fields of /info and records the versions for the report.
func checkInfo(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "info")
	if err != nil {
		return "", err
	}

	fields, err := received.fields()
	p.version, p.apiVersion = versionIn(fields.text("version")), versionIn(fields.text("apiVersion"))

	return fields.shape(), err
}

func checkPermissions(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "user-profile", "permissions")

	var names []json.RawMessage

	switch {
	case err != nil:
		return "", err
	case !received.succeeded():
		return received.refusal(), nil
	case json.Unmarshal(received.body, &names) != nil || kind(received.body) != "array":
		return kind(received.body), nil //nolint:nilerr // The type is the observation.
	case slices.ContainsFunc(names, func(name json.RawMessage) bool { return kind(name) != "string" }):
		return "array of other types", nil
	default:
		return "array of strings", nil
	}
}

// checkSlash reads a user that does not exist and whose username has a slash. A server that accepts such paths returns
// 404.
func checkSlash(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "users", p.tenant.Prefix+"no/user")

	return received.acceptance(), err
}

func checkError(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "users", p.tenant.Prefix+"absent")
	if err != nil {
		return "", err
	}

	fields := objectIn(received.body)
	if fields == nil {
		return "not a JSON object", nil
	}

	return fields.shape(), nil
}
