package simulator

import "testing"

func TestInvite_rejectsInvitedAddresses(t *testing.T) {
	t.Parallel()

	s := start(t, Options{DuplicateStatus: 409})
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"NEW@example.com"}`), 409)
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"none"}`), 400)

	if len(s.Invitations()) != 1 {
		t.Errorf("the invitations are %v", s.Invitations())
	}

	// The address is free once the invitation is accepted and the user is deleted.
	expectStatus(t, call(t, s, "POST", "/users/invitations/"+s.Invitations()[0].ID+"/accept", `{"username":"new","firstName":"F","lastName":"L","password":"correct-Horse7-battery"}`), 200)
	expectStatus(t, call(t, s, "DELETE", "/users/new", ""), 200)
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)

	s = start(t, Options{RepeatInvitations: true})
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)
	expectStatus(t, call(t, s, "POST", "/users/invite", `{"email":"new@example.com"}`), 200)
}
