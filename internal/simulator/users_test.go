package simulator

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCreateUser_enforcesTheRules(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 409} {
		s := startWithUsers(t, Options{DuplicateStatus: status})
		create := func(username, email, password string) reply {
			body, err := json.Marshal(map[string]string{"username": username, "email": email, "firstName": "F", "lastName": "L", "password": password})
			if err != nil {
				t.Fatal(err)
			}

			return call(t, s, "POST", "/users", string(body))
		}

		expectStatus(t, create("ADA", "free@example.com", "correct-Horse7-battery"), status)
		expectStatus(t, create("free", "ADA@example.com", "correct-Horse7-battery"), status)

		for _, weak := range []string{"Sh0rt!", "no-upper-case-1", "NO-LOWER-CASE-1", "NoSpecialCharacter1", "Password12345!", "Free-and-easy-1", "-------------!"} {
			answer := create("free", "free@example.com", weak)
			expectStatus(t, answer, 400)

			if strings.Contains(answer.raw, weak) {
				t.Errorf("the response contains the password: %s", answer.raw)
			}
		}

		expectStatus(t, create("free", "free@example.com", "correct-Horse7-battery"), 200)
	}
}

// Fields that are not sent in an update are cleared where empty values are accepted, except the password.
func TestUpdateUser_replacesTheProfile(t *testing.T) {
	t.Parallel()

	s := start(t, Options{LenientProfiles: true})
	before := s.AddUser(User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "L", Enabled: true, PasswordExpired: true, Password: "old", RoleIDs: []string{s.AddRole("ROLE_READ_ONLY").ID}})

	expectStatus(t, call(t, s, "PUT", "/users/ada", `{}`), 200)

	after, _ := s.User("ada")
	if after.Email != "" || after.FirstName != "" || after.LastName != "" || after.PasswordExpired || after.Password != "old" || !after.Enabled || after.ID != before.ID || len(after.RoleIDs) != 1 {
		t.Errorf("the user is %+v", after)
	}

	expectStatus(t, call(t, s, "PUT", "/users/ada", `{"password":"weak"}`), 400)
	expectStatus(t, call(t, s, "PUT", "/users/ada", `{"password":"correct-Horse7-battery","passwordExpired":true}`), 200)

	if after, _ = s.User("ada"); after.Password != "correct-Horse7-battery" || !after.PasswordExpired {
		t.Errorf("the user is %+v", after)
	}
}

func TestDeleteUser_rejectsTheCaller(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	expectStatus(t, call(t, s, "DELETE", "/users/admin", ""), 403)

	if s.AdminToken() == "" {
		t.Error("the administrator was deleted")
	}

	s = start(t, Options{AllowSelfDelete: true})
	expectStatus(t, call(t, s, "DELETE", "/users/admin", ""), 200)

	if s.AdminToken() != "" {
		t.Error("the administrator still exists")
	}
}
