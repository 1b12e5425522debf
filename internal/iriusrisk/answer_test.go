package iriusrisk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A value of an unexpected type is an error that contains the field and both types, but not the value.
func TestAnswers_wrongTypes(t *testing.T) {
	t.Parallel()

	const hush = "1357924680"

	withField := func(field, value string) string {
		return fmt.Sprintf(`{"id":"1","username":"ada","name":"Ada",%q:%s}`, field, value)
	}
	getUser := func(c *Client) error { return second(c.GetUser(t.Context(), "ada")) }
	getRole := func(c *Client) error { return second(c.GetRole(t.Context(), roleID)) }
	getUnit := func(c *Client) error { return second(c.GetBusinessUnit(t.Context(), roleID)) }
	getInfo := func(c *Client) error { return second(c.GetInfo(t.Context())) }
	getInvitation := func(c *Client) error { return second(c.GetInvitation(t.Context(), roleID)) }
	listUsers := func(c *Client) error { return second(c.ListUsers(t.Context(), ListOptions{})) }
	listSummaries := func(c *Client) error { return second(c.ListUsersSummary(t.Context(), ListOptions{})) }
	listRoles := func(c *Client) error { return second(c.ListUserRoles(t.Context(), "ada", ListOptions{})) }
	countSessions := func(c *Client) error { return second(c.CountUserSessions(t.Context(), "ada")) }

	for _, test := range []struct {
		call                     func(c *Client) error
		body, found, field, want string
	}{
		{getUser, withField("id", hush), "a number", "id", "a string"},
		{getUser, withField("username", `["`+hush+`"]`), "an array", "username", "a string"},
		{getUser, withField("enabled", `"`+hush+`"`), "a string", "enabled", "a boolean"},
		{getUser, withField("enabled", hush), "a number", "enabled", "a boolean"},
		{getUser, withField("passwordExpired", `{"x":`+hush+`}`), "an object", "passwordExpired", "a boolean"},
		{getUser, withField("email", "true"), "a boolean", "email", "a string"},
		{getUser, withField("firstName", hush), "a number", "firstName", "a string"},
		{getUser, withField("lastName", "[]"), "an array", "lastName", "a string"},
		{getUser, withToken(`"` + hush + `"`), "a string", "apiToken", "an object"},
		{getUser, withToken(`[]`), "an array", "apiToken", "an object"},
		{getUser, withToken(`{"hint":` + hush + `}`), "a number", "apiToken.hint", "a string"},
		{getUser, withToken(`{"hint":["` + hush + `"]}`), "an array", "apiToken.hint", "a string"},
		{func(c *Client) error { return second(c.GetUserProfile(t.Context())) }, withField("enabled", `"true"`), "a string", "enabled", "a boolean"},
		{listUsers, pageOf(withField("enabled", `"true"`), 0, 20, 1, 1), "a string", "_embedded.items.enabled", "a boolean"},
		{listUsers, pageOf(withField("apiToken", `{"hint":`+hush+`}`), 0, 20, 1, 1), "a number", "_embedded.items.apiToken.hint", "a string"},
		{listUsers, pageOf(hush, 0, 20, 1, 1), "a number", "_embedded.items", "an object"},
		{listUsers, `{"page":{"number":0,"totalPages":"1","totalElements":1}}`, "a string", "page.totalPages", "a whole number"},
		{listSummaries, pageOf(withField("firstName", hush), 0, 20, 1, 1), "a number", "_embedded.items.firstName", "a string"},
		{listRoles, pageOf(withField("id", hush), 0, 20, 1, 1), "a number", "_embedded.items.id", "a string"},
		{getRole, withField("description", hush), "a number", "description", "a string"},
		{getUnit, withField("referenceId", hush), "a number", "referenceId", "a string"},
		{getInfo, `{"allowManageUsers":"true"}`, "a string", "allowManageUsers", "a boolean"},
		{getInvitation, withField("email", hush), "a number", "email", "a string"},
		{countSessions, `{"count":"` + hush + `","size":1}`, "a string", "count", "a whole number"},
		{countSessions, `{"count":1.5}`, "a number", "count", "a whole number"},
	} {
		err := test.call(connect(t, serve(t, answers(200, test.body)).URL, nil))
		expectError(t, err, "has "+test.found+" in the field "+test.field+", where "+test.want+" is expected")

		if _, invalid := errors.AsType[*AnswerError](err); !invalid {
			t.Errorf("%s: %T", test.body, err)
		}

		if err != nil && strings.Contains(err.Error(), hush) {
			t.Errorf("the error contains a value: %v", err)
		}
	}
}

// A response that is too large is an error without being read completely, and is not retried.
func TestAnswers_tooLarge(t *testing.T) {
	t.Parallel()

	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		for range 10 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})

	err := second(connect(t, server.URL, func(config *Config) { config.MaxRetries = 2 }).GetUser(t.Context(), "ada"))
	expectError(t, err, "is larger than 8 MiB")

	if len(server.all()) != 1 {
		t.Errorf("%d attempts", len(server.all()))
	}
}

// An attempt whose body is truncated has failed and is retried.
func TestAnswers_truncated(t *testing.T) {
	t.Parallel()

	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, ada)
	})

	err := second(connect(t, server.URL, func(config *Config) { config.MaxRetries = 1 }).GetUser(t.Context(), "ada"))
	expectError(t, err, "unexpected EOF", "after 2 attempts")
}

// A sign-in page with status 200 is an error, even for a write whose response needs no body.
func TestExec_answeredWithHTML(t *testing.T) {
	t.Parallel()

	client := connect(t, serve(t, answers(200, "<!DOCTYPE html>")).URL, nil)

	for name, err := range map[string]error{
		"delete": client.DeleteUser(t.Context(), "ada"),
		"post":   client.AddUserRole(t.Context(), "ada", roleID),
	} {
		expectError(t, err, "is an HTML page")

		if !OutcomeUnknown(err) {
			t.Errorf("%s: the outcome is known after %v", name, err)
		}
	}
}

// A byte order mark at the start of a response is ignored.
func TestAnswers_byteOrderMark(t *testing.T) {
	t.Parallel()

	if _, err := connect(t, serve(t, answers(200, "\ufeff"+ada)).URL, nil).GetUser(t.Context(), "ada"); err != nil {
		t.Error(err)
	}

	err := second(connect(t, serve(t, answers(400, "\ufeff"+`{"title":"It broke"}`)).URL, nil).GetUser(t.Context(), "ada"))
	expectError(t, err, "It broke")

	err = second(connect(t, serve(t, answers(200, "\ufeff")).URL, nil).GetUser(t.Context(), "ada"))
	expectError(t, err, "is empty")
}
