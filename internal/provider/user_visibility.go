package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// newUserWaits is the number of waits for a new user to become visible. With the client's default wait between attempts,
// they add up to five seconds.
const newUserWaits = 5

// newUsers records the users that this run has created. It may take seconds until all parts of a server can see them.
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

// noteCreated records that this run has created a user.
func (s *providerData) noteCreated(username string) {
	s.created.mu.Lock()
	defer s.created.mu.Unlock()

	s.created.usernames[iriusrisk.FoldUsername(username)] = struct{}{}
}

// onceVisible sends a request about a user. While the response is 404 and this run has created the user, it waits and
// retries for a few seconds. The 404 may also refer to another object in the request; the error is then returned after
// these retries.
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

// listFresh returns the UUIDs of the user's current roles or business units, bypassing the cache. The user may have been
// created in this run.
func (s *providerData) listFresh(ctx context.Context, kind membershipKind, username string) (ids []string, err error) {
	err = s.onceVisible(ctx, username, func() error {
		ids, err = kind.freshIDs(ctx, s.client, username)

		return err
	})

	return ids, err
}

// hiddenUsers holds the users that a removal in this run has hidden from the caller, because it removed their last common
// business unit. The API then answers 404 about them, although they exist.
type hiddenUsers struct {
	mu        sync.Mutex
	usernames map[string]struct{}
}

func newHiddenUsers() *hiddenUsers {
	return &hiddenUsers{usernames: make(map[string]struct{})}
}

// add records a hidden user.
func (h *hiddenUsers) add(username string) {
	h.mu.Lock()
	defer h.mu.Unlock()

	h.usernames[iriusrisk.FoldUsername(username)] = struct{}{}
}

// has reports whether a user is hidden.
func (h *hiddenUsers) has(username string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()

	_, hidden := h.usernames[iriusrisk.FoldUsername(username)]

	return hidden
}

// confirmUserAbsent is confirmAbsent for a 404 about a user. It returns an error for a user that this run has hidden: the
// user exists, and so does the object that was to be destroyed.
func (s *providerData) confirmUserAbsent(ctx context.Context, username string, notFound error) error {
	if s.hidden.has(username) {
		return fmt.Errorf("%w; the user exists, but is no longer visible: this run has removed the last business unit that they shared with the user that the provider runs as, who lacks %s. "+
			"Destroy the user with an API token that has %s", notFound, permissionAllUsers, permissionAllUsers)
	}

	return s.confirmAbsent(ctx, notFound)
}
