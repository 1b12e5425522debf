package simulator

import "sync/atomic"

// lag delays the visibility of changes to a user. Reads update it while they share the tenant's lock, so its counters
// are atomic.
type lag struct {
	// reads and writes are how many more requests of each kind get 404.
	reads, writes atomic.Int64

	// hints is how many more reads show the hint of earlierToken instead of the current token.
	hints        atomic.Int64
	earlierToken string
}

// hides reports whether the user is still hidden from a request, and counts the request.
func (l *lag) hides(write bool) bool {
	if write {
		return countDown(&l.writes)
	}

	return countDown(&l.reads)
}

// countDown decrements a positive number and reports whether it did.
func countDown(number *atomic.Int64) bool {
	for {
		left := number.Load()
		if left <= 0 {
			return false
		}

		if number.CompareAndSwap(left, left-1) {
			return true
		}
	}
}

// hold makes the next requests for a user return 404.
func (l *lag) hold(reads, writes int) {
	l.reads.Store(int64(reads))
	l.writes.Store(int64(writes))
}

// shownToken returns the API token whose hint is shown.
func (u *user) shownToken() string {
	if u.APIToken != "" && u.lag.hints.Load() > 0 {
		return u.lag.earlierToken
	}

	return u.APIToken
}

// Lag makes the next reads and writes of a user return 404, as Options.LagReads and Options.LagWrites do for a new
// user. It panics if the user does not exist.
func (s *Server) Lag(username string, reads, writes int) {
	s.withTenant(func(t *tenant) { t.mustUser(username).lag.hold(reads, writes) })
}
