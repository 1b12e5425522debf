package provider

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// walkEveryone is an iriusrisk_users_exclusive block. It always declares the users of the other blocks.
type walkEveryone struct {
	label string

	// extra are the usernames that it declares besides, ignore are the patterns.
	extra, ignore []string
	action        string

	// usernames are all declared usernames.
	usernames []string
}

func (e *walkEveryone) clone() *walkEveryone {
	if e == nil {
		return nil
	}

	cloned := *e

	return &cloned
}

// ignores reports whether a pattern matches a username.
func (e *walkEveryone) ignores(username string) bool {
	return newUsernamePatterns(e.ignore).match(username)
}

// walkMembers is an iriusrisk_business_unit_users_exclusive block.
type walkMembers struct {
	label, unit string

	// wanted are the users whom it declares if no other block manages whether they are members.
	wanted []string

	// usernames are all declared usernames.
	usernames []string
}

// maxWalkMembers bounds for how many business units a configuration declares all members.
const maxWalkMembers = 2

// writeExclusive writes the blocks about all users and about all members of business units.
func (c *walkConfig) writeExclusive(out io.Writer) {
	if e := c.everyone; e != nil {
		_, _ = fmt.Fprintf(out, "\nresource \"iriusrisk_users_exclusive\" %q {\n  usernames        = %s\n  ignore_usernames = %s\n  action           = %q\n}\n",
			e.label, c.references(e.usernames), walkList(e.ignore), e.action)
	}

	for _, m := range c.members {
		_, _ = fmt.Fprintf(out, "\nresource \"iriusrisk_business_unit_users_exclusive\" %q {\n  business_unit_id = %q\n  usernames        = %s\n}\n", m.label, m.unit, c.references(m.usernames))
	}
}

// references is a list of usernames that refers to the blocks of the users.
func (c *walkConfig) references(usernames []string) string {
	references := make([]string, len(usernames))

	for i, username := range usernames {
		references[i] = fmt.Sprintf("%q", username)
		if u := c.user(username); u != nil {
			references[i] = u.reference()
		}
	}

	return "[" + strings.Join(references, ", ") + "]"
}

// user is the user with a username, nil if the configuration does not mention them.
func (c *walkConfig) user(username string) *walkUser {
	for i := range c.users {
		if c.users[i].username == username {
			return &c.users[i]
		}
	}

	return nil
}

// settle determines whom the blocks about all users and all members declare, so that they agree with the other blocks.
func (w *walk) settle() {
	var needed []string
	for i := range w.config.users {
		needed = append(needed, w.config.users[i].username)
	}

	for i := range w.config.members {
		m := &w.config.members[i]
		m.usernames = w.membersOf(m)
		needed = append(needed, m.usernames...)
	}

	if e := w.config.everyone; e != nil {
		e.usernames = slices.Compact(slices.Sorted(slices.Values(slices.Concat(needed, e.extra))))
	}
}

// membersOf are the users whom a block declares as the members of a business unit.
func (w *walk) membersOf(m *walkMembers) (usernames []string) {
	for username := range w.snapshot() {
		if slices.Contains(m.wanted, username) && w.config.user(username) == nil && !w.state.manages(username) && !w.state.isMember(username, m.unit) {
			usernames = append(usernames, username)
		}
	}

	for i := range w.config.users {
		u := &w.config.users[i]
		access := u.access[1]
		isMember := slices.Contains(access.ids, m.unit)

		// A block that is destroyed removes the membership.
		isFree := access.style == walkUnmanaged || access.style == walkSingle
		if isFree && (access.style == walkUnmanaged || !isMember) {
			isMember = slices.Contains(m.wanted, u.username) && !w.state.isMember(u.username, m.unit)
		}

		if isMember {
			usernames = append(usernames, u.username)
		}
	}

	slices.Sort(usernames)

	return slices.Compact(usernames)
}

// isMember reports whether a block for a single membership manages that a user is a member of a business unit.
func (s *walkState) isMember(username, unit string) bool {
	for _, single := range s.singles {
		if single == (managedSingle{1, username, unit}) {
			return true
		}
	}

	return false
}

// changeExclusive adds, changes or removes a block about all users or about the members of a business unit.
func (w *walk) changeExclusive() {
	if w.chance(2) {
		w.changeMembers()

		return
	}

	e := w.config.everyone
	if e == nil {
		e = &walkEveryone{label: fmt.Sprintf("e%d", w.next()), extra: w.some(w.bystanders()), action: pick(w, policyDisable, policyDisable, policyDelete)}
		w.config.everyone = e
	} else {
		switch w.rng.IntN(8) {
		case 0:
			w.config.everyone = nil
		case 1:
			e.label = fmt.Sprintf("e%d", w.next())
		case 2:
			e.action = pick(w, policyDisable, policyDelete)
		case 3, 4:
			e.ignore = pick(w, nil, []string{"OTHER*1"}, []string{"*2", "*4"}, []string{"absent", "user*"}, w.some(w.bystanders()))
		default:
			e.extra = append(w.some(w.bystanders()), "absent")
		}
	}

	w.note("config: all users are %+v", w.config.everyone)
}

