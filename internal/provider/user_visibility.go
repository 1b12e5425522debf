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
func (s *providerData) noteCreated(username string) {
	s.created.mu.Lock()
	defer s.created.mu.Unlock()

	s.created.usernames[iriusrisk.FoldUsername(username)] = struct{}{}
}

// onceVisible sends a request about a user. While it is answered 404 and this run has created the user, it waits and sends
// the request again, for some seconds in all. The 404 may also be about something else that the request names; that is an
// error a few seconds later then.
func (s *providerData) onceVisible(ctx context.Context, username string, send func() error) error {
	err := send()

	for range newUserWaits {
		if !iriusrisk.IsNotFound(err) || !s.created.has(username) || !pause(ctx, s.client.RetryWaitMin()) {
			return err
		}

		err = send()
	}

	return err
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
func (s *providerData) listFresh(ctx context.Context, kind membershipKind, username string) (ids []string, err error) {
	err = s.onceVisible(ctx, username, func() error {
		ids, err = kind.list(ctx, s.client, username)

		return err
	})

	return ids, err
}
