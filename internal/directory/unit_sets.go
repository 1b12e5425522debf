package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// permissionAllUsers is the permission with which a caller sees every business unit and all of its members (documented for
// users: UsersApi; inferred for business units).
const permissionAllUsers = "ALL_USERS_UPDATE"

// unitSets confirms all business units of users from the lists of the members of all business units. The lists are read
// together, once they cost no more requests than the individual reads that they replace. Until then it admits few
// individual reads at a time, so that callers gather: each caller that waits is an individual read that the lists would
// save. Its fields are guarded by the lock of the directory's lists of members, with which it shares the cost.
type unitSets struct {
	directory *Directory

	// units are all business units of the instance. listed is true once they are known.
	units  []iriusrisk.BusinessUnit
	listed bool

	// ended is true if no further list will be read, because all have been or because they cannot confirm anything.
	ended bool

	// index holds the business units of each user after all lists have been read. asOf is the generation in which the oldest
	// request for them began, that for the list of all business units included: a business unit that was created after it has
	// no list.
	index map[string][]iriusrisk.BusinessUnit
	asOf  generation

	// gathering is closed when callers no longer wait for others. It is nil before that time begins.
	gathering chan struct{}

	// reading is true while lists are being read. inFlight counts individual reads. changed is closed, and replaced, when
	// either ends.
	reading  bool
	inFlight int
	changed  chan struct{}

	// waiting counts the callers that wait for a user.
	waiting map[string]int
}

// ConfirmUserBusinessUnits returns the business units of a user. The lists of the members of all business units are enough
// if they show exactly the given ids; otherwise the business units of the user are read individually.
func (d *Directory) ConfirmUserBusinessUnits(ctx context.Context, username string, ids []string) ([]iriusrisk.BusinessUnit, error) {
	if _, cached := d.units.get(userKey(username), d.writes.lastWriteTo(username)); !d.bulk || cached {
		return d.UserBusinessUnits(ctx, username)
	}

	units, singly, err := d.unitSets.find(ctx, username)
	if err != nil {
		return nil, err
	}

	if !singly && d.confirms(username, units, ids) {
		return units, nil
	}

	if singly {
		defer d.unitSets.endSingleRead()
	}

	return d.UserBusinessUnits(ctx, username)
}

// confirms reports whether the lists show exactly the expected business units. That no list shows a user proves nothing
// about a disabled one, whom the lists may leave out.
func (d *Directory) confirms(username string, units []iriusrisk.BusinessUnit, ids []string) bool {
	if len(units) != len(ids) {
		return false
	}

	for _, unit := range units {
		if !slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, unit.ID) }) {
			return false
		}
	}

	return len(ids) > 0 || d.isListedAsEnabled(username)
}

// isListedAsEnabled reports whether the list of all users has been read and shows the user as enabled.
func (d *Directory) isListedAsEnabled(username string) bool {
	user, known := d.allUsers.get(username)

	return known && user.Enabled != nil && *user.Enabled
}

// find returns the business units of a user from the lists. singly is true if the caller has to read them individually, and
// to report the end of that read.
func (s *unitSets) find(ctx context.Context, username string) (units []iriusrisk.BusinessUnit, singly bool, err error) {
	members := s.directory.members
	lastWrite := s.directory.writes.lastWriteTo(username)

	members.mu.Lock()
	defer members.mu.Unlock()

	s.enter(username)
	defer s.leave(username)

	_, arrived, _ := s.directory.roles.progress()

	for {
		// A cancelled caller sends no further request.
		if err := context.Cause(ctx); err != nil {
			return nil, false, err
		}

		if s.index != nil && lastWrite() <= s.asOf {
			return s.index[username], false, nil
		}

		s.advance(ctx)

		_, counted := members.cost.readSingly[username]
		waiting, left, rolesChanged := s.directory.roles.progress()
		usersRead := s.directory.allUsers.beingRead()

		// While the list of all users or roles are being read, and shortly after that list has shown that several users are
		// read, other callers will probably follow.
		follow := usersRead != nil || (waiting > 1 && left-arrived < maxHold) || s.isGathering()

		switch {
		case s.reading:
		case counted, s.ended, s.index != nil, s.mayReadSingly() && !follow:
			s.beginSingleRead(username)

			return nil, true, nil
		}

		if err := s.wait(ctx, rolesChanged, usersRead); err != nil {
			return nil, false, err
		}
	}
}

// maxHold is for how many reads of roles a caller waits before it reads business units individually.
const maxHold = 10

// gatherTime is for how long, once in a run, callers wait for others. Terraform needs a few milliseconds for each object, and
// considerably more on a busy machine.
const gatherTime = 150 * time.Millisecond

// isGathering reports whether callers wait for others. The time begins when the list of all users has been read.
func (s *unitSets) isGathering() bool {
	if s.gathering == nil && s.directory.allUsers.hasFirstPage() {
		s.gathering = make(chan struct{})

		time.AfterFunc(gatherTime, func() {
			s.directory.members.mu.Lock()
			defer s.directory.members.mu.Unlock()

			close(s.gathering)
			s.wake()
		})
	}

	select {
	case <-s.gathering:
		return false
	default:
		return s.gathering != nil
	}
}

// mayReadSingly limits the individual reads in flight to the number of those that have ended.
func (s *unitSets) mayReadSingly() bool {
	return s.inFlight < max(1, s.directory.members.cost.singles-s.inFlight)
}

