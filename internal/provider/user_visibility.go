package provider

import (
	"context"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// newUserWaits is the number of waits for a new user to become visible. With the client's default wait between attempts,
// they add up to five seconds.
const newUserWaits = 5

// noteCreated records that this run has created a user.
func (s *providerData) noteCreated(username string) {
	s.created.add(iriusrisk.FoldUsername(username))
}

// onceVisible sends a request about a user. While the response is 404 and this run has created the user, it waits and
// retries for a few seconds. The 404 may also refer to another object in the request; the error is then returned after
// these retries.
func (s *providerData) onceVisible(ctx context.Context, username string, send func() error) error {
	err := send()

	for range newUserWaits {
		if !iriusrisk.IsNotFound(err) || !s.created.has(iriusrisk.FoldUsername(username)) || !pause(ctx, s.client.RetryWaitMin()) {
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
