package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// ownKind is a kind of object that a run creates besides users: one of each kind, with a name of the run.
type ownKind struct {
	// suffix follows the prefix of the run in the name.
	noun, suffix, collection string

	// leftover matches the name of an object of any run.
	leftover *regexp.Regexp

	// list returns the names of all objects by UUID.
	list func(context.Context, *iriusrisk.Client) (map[string]string, error)
}

// Roles and business units that a run creates.
var (
	ownRoles = newOwnKind("role", "role", "roles", func(ctx context.Context, client *iriusrisk.Client) (map[string]string, error) {
		roles, err := client.ListRoles(ctx, iriusrisk.ListOptions{})

		return namesByID(roles, func(role iriusrisk.Role) (id, name string) { return role.ID, role.Name }), err
	})

	ownUnits = newOwnKind("business unit", "unit", "business-units", func(ctx context.Context, client *iriusrisk.Client) (map[string]string, error) {
		units, err := client.ListBusinessUnits(ctx, iriusrisk.ListOptions{})

		return namesByID(units, func(unit iriusrisk.BusinessUnit) (id, name string) { return unit.ID, unit.Name }), err
	})

	ownKinds = []*ownKind{ownRoles, ownUnits}
)

func newOwnKind(noun, suffix, collection string, list func(context.Context, *iriusrisk.Client) (map[string]string, error)) *ownKind {
	return &ownKind{
		noun: noun, suffix: suffix, collection: collection, leftover: regexp.MustCompile(`^` + prefix + `[0-9a-f]{8}-` + suffix + `$`), list: list,
	}
}

func namesByID[T any](items []T, describe func(T) (id, name string)) map[string]string {
	names := make(map[string]string, len(items))

	for _, item := range items {
		id, name := describe(item)
		names[id] = name
	}

	return names
}

// ownObjects are the objects of one kind of a run: mayExist reports whether one may have been created, ids are the UUIDs of
// those that may be changed and deleted.
type ownObjects struct {
	mayExist bool
	ids      []string
}

// ownName returns the name of the object of a kind of this run.
func (t *Tenant) ownName(kind *ownKind) string { return t.Prefix + kind.suffix }

// create creates the object of a kind of this run. It returns the response and the UUID, which is "" if the creation is
// refused.
func (t *Tenant) create(ctx context.Context, kind *ownKind, body any) (received reply, id string, err error) {
	t.mu.Lock()
	t.owned(kind).mayExist = true
	t.mu.Unlock()

	received, err = t.send(ctx, http.MethodPost, nil, body, kind.collection)
	if err != nil || !received.succeeded() {
		return received, "", err
	}

	// The response may have no body.
	ids, err := t.listOwn(ctx, kind, t.isOwn(kind))
	if err != nil || len(ids) != 1 {
		return received, "", fmt.Errorf("the created %s is not listed", kind.noun)
	}

	return received, ids[0], nil
}

// isOwn returns a function that reports whether a name is that of the object of a kind of this run.
func (t *Tenant) isOwn(kind *ownKind) func(name string) bool {
	return func(name string) bool { return name == t.ownName(kind) }
}

// owned returns the objects of a kind of this run. t.mu must be held.
func (t *Tenant) owned(kind *ownKind) *ownObjects {
	if t.own == nil {
		t.own = make(map[*ownKind]*ownObjects)
	}

	if t.own[kind] == nil {
		t.own[kind] = &ownObjects{}
	}

	return t.own[kind]
}

// listOwn lists the objects whose names isOwn accepts, and allows them to be changed and deleted.
func (t *Tenant) listOwn(ctx context.Context, kind *ownKind, isOwn func(name string) bool) ([]string, error) {
	names, err := kind.list(ctx, t.Client)
	if err != nil {
		return nil, err
	}

	var ids []string

	for id, name := range names {
		if isOwn(name) {
			ids = append(ids, id)
		}
	}

	t.mu.Lock()
	defer t.mu.Unlock()

	owned := t.owned(kind)
	owned.ids = append(owned.ids, ids...)

	return ids, nil
}

// owns reports whether an object may be changed and deleted.
func (t *Tenant) owns(kind *ownKind, id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	return slices.Contains(t.owned(kind).ids, id)
}

// mayHaveCreated reports whether this run may have created an object.
func (t *Tenant) mayHaveCreated(kind *ownKind) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	return t.owned(kind).mayExist
}

// sweepOwn deletes the objects whose names isOwn accepts.
func (t *Tenant) sweepOwn(ctx context.Context, kind *ownKind, isOwn func(name string) bool) error {
	ids, err := t.listOwn(ctx, kind, isOwn)

	problems := []error{err}

	for _, id := range ids {
		// An interrupted run blocks its own writes, so this request bypasses it.
		request, err := t.request(ctx, http.MethodDelete, nil, nil, []string{kind.collection, id})
		if err != nil {
			return errors.New("unable to build the request")
		}

		deleted, err := t.exchange(request)
		if err == nil && !deleted.succeeded() && deleted.status != http.StatusNotFound {
			err = errors.New(deleted.refusal())
		}

		if err != nil {
			problems = append(problems, fmt.Errorf("%s %s may be left behind: %w", kind.noun, id, err))
		}
	}

	return errors.Join(problems...)
}

// mayWriteOwn reports whether a write to a kind of object is to one of this run. Its name must not change, because sweeping
// finds it by its name.
func (t *Tenant) mayWriteOwn(kind *ownKind, method string, body any, segments []string) bool {
	creation, name := method == http.MethodPost && len(segments) == 1, ""

	switch described := body.(type) {
	case iriusrisk.RoleRequest:
		name = described.Name
	case iriusrisk.CreateBusinessUnitRequest:
		name = described.Name
	case iriusrisk.UpdateBusinessUnitRequest:
		name = described.Name
	}

	switch {
	case creation || method == http.MethodPut:
		return t.isOwn(kind)(name) && (creation || (len(segments) == 2 && t.owns(kind, segments[1])))
	default:
		return len(segments) > 1 && t.owns(kind, segments[1])
	}
}
