package simulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFaults_requestCountsForEveryMatch(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	s.Inject(Fault{Operation: "get_user", Status: 503})
	s.Inject(Fault{Username: "ada", Nth: 2, Times: 2, Status: 502})
	s.Inject(Fault{Operation: "get_user", Nth: 4, Status: 504})
	s.Inject(Fault{Operation: "create_user", Username: "ADA", Status: 500})

	for i, status := range []int{503, 502, 502, 504, 200} {
		if answer := call(t, s, "GET", "/users/ada", ""); answer.status != status {
			t.Errorf("request %d: %d, want %d", i+1, answer.status, status)
		}
	}

	expectStatus(t, call(t, s, "POST", "/users", `{"username":"grace"}`), 400)
	expectStatus(t, call(t, s, "POST", "/users", `{"username":"ada"}`), 500)

	if s.PendingFaults() != 0 {
		t.Errorf("%d faults are left", s.PendingFaults())
	}
}

// A slow response without a delay waits for the client to disconnect and has no effect.
func TestFaults_slowEndsWithTheClient(t *testing.T) {
	t.Parallel()

	for _, delay := range []time.Duration{0, time.Hour} {
		s := startWithUsers(t, Options{})
		s.Inject(Fault{Kind: FaultSlow, Delay: delay})

		ctx, leave := context.WithCancel(t.Context())
		s.OnRequest("", func(RequestInfo) { leave() })

		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/api/v2/users/ada/disable", nil)
		if err != nil {
			t.Fatal(err)
		}

		request.Header = http.Header{"Api-Token": {s.AdminToken()}, "Accept": {"*/*"}}

		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()

			t.Errorf("the status is %d", answer.StatusCode)
		}

		s.Close()

		if user, _ := s.User("ada"); !user.Enabled || s.Journal()[0].Status != 0 {
			t.Errorf("the request took effect, with status %d", s.Journal()[0].Status)
		}
	}
}

// Bodies are sent unchanged: HTML, truncated JSON, empty, or large.
func TestFaults_bodyIsSentUnchanged(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{ExtraFields: true})

	for _, fault := range []Fault{
		{Status: 502, Body: []byte("<html><body>Bad Gateway</body></html>"), ContentType: "text/html"},
		{Status: 200, Body: []byte(`{"id":"`), ContentType: "application/hal+json"},
		{Status: 200, ContentType: "application/hal+json"},
		{Status: 200, Body: bytes.Repeat([]byte("x"), 3<<20)},
		{Status: 429, Body: []byte(`{"status":"error","errors":[{"message":"Slow down"}]}`), ContentType: "application/json", RetryAfter: "Wed, 21 Oct 2026 07:28:00 GMT"},
	} {
		fault.Kind = FaultBody
		s.Inject(fault)

		answer := call(t, s, "GET", "/users/ada", "")
		if answer.status != fault.Status || answer.raw != string(fault.Body) || answer.header.Get("Retry-After") != fault.RetryAfter ||
			(fault.ContentType != "" && answer.header.Get("Content-Type") != fault.ContentType) {
			t.Errorf("%d, %v, %d bytes", answer.status, answer.header, len(answer.raw))
		}
	}
}

// The journal has the status that was sent. For a lost response it has the status that would have been sent.
func TestFaults_journalRecordsTheStatus(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	role := s.AddRole("ROLE_READ_ONLY")
	path := "/users/ada/roles/" + role.ID

	s.Inject(Fault{Kind: FaultActThenStatus, Status: 504})
	expectStatus(t, call(t, s, "POST", path, ""), 504)

	s.Inject(Fault{Kind: FaultLostAnswer})

	if _, err := tryCall(t, s, s.AdminToken(), "DELETE", path, "", nil); err == nil {
		t.Error("the response was not lost")
	}

	s.Inject(Fault{Kind: FaultReset})

	if _, err := tryCall(t, s, s.AdminToken(), "POST", path, "", nil); err == nil {
		t.Error("the connection was not reset")
	}

	var statuses []int
	for _, entry := range s.Writes() {
		statuses = append(statuses, entry.Status)
	}

	if user, _ := s.User("ada"); len(user.RoleIDs) != 0 || len(statuses) != 3 || statuses[0] != 504 || statuses[1] != 200 || statuses[2] != 0 {
		t.Errorf("the roles are %v, the statuses %v", user.RoleIDs, statuses)
	}
}

func TestFaults_eachKind(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	disable := func() (reply, error) { return tryCall(t, s, s.AdminToken(), "POST", "/users/ada/disable", "", nil) }
	enabled := func() bool { user, _ := s.User("ada"); return user.Enabled }
	expect := func(fault Fault, status int, acts bool) {
		t.Helper()

		s.UpdateUser("ada", func(u *User) { u.Enabled = true })
		s.Inject(fault)

		answer, err := disable()
		if (err != nil) != (status == 0) || (err != nil && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF)) || answer.status != status {
			t.Errorf("%+v: %d, %v", fault, answer.status, err)
		}

		if enabled() == acts {
			t.Errorf("%+v: acted: %t", fault, !acts)
		}

		if fault.RetryAfter != answer.header.Get("Retry-After") || fault.Location != answer.header.Get("Location") {
			t.Errorf("%+v: headers %v", fault, answer.header)
		}
	}

	expect(Fault{Operation: "disable_user", Status: 503, RetryAfter: "7"}, 503, false)
	expect(Fault{Kind: FaultReset}, 0, false)
	expect(Fault{Kind: FaultLostAnswer}, 0, true)
	expect(Fault{Kind: FaultActThenStatus, Status: 502}, 502, true)
	expect(Fault{Kind: FaultBody, Status: 200, Body: []byte("<html>"), ContentType: "text/html"}, 200, false)
	expect(Fault{Kind: FaultStatus, Status: 418, Location: "/elsewhere"}, 418, false)
	expect(Fault{Kind: FaultSlow, Delay: time.Millisecond}, 200, true)
	expect(Fault{Username: "ADA"}, 500, false)

	if s.PendingFaults() != 0 {
		t.Errorf("%d faults are left", s.PendingFaults())
	}

	// From the second matching request on, requests for ada fail. Other users are not affected.
	s.Inject(Fault{Operation: "disable_user", Username: "ada", Nth: 2, Times: -1})

	for _, status := range []int{200, 500, 500} {
		answer, _ := disable()
		expectStatus(t, answer, status)
	}

	expectStatus(t, call(t, s, "POST", "/users/grace/disable", ""), 200)
	s.ClearFaults()

	answer, _ := disable()
	expectStatus(t, answer, 200)

	s.Inject(Fault{Kind: FaultEchoBody, Status: 400})

	if answer := call(t, s, "POST", "/users", `{"password":"hush"}`); !strings.Contains(answer.raw, "hush") {
		t.Errorf("the body is not echoed: %s", answer.raw)
	}
}
