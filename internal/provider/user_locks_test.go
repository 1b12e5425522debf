package provider

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestUserLocks_oneChangePerUser(t *testing.T) {
	t.Parallel()

	locks := newUserLocks()

	var (
		group   sync.WaitGroup
		counter int
	)

	for _, username := range []string{"ada", "ADA", "Ada"} {
		for range 100 {
			group.Go(func() {
				unlock, err := locks.lock(t.Context(), username)
				if err != nil {
					t.Error(err)

					return
				}

				counter++

				unlock()
			})
		}
	}

	group.Wait()

	if counter != 300 || len(locks.locks) != 0 {
		t.Errorf("%d turns were taken and %d locks are left, want 300 and none", counter, len(locks.locks))
	}
}

func TestUserLocks_differentUsersDoNotWait(t *testing.T) {
	t.Parallel()

	locks := newUserLocks()

	for _, username := range []string{"ada", "grace"} {
		if _, err := locks.lock(t.Context(), username); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUserLocks_waitEndsWithTheContext(t *testing.T) {
	t.Parallel()

	locks := newUserLocks()

	unlock, err := locks.lock(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	if _, err := locks.lock(ctx, "ada"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}

	unlock()

	if len(locks.locks) != 0 {
		t.Errorf("%d locks are left", len(locks.locks))
	}
}