// enter and leave record that a caller waits for a user.
func (s *unitSets) enter(username string) { s.waiting[username]++ }

func (s *unitSets) leave(username string) {
	if s.waiting[username]--; s.waiting[username] == 0 {
		delete(s.waiting, username)
	}
}

// wait releases the lock and waits until lists have been read, an individual read has ended, or one of the other channels
// is closed.
func (s *unitSets) wait(ctx context.Context, rolesChanged, usersRead <-chan struct{}) error {
	changed := s.changed

	s.directory.members.mu.Unlock()
	defer s.directory.members.mu.Lock()

	select {
	case <-changed:
		return nil
	case <-rolesChanged:
		return nil
	case <-usersRead:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// wake wakes all callers that wait.
func (s *unitSets) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// beginSingleRead counts an individual read, once for each user.
func (s *unitSets) beginSingleRead(username string) {
	s.inFlight++
	s.directory.members.cost.countSingleRead(username)
}

// endSingleRead records that an individual read has ended.
func (s *unitSets) endSingleRead() {
	s.directory.members.mu.Lock()
	defer s.directory.members.mu.Unlock()

	s.inFlight--
	s.wake()
}

// advance starts to read the next lists if that is due: first the list of all business units, together with the permissions
// of the caller, then the members of each.
func (s *unitSets) advance(ctx context.Context) {
	if s.ended || s.reading || s.index != nil {
		return
	}

	// Both requests count, also if one of the answers is cached.
	const requests = 2

	cost := &s.directory.members.cost

	switch {
	case !s.listed:
		if cost.pages+cost.ahead+requests <= cost.users()+len(s.waiting) {
			cost.pages += requests
			s.read(ctx, s.readUnits)
		}
	case s.isDue():
		s.read(ctx, s.readMembers)
	}
}

// isDue reports whether the next pages of all lists may be read. If these are the last pages, the callers that wait need no
// individual reads afterwards; otherwise they may.
func (s *unitSets) isDue() bool {
	next, last := s.remaining()
	cost := s.directory.members.cost

	if last {
		return cost.pages+cost.ahead+next <= cost.users()+2*len(s.waiting)
	}

	return cost.pages+cost.ahead+next <= cost.users()+len(s.waiting)
}

// remaining returns how many pages are read next, and whether they are the last ones: all following pages, or the first
// page of each list if it has only one.
func (s *unitSets) remaining() (pages int, last bool) {
	last = true

	for _, unit := range s.units {
		list := s.directory.lockedMemberList(unit.ID)

		switch {
		case list.ended:
		case list.first != nil:
			pages += list.first.TotalPages - 1
		default:
			pages++

			last = last && s.directory.allUsers.hasOnePage()
		}
	}

	return pages, last
}

// read starts a read in the background. It continues when the context of the caller ends, because other callers may be
// waiting for it.
func (s *unitSets) read(ctx context.Context, lists func(context.Context)) {
	s.reading = true

	go func() {
		lists(context.WithoutCancel(ctx))

		s.directory.members.mu.Lock()
		defer s.directory.members.mu.Unlock()

		s.reading = false
		s.complete()
		s.wake()
	}()
}

// readUnits reads the list of all business units. It confirms nothing to a caller that does not see all of them.
func (s *unitSets) readUnits(ctx context.Context) {
	type result struct {
		units []iriusrisk.BusinessUnit
		err   error
	}

	listed := make(chan result, 1)
	asOf := s.directory.writes.now()

	go func() {
		units, err := s.directory.BusinessUnits(ctx, iriusrisk.ListOptions{})
		listed <- result{units, err}
	}()

	permissions, err := s.directory.Permissions(ctx)
	all := <-listed

	s.directory.members.mu.Lock()
	defer s.directory.members.mu.Unlock()

	s.units, s.listed, s.asOf = all.units, true, asOf
	s.ended = err != nil || all.err != nil || len(all.units) == 0 || !slices.Contains(permissions, permissionAllUsers)
}

// readMembers reads the next pages of the members of every business unit.
func (s *unitSets) readMembers(ctx context.Context) {
	members := s.directory.members

	members.mu.Lock()

	var reading []chan struct{}

	for _, unit := range s.units {
		list := s.directory.lockedMemberList(unit.ID)
		if list.reading == nil && !list.ended {
			list.startReading(context.WithoutCancel(ctx))
		}

		if list.reading != nil {
			reading = append(reading, list.reading)
		}
	}

	members.mu.Unlock()

	for _, read := range reading {
		<-read
	}
}

// complete builds the index once all lists have been read. A list that failed, or changed while it was read, cannot prove
// that a user is not a member, so nothing can be confirmed then.
func (s *unitSets) complete() {
	if !s.listed || s.ended {
		return
	}

	lists := make([]*listCache[string], len(s.units))

	for i, unit := range s.units {
		lists[i] = s.directory.lockedMemberList(unit.ID)
		s.ended = s.ended || (lists[i].ended && !lists[i].isConsistent())
	}

	if s.ended || slices.ContainsFunc(lists, func(list *listCache[string]) bool { return !list.ended }) {
		return
	}

	s.index = make(map[string][]iriusrisk.BusinessUnit)

	for i, list := range lists {
		s.asOf = min(s.asOf, list.asOf)

		for username := range list.entries {
			s.index[username] = append(s.index[username], s.units[i])
		}
	}
}
