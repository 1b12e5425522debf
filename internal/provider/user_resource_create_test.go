package provider

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Creating a user who exists already is an error, which includes an import block to copy.
func TestUser_conflict(t *testing.T) {
	t.Parallel()

	for _, status := range []int{400, 409} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{DuplicateStatus: status})
			server.AddUser(simulator.User{Username: "ada", Email: "first@example.com", FirstName: "First"})
			server.AddUser(simulator.User{Username: "other", Email: "grace@example.com"})

			runSteps(t, server,
				resource.TestStep{
					Config:      userHCL("ada", "ada", ""),
					ExpectError: regexp.MustCompile(`(?s)User "ada" already exists.*import \{.*id = "ada"`),
				},
				// The e-mail address belongs to another user: the error has the server's message and no import block.
				resource.TestStep{
					Config:      userHCL("grace", "grace", ""),
					ExpectError: regexp.MustCompile(`(?s)Unable to create user "grace".*` + strconv.Itoa(status) + `.*remove\s+create_before_destroy`),
				},
			)

			if user, _ := server.User("ada"); user.FirstName != "First" {
				t.Errorf("the user who was there before was changed: %+v", user)
			}
		})
	}
}

// If the username is taken between the look-up and the POST, the provider reads it again and reports the conflict.
func TestUser_conflictDuringCreate(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		if _, found := server.User("ada"); !found {
			server.AddUser(simulator.User{Username: "ada", Email: "first@example.com"})
		}
	})

	runSteps(t, server, resource.TestStep{
		Config:      userHCL("ada", "ada", ""),
		ExpectError: regexp.MustCompile(`(?s)User "ada" already exists.*import \{`),
	})
}

// The error recommends a moved block first, and following its advice does not delete the user.
func TestUser_conflictNamesMovedFirst(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com"})

	p := newConfigured(t, server)
	problem := messages(tfprotov6.DiagnosticSeverityWarning, p.plan(userType, nil, adaConfig()).Diagnostics)
	moved, imported, adopted := strings.Index(problem, "moved {"), strings.Index(problem, "import {"), strings.Index(problem, "adopt_existing")

	if moved < 0 || imported < moved || adopted < moved {
		t.Errorf("the advice is %q", problem)
	}
}

// A write that took effect is confirmed by a read, and is not sent again.
func TestUser_lostAnswers(t *testing.T) {
	t.Parallel()

	for _, operation := range []string{"create_user", "disable_user"} {
		for name, fault := range lostAnswers {
			server := startServer(t, simulator.Options{})
			fault.Operation = operation
			server.Inject(fault)

			config := adaConfig()
			config["enabled"] = boolean(false)

			p := newConfigured(t, server)
			created, state := p.apply(t.Context(), "iriusrisk_user", nil, config)
			p.requireNoErrors(created.Diagnostics)

			if user, found := server.User("ada"); !found || user.Enabled || user.ID != p.stringOf(state, "id") || server.Count(operation) != 1 {
				t.Errorf("%s, %s: %+v, state %v, sent %d times", operation, name, user, state, server.Count(operation))
			}
		}
	}
}

// A retried creation finds the user that the first attempt created.
func TestUser_createRepeatedAfterItTookEffect(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultActThenStatus, Status: 503, RetryAfter: "0"})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.requireNoErrors(created.Diagnostics)

	if user, _ := server.User("ada"); user.ID != p.stringOf(state, "id") || server.Count("create_user") != 2 {
		t.Errorf("%+v, state %v", user, state)
	}
}

// After a creation with an unknown outcome, a user with another profile is a different user.
func TestUser_lostAnswerThenADifferentUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultReset})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Other"})
	})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "already exists", "different profile", "import {")

	if state != nil {
		t.Errorf("a different user is in the state: %v", state)
	}

	if user, _ := server.User("ada"); user.LastName != "Other" {
		t.Errorf("a different user was changed: %+v", user)
	}
}

// After a retried creation, only a user with the profile that was sent is the new user.
func TestUser_repeatedCreationFindsADifferentUser(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{DuplicateStatus: http.StatusConflict})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultStatus, Status: http.StatusTooManyRequests})
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		if server.Count("create_user") > 0 {
			server.OnRequest("create_user", nil)
			server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Other", LastName: "Lovelace", Enabled: true})
		}
	})

	config := adaConfig()
	config["enabled"] = boolean(false)

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `User "ada" already exists`)

	if user := mustUser(t, server, "ada"); !user.Enabled || user.FirstName != "Other" || state != nil {
		t.Errorf("the server has %+v, the state %v", user, state)
	}
}

// If the server stores a username other than the one it was sent, the error names the user that may have been created.
func TestUser_createdUnderAnotherSpelling(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{WriteStatus: http.StatusNoContent})
	server.OnRequest("get_user", func(simulator.RequestInfo) {
		if user, there := server.User("ada"); there {
			server.RemoveUser("ada")

			user.Username = "ada.lovelace"
			server.AddUser(user)
		}
	})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, adaConfig())
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, `User "ada" may have been created`, "spelling of the username")

	if deletions := server.Count("delete_user"); deletions > 0 || state != nil {
		t.Errorf("%d deletions, state %v", deletions, state)
	}
}

// If the server changes the username that it was sent, it has created a user, and the error says so.
func TestUser_usernameChangedByTheServer(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultBody, Status: 200, Body: []byte(`{"id":"1","username":"trimmed"}`)})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, created.Diagnostics, "may have been created", `"trimmed"`)

	if state != nil || strings.Contains(messages(tfprotov6.DiagnosticSeverityError, created.Diagnostics), "nothing was created") {
		t.Errorf("state %v", state)
	}
}

// The e-mail is sent once, on creation. A failure to send it is a warning.
func TestUser_sendResetPasswordEmail(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	subject := &instance{typeName: userType}
	late := with(adaConfig(), values{"send_reset_password_email": boolean(true)})

	for _, config := range []values{late, with(late, values{"last_name": text("Byron")}), adaConfig(), late} {
		subject.requireConverged(newConfigured(t, server), config)

		if mails := server.ResetMails("ada"); mails != 1 {
			t.Errorf("%d e-mails were sent", mails)
		}
	}

	subject.requireConverged(newConfigured(t, server), nil)
	server.Inject(simulator.Fault{Operation: "send_reset_password_email", Kind: simulator.FaultStatus, Status: 500})

	p := newConfigured(t, server)
	created, state := p.apply(t.Context(), userType, nil, late)
	p.requireNoErrors(created.Diagnostics)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityWarning, created.Diagnostics, "The reset-password e-mail", "500")

	if state == nil {
		t.Error("the user is not in state")
	}
}
