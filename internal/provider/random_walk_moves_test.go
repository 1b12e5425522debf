package provider

import (
	"fmt"
	"slices"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// walkPassword begins every password of a walk, so that one search finds them all in an output.
const walkPassword = "Walk-S3cret-"

// chance is true once in n times.
func (w *walk) chance(n int) bool { return w.rng.IntN(n) == 0 }

// next numbers what is made.
func (w *walk) next() int {
	w.made++

	return w.made
}

func pick[T any](w *walk, values ...T) T { return values[w.rng.IntN(len(values))] }

// some is a random part of some ids.
func (w *walk) some(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(string) bool { return w.chance(2) })
}

// note records a move for the message of a failed step.
func (w *walk) note(format string, values ...any) {
	w.moves = append(w.moves, fmt.Sprintf(format, values...))
}

// maxWalkUsers bounds how many users a configuration has.
const maxWalkUsers = 6

// changeConfig makes a random change to the configuration.
func (w *walk) changeConfig() {
	if len(w.config.users) < 2 || (len(w.config.users) < maxWalkUsers && w.chance(4)) {
		w.addUser()

		return
	}

	at := w.rng.IntN(len(w.config.users))
	u := &w.config.users[at]

	if !u.declared() {
		w.changeAccess(u)

		return
	}

	switch w.rng.IntN(14) {
	case 0:
		w.note("config: remove %s (%s)", u.address(), u.username)
		w.config.users = slices.Delete(w.config.users, at, at+1)
	case 1:
		w.renameBlock(u)
	case 2:
		w.changeUsername(u)
	case 3:
		u.email = fmt.Sprintf("u%d@example.com", w.next())
		w.note("config: e-mail of %s", u.address())
	case 4:
		u.firstName, u.lastName = fmt.Sprintf("First %d", w.next()), pick(w, u.lastName, "Other")
		w.note("config: names of %s", u.address())
	case 5:
		u.enabled, u.revoke = w.maybe(), w.revocations()
		w.note("config: enabled of %s, revokes %q", u.address(), u.revoke)
	case 6:
		u.passwordExpired, u.adopt, u.policy = w.maybe(), w.chance(2), w.policy()
		w.note("config: expiry, adoption and policy %q of %s", u.policy, u.address())
	case 7:
		w.changeLifecycle(u)
	case 8:
		w.takeEmail(u)
	case 9, 10:
		leaves := false
		u.enabled, u.revoke = &leaves, w.revocations()
		w.note("config: disable %s, revokes %q", u.address(), u.revoke)
	default:
		w.changeAccess(u)
	}
}

func (w *walk) maybe() *bool {
	no, yes := false, true

	return pick(w, nil, &no, &yes)
}

func (w *walk) revocations() []string {
	return pick(w, nil, []string{}, []string{revokeSessions}, []string{revokeAPIToken}, []string{revokeSessions, revokeAPIToken})
}

func (w *walk) policy() string {
	return pick(w, policyDelete, policyDelete, policyDisable, policyRetain)
}

// addUser adds a new user, one who exists already, or blocks about a user who is not declared.
func (w *walk) addUser() {
	n := w.next()
	u := walkUser{
		label: fmt.Sprintf("u%d", n), username: fmt.Sprintf("user%d", n), email: fmt.Sprintf("u%d@example.com", n), firstName: "First", lastName: "Last",
		enabled: w.maybe(), passwordExpired: w.maybe(), adopt: w.chance(2), policy: w.policy(), revoke: w.revocations(),
	}

	if w.chance(3) {
		u.label, u.key = "", fmt.Sprintf("k%d", n)
	}

	if others := w.bystanders(); len(others) > 0 && w.chance(3) {
		u.username = pick(w, others...)

		// A user who was managed until now is destroyed by the same apply.
		if w.chance(3) && !w.state.manages(u.username) {
			u.label, u.key = "", ""
		}
	}

	if u.label != "" && w.chance(2) {
		u.password, u.literal = fmt.Sprintf("%s%d-abcDEF", walkPassword, n), w.chance(2)
	}

	w.note("config: add %s (%s), adopt %t, policy %q", u.address(), u.username, u.adopt, u.policy)
	w.config.users = append(w.config.users, u)

	for range w.rng.IntN(3) {
		w.changeAccess(&w.config.users[len(w.config.users)-1])
	}
}

