package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ownRole is the RoleRequest of a role of this run, which has no permissions.
type ownRole struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// createRole creates the role of this run and returns its UUID.
func (t *Tenant) createRole(ctx context.Context) (string, error) {
	t.mu.Lock()
	t.roleMayExist = true
	t.mu.Unlock()

	created, err := t.send(ctx, http.MethodPost, nil, ownRole{t.Prefix + "role", "Created by a test, without permissions"}, "roles")
	if err != nil {
		return "", err
	}

	if !created.succeeded() {
		return "", fmt.Errorf("create_role: %s", created.refusal())
	}

	// The response may have no body.
	ids, err := t.ownRoles(ctx, func(name string) bool { return strings.HasPrefix(name, t.Prefix) })
	if err != nil || len(ids) != 1 {
		return "", errors.New("the created role is not listed")
	}

	return ids[0], nil
}

// ownRoles lists the roles whose names isOwn accepts, and allows them to be deleted.
func (t *Tenant) ownRoles(ctx context.Context, isOwn func(name string) bool) ([]string, error) {
	roles, err := t.Client.ListRoles(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return nil, err
	}

	var ids []string

	for _, role := range roles {
		if isOwn(role.Name) {
			ids = append(ids, role.ID)
		}
	}

	t.mu.Lock()
	defer t.mu.Unlock()

	t.roles = append(t.roles, ids...)

	return ids, nil
}

// ownsRole reports whether a role may be deleted.
func (t *Tenant) ownsRole(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	return slices.Contains(t.roles, id)
}

// leftoverRole matches the name of a role of any run.
var leftoverRole = regexp.MustCompile(`^` + prefix + `[0-9a-f]{8}-role$`)

// sweepRoles deletes the roles whose names isOwn accepts.
func (t *Tenant) sweepRoles(ctx context.Context, isOwn func(name string) bool) error {
	ids, err := t.ownRoles(ctx, isOwn)

	problems := []error{err}

	for _, id := range ids {
		// An interrupted run blocks its own writes, so this request bypasses it.
		request, err := t.request(ctx, http.MethodDelete, nil, nil, []string{"roles", id})
		if err != nil {
			return errors.New("unable to build the request")
		}

		deleted, err := t.exchange(request)
		if err == nil && !deleted.succeeded() && deleted.status != http.StatusNotFound {
			err = errors.New(deleted.refusal())
		}

		if err != nil {
			problems = append(problems, fmt.Errorf("role %s may be left behind: %w", id, err))
		}
	}

	return errors.Join(problems...)
}