func (w *walk) changeMembers() {
	members := &w.config.members
	free := slices.DeleteFunc(slices.Clone(w.ids[1]), func(unit string) bool {
		return slices.ContainsFunc(*members, func(m walkMembers) bool { return m.unit == unit })
	})

	if len(*members) == 0 || (len(*members) < maxWalkMembers && w.chance(3)) {
		*members = append(*members, walkMembers{label: fmt.Sprintf("m%d", w.next()), unit: pick(w, free...), wanted: w.some(w.everyUsername())})
		w.note("config: the members of a business unit are %+v", (*members)[len(*members)-1])

		return
	}

	at := w.rng.IntN(len(*members))
	m := &(*members)[at]

	switch w.rng.IntN(6) {
	case 0:
		w.note("config: remove %s", m.label)
		*members = slices.Delete(*members, at, at+1)

		return
	case 1:
		m.label = fmt.Sprintf("m%d", w.next())
	case 2:
		m.unit = pick(w, free...)
	default:
		m.wanted = w.some(w.everyUsername())
	}

	w.note("config: the members of a business unit are %+v", *m)
}

// everyUsername are the usernames of the configuration and of the server, except that of the user that the provider runs as.
func (w *walk) everyUsername() []string {
	usernames := w.bystanders()
	for i := range w.config.users {
		usernames = append(usernames, w.config.users[i].username)
	}

	return usernames
}

// removeUndeclared applies iriusrisk_users_exclusive.
func (m *walkModel) removeUndeclared() {
	set, before := m.config.everyone, m.state.everyone
	if set == nil {
		return
	}

	for username, was := range m.server {
		if !was.Enabled || username == "admin" || slices.Contains(set.usernames, username) || set.ignores(username) {
			continue
		}

		// Whom the previous patterns ignored is shown by the plan after the apply.
		if before != nil && before.label == set.label && before.ignores(username) && !slices.Contains(before.usernames, username) && m.wanted[username] != nil && m.wanted[username].Enabled {
			m.later = append(m.later, username)
		}

		m.removeUser(username, set.action)
	}
}

func (m *walkModel) removeUser(username, action string) {
	user := m.wanted[username]

	switch {
	case user == nil:
	case !user.Enabled:
		// The block of the user disables them as well. Which of the two comes first is not defined for all configurations.
		user.mayLoseSessions, user.mayBeDeleted = true, action == policyDelete
	case action == policyDelete:
		delete(m.wanted, username)
	default:
		user.Enabled, user.losesSessions, user.Sessions = false, true, 0
	}
}

// changeMembers applies the blocks about all members of business units.
func (m *walkModel) changeMembers() {
	for _, block := range m.config.members {
		for username, user := range m.wanted {
			user.BusinessUnitIDs = walkWithout(user.BusinessUnitIDs, block.unit)
			if slices.Contains(block.usernames, username) {
				user.BusinessUnitIDs = append(user.BusinessUnitIDs, block.unit)
			}
		}
	}
}

// conflictingMembers reports whether several blocks manage whether a user is a member of a business unit.
func (c *walkConfig) conflictingMembers() bool {
	return slices.ContainsFunc(c.members, func(m walkMembers) bool {
		return slices.ContainsFunc(c.users, func(u walkUser) bool {
			style := u.access[1].style

			return style != walkUnmanaged && ((style != walkSingle && slices.Contains(m.usernames, u.username)) || slices.Contains(u.access[1].ids, m.unit))
		})
	})
}

// refuseOmission sometimes plans the removal of a user whom another block keeps, and expects an error.
func (w *walk) refuseOmission() {
	before := w.snapshot()
	e := w.config.everyone

	at := slices.IndexFunc(w.config.users, func(u walkUser) bool {
		return u.declared() && before[u.username].Enabled && (u.enabled == nil || *u.enabled) && e != nil && !e.ignores(u.username)
	})
	if at < 0 || !w.chance(4) {
		return
	}

	username, usernames := w.config.users[at].username, e.usernames
	e.usernames = walkWithout(usernames, username)

	w.note("config: all users are without %s", username)
	w.expectRefusal(fmt.Sprintf("User %q is kept by iriusrisk_user and removed by iriusrisk_users_exclusive", username))
	w.expectUnchanged(before)

	e.usernames = usernames
}

// refuseLockOut sometimes plans the removal of the user that the provider runs as from a business unit, and expects an error.
func (w *walk) refuseLockOut() {
	if len(w.config.members) == 0 || !w.chance(4) {
		return
	}

	unit := pick(w, w.config.members...).unit

	w.server.JoinBusinessUnit("admin", unit)
	w.note("outside: admin joins %s", unit)

	before := w.snapshot()
	w.expectRefusal(`The provider runs as user "admin"`)
	w.expectUnchanged(before)
	w.server.LeaveBusinessUnit("admin", unit)
}

// expectRefusal writes the configuration as it is, and expects that an apply fails with an error.
func (w *walk) expectRefusal(problem string) {
	w.writeHCL()

	if err := w.run("apply", "-auto-approve"); err == nil || !strings.Contains(w.output, problem) {
		w.fail("the plan had to be refused, because: %s", problem)
	}
}