// bystanders are the users that the configuration does not mention, except the one that the provider runs as.
func (w *walk) bystanders() (usernames []string) {
	for _, username := range walkNames(w.snapshot()) {
		if username != "admin" && !slices.ContainsFunc(w.config.users, func(u walkUser) bool { return u.username == username }) {
			usernames = append(usernames, username)
		}
	}

	return usernames
}

// renameBlock renames the block of a user, or moves the user into or out of the block with for_each, with or without a
// moved block.
func (w *walk) renameBlock(u *walkUser) {
	from := u.address()
	n := w.next()

	if u.label, u.key = fmt.Sprintf("u%d", n), ""; u.password == "" && len(u.ignore) == 0 && w.chance(2) {
		u.label, u.key = "", fmt.Sprintf("k%d", n)
	}

	moved := w.chance(2)
	if moved {
		w.config.moved = append(w.config.moved, [2]string{from, u.address()})
	}

	w.note("config: rename %s to %s, moved: %t", from, u.address(), moved)
}

// changeUsername changes a username to a free one, and sometimes the e-mail address too. Terraform keeps the values of
// ignored attributes in a replacement, so no attribute is ignored from then on.
func (w *walk) changeUsername(u *walkUser) {
	u.ignore = nil

	u.username = fmt.Sprintf("user%d", w.next())
	if w.chance(2) {
		u.email = u.username + "@example.com"
	}

	w.note("config: username of %s is %s, e-mail %s", u.address(), u.username, u.email)
}

// changeLifecycle changes the ignored attributes or the password.
func (w *walk) changeLifecycle(u *walkUser) {
	if u.key != "" {
		return
	}

	if w.chance(2) {
		u.password, u.literal = fmt.Sprintf("%s%d-abcDEF", walkPassword, w.next()), w.chance(2)
	} else {
		u.ignore = w.some([]string{"enabled", "email", "first_name", "password_expired", "role_ids", "business_unit_ids"})
	}

	w.note("config: password or ignore_changes %v of %s", u.ignore, u.address())
}

// takeEmail declares the e-mail address of another user.
func (w *walk) takeEmail(u *walkUser) {
	if !w.chance(2) {
		return
	}

	server := w.snapshot()
	other := pick(w, walkNames(server)...)
	u.email = server[other].Email
	w.note("config: %s takes the e-mail address of %s", u.address(), other)
}

// changeAccess changes roles, business units or the API token of a user.
func (w *walk) changeAccess(u *walkUser) {
	if w.chance(4) {
		w.changeToken(u)

		return
	}

	kind := w.rng.IntN(2)
	access := &u.access[kind]

	switch {
	case access.style != walkUnmanaged && w.chance(6):
		access.label = fmt.Sprintf("a%d", w.next())
	case access.style == walkUnmanaged || w.chance(4):
		styles := []walkStyle{walkUnmanaged, walkSingle, walkExclusive}
		if u.declared() {
			styles = append(styles, walkInline)
		}

		access.style, access.label = pick(w, styles...), fmt.Sprintf("a%d", w.next())
		access.ids = w.some(w.ids[kind])
	default:
		access.ids = w.some(w.ids[kind])
	}

	// Single memberships have the value as their key, and another key would be another object.
	access.names = nil
	if access.style != walkSingle && w.chance(2) {
		access.names = w.namesOf(kind, access.ids)
	}

	w.note("config: access of %s, kind %d, style %d, label %s, %d ids, by name %t", u.username, kind, access.style, access.label, len(access.ids), access.names != nil)
}

// namesOf are the names of roles or business units.
func (w *walk) namesOf(kind int, ids []string) []string {
	names := make([]string, len(ids))

	for i, id := range ids {
		names[i] = fmt.Sprintf("%s %d", [2]string{"Role", "Unit"}[kind], slices.Index(w.ids[kind], id))
	}

	return names
}

func (w *walk) changeToken(u *walkUser) {
	switch {
	case u.token == nil:
		u.token = &walkToken{label: fmt.Sprintf("t%d", w.next())}
	case w.chance(3):
		u.token = nil
	case w.chance(2):
		u.token.rotation++
	default:
		u.token.label = fmt.Sprintf("t%d", w.next())
	}

	w.note("config: API token of %s is %+v", u.username, u.token)
}

