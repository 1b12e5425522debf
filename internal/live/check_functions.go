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

// look is how a fact is looked at. An error says why the tenant shows nothing.
type checkFunc func(context.Context, *probe) (string, error)

// What stands in the path of a look for what is known only once the probe runs.
const (
	userPlaceholder = "{username}"
	rolePlaceholder = "{role-id}"
	unitPlaceholder = "{business-unit-id}"
)

// exchange sends a request without a body to a path with such names.
func (p *probe) exchange(ctx context.Context, method string, segments []string) (reply, error) {
	return p.tenant.send(ctx, method, nil, nil, p.filled(segments)...)
}

// filled is a path with what its names stand for.
func (p *probe) filled(segments []string) []string {
	filled := make([]string, len(segments))

	for i, segment := range segments {
		filled[i] = cmp.Or(map[string]string{userPlaceholder: p.ada, rolePlaceholder: p.role, unitPlaceholder: p.unit}[segment], segment)
	}

	return filled
}

// checkOutcome tells status and presence of a body of a write's answer.
func checkOutcome(method string, segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.exchange(ctx, method, segments)

		return received.outcome(), err
	}
}

// checkStatus tells the status of an answer.
func checkStatus(method string, segments ...string) checkFunc {
	return func(ctx context.Context, p *probe) (string, error) {
		received, err := p.exchange(ctx, method, segments)

		return strconv.Itoa(received.status), err
	}
}

// checkShape tells the fields of an object.
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

// checkItemShape tells the fields of the first item of a list.
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

// checkInfo takes the versions for the head of the report besides.
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
		return kind(received.body), nil //nolint:nilerr // That it is of another type is what is seen.
	case slices.ContainsFunc(names, func(name json.RawMessage) bool { return kind(name) != "string" }):
		return "array of other things", nil
	default:
		return "array of strings", nil
	}
}

// checkSlash asks for somebody whose username has a slash, whom a server can only miss if it takes such a path at all.
func checkSlash(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "users", p.tenant.Prefix+"no/body")

	return received.acceptance(), err
}

func checkError(ctx context.Context, p *probe) (string, error) {
	received, err := p.get(ctx, nil, "users", p.tenant.Prefix+"nobody")
	if err != nil {
		return "", err
	}

	fields := objectIn(received.body)
	if fields == nil {
		return "not a JSON object", nil
	}

	return fields.shape(), nil
}
