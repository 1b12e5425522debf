package simulator

import (
	"reflect"
	"strings"
	"testing"
)

// Tests and the server never share memory.
func TestTenant_sharesNoMemory(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	first, second, third := s.AddRole("A").ID, s.AddRole("B").ID, s.AddRole("C").ID

	shared := append(make([]string, 0, 8), first)
	s.AddUser(User{Username: "ada", RoleIDs: shared})
	s.AddUser(User{Username: "grace", RoleIDs: shared})
	s.GrantRole("ada", second)
	s.GrantRole("grace", third)

	var kept *User

	s.UpdateUser("ada", func(u *User) { kept = u })
	kept.Enabled, kept.RoleIDs[0] = true, "spoilt"
	held, _ := s.User("grace")
	held.RoleIDs[0] = "spoilt"

	ada, _ := s.User("ada")
	grace, _ := s.User("grace")

	if ada.Enabled || !reflect.DeepEqual(ada.RoleIDs, []string{first, second}) || !reflect.DeepEqual(grace.RoleIDs, []string{first, third}) {
		t.Errorf("ada is %+v, grace %+v", ada, grace)
	}
}

// Outside the API two users can have the same e-mail address. It is free once neither has it.
func TestTenant_emailIsFreeOnceUnused(t *testing.T) {
	t.Parallel()

	s := start(t, Options{LenientProfiles: true})
	s.AddUser(User{Username: "a", Email: "Same@example.com"})
	s.AddUser(User{Username: "b", Email: "same@example.com"})

	const body = `{"username":"c","email":"SAME@example.com","firstName":"F","lastName":"L"}`

	s.RemoveUser("b")
	expectStatus(t, call(t, s, "POST", "/users", body), 400)
	expectStatus(t, call(t, s, "PUT", "/users/a", `{"email":"same@example.com"}`), 200)
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"SAME@example.com"}`), 400)
	expectStatus(t, call(t, s, "PUT", "/users/a", `{}`), 200)

	invitation := s.AddInvitation("same@example.com")
	expectStatus(t, call(t, s, "POST", "/users", body), 200)
	expectStatus(t, call(t, s, "POST", "/users/invitations/"+invitation.ID+"/accept", `{"username":"d","firstName":"F","lastName":"L","password":"correct-Horse7-battery"}`), 400)
	expectStatus(t, call(t, s, "PUT", "/users/admin", `{"email":""}`), 200)
}

func TestTenant_mistakesPanic(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})

	for name, mistake := range map[string]func(){
		"add":    func() { s.AddUser(User{Username: "ADA"}) },
		"rename": func() { s.UpdateUser("ada", func(u *User) { u.Username = "Grace" }) },
		"update": func() { s.UpdateUser("absent", func(*User) {}) },
		"rotate": func() { s.RotateToken("absent") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			mistake()
		}()
	}

	// The server keeps working after each panic, and changing the case of a username is not a mistake.
	s.UpdateUser("ada", func(u *User) { u.Username = "Ada" })
	expectStatus(t, call(t, s, "GET", "/users/Ada", ""), 200)
	expectStatus(t, call(t, s, "GET", "/users/ada", ""), 404)
}

// Every change made outside the API is visible immediately.
func TestTenant_changesOutsideTheAPIShowAtOnce(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	role, unit := s.AddRole("ROLE_READ_ONLY"), s.AddBusinessUnit("pay", "Payments")

	expect := func(path, holds string, want bool) {
		t.Helper()

		if answer := call(t, s, "GET", path, ""); answer.status != 200 || strings.Contains(answer.raw, holds) != want {
			t.Errorf("%s: %s", path, answer.raw)
		}
	}

	s.GrantRole("ada", role.ID)
	s.JoinBusinessUnit("ada", unit.ID)
	expect("/users/ada/roles", role.ID, true)
	expect("/users/ada/business-units", unit.ID, true)
	expect("/business-units/"+unit.ID+"/users", `"ada"`, true)

	s.RevokeRole("ada", role.ID)
	s.LeaveBusinessUnit("ada", unit.ID)
	expect("/users/ada/roles", role.ID, false)
	expect("/users/ada/business-units", unit.ID, false)

	s.GrantRole("ada", role.ID)
	s.RemoveRole(role.ID)
	expect("/users/ada/roles", role.ID, false)
	expectStatus(t, call(t, s, "GET", "/roles/"+role.ID, ""), 404)

	token := s.RotateToken("ada")
	expectStatus(t, callAs(t, s, token, "GET", "/info", ""), 200)
	expect("/users/ada", `"hint":"`+s.Hint("ada")+`"`, true)
	s.DeleteToken("ada")
	expectStatus(t, callAs(t, s, token, "GET", "/info", ""), 401)
	expect("/users/ada", "hint", false)
	expectStatus(t, call(t, s, "DELETE", "/users/ada/api-token", ""), 404)

	expectStatus(t, call(t, s, "POST", "/users/ada/reset-password-email/send", ""), 200)

	if mails := s.ResetMails("ada"); mails != 1 {
		t.Errorf("ada was sent %d e-mails, want 1", mails)
	}

	admin := s.AdminToken()
	s.RemoveUser("admin")
	expectStatus(t, callAs(t, s, admin, "GET", "/info", ""), 401)

	if s.AdminToken() != "" {
		t.Error("the administrator still exists")
	}
}
