package simulator

import (
	"strings"
	"testing"
)

const newUser = `{"username":"new","email":"new@example.com","firstName":"N","lastName":"U"}`

func TestLag_newUserIsMissingForSomeRequests(t *testing.T) {
	t.Parallel()

	s := start(t, Options{LagReads: 2, LagWrites: 1})
	expectStatus(t, call(t, s, "POST", "/users", newUser), 200)
	expectStatus(t, call(t, s, "POST", "/users", newUser), 400)

	for _, request := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/users/new", 404},
		{"POST", "/users/new/disable", 404},
		{"POST", "/users/new/disable", 200},
		{"GET", "/users/new/roles", 404},
		{"GET", "/users/new", 200},
		{"GET", "/users/admin", 200},
	} {
		expectStatus(t, call(t, s, request.method, request.path, ""), request.status)
	}

	s.Lag("new", 0, 1)
	expectStatus(t, call(t, s, "GET", "/users/new", ""), 200)
	expectStatus(t, call(t, s, "DELETE", "/users/new", ""), 404)
	expectStatus(t, call(t, s, "DELETE", "/users/new", ""), 200)

	if _, err := Start(Options{LagReads: -1}); err == nil {
		t.Error("a lag of less than no reads is accepted")
	}
}

func TestLateHints_firstReadShowsTheEarlierHint(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{LateHints: true})
	hint := func(path string) string {
		_, rest, _ := strings.Cut(call(t, s, "GET", path, "").raw, `"hint":"`)
		shown, _, _ := strings.Cut(rest, `"`)

		return shown
	}

	expectStatus(t, call(t, s, "POST", "/users/ada/api-token/generate", ""), 200)

	if listed, shown, then := hint("/users?filter=%27username%27%3D%27ada%27"), hint("/users/ada"), hint("/users/ada"); listed != "" || shown != "" || then != s.Hint("ada") {
		t.Errorf("the hints are %q in the list, %q and then %q", listed, shown, then)
	}

	earlier := s.Hint("ada")
	expectStatus(t, call(t, s, "POST", "/users/ada/api-token/generate", ""), 200)

	if shown, then := hint("/users/ada"), hint("/users/ada"); shown != earlier || then != s.Hint("ada") {
		t.Errorf("the hints are %q and then %q", shown, then)
	}

	expectStatus(t, call(t, s, "POST", "/users/ada/api-token/generate", ""), 200)
	expectStatus(t, call(t, s, "DELETE", "/users/ada/api-token", ""), 200)

	if shown := hint("/users/ada"); shown != "" {
		t.Errorf("the hint of a deleted token is %q", shown)
	}
}

func TestTrimProfiles_storesValuesWithoutWhiteSpace(t *testing.T) {
	t.Parallel()

	s := start(t, Options{TrimProfiles: true})
	expectStatus(t, call(t, s, "POST", "/users", `{"username":"new","email":" new@example.com ","firstName":"\tN","lastName":"U "}`), 200)

	if user, _ := s.User("new"); user.Email != "new@example.com" || user.FirstName != "N" || user.LastName != "U" {
		t.Errorf("the user is %+v", user)
	}

	expectStatus(t, call(t, s, "PUT", "/users/new", `{"email":"other@example.com\n","firstName":" N N ","lastName":" V"}`), 200)

	if user, _ := s.User("new"); user.Email != "other@example.com" || user.FirstName != "N N" || user.LastName != "V" {
		t.Errorf("the user is %+v", user)
	}
}

func TestIgnoredWrites_succeedAndChangeNothing(t *testing.T) {
	t.Parallel()

	s := start(t, Options{IgnoreUpdates: true, IgnorePasswordExpired: true})
	expectStatus(t, call(t, s, "POST", "/users", strings.Replace(newUser, "{", `{"passwordExpired":true,`, 1)), 200)

	before, _ := s.User("new")
	if before.PasswordExpired {
		t.Error("the password is expired")
	}

	answer := call(t, s, "PUT", "/users/new", `{"email":"other@example.com","firstName":"O","lastName":"V","password":"correct-Horse7-battery","passwordExpired":true}`)
	expectStatus(t, answer, 200)

	if after, _ := s.User("new"); after.Email != before.Email || after.FirstName != "N" || after.Password != before.Password || after.PasswordExpired || answer.json["firstName"] != "N" {
		t.Errorf("the user is %+v, the answer %s", after, answer.raw)
	}

	expectStatus(t, call(t, s, "PUT", "/users/new", `{"email":"admin@iriusrisk.example","firstName":"O","lastName":"V"}`), 400)
}