// changeServer makes a random change outside Terraform. Unless replacing, no user is deleted and created again who is
// declared and not to be adopted, because the next plan has to fail then.
func (w *walk) changeServer(replacing bool) {
	usernames := slices.DeleteFunc(walkNames(w.snapshot()), func(username string) bool { return username == "admin" })
	if len(usernames) < 3 || w.chance(10) {
		w.addBystander()

		return
	}

	username := pick(w, usernames...)
	role, unit := pick(w, w.ids[0]...), pick(w, w.ids[1]...)

	var change string

	switch change = pick(w, "enabled", "names", "e-mail", "expiry", "role", "role", "unit", "unit", "token", "no token", "sign-in", "sign-in", "sign-in", "delete", "replace"); change {
	case "enabled":
		w.server.UpdateUser(username, func(u *simulator.User) { u.Enabled = !u.Enabled })
	case "names":
		w.server.UpdateUser(username, func(u *simulator.User) { u.FirstName = fmt.Sprintf("Outside %d", w.next()) })
	case "e-mail":
		w.server.UpdateUser(username, func(u *simulator.User) { u.Email = fmt.Sprintf("outside%d@example.com", w.next()) })
	case "expiry":
		w.server.UpdateUser(username, func(u *simulator.User) { u.PasswordExpired = !u.PasswordExpired })
	case "role":
		w.server.UpdateUser(username, func(u *simulator.User) { toggle(&u.RoleIDs, role) })
	case "unit":
		w.server.UpdateUser(username, func(u *simulator.User) { toggle(&u.BusinessUnitIDs, unit) })
	case "token":
		w.server.RotateToken(username)
	case "no token":
		w.server.DeleteToken(username)
	case "sign-in":
		for _, user := range w.server.Users() {
			w.server.UpdateUser(user.Username, func(u *simulator.User) { u.Sessions++ })
		}
	default:
		w.removeUser(username, change == "replace", replacing)
	}

	w.note("outside: %s of %s", change, username)
}

// removeUser deletes a user outside Terraform, and may create another one of the same name.
func (w *walk) removeUser(username string, replace, replacing bool) {
	at := slices.IndexFunc(w.config.users, func(u walkUser) bool { return u.username == username })

	// Blocks that name a user literally need an existing user.
	literal := slices.ContainsFunc(w.config.users, func(u walkUser) bool { return u.username == username && !u.declared() })
	if replace && at >= 0 && !literal && !replacing && !w.config.users[at].adopt {
		return
	}

	details, _ := w.server.User(username)
	w.server.RemoveUser(username)

	if replace || literal {
		w.server.AddUser(simulator.User{Username: username, Email: details.Email, FirstName: "Second", LastName: "User", Enabled: w.chance(2)})
	}
}

func toggle(ids *[]string, id string) {
	if slices.Contains(*ids, id) {
		*ids = walkWithout(*ids, id)
	} else {
		*ids = append(*ids, id)
	}
}

// addBystander adds a user whom the configuration does not declare, with roles, units and an API token.
func (w *walk) addBystander() {
	username := fmt.Sprintf("other%d", w.next())
	w.server.AddUser(simulator.User{
		Username: username, Email: username + "@example.com", FirstName: "Other", LastName: "User", Enabled: !w.chance(4),
		RoleIDs: w.some(w.ids[0]), BusinessUnitIDs: w.some(w.ids[1]), Sessions: 1,
	})
	w.server.RotateToken(username)
	w.note("outside: add %s", username)
}

// injectFaults makes some requests of the next apply fail.
func (w *walk) injectFaults() {
	for range 1 + w.rng.IntN(2) {
		fault := simulator.Fault{
			Nth:  1 + w.rng.IntN(15),
			Kind: pick(w, simulator.FaultStatus, simulator.FaultReset, simulator.FaultLostAnswer, simulator.FaultActThenStatus),
		}

		fault.Status = pick(w, 400, 403, 500, 502, 503)

		// A server that answers 403 has not carried the request out.
		if fault.Kind == simulator.FaultActThenStatus {
			fault.Status = pick(w, 400, 500, 502, 503)
		}

		switch {
		case w.chance(5):
			fault.Times = -1
		case w.chance(2):
			fault.Nth = 1 + w.rng.IntN(2)
			fault.Operation = pick(w, "create_user", "update_user", "delete_user", "enable_user", "disable_user", "add_user_role", "delete_user_role",
				"add_user_business_unit", "delete_business_units_users", "generate_user_api_token", "delete_user_api_token", "delete_user_sessions", "get_user", "get_users", "get_user_roles", "get_business_unit_users")
		}

		w.server.Inject(fault)
		w.note("fault: %+v", fault)
	}
}
