package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// reply is an answer as it came.
type reply struct {
	status int
	body   []byte
}

// uninformative are the statuses that say something of the caller or of the network, and nothing of the API.
var uninformative = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// send sends a request once. Only users and roles of this run are written to: any other write is an error and is not sent. Errors
// never hold what the server said, nor its address.
func (t *Tenant) send(ctx context.Context, method string, query url.Values, body any, segments ...string) (reply, error) {
	if method != http.MethodGet && !t.mayWrite(method, body, segments) {
		return reply{}, errors.New("the request would change what this run has not made")
	}

	request, err := t.request(ctx, method, query, body, segments)
	if err != nil {
		return reply{}, errors.New("the request cannot be made")
	}

	if method == http.MethodGet {
		return t.exchange(request)
	}

	var received reply

	err = t.run.Write(ctx, func() (err error) {
		received, err = t.exchange(request)

		return err
	})

	return received, err
}

// exchange sends a request and reads the answer.
func (t *Tenant) exchange(request *http.Request) (reply, error) {
	response, err := t.httpClient.Do(request)
	if err != nil {
		return reply{}, errors.New("no answer arrived")
	}

	defer response.Body.Close() //nolint:errcheck // The body is in memory.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, errors.New("no answer arrived")
	}

	if slices.Contains(uninformative, response.StatusCode) {
		return reply{}, fmt.Errorf("the server answered %d", response.StatusCode)
	}

	content = bytes.TrimSpace(content)

	// A proxy or a sign-in form answers 200 as well, and says nothing of the API.
	if bytes.HasPrefix(content, []byte("<")) {
		return reply{}, errors.New("the answer is a page of HTML")
	}

	return reply{status: response.StatusCode, body: content}, nil
}

// statusAs reads something with another API token than that of the settings, and tells the status only.
func (t *Tenant) statusAs(ctx context.Context, token string, segments ...string) (reply, error) {
	if token == "" {
		return reply{}, errors.New("there is no token")
	}

	request, err := t.request(ctx, http.MethodGet, nil, nil, segments)
	if err != nil {
		return reply{}, errors.New("the request cannot be made")
	}

	request.Header.Set("Api-Token", token)

	response, err := t.httpClient.Do(request)
	if err != nil {
		return reply{}, errors.New("no answer arrived")
	}

	return reply{status: response.StatusCode}, response.Body.Close()
}

// mayWrite tells whether a write is one to a user or to a role of this run.
func (t *Tenant) mayWrite(method string, body any, segments []string) bool {
	switch {
	case len(segments) == 0:
		return false
	case segments[0] == "roles" && len(segments) == 1:
		role, described := body.(ownRole)

		return method == http.MethodPost && described && strings.HasPrefix(role.Name, t.Prefix)
	case segments[0] == "roles":
		return method == http.MethodDelete && len(segments) == 2 && t.ownsRole(segments[1])
	case segments[0] != "users":
		return false
	}

	if len(segments) > 1 {
		return strings.HasPrefix(segments[1], t.Prefix)
	}

	profile, described := body.(profile)

	return method == http.MethodPost && described && strings.HasPrefix(profile.Username, t.Prefix)
}

func (t *Tenant) request(ctx context.Context, method string, query url.Values, body any, segments []string) (*http.Request, error) {
	escaped := []string{t.base}
	for _, segment := range segments {
		escaped = append(escaped, url.PathEscape(segment))
	}

	address := strings.Join(escaped, "/")
	if len(query) > 0 {
		address += "?" + query.Encode()
	}

	var content io.Reader

	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}

		content = bytes.NewReader(encoded)
	}

	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, err
	}

	request.Header.Set("Api-Token", t.settings.APIToken)
	request.Header.Set("Accept", "application/hal+json")
	request.Header.Set("User-Agent", userAgent)

	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}

	return request, nil
}

// profile is CreateUserRequest, and UpdateUserRequest when it has no username.
type profile struct {
	Username        string `json:"username,omitempty"`
	Email           string `json:"email"`
	FirstName       string `json:"firstName"`
	LastName        string `json:"lastName"`
	Password        string `json:"password,omitempty"`
	PasswordExpired *bool  `json:"passwordExpired,omitempty"`
}

// succeeded tells whether the answer is 2xx.
func (r reply) succeeded() bool { return r.status >= 200 && r.status <= 299 }

// outcome says in words what the answer to a write was.
func (r reply) outcome() string {
	switch {
	case !r.succeeded():
		return r.refusal()
	case len(r.body) == 0:
		return fmt.Sprintf("%d without a body", r.status)
	default:
		return fmt.Sprintf("%d with a body", r.status)
	}
}

// refusal says in words that the answer was not 2xx.
func (r reply) refusal() string { return fmt.Sprintf("refused with %d", r.status) }

// acceptance says in words whether the answer was 2xx.
func (r reply) acceptance() string {
	if r.succeeded() {
		return "accepted"
	}

	return r.refusal()
}

// fields is the answer as a JSON object.
func (r reply) fields() (object, error) {
	if !r.succeeded() {
		return nil, fmt.Errorf("the server answered %d", r.status)
	}

	fields := objectIn(r.body)
	if fields == nil {
		return nil, errors.New("the answer is not a JSON object")
	}

	return fields, nil
}

// items are the items of a page.
func (r reply) items() ([]object, error) {
	fields, err := r.fields()
	if err != nil {
		return nil, err
	}

	var items []object
	if raw := objectIn(fields["_embedded"])["items"]; json.Unmarshal(raw, &items) != nil && raw != nil {
		return nil, errors.New("the items of the page are not objects")
	}

	return items, nil
}
