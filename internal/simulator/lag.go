package simulator

import "sync/atomic"

// lag is what requests about a user do not see yet. Reads change it while they share the tenant's lock.
type lag struct {
	// reads and writes are how many more requests of each kind find no user.
	reads, writes atomic.Int64

	// hints is how many more reads see earlierToken in place of the user's API token.
	hints        atomic.Int64
	earlierToken string
}

// hides tells whether a request of a user still finds nobody, and counts the request.
func (l *lag) hides(write bool) bool {
	if write {
		return countDown(&l.writes)
	}

	return countDown(&l.reads)
}

// countDown tells whether a number is more than zero, and takes one from it.
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

// hold makes the next requests of a user answer 404.
func (l *lag) hold(reads, writes int) {
	l.reads.Store(int64(reads))
	l.writes.Store(int64(writes))
}

// shownToken is the API token whose hint is shown.
func (u *user) shownToken() string {
	if u.APIToken != "" && u.lag.hints.Load() > 0 {
		return u.lag.earlierToken
	}

	return u.APIToken
}

// Lag makes the next reads and writes of a user answer 404, as Options.LagReads and Options.LagWrites do for a user who
// is created. It panics when there is no such user.
func (s *Server) Lag(username string, reads, writes int) {
	s.withTenant(func(t *tenant) { t.mustUser(username).lag.hold(reads, writes) })
}
