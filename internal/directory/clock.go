package directory

import (
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// moment is a point in the order of a run's writes. An answer may be believed as long as nobody it is about was written
// to after the moment in which its request began.
type moment uint64

// clock tells which answers are older than a write. Usernames that differ in case only are one user's.
type clock struct {
	mu      sync.Mutex
	present moment
	latest  moment
	users   map[string]moment
}

func newClock() *clock {
	return &clock{users: make(map[string]moment)}
}

// now is the moment of a request that begins now.
func (c *clock) now() moment {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.present
}

// write notes that a write to a user begins or ends. Both are noted: an answer that is on its way when the write begins
// is too old, and so is one that was asked for while the write was under way.
func (c *clock) write(username string) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.present++
	c.latest = c.present
	c.users[iriusrisk.FoldUsername(username)] = c.present
}

// wroteTo returns a function that tells when a user was last written to.
func (c *clock) wroteTo(username string) func() moment {
	key := iriusrisk.FoldUsername(username)

	return func() moment {
		c.mu.Lock()
		defer c.mu.Unlock()

		return c.users[key]
	}
}

// wroteToAnybody tells when any user was last written to.
func (c *clock) wroteToAnybody() moment {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.latest
}

// wroteNothing is for what no write of this provider changes.
func wroteNothing() moment { return 0 }
