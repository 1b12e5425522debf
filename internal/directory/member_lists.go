package directory

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// usersPerList is how many users there must be for each list before another one is read ahead. A configuration of few users in
// many business units is read individually, and would hardly use lists.
const usersPerList = 4

// memberLists are the lists of the members of business units, by the unit's id in lower case. All of them replace the
// same individual reads: those of the business units of a user. Terraform asks for the members of one business unit after
// the other, so once several lists have been used, others are read ahead: while the individual reads and the lists that were
// read ahead and not used yet are together fewer than the lists that were used.
type memberLists struct {
	closing

	client   *iriusrisk.Client
	allUnits *listCache[iriusrisk.BusinessUnit]

	// mu guards all fields below.
	mu    sync.Mutex
	cost  cost
	lists map[string]*listCache[string]

	// used holds the business units whose lists have confirmed a membership, and unused those whose lists were requested ahead
	// and have confirmed none yet.
	used, unused map[string]struct{}

	// units are the ids of all business units, or nil before they are known, without those that were looked at.
	units []string

	// stopped is true after a request ahead has failed.
	stopped bool
}

func newMemberLists(client *iriusrisk.Client, allUnits *listCache[iriusrisk.BusinessUnit]) *memberLists {
	return &memberLists{
		closing: newClosing(), client: client, allUnits: allUnits,
		cost:  cost{readSingly: make(map[string]struct{}), confirmed: make(map[string]struct{})},
		lists: make(map[string]*listCache[string]), used: make(map[string]struct{}), unused: make(map[string]struct{}),
	}
}

// HasBusinessUnit reports whether a user is a member of a business unit. The list of the unit's members can confirm the
// membership; its absence is confirmed by reading the user's units individually.
func (d *Directory) HasBusinessUnit(ctx context.Context, username, id string) (bool, error) {
	cached, found := d.units.get(userKey(username), d.writes.lastWriteTo(username))
	units := cached.value

	if !found {
		if d.bulk {
			_, member, err := d.memberList(id).find(ctx, username)
			if member {
				d.readMembersAhead(ctx, id)
			}

			if err != nil || member {
				return member, err
			}
		}

		var err error
		if units, err = d.UserBusinessUnits(ctx, username); err != nil {
			return false, err
		}
	}

	return slices.ContainsFunc(units, func(unit iriusrisk.BusinessUnit) bool { return strings.EqualFold(unit.ID, id) }), nil
}

// readMembersAhead records that the list of a business unit has confirmed a membership, and reads those of others ahead.
func (d *Directory) readMembersAhead(ctx context.Context, used string) {
	m := d.members

	m.mu.Lock()
	defer m.mu.Unlock()

	m.use(strings.ToLower(used))

	for m.mayReadAhead() {
		unit, found := m.next()
		if !found {
			return
		}

		m.unused[strings.ToLower(unit.ID)] = struct{}{}
		m.startReading(ctx, d.lockedMemberList(unit.ID))
	}
}

// use records that a list has been used. The caller holds the lock.
func (m *memberLists) use(id string) {
	m.used[id] = struct{}{}

	if _, ahead := m.unused[id]; ahead {
		delete(m.unused, id)

		m.cost.ahead--
		m.cost.pages++
	}
}

// mayReadAhead reports whether another list may be read ahead. The caller holds the lock.
func (m *memberLists) mayReadAhead() bool {
	return !m.stopped && m.closed.Err() == nil &&
		m.cost.singles+m.cost.ahead < len(m.used) && usersPerList*(m.cost.pages+m.cost.ahead) < m.cost.users() && m.client.IsIdle()
}

// next returns the next business unit of the instance whose members have not been read. The caller holds the lock.
func (m *memberLists) next() (unit iriusrisk.BusinessUnit, found bool) {
	if m.units == nil {
		m.units = m.allUnits.keys(math.MaxInt)
	}

	for len(m.units) > 0 && !found {
		list := m.lists[m.units[0]]

		if list == nil || (list.first == nil && list.reading == nil && !list.ended) {
			unit, found = m.allUnits.get(m.units[0])
		}

		m.units = m.units[1:]
	}

	return unit, found
}

// startReading starts to read a list ahead. A failure stops all further requests ahead; a caller that needs the list reads
// individually. The caller holds the lock.
func (m *memberLists) startReading(ctx context.Context, list *listCache[string]) {
	flight, end := m.flight(ctx)

	list.startReading(flight)

	m.cost.pages--
	m.cost.ahead++

	go func(reading <-chan struct{}) {
		<-reading
		end()

		m.mu.Lock()
		defer m.mu.Unlock()

		m.stopped = m.stopped || list.first == nil
	}(list.reading)
}

// memberList returns the list of the members of a business unit.
func (d *Directory) memberList(id string) *listCache[string] {
	d.members.mu.Lock()
	defer d.members.mu.Unlock()

	return d.lockedMemberList(id)
}

// lockedMemberList is memberList for callers that hold the lock.
func (d *Directory) lockedMemberList(id string) *listCache[string] {
	key := strings.ToLower(id)

	if _, found := d.members.lists[key]; !found {
		list := newListCache(d.writes, func(ctx context.Context, number, size int) (iriusrisk.Page[string], error) {
			return d.membersPage(ctx, id, number, size)
		}, func(username string) string { return username })
		list.mu, list.cost = &d.members.mu, &d.members.cost
		d.members.lists[key] = list
	}

	return d.members.lists[key]
}

// membersPage reads a page of the members of a business unit and returns only their usernames.
func (d *Directory) membersPage(ctx context.Context, id string, number, size int) (iriusrisk.Page[string], error) {
	page, err := d.client.BusinessUnitUsersPage(ctx, id, number, size, iriusrisk.ListOptions{})
	usernames := make([]string, len(page.Items))

	for i, member := range page.Items {
		usernames[i] = member.Username
	}

	return iriusrisk.Page[string]{
		Items: usernames, Number: page.Number, Size: page.Size, TotalPages: page.TotalPages, TotalElements: page.TotalElements,
	}, err
}
