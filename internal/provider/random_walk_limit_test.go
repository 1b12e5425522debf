package provider

import (
	"fmt"
	"slices"
	"strconv"
)

// walkLimit is max_user_removals.
type walkLimit struct {
	users int

	// fromEnvironment tells that the environment variable has the limit. The provider argument then has another one, which
	// must have no effect.
	fromEnvironment bool
}

// argument is the line of the provider block.
func (l *walkLimit) argument() string {
	switch {
	case l == nil:
		return ""
	case !l.fromEnvironment:
		return fmt.Sprintf("  max_user_removals = %d\n", l.users)
	case l.users == 0:
		return "  max_user_removals = 1000\n"
	default:
		return "  max_user_removals = 0\n"
	}
}

// environment is the environment of a command.
func (l *walkLimit) environment() []string {
	if l == nil || !l.fromEnvironment {
		return nil
	}

	return []string{maxUserRemovalsVariable + "=" + strconv.Itoa(l.users)}
}

// chooseLimit sets or removes the limit of a step. A step that begins with nothing has none: see refuse.
func (w *walk) chooseLimit() {
	w.config.limit = nil
	if !w.config.isEmpty() && w.chance(2) {
		w.config.limit = &walkLimit{users: w.rng.IntN(4), fromEnvironment: w.chance(3) && w.reattach == ""}
		w.note("config: the limit is %+v", *w.config.limit)
	}
}

// dropLimit removes the limit, because changes outside Terraform or faults may lead to more removals.
func (w *walk) dropLimit() {
	w.config.limit = nil
	w.writeConfig()
}

// raiseLimit sets the limit to what the next apply needs.
func (w *walk) raiseLimit(model *walkModel) {
	w.config.limit = &walkLimit{users: max(len(model.removed()), len(model.later)), fromEnvironment: w.chance(2) && w.reattach == ""}
	w.note("config: the limit is %+v", *w.config.limit)
	w.writeConfig()
}

// checkLimit notes that the plan removes too many users. Terraform does not plan what depends on a block with an error, so that
// an error may count fewer users.
func (m *walkModel) checkLimit() {
	limit, removed := m.config.limit, len(m.removed())
	if limit == nil || removed <= limit.users {
		return
	}

	m.exceedsLimit = true

	var says []string
	for count := limit.users + 1; count <= removed; count++ {
		says = append(says, fmt.Sprintf("The plan deletes or disables %s, more than max_user_removals = %d", countOfUsers(count), limit.users))
	}

	m.conflicts = append(m.conflicts, walkConflict{says, ""})
}

// removed are the users whom the first apply deletes or disables.
func (m *walkModel) removed() (usernames []string) {
	for _, username := range walkNames(m.server) {
		wanted := m.wanted[username]
		if (wanted == nil || (m.server[username].Enabled && !wanted.Enabled)) && !slices.Contains(m.later, username) {
			usernames = append(usernames, username)
		}
	}

	return usernames
}
