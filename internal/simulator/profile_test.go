package simulator

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestProfiles_rejectInvalidFields(t *testing.T) {
	t.Parallel()

	const name = `"firstName":"F","lastName":"L"`

	for body, fault := range map[string]string{
		`{"email":"",` + name + `}`:                                 "email must not be empty",
		`{` + name + `}`:                                            "email must not be empty",
		`{"email":"none",` + name + `}`:                             "not a valid address",
		`{"email":" x@example.com",` + name + `}`:                   "not a valid address",
		`{"email":"X <x@example.com>",` + name + `}`:                "not a valid address",
		`{"email":"x@example.com","firstName":"","lastName":"L"}`:   "first name and the last name",
		`{"email":"x@example.com","firstName":"F","lastName":null}`: "first name and the last name",
		`{}`: "must not be empty",
	} {
		s := startWithUsers(t, Options{})
		answer := call(t, s, "PUT", "/users/ada", body)
		expectStatus(t, answer, 400)

		if !strings.Contains(answer.raw, fault) {
			t.Errorf("PUT %s: %s", body, answer.raw)
		}

		expectStatus(t, call(t, s, "POST", "/users", strings.Replace(body, "{", `{"username":"new",`, 1)), 400)

		if user, _ := s.User("ada"); user.Email != "ada@example.com" || len(s.Users()) != 4 {
			t.Errorf("after %s the user is %+v of %d", body, user, len(s.Users()))
		}

		expectStatus(t, call(t, startWithUsers(t, Options{LenientProfiles: true}), "PUT", "/users/ada", body), 200)
	}
}

func TestUsernames_rejectBlankAndReserved(t *testing.T) {
	t.Parallel()

	for _, username := range []string{"", " ", " new", "new\t", "summary", "invite", "invitations"} {
		for lenient, status := range map[bool]int{false: 400, true: 200} {
			s := start(t, Options{LenientProfiles: lenient})
			invitation := s.AddInvitation("invited@example.com")

			for path, extra := range map[string]string{"/users": `"email":"new@example.com"`, "/users/invitations/" + invitation.ID + "/accept": `"password":"correct-Horse7-battery"`} {
				quoted, err := json.Marshal(username)
				if err != nil {
					t.Fatal(err)
				}

				expectStatus(t, call(t, s, "POST", path, `{"username":`+string(quoted)+`,"firstName":"F","lastName":"L",`+extra+`}`), status)
				s.RemoveUser(username)
			}
		}
	}
}
