package provider

import (
	"context"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userLocks lets writes to one user take turns while writes to different users go in parallel. Usernames that differ
// in case only name the same user.
type userLocks struct {
	mu    sync.Mutex
	turns map[string]*turn
}

// turn is one user's lock: whoever has sent to the channel holds it.
type turn struct {
	held    chan struct{}
	waiting int
}

func newUserLocks() *userLocks {
	return &userLocks{turns: make(map[string]*turn)}
}

// lock waits for the user's turn and returns the function that ends it. The wait ends early, with the context's error,
// when the context does.
func (l *userLocks) lock(ctx context.Context, username string) (unlock func(), err error) {
	key := iriusrisk.FoldUsername(username)

	l.mu.Lock()

	t, found := l.turns[key]
	if !found {
		t = &turn{held: make(chan struct{}, 1)}
		l.turns[key] = t
	}

	t.waiting++
	l.mu.Unlock()

	select {
	case t.held <- struct{}{}:
		return func() {
			<-t.held
			l.leave(key, t)
		}, nil
	case <-ctx.Done():
		l.leave(key, t)

		return nil, context.Cause(ctx)
	}
}

// leave forgets a lock that nobody holds or waits for any more.
func (l *userLocks) leave(key string, t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()

	t.waiting--
	if t.waiting == 0 {
		delete(l.turns, key)
	}
}
