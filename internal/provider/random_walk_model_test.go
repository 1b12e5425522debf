package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// wantedUser is what a user has to be after an apply.
type wantedUser struct {
	simulator.User

	// created tells that the user is a new one, with an id that was not there before.
	created bool

	// newToken tells that the user has a token that was not there before. Otherwise they have the one of User.
	newToken bool

	// losesSessions and losesToken tell that disabling the user ends their sessions and revokes their API token. After
	// faults, they may have kept them.
	losesSessions, losesToken, afterFaults bool

	// mayBeDeleted and mayLoseSessions tell that two blocks remove the user in one apply, in any order.
	mayBeDeleted, mayLoseSessions bool
}

// walkModel predicts the server after an apply.
type walkModel struct {
	server map[string]simulator.User
	state  walkState
	config *walkConfig

	wanted    map[string]*wantedUser
	conflicts []walkConflict

	// exceedsLimit tells that the only conflict is the limit of removed users.
	exceedsLimit bool

	// later are the users whom only the apply after the next one removes.
	later []string
}

// walkConflict is a reason why the plan has to fail.
type walkConflict struct {
	// says are the texts of which the output has one.
	says []string

	// username is that of the conflicting user, "" if the configuration conflicts with itself.
	username string
}

// unchanged is the model of a server that stays as it is.
func unchanged(server map[string]simulator.User) *walkModel {
	m := &walkModel{server: server, wanted: map[string]*wantedUser{}}
	for username, user := range server {
		m.wanted[username] = &wantedUser{User: user}
	}

	return m
}

// model predicts the server after an apply with a refresh, or why its plan has to fail.
func (w *walk) model() *walkModel {
	m := unchanged(w.snapshot())
	m.config = &w.config
	m.state = walkState{users: maps.Clone(w.state.users), singles: w.state.singles, tokens: w.state.tokens, everyone: w.state.everyone}

	for _, move := range w.config.moved {
		if user, found := m.state.users[move[0]]; found {
			delete(m.state.users, move[0])
			m.state.users[move[1]] = user
		}
	}

	// The refresh removes users who were deleted, or deleted and created again, from the state.
	maps.DeleteFunc(m.state.users, func(_ string, user managedUser) bool { return m.server[user.username].ID != user.id })

	for i := range w.config.users {
		if u := &w.config.users[i]; u.declared() {
			m.checkUsername(u)
			m.checkEmail(u)
		}
	}

	if len(m.conflicts) == 0 {
		m.destroy()

		for i := range w.config.users {
			m.apply(&w.config.users[i])
		}

		m.changeMembers()
		m.removeUndeclared()
		m.checkLimit()
	}

	return m
}

// creates reports whether the block of a user creates or adopts them.
func (m *walkModel) creates(u *walkUser) bool {
	before, found := m.state.users[u.address()]

	return !found || before.username != u.username
}

// destroyed reports whether the object at an address is destroyed.
func (m *walkModel) destroyed(address string) bool {
	for i := range m.config.users {
		if u := &m.config.users[i]; u.declared() && u.address() == address {
			return m.creates(u)
		}
	}

	return true
}

// checkUsername notes why a user cannot be created under their username.
func (m *walkModel) checkUsername(u *walkUser) {
	if _, exists := m.server[u.username]; !exists || !m.creates(u) {
		return
	}

	for address, other := range m.state.users {
		if other.username != u.username {
			continue
		}

		if other.policy != policyRetain || !u.adopt || !m.destroyed(address) {
			m.conflicts = append(m.conflicts, walkConflict{[]string{"is destroyed by one block and kept by another", "is managed by two blocks", fmt.Sprintf("User %q already exists", u.username)}, ""})
		}

		return
	}

	if !u.adopt {
		m.conflicts = append(m.conflicts, walkConflict{[]string{"already exists", "cannot be replaced under the same username"}, u.username})
	}
}

// checkEmail notes why a user cannot have their e-mail address.
func (m *walkModel) checkEmail(u *walkUser) {
	takes := m.creates(u) || (!u.ignores("email") && m.server[u.username].Email != u.email)
	if !takes {
		return
	}

	for username, holder := range m.server {
		if username == u.username || holder.Email != u.email {
			continue
		}

		// A user who is replaced and deleted frees the address for their successor.
		if before, found := m.state.users[u.address()]; found && before.username == username && before.policy == policyDelete {
			continue
		}

		m.conflicts = append(m.conflicts, walkConflict{[]string{"e-mail address"}, username})
	}
}

