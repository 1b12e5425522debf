package directory

import (
	"context"
	"slices"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

const (
	// minAnswered is how many users' roles callers must have received before any are read ahead.
	minAnswered = 4

	// minShare is the share of the listed users, one in minShare, whose roles callers must have received before those of
	// other listed users are read ahead: a configuration of few users of a large tenant would hardly ever use them.
	minShare = 10

	// maxSearch is how many users of the list are considered for the next read ahead.
	maxSearch = 64
)

// roleReader reads the roles of users, one request for each: the API has no list of the users of a role. Terraform asks
// for ten objects at a time, so the reader uses idle slots to read the roles of users who will probably follow. Requests
// ahead that have not been used yet never outnumber three quarters of the users whose roles callers have received: beside ten
// callers that ask in random order, six requests ahead are hardly used at first. They are sent only while a caller waits for
// roles.
type roleReader struct {
	*cache[[]iriusrisk.Role]

	closing

	client   *iriusrisk.Client
	allUsers *listCache[iriusrisk.User]

	mu sync.Mutex

	// asked holds the users whose roles callers have asked for; answered counts those whose roles have been received.
	asked    map[string]struct{}
	answered int

	// waiting counts the callers that wait for roles, and left those that no longer do. changed is closed, and replaced,
	// when one of them leaves.
	waiting, left int
	changed       chan struct{}

	// unused holds the users whose roles were requested ahead and not asked for yet.
	unused map[string]struct{}

	// own counts the requests that callers send themselves, and ahead those ahead, that have not ended.
	own, ahead int

	// stopped is true after a request ahead has failed.
	stopped bool

	// recent are the users that were read in this run and not looked at yet.
	recent []string

	// listed are the users of the list of all users, sorted, or nil before they are used. last is the user for whose roles
	// a caller asked last: the users of a configuration often have similar names.
	listed []string
	last   string
}

func newRoleReader(client *iriusrisk.Client, writes *writeLog, allUsers *listCache[iriusrisk.User]) *roleReader {
	return &roleReader{
		cache: newCache[[]iriusrisk.Role](writes), closing: newClosing(), client: client, allUsers: allUsers,
		asked: make(map[string]struct{}), unused: make(map[string]struct{}), changed: make(chan struct{}),
	}
}

// get returns the roles of a user, and reads those of other users ahead.
func (r *roleReader) get(ctx context.Context, username string) ([]iriusrisk.Role, error) {
	call := r.enter(ctx, username)
	roles, err := r.readSingly(ctx, username)
	r.leave(ctx, call, err == nil)

	return roles, err
}

// readSingly returns the roles of a user.
func (r *roleReader) readSingly(ctx context.Context, username string) ([]iriusrisk.Role, error) {
	return r.read(ctx, userKey(username), r.writes.lastWriteTo(username), r.request(username))
}

func (r *roleReader) request(username string) func(context.Context) ([]iriusrisk.Role, error) {
	return func(ctx context.Context) ([]iriusrisk.Role, error) {
		return r.client.ListUserRoles(ctx, username, iriusrisk.ListOptions{})
	}
}

// progress returns how many callers wait for roles and how many have left, and a channel that is closed when another one
// leaves.
func (r *roleReader) progress() (waiting, left int, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()

	return r.waiting, r.left, r.changed
}

// note records that a user was read, whose roles may follow.
func (r *roleReader) note(username string) {
	r.mu.Lock()
	defer r.mu.Unlock()

	if !r.taken(username) {
		r.recent = append(r.recent, username)
	}
}

// roleCall describes a call for the roles of a user.
type roleCall struct {
	// first is true if no caller has asked for the user's roles before.
	first bool

	// own is true if the roles have not been requested before, so that the caller requests them.
	own bool
}

// enter records that a caller asks for the roles of a user.
func (r *roleReader) enter(ctx context.Context, username string) (call roleCall) {
	r.mu.Lock()
	defer r.mu.Unlock()

	_, asked := r.asked[username]
	call = roleCall{first: !asked, own: !r.taken(username)}

	r.asked[username] = struct{}{}
	r.last = username
	delete(r.unused, username)

	r.waiting++

	if call.own {
		r.own++
	}

	// A cancelled run sends no request.
	if ctx.Err() == nil {
		r.fill(ctx)
	}

	return call
}

// leave records that a caller no longer waits. answered is true if it received the roles.
func (r *roleReader) leave(ctx context.Context, call roleCall, answered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.waiting--
	r.left++

	if call.own {
		r.own--
	}

	close(r.changed)
	r.changed = make(chan struct{})

	if call.first && answered {
		r.answered++
	}

	// A cancelled run sends no request.
	if ctx.Err() == nil {
		r.fill(ctx)
	}
}

// fill uses idle slots to read roles ahead. The caller holds the lock.
func (r *roleReader) fill(ctx context.Context) {
	for r.mayReadAhead() {
		username, ok := r.next()
		if !ok {
			return
		}

		r.unused[username] = struct{}{}
		r.ahead++

		go r.readAhead(ctx, username)
	}
}

// mayReadAhead reports whether another request ahead may be sent.
func (r *roleReader) mayReadAhead() bool {
	return !r.stopped && r.closed.Err() == nil &&
		r.answered >= minAnswered && len(r.unused) < r.answered*3/4 &&
		r.waiting > 0 && r.own+r.ahead < r.client.MaxConcurrentRequests() && r.client.IsIdle()
}

// readAhead requests the roles of a user. A failure stops all further requests ahead; a caller that needs the roles
// requests them itself. A user who was deleted after the list was read is no failure.
func (r *roleReader) readAhead(ctx context.Context, username string) {
	flight, end := r.flight(ctx)
	defer end()

	err := r.cache.readAhead(flight, userKey(username), r.writes.lastWriteTo(username), r.request(username))

	r.mu.Lock()
	defer r.mu.Unlock()

	r.ahead--
	r.stopped = r.stopped || (err != nil && !iriusrisk.IsNotFound(err))
	r.fill(ctx)
}

// next returns a user whose roles will probably be asked for: one that was read in this run, or else the next one in the
// list of all users.
func (r *roleReader) next() (username string, ok bool) {
	for len(r.recent) > 0 {
		username, r.recent = r.recent[0], r.recent[1:]

		if !r.taken(username) {
			return username, true
		}
	}

	if r.listed == nil {
		r.listed = r.allUsers.keys(r.answered * minShare)
	}

	// Near the end of a run, most users are taken, and a short search suffices.
	at, _ := slices.BinarySearch(r.listed, r.last)

	for _, username := range r.listed[at:min(at+maxSearch, len(r.listed))] {
		if !r.taken(username) {
			return username, true
		}
	}

	return "", false
}

// taken reports whether the roles of a user have been asked for or requested ahead.
func (r *roleReader) taken(username string) bool {
	_, asked := r.asked[username]
	_, ahead := r.unused[username]

	return asked || ahead
}
