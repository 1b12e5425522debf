package simulator

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"
)

// A request counts for every fault that it matches, whichever it meets.
func TestFaultsCountTogether(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	s.Inject(Fault{Operation: "get_user", Status: 503})
	s.Inject(Fault{Username: "ada", Nth: 2, Times: 2, Status: 502})
	s.Inject(Fault{Operation: "get_user", Nth: 4, Status: 504})
	s.Inject(Fault{Operation: "create_user", Username: "ADA", Status: 500})

	for i, status := range []int{503, 502, 502, 504, 200} {
		if answer := ask(t, s, "GET", "/users/ada", ""); answer.status != status {
			t.Errorf("request %d: %d, want %d", i+1, answer.status, status)
		}
	}

	expectStatus(t, ask(t, s, "POST", "/users", `{"username":"grace"}`), 400)
	expectStatus(t, ask(t, s, "POST", "/users", `{"username":"ada"}`), 500)

	if s.PendingFaults() != 0 {
		t.Errorf("%d faults are left", s.PendingFaults())
	}
}

// A slow answer without an end waits for the client to go, and does not act.
func TestFaultSlowForever(t *testing.T) {
	t.Parallel()

	for _, delay := range []time.Duration{0, time.Hour} {
		s := people(t, Options{})
		s.Inject(Fault{Kind: FaultSlow, Delay: delay})

		ctx, leave := context.WithCancel(t.Context())
		s.OnRequest("", func(RequestInfo) { leave() })

		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/api/v2/users/ada/disable", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}

		request.Header = http.Header{"Api-Token": {s.AdminToken()}, "Accept": {"*/*"}}

		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()

			t.Errorf("it answers %d", answer.StatusCode)
		}

		s.Close()

		if user, _ := s.User("ada"); !user.Enabled || s.Journal()[0].Status != 0 {
			t.Errorf("it acted, and answered %d", s.Journal()[0].Status)
		}
	}
}

// Bodies come as they stand: HTML, half a document, nothing, or a lot.
func TestFaultBodies(t *testing.T) {
	t.Parallel()

	s := people(t, Options{ExtraFields: true})

	for _, fault := range []Fault{
		{Status: 502, Body: []byte("<html><body>Bad Gateway</body></html>"), ContentType: "text/html"},
		{Status: 200, Body: []byte(`{"id":"`), ContentType: "application/hal+json"},
		{Status: 200, ContentType: "application/hal+json"},
		{Status: 200, Body: bytes.Repeat([]byte("x"), 3<<20)},
		{Status: 429, Body: []byte(`{"status":"error","errors":[{"message":"Slow down"}]}`), ContentType: "application/json", RetryAfter: "Wed, 21 Oct 2026 07:28:00 GMT"},
	} {
		fault.Kind = FaultBody
		s.Inject(fault)

		answer := ask(t, s, "GET", "/users/ada", "")
		if answer.status != fault.Status || answer.raw != string(fault.Body) || answer.header.Get("Retry-After") != fault.RetryAfter ||
			(fault.ContentType != "" && answer.header.Get("Content-Type") != fault.ContentType) {
			t.Errorf("%d, %v, %d bytes", answer.status, answer.header, len(answer.raw))
		}
	}
}

// The status of a request that acted and then failed is what was answered, and a lost answer's what would have been.
func TestFaultsInTheJournal(t *testing.T) {
	t.Parallel()

	s := people(t, Options{})
	role := s.AddRole("ROLE_READ_ONLY")
	path := "/users/ada/roles/" + role.ID

	s.Inject(Fault{Kind: FaultActThenStatus, Status: 504})
	expectStatus(t, ask(t, s, "POST", path, ""), 504)

	s.Inject(Fault{Kind: FaultLostAnswer})

	if _, err := try(t, s, s.AdminToken(), "DELETE", path, "", nil); err == nil {
		t.Error("the answer was not lost")
	}

	s.Inject(Fault{Kind: FaultReset})

	if _, err := try(t, s, s.AdminToken(), "POST", path, "", nil); err == nil {
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

// Writes that overlap are found out by their latency; a client that waits for an answer, even a lost one, never
// overlaps with itself.
func TestOverlapsOverHTTP(t *testing.T) {
	t.Parallel()

	s := people(t, Options{FailOverlappingWrites: true, ExtraFields: true})

	for range 50 {
		s.Inject(Fault{Operation: "disable_user", Kind: FaultLostAnswer})

		if _, err := try(t, s, s.AdminToken(), "POST", "/users/ada/disable", "", nil); err == nil {
			t.Error("the answer was not lost")
		}

		expectStatus(t, ask(t, s, "PUT", "/users/ada", `{"email":"ada@example.com","firstName":"A","lastName":"L"}`), 200)
		expectStatus(t, ask(t, s, "POST", "/users/ada/enable", ""), 200)
	}

	if s.OverlappingWrites() != 0 {
		t.Errorf("%d overlaps", s.OverlappingWrites())
	}

	// This write is under way until its client leaves.
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})

	s.Inject(Fault{Operation: "disable_user", Kind: FaultSlow})

	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/api/v2/users/ada/disable", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}

	go func() {
		defer close(left)

		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()

			t.Errorf("it answers %d", answer.StatusCode)
		}
	}()

	// The write begins at some time; until then its user has no token to delete.
	status := 404
	for status == 404 {
		expectStatus(t, ask(t, s, "POST", "/users/grace/enable", ""), 200)

		status = ask(t, s, "DELETE", "/users/ADA/api-token", "").status
	}

	leave()
	<-left

	if status != 409 || s.OverlappingWrites() != 1 {
		t.Errorf("%d, %d overlaps", status, s.OverlappingWrites())
	}
}
