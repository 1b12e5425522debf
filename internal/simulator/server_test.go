package simulator

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

// Overlapping writes to one user are rejected; writes to different users are not.
func TestOverlap_isRejectedForTheSameUser(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{FailOverlappingWrites: true})

	end, clash := s.writes.begin("ADA")
	if clash {
		t.Error("the first write clashes")
	}

	expectStatus(t, call(t, s, "POST", "/users/ada/disable", ""), 409)
	expectStatus(t, call(t, s, "POST", "/users/grace/disable", ""), 200)
	end()
	expectStatus(t, call(t, s, "POST", "/users/ada/disable", ""), 200)

	if s.OverlappingWrites() != 1 {
		t.Errorf("%d overlaps", s.OverlappingWrites())
	}
}

// Overlapping writes are detected by their latency. A client that waits for each response, even a lost one, never
// overlaps with itself.
func TestOverlap_isDetectedOverHTTP(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{FailOverlappingWrites: true, ExtraFields: true})

	for range 50 {
		s.Inject(Fault{Operation: "disable_user", Kind: FaultLostAnswer})

		if _, err := tryCall(t, s, s.AdminToken(), "POST", "/users/ada/disable", "", nil); err == nil {
			t.Error("the response was not lost")
		}

		expectStatus(t, call(t, s, "PUT", "/users/ada", `{"email":"ada@example.com","firstName":"A","lastName":"L"}`), 200)
		expectStatus(t, call(t, s, "POST", "/users/ada/enable", ""), 200)
	}

	if s.OverlappingWrites() != 0 {
		t.Errorf("%d overlaps", s.OverlappingWrites())
	}

	// This write is in progress until its client disconnects.
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})

	s.Inject(Fault{Operation: "disable_user", Kind: FaultSlow})

	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/api/v2/users/ada/disable", nil)
	if err != nil {
		t.Fatal(err)
	}

	go func() {
		defer close(left)

		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()

			t.Errorf("the status is %d", answer.StatusCode)
		}
	}()

	// The other write begins at an unknown time. Until then the DELETE returns 404, because the user has no token.
	status := 404
	for status == 404 {
		expectStatus(t, call(t, s, "POST", "/users/grace/enable", ""), 200)

		status = call(t, s, "DELETE", "/users/ADA/api-token", "").status
	}

	leave()
	<-left

	if status != 409 || s.OverlappingWrites() != 1 {
		t.Errorf("%d, %d overlaps", status, s.OverlappingWrites())
	}
}

// Concurrent requests are safe; the race detector checks this.
func TestServer_handlesConcurrentRequests(t *testing.T) {
	t.Parallel()

	s := start(t, Options{})
	s.Seed(100, 5, 5)

	var group sync.WaitGroup

	for i, user := range s.Users() {
		if user.Username == adminName {
			continue
		}

		group.Go(func() {
			path := "/users/" + url.PathEscape(user.Username)
			expectStatus(t, call(t, s, "GET", path, ""), 200)
			expectStatus(t, call(t, s, "POST", path+"/disable", ""), 200)
			s.UpdateUser(user.Username, func(u *User) { u.Sessions = i })
			_ = s.Journal()
		})
	}

	group.Wait()

	if s.MaxConcurrent() < 1 {
		t.Error("no request was in progress")
	}
}

// The log contains every request, whatever its outcome, and no secret.
func TestLog_hasEveryRequestAndNoSecret(t *testing.T) {
	t.Parallel()

	var log bytes.Buffer

	s := startWithUsers(t, Options{Log: &log})
	token := s.AdminToken()

	call(t, s, "PUT", "/users/ada", `{"email":"ada@example.com","firstName":"A","lastName":"L","password":"correct-Horse7-battery"}`)
	callAs(t, s, "wrong-token", "GET", "/users/a%0Ab?page=1", "")
	s.Inject(Fault{Kind: FaultReset})

	if _, err := tryCall(t, s, token, "POST", "/users/ada/enable", "", nil); err == nil {
		t.Error("the connection was not reset")
	}

	s.Close()

	if want := "PUT /api/v2/users/ada 200 admin\nGET /api/v2/users/a%0Ab?page=1 401 \nPOST /api/v2/users/ada/enable 0 \n"; log.String() != want {
		t.Errorf("the log is %q, want %q", log.String(), want)
	}
}
