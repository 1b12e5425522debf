package simulator

import (
	"reflect"
	"strings"
	"testing"
)

func TestJournal_recordsRequestsAndHooksSeeThem(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})
	s.OnRequest("get_user", func(info RequestInfo) {
		if info.Username == "ada" {
			s.RemoveUser("ada")
		}
	})

	expectStatus(t, call(t, s, "GET", "/users/ada", ""), 404)
	expectStatus(t, call(t, s, "POST", "/users", `{"username":"new"}`), 400)

	journal := s.Journal()
	if len(journal) != 2 || journal[0].Operation != "get_user" || journal[0].Status != 404 || journal[0].Caller != "admin" ||
		journal[1].Username != "new" || string(journal[1].Body) != `{"username":"new"}` || len(s.Writes()) != 1 {
		t.Errorf("the journal is %+v", journal)
	}

	s.ResetJournal()

	if len(s.Journal()) != 0 {
		t.Error("the journal was not cleared")
	}
}

// Changing a returned entry does not change the journal, and entries record the request as sent.
func TestJournal_entriesAreCopies(t *testing.T) {
	t.Parallel()

	s := startWithUsers(t, Options{})

	var seen []string

	s.OnRequest("", func(info RequestInfo) { seen = append(seen, info.Operation) })
	call(t, s, "PUT", "/users/a%2Fb?x=%20", `{"email":"e"}`)
	call(t, s, "GET", "/nothing", "")

	entries := s.Journal()
	entries[0].Body[0], entries[0].Header["Api-Token"] = 'x', nil

	entry := s.Journal()[0]
	if entry.Operation != "update_user" || entry.Path != "/api/v2/users/a%2Fb" || entry.Query != "x=%20" || entry.Username != "a/b" || entry.Status != 404 ||
		string(entry.Body) != `{"email":"e"}` || entry.Header.Get("Api-Token") != s.AdminToken() || !strings.HasPrefix(entry.UserAgent, "Go-http-client") && entry.UserAgent != "" {
		t.Errorf("the entry is %+v", entry)
	}

	if !reflect.DeepEqual(seen, []string{"update_user", ""}) || s.Count("update_user") != 1 || len(s.Writes()) != 1 {
		t.Errorf("the hook saw %q", seen)
	}
}
