package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// adminName is the username of the administrator that every tenant begins with.
const adminName = "admin"

// User is a user as tests see them.
type User struct {
	ID, Username, Email, FirstName, LastName string

	Enabled, PasswordExpired bool

	// Password is in plain text, APIToken is "" for none.
	Password, APIToken string

	// RoleIDs and BusinessUnitIDs are in the order in which they were given.
	RoleIDs, BusinessUnitIDs []string

	// Sessions is how many sessions are active.
	Sessions int
}

// user is a user as the server keeps them.
type user struct {
	User

	permissions map[string]struct{}
	resetMails  int

	lag lag
}

// tenant is everything the server keeps. Server.mu guards it.
type tenant struct {
	disabledAPI bool

	// users are in the order of their creation, byName finds them by their folded username, byToken by their API token.
	users   []*user
	byName  map[string]*user
	byToken map[string]*user

	// emails counts the users of each folded e-mail address: the API keeps it to one, a test may make it more.
	emails map[string]int

	roles       []Role
	units       []BusinessUnit
	invitations []*Invitation
	audit       []AuditEvent

	// made numbers what is made, so that ids are the same in every run.
	made int
}

func newTenant() tenant {
	t := tenant{byName: make(map[string]*user), byToken: make(map[string]*user), emails: make(map[string]int)}

	admin := t.add(User{Username: adminName, Email: "admin@iriusrisk.example", FirstName: "Ad", LastName: "Min", Enabled: true})
	admin.permissions = setOf(allPermissions)
	t.issueToken(admin)

	return t
}

func setOf(values []string) map[string]struct{} {
	set := make(map[string]struct{}, len(values))
	for _, value := range values {
		set[value] = struct{}{}
	}

	return set
}

// fold is the key of a username or an e-mail address without case.
func fold(text string) string { return strings.ToLower(text) }

// newID makes a UUID.
func (t *tenant) newID(kind string) string {
	t.made++

	return idOf(kind, t.made)
}

// idOf is the UUID of a numbered thing.
func idOf(kind string, number int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, number))
	digits := hex.EncodeToString(sum[:16])

	return strings.Join([]string{digits[:8], digits[8:12], "4" + digits[13:16], "8" + digits[17:20], digits[20:32]}, "-")
}

// add adds a user whose username is free.
func (t *tenant) add(details User) *user {
	if details.ID == "" {
		details.ID = t.newID("user")
	}

	added := &user{User: details.copied()}
	t.users = append(t.users, added)
	t.index(added)

	return added
}

// index makes a user findable.
func (t *tenant) index(u *user) {
	t.byName[fold(u.Username)] = u

	t.emails[fold(u.Email)]++

	if u.APIToken != "" {
		t.byToken[u.APIToken] = u
	}
}

// unindex is the reverse of index.
func (t *tenant) unindex(u *user) {
	delete(t.byName, fold(u.Username))
	delete(t.byToken, u.APIToken)
	t.emails[fold(u.Email)]--
}

// emailTaken tells whether anybody but one user, nil being nobody, has an e-mail address. No address is nobody's.
func (t *tenant) emailTaken(email string, except *user) bool {
	others := t.emails[fold(email)]
	if except != nil && fold(except.Email) == fold(email) {
		others--
	}

	return email != "" && others > 0
}

// change changes a user and keeps them findable.
func (t *tenant) change(u *user, change func(*User)) {
	t.unindex(u)
	change(&u.User)
	t.index(u)
}

// remove deletes a user.
func (t *tenant) remove(u *user) {
	t.unindex(u)
	t.users = slices.DeleteFunc(t.users, func(other *user) bool { return other == u })
}

// copied is a copy that shares no memory, for tests and the server go on changing theirs.
func (u User) copied() User {
	u.RoleIDs, u.BusinessUnitIDs = slices.Clone(u.RoleIDs), slices.Clone(u.BusinessUnitIDs)

	return u
}

// with runs a function on the tenant behind everybody's back.
func (s *Server) withTenant(f func(*tenant)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.lists.Clear()

	f(&s.tenant)
}

// must returns a user who has to be there.
func (t *tenant) mustUser(username string) *user {
	u := t.byName[fold(username)]
	if u == nil {
		panic(fmt.Sprintf("simulator: there is no user %q", username))
	}

	return u
}

// AdminToken is the API token of the administrator "admin", "" once they have none or are gone.
func (s *Server) AdminToken() (token string) {
	s.withTenant(func(t *tenant) {
		if admin := t.byName[adminName]; admin != nil {
			token = admin.APIToken
		}
	})

	return token
}

// AddUser adds a user and returns them with their id. It panics when the username is taken.
func (s *Server) AddUser(details User) (added User) {
	s.withTenant(func(t *tenant) {
		if t.byName[fold(details.Username)] != nil {
			panic(fmt.Sprintf("simulator: there is a user %q already", details.Username))
		}

		added = t.add(details).copied()
	})

	return added
}

// User returns a user, and whether there is one.
func (s *Server) User(username string) (details User, found bool) {
	s.withTenant(func(t *tenant) {
		if u := t.byName[fold(username)]; u != nil {
			details, found = u.copied(), true
		}
	})

	return details, found
}

// Users returns all users by username.
func (s *Server) Users() (users []User) {
	s.withTenant(func(t *tenant) {
		for _, u := range t.users {
			users = append(users, u.copied())
		}
	})

	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.Username, b.Username) })

	return users
}

// UpdateUser changes a user. It panics when there is none, and when the username they are given is another's. The server
// waits for the change, which must not call it.
func (s *Server) UpdateUser(username string, change func(*User)) {
	s.withTenant(func(t *tenant) {
		u := t.mustUser(username)
		details := u.copied()
		change(&details)

		if other := t.byName[fold(details.Username)]; other != nil && other != u {
			panic(fmt.Sprintf("simulator: there is a user %q already", details.Username))
		}

		t.change(u, func(current *User) { *current = details.copied() })
	})
}

// RemoveUser deletes a user, if there is one.
func (s *Server) RemoveUser(username string) {
	s.withTenant(func(t *tenant) {
		if u := t.byName[fold(username)]; u != nil {
			t.remove(u)
		}
	})
}

// AddCaller gives a user, who is made if there is none, exactly these permissions and an API token, and returns the
// token. Without permissions it is a caller with no rights, with MANAGE_USERS_BU a manager of their business units.
func (s *Server) AddCaller(username string, permissions ...string) (token string) {
	s.withTenant(func(t *tenant) {
		caller := t.byName[fold(username)]
		if caller == nil {
			caller = t.add(User{Username: username, Email: username + "@caller.example", FirstName: username, LastName: "Caller", Enabled: true})
		}

		caller.permissions = setOf(permissions)
		token = t.issueToken(caller)
	})

	return token
}

// ResetMails is how many reset-password e-mails a user was sent.
func (s *Server) ResetMails(username string) (mails int) {
	s.withTenant(func(t *tenant) { mails = t.mustUser(username).resetMails })

	return mails
}

// Mails is how many reset-password e-mails each user was sent, by username; users who were sent none are left out.
func (s *Server) Mails() map[string]int {
	mails := make(map[string]int)

	s.withTenant(func(t *tenant) {
		for _, u := range t.users {
			if u.resetMails > 0 {
				mails[u.Username] = u.resetMails
			}
		}
	})

	return mails
}
