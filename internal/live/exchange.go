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

// reply is a response as received.
type reply struct {
	status int
	body   []byte
}

// uninformative are statuses that describe the caller or the network, but not the API.
var uninformative = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// send sends a request once, without retries. It refuses writes to users, roles and business units that are
// not of this run. Errors never contain the server's text or its address.
func (t *Tenant) send(ctx context.Context, method string, query url.Values, body any, segments ...string) (reply, error) {
	if method != http.MethodGet && !t.mayWrite(method, body, segments) {
		return reply{}, errors.New("the request would write to a user, role or business unit that this run did not create")
	}

	request, err := t.request(ctx, method, query, body, segments)
	if err != nil {
		return reply{}, errors.New("unable to build the request")
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

// exchange sends a request and reads the response.
func (t *Tenant) exchange(request *http.Request) (reply, error) {
	response, err := t.httpClient.Do(request)
	if err != nil {
		return reply{}, errors.New("the server did not respond")
	}

	defer response.Body.Close() //nolint:errcheck // The body is in memory.

	content, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, errors.New("the server did not respond")
	}

	if slices.Contains(uninformative, response.StatusCode) {
		return reply{}, fmt.Errorf("the server returned %d", response.StatusCode)
	}

	content = bytes.TrimSpace(content)

	// A proxy or a sign-in form may return 200 with HTML, which says nothing about the API.
	if bytes.HasPrefix(content, []byte("<")) {
		return reply{}, errors.New("the response is an HTML page")
	}

	return reply{status: response.StatusCode, body: content}, nil
}

// statusAs sends a read with another API token and returns only the status.
func (t *Tenant) statusAs(ctx context.Context, token string, segments ...string) (reply, error) {
	if token == "" {
		return reply{}, errors.New("there is no token")
	}

	request, err := t.request(ctx, http.MethodGet, nil, nil, segments)
	if err != nil {
		return reply{}, errors.New("unable to build the request")
	}

	request.Header.Set("Api-Token", token)

	response, err := t.httpClient.Do(request)
	if err != nil {
		return reply{}, errors.New("the server did not respond")
	}

	return reply{status: response.StatusCode}, response.Body.Close()
}

// mayWrite reports whether a write is to a user, role or business unit of this run.
func (t *Tenant) mayWrite(method string, body any, segments []string) bool {
	switch {
	case len(segments) == 0:
		return false
	case segments[0] == ownRoles.collection:
		return t.mayWriteOwn(ownRoles, method, body, segments)
	case segments[0] == ownUnits.collection:
		return t.mayWriteOwn(ownUnits, method, body, segments)
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

// profile is CreateUserRequest, or UpdateUserRequest without a username.
type profile struct {
	Username        string `json:"username,omitempty"`
	Email           string `json:"email"`
	FirstName       string `json:"firstName"`
	LastName        string `json:"lastName"`
	Password        string `json:"password,omitempty"`
	PasswordExpired *bool  `json:"passwordExpired,omitempty"`
}

// succeeded reports whether the status is 2xx.
func (r reply) succeeded() bool { return r.status >= 200 && r.status <= 299 }

// outcome describes the response to a write.
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

// refusal describes a response that is not 2xx.
func (r reply) refusal() string { return fmt.Sprintf("refused with %d", r.status) }

// acceptance describes whether the response is 2xx.
func (r reply) acceptance() string {
	if r.succeeded() {
		return "accepted"
	}

	return r.refusal()
}

// fields returns the body as a JSON object.
func (r reply) fields() (object, error) {
	if !r.succeeded() {
		return nil, fmt.Errorf("the server returned %d", r.status)
	}

	fields := objectIn(r.body)
	if fields == nil {
		return nil, errors.New("the response is not a JSON object")
	}

	return fields, nil
}

// items returns the items of a page.
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
