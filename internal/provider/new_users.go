package provider

import (
	"context"
	"sync"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// newUserWaits is how many waits a new user gets to become visible. With the client's default wait between attempts they
// come to five seconds.
const newUserWaits = 5

// newUsers remembers which users this run has created. A server may take some seconds until all of it knows of them.
type newUsers struct {
	mu        sync.Mutex
	usernames map[string]struct{}
}

func newNewUsers() *newUsers {
	return &newUsers{usernames: make(map[string]struct{})}
}

func (n *newUsers) has(username string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()

	_, found := n.usernames[iriusrisk.FoldUsername(username)]

	return found
}

// noteCreated notes that this run has created a user.
func (s *session) noteCreated(username string) {
	s.created.mu.Lock()
	defer s.created.mu.Unlock()

	s.created.usernames[iriusrisk.FoldUsername(username)] = struct{}{}
}

// onceVisible sends a request about a user. When it is answered 404 and this run has created the user, it waits until the
// user can be read, for a bounded time, and sends the request once more. If the user can be read at once, the 404 may be
// about something else that the request names, which one more answer settles too.
func (s *session) onceVisible(ctx context.Context, username string, send func() error) error {
	err := send()
	if !iriusrisk.IsNotFound(err) || !s.created.has(username) {
		return err
	}

	for waits := 0; ; waits++ {
		_, lookErr := s.client.GetUser(ctx, username)

		switch {
		case lookErr == nil:
			return send()
		case !iriusrisk.IsNotFound(lookErr), waits == newUserWaits, !pause(ctx, s.client.RetryWaitMin()):
			return err
		}
	}
}

// pause waits, and reports false when the context ends first.
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

// listFresh returns the UUIDs of what a user has at this moment, who may have been created in this run.
func (s *session) listFresh(ctx context.Context, kind membershipKind, username string) (ids []string, err error) {
	err = s.onceVisible(ctx, username, func() error {
		ids, err = kind.list(ctx, s.client, username)

		return err
	})

	return ids, err
}