// destroy applies the destruction of objects that are removed from the configuration.
func (m *walkModel) destroy() {
	declared := map[string]managedSingle{}
	tokens := map[string]managedAPIToken{}

	for i := range m.config.users {
		maps.Copy(declared, m.config.users[i].singles())

		if token := m.config.users[i].token; token != nil {
			tokens[token.label] = managedAPIToken{username: m.config.users[i].username, rotation: token.rotation}
		}
	}

	for address, single := range m.state.singles {
		if user := m.wanted[single.username]; user != nil && declared[address] != single {
			members := memberIDs(&user.User, single.kind)
			*members = walkWithout(*members, single.id)
		}
	}

	for label, token := range m.state.tokens {
		next := tokens[label]
		if user := m.wanted[token.username]; user != nil && user.APIToken == token.value && (next.username != token.username || next.rotation != token.rotation) {
			user.APIToken = ""
		}
	}

	for address, user := range m.state.users {
		if !m.destroyed(address) {
			continue
		}

		switch user.policy {
		case policyDelete:
			delete(m.wanted, user.username)
		case policyDisable:
			m.wanted[user.username].Enabled = false
			m.revoke(&user.walkUser)
		}
	}
}

// revoke applies what disabling a user revokes, if they are enabled before.
func (m *walkModel) revoke(u *walkUser) {
	user := m.wanted[u.username]
	if user.created || !m.server[u.username].Enabled {
		return
	}

	user.losesSessions = slices.Contains(u.revocations(), revokeSessions)
	user.losesToken = slices.Contains(u.revocations(), revokeAPIToken) && user.APIToken != ""

	if user.losesSessions {
		user.Sessions = 0
	}

	if user.losesToken {
		user.APIToken = ""
	}
}

// expectFaults tells that requests of the apply fail, so that a revocation may fail.
func (m *walkModel) expectFaults() {
	for _, user := range m.wanted {
		user.afterFaults = true
	}
}

// apply brings a user to what is declared.
func (m *walkModel) apply(u *walkUser) {
	user := m.wanted[u.username]
	ignores := u.ignores

	if u.declared() {
		var before managedUser

		switch {
		case user == nil:
			user = &wantedUser{User: simulator.User{Username: u.username}, created: true}
			m.wanted[u.username] = user
			ignores = func(string) bool { return false }
		case m.creates(u):
			ignores = func(string) bool { return false }
		default:
			before = m.state.users[u.address()]
		}

		wasEnabled := user.Enabled
		u.applyProfile(user, before.password, ignores)

		if wasEnabled && !user.Enabled {
			m.revoke(u)
		}
	}

	for kind, access := range u.access {
		members := memberIDs(&user.User, kind)

		switch {
		case access.style == walkExclusive, access.style == walkInline && !ignores(walkKinds[kind].argument+"s"):
			*members = slices.Clone(access.ids)
		case access.style == walkSingle:
			*members = append(walkWithout(*members, access.ids...), access.ids...)
		}
	}

	if u.token != nil {
		known := m.state.tokens[u.token.label]
		user.newToken = user.APIToken == "" || known != managedAPIToken{u.username, user.APIToken, u.token.rotation}
	}
}

func (u *walkUser) applyProfile(user *wantedUser, passwordBefore string, ignores func(string) bool) {
	for attribute, value := range map[string]struct {
		declared string
		at       *string
	}{"email": {u.email, &user.Email}, "first_name": {u.firstName, &user.FirstName}, "last_name": {u.lastName, &user.LastName}} {
		if !ignores(attribute) {
			*value.at = value.declared
		}
	}

	if !ignores("enabled") {
		user.Enabled = u.enabled == nil || *u.enabled
	}

	if u.passwordExpired != nil && !ignores("password_expired") {
		user.PasswordExpired = *u.passwordExpired
	}

	if u.password != "" && u.password != passwordBefore {
		user.Password = u.password
	}
}

// memberIDs are the roles or the business units of a user.
func memberIDs(user *simulator.User, kind int) *[]string {
	if kind == 0 {
		return &user.RoleIDs
	}

	return &user.BusinessUnitIDs
}

func walkWithout(ids []string, others ...string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}
