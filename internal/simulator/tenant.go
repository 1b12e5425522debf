package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// adminName is the username of the administrator of a new tenant.
const adminName = "admin"

// User is a user as tests see it.
type User struct {
	ID, Username, Email, FirstName, LastName string

	Enabled, PasswordExpired bool

	// Password is in plain text. APIToken is "" for none.
	Password, APIToken string

	// RoleIDs and BusinessUnitIDs are in the order of their assignment.
	RoleIDs, BusinessUnitIDs []string

	// Sessions is the number of active sessions.
	Sessions int
}

// user is a user as the server stores it.
type user struct {
	User

	// permissions are those that do not come from a role.
	permissions map[string]struct{}
	resetMails  int

	lag lag
}

// tenant is the data of the server. Server.mu guards it.
type tenant struct {
	disabledAPI bool

	// users are in the order of their creation. byName is keyed by folded username, byToken by API token.
	users   []*user
	byName  map[string]*user
	byToken map[string]*user

	// emails counts the users of each folded e-mail address. The API allows one; tests can add more.
	emails map[string]int

	permissions catalog
	roles       []*role
	units       []BusinessUnit
	invitations []*Invitation
	audit       []AuditEvent

	// created counts the objects created, so that IDs are the same in every run.
	created int
}

func newTenant(permissions catalog) tenant {
	t := tenant{permissions: permissions, byName: make(map[string]*user), byToken: make(map[string]*user), emails: make(map[string]int)}

	admin := t.add(User{Username: adminName, Email: "admin@iriusrisk.example", FirstName: "Ad", LastName: "Min", Enabled: true})
	admin.permissions = setOf(globalNames)
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

// fold returns a username or an e-mail address in lower case, which is the key of the indexes.
func fold(text string) string { return strings.ToLower(text) }

// newID returns the UUID of a new object.
func (t *tenant) newID(kind string) string {
	t.created++

	return idOf(kind, t.created)
}

// idOf returns the UUID of a numbered object.
func idOf(kind string, number int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, number))
	digits := hex.EncodeToString(sum[:16])

	return strings.Join([]string{digits[:8], digits[8:12], "4" + digits[13:16], "8" + digits[17:20], digits[20:32]}, "-")
}

// add adds a user whose username is not in use.
func (t *tenant) add(details User) *user {
	if details.ID == "" {
		details.ID = t.newID("user")
	}

	added := &user{User: details.copied()}
	t.users = append(t.users, added)
	t.index(added)

	return added
}

// index adds a user to the indexes.
func (t *tenant) index(u *user) {
	t.byName[fold(u.Username)] = u

	t.emails[fold(u.Email)]++

	if u.APIToken != "" {
		t.byToken[u.APIToken] = u
	}
}

// unindex removes a user from the indexes.
func (t *tenant) unindex(u *user) {
	delete(t.byName, fold(u.Username))
	delete(t.byToken, u.APIToken)
	t.emails[fold(u.Email)]--
}

// emailTaken reports whether a user other than except, which may be nil, has the address. An empty address is never
// taken.
func (t *tenant) emailTaken(email string, except *user) bool {
	others := t.emails[fold(email)]
	if except != nil && fold(except.Email) == fold(email) {
		others--
	}

	return email != "" && others > 0
}

// change changes a user and updates the indexes.
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

// copied returns a copy that shares no memory, because both tests and the server change their own.
func (u User) copied() User {
	u.RoleIDs, u.BusinessUnitIDs = slices.Clone(u.RoleIDs), slices.Clone(u.BusinessUnitIDs)

	return u
}

// withTenant runs f with the tenant locked.
func (s *Server) withTenant(f func(*tenant)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.lists.Clear()

	f(&s.tenant)
}

// mustUser returns a user that must exist and panics otherwise.
func (t *tenant) mustUser(username string) *user {
	u := t.byName[fold(username)]
	if u == nil {
		panic(fmt.Sprintf("simulator: user %q does not exist", username))
	}

	return u
}

// AdminToken returns the API token of the administrator "admin", or "" if there is none.
func (s *Server) AdminToken() (token string) {
	s.withTenant(func(t *tenant) {
		if admin := t.byName[adminName]; admin != nil {
			token = admin.APIToken
		}
	})

	return token
}

// AddUser adds a user and returns it with its ID. It panics if the username is in use.
func (s *Server) AddUser(details User) (added User) {
	s.withTenant(func(t *tenant) {
		if t.byName[fold(details.Username)] != nil {
			panic(fmt.Sprintf("simulator: user %q already exists", details.Username))
		}

		added = t.add(details).copied()
	})

	return added
}

// User returns a user and whether it exists.
func (s *Server) User(username string) (details User, found bool) {
	s.withTenant(func(t *tenant) {
		if u := t.byName[fold(username)]; u != nil {
			details, found = u.copied(), true
		}
	})

	return details, found
}

// Users returns all users, sorted by username.
func (s *Server) Users() (users []User) {
	s.withTenant(func(t *tenant) {
		for _, u := range t.users {
			users = append(users, u.copied())
		}
	})

	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.Username, b.Username) })

	return users
}

// UpdateUser changes a user. It panics if the user does not exist or the new username is in use. The server is locked
// meanwhile, so f must not call it.
func (s *Server) UpdateUser(username string, f func(*User)) {
	s.withTenant(func(t *tenant) {
		u := t.mustUser(username)
		details := u.copied()
		f(&details)

		if other := t.byName[fold(details.Username)]; other != nil && other != u {
			panic(fmt.Sprintf("simulator: user %q already exists", details.Username))
		}

		t.change(u, func(current *User) { *current = details.copied() })
	})
}

// RemoveUser deletes a user if it exists.
func (s *Server) RemoveUser(username string) {
	s.withTenant(func(t *tenant) {
		if u := t.byName[fold(username)]; u != nil {
			t.remove(u)
		}
	})
}

// AddCaller sets the permissions of a user, creating it if necessary, and returns a new API token for it. The user also has
// the global permissions of its roles. With MANAGE_USERS_BU the user manages its business units.
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

// ResetMails returns how many reset-password e-mails were sent to a user.
func (s *Server) ResetMails(username string) (mails int) {
	s.withTenant(func(t *tenant) { mails = t.mustUser(username).resetMails })

	return mails
}
