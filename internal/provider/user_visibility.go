package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// newObjectWaits is the number of waits for a new user, role or business unit to become visible. With the client's default wait
// between attempts, they add up to five seconds.
const newObjectWaits = 5

// noteCreated records that this run has created a user.
func (s *providerData) noteCreated(username string) {
	s.created.add(iriusrisk.FoldUsername(username))
}

// onceVisible sends a request about a user. While the response is 404 and this run has created the user, it waits and
// retries for a few seconds. The 404 may also refer to another object in the request; the error is then returned after
// these retries.
func (s *providerData) onceVisible(ctx context.Context, username string, send func() error) error {
	return s.whileNew(ctx, s.created.has(iriusrisk.FoldUsername(username)), send)
}

// onceUnitVisible is onceVisible for a request about a business unit.
func (s *providerData) onceUnitVisible(ctx context.Context, unitID string, send func() error) error {
	return s.whileNew(ctx, s.createdUnits.has(strings.ToLower(unitID)), send)
}

// onceRoleVisible is onceVisible for a request about a role.
func (s *providerData) onceRoleVisible(ctx context.Context, roleID string, send func() error) error {
	return s.whileNew(ctx, s.createdRoles.has(strings.ToLower(roleID)), send)
}

// onceAssignable is onceVisible for a request about a user and a role or business unit.
func (s *providerData) onceAssignable(ctx context.Context, a assignment, send func() error) error {
	id := strings.ToLower(a.id)

	return s.whileNew(ctx, s.created.has(iriusrisk.FoldUsername(a.username)) || s.createdUnits.has(id) || s.createdRoles.has(id), send)
}

// whileNew sends a request, and retries it while the response is 404 if isNew tells that this run has created an object in
// the request.
func (s *providerData) whileNew(ctx context.Context, isNew bool, send func() error) error {
	err := send()

	for range newObjectWaits {
		if !isNew || !iriusrisk.IsNotFound(err) {
			return err
		}

		if !pause(ctx, s.client.RetryWaitMin()) {
			return fmt.Errorf("%w (%w); the last response: %w", errWaitInterrupted, context.Cause(ctx), err)
		}

		err = send()
	}

	return err
}

// onceListed looks up an object that this run may have created. If isNew tells that it may exist by now, it repeats the lookup
// for a few seconds while it finds none.
func onceListed[T any](ctx context.Context, s *providerData, isNew bool, lookUp func() ([]T, error)) ([]T, error) {
	found, err := lookUp()

	for range newObjectWaits {
		if !isNew || err != nil || len(found) > 0 {
			break
		}

		if !pause(ctx, s.client.RetryWaitMin()) {
			return nil, fmt.Errorf("%w (%w)", errWaitInterrupted, context.Cause(ctx))
		}

		found, err = lookUp()
	}

	return found, err
}

// errWaitInterrupted is the error of a wait for a new object that ended too early. The object may exist, so a 404 that this
// error wraps is no proof of its absence.
var errWaitInterrupted = errors.New("the wait for a new object to become visible was interrupted")

// pause waits, and returns false if the context ends first.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()

	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
