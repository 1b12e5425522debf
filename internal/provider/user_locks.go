package provider

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userLocks serializes writes to one user, while writes to different users run in parallel. Usernames that differ only in
// case share a lock.
type userLocks struct {
	mu    sync.Mutex
	locks map[string]*userLock
}

// userLock is the lock of one user. callers counts the calls that hold it or wait for it.
type userLock struct {
	held    *semaphore.Weighted
	callers int
}

func newUserLocks() *userLocks {
	return &userLocks{locks: make(map[string]*userLock)}
}

// lock acquires the user's lock and returns the function that releases it. If the context ends first, it returns the
// cause.
func (l *userLocks) lock(ctx context.Context, username string) (unlock func(), err error) {
	key := iriusrisk.FoldUsername(username)
	lock := l.enter(key)

	if err := lock.held.Acquire(ctx, 1); err != nil {
		l.leave(key, lock)

		return nil, context.Cause(ctx)
	}

	return func() {
		lock.held.Release(1)
		l.leave(key, lock)
	}, nil
}

// enter returns the lock of a user, and creates it if nothing uses it yet.
func (l *userLocks) enter(key string) *userLock {
	l.mu.Lock()
	defer l.mu.Unlock()

	lock, found := l.locks[key]
	if !found {
		lock = &userLock{held: semaphore.NewWeighted(1)}
		l.locks[key] = lock
	}

	lock.callers++

	return lock
}

// leave deletes a lock that nothing uses any more.
func (l *userLocks) leave(key string, lock *userLock) {
	l.mu.Lock()
	defer l.mu.Unlock()

	lock.callers--
	if lock.callers == 0 {
		delete(l.locks, key)
	}
}

// lock acquires the user's lock, and adds an error if the run is interrupted first. It invalidates cached reads of the
// user both when the lock is acquired and when it is released.
func (s *providerData) lock(ctx context.Context, username string, diags *diag.Diagnostics) (unlock func(), ok bool) {
	release, err := s.locks.lock(ctx, username)
	if err != nil {
		diags.AddError(fmt.Sprintf("Unable to change user %q", username), "The run was interrupted while this change was waiting for another change of the same user. No request was sent.")

		return nil, false
	}

	done := s.directory.Writing(username)

	return func() {
		done()
		release()
	}, true
}
