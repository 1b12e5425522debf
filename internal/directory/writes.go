package directory

import (
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// generation counts the writes of a run. A cached value is valid as long as no user that it covers has been written
// since the generation in which its request began.
type generation uint64

// writeLog records when users were last written. Usernames that differ only in letter case share one record. A write to an
// object that many users share counts as a write to every user.
type writeLog struct {
	mu      sync.Mutex
	current generation
	users   map[string]generation

	// all is the last write to an object that many users share, such as a business unit.
	all generation
}

func newWriteLog() *writeLog {
	return &writeLog{users: make(map[string]generation)}
}

// now returns the current generation: that of a request that begins now, and of the last write to any user.
func (l *writeLog) now() generation {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.current
}

// record records that a write to a user begins or ends. Both count: a response may be outdated if its request was under
// way when the write began, and also if it was sent during the write.
func (l *writeLog) record(username string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.current++
	l.users[iriusrisk.FoldUsername(username)] = l.current
}

// recordAll records that a write to an object that many users share begins or ends.
func (l *writeLog) recordAll() {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.current++
	l.all = l.current
}

// lastWriteToAll returns the last write to an object that many users share.
func (l *writeLog) lastWriteToAll() generation {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.all
}

// lastWriteTo returns a function that returns the last write to a user, or to an object that many users share.
func (l *writeLog) lastWriteTo(username string) func() generation {
	key := iriusrisk.FoldUsername(username)

	return func() generation {
		l.mu.Lock()
		defer l.mu.Unlock()

		return max(l.users[key], l.all)
	}
}

// lastWriteToOnly is lastWriteTo without the writes to objects that many users share.
func (l *writeLog) lastWriteToOnly(key string) func() generation {
	key = iriusrisk.FoldUsername(key)

	return func() generation {
		l.mu.Lock()
		defer l.mu.Unlock()

		return l.users[key]
	}
}

// neverWritten is the last write to values that this provider does not change.
func neverWritten() generation { return 0 }
