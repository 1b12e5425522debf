package iriusrisk

import (
	"strings"
	"testing"
)

func TestGetUser_decoding(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		body, hint, fails string
		unknown           bool
	}{
		"no token":            {body: ada},
		"null token":          {body: withToken(`null`)},
		"token without hint":  {body: withToken(`{"_links":{}}`)},
		"empty hint":          {body: withToken(`{"hint":""}`)},
		"hint":                {body: withToken(`{"hint":"0a2e"}`), hint: "0a2e"},
		"empty hint, no link": {body: withToken(`{"hint":"","_links":{"deleteApiToken":null,"regenerateApiToken":{"href":"x"}}}`)},
		"links of wrong type": {body: withToken(`{"_links":[]}`)},
		"link but no hint":    {body: withToken(`{"_links":{"deleteApiToken":{"href":"x"}}}`), unknown: true},
		"link but null hint":  {body: withToken(`{"hint":null,"_links":{"deleteApiToken":{"href":"x"}}}`), unknown: true},
		"link beside a hint":  {body: withToken(`{"hint":"0a2e","_links":{"deleteApiToken":{"href":"x"}}}`), hint: "0a2e"},
		"unknown fields":      {body: strings.Replace(ada, "{", `{"unknown":{"deep":[1,null]},`, 1)},
		"no id":               {body: `{"username":"ada"}`, fails: "lacks the field id"},
		"no username":         {body: `{"id":"1"}`, fails: "lacks the field username"},
		"different user":      {body: strings.Replace(ada, `"ada"`, `"grace"`, 1), fails: `contains the user "grace"`},
		"different case":      {body: strings.Replace(ada, `"ada"`, `"ADA"`, 1)},
		"a list":              {body: "[]", fails: "a different structure"},
		"truncated":           {body: ada[:40], fails: "truncated"},
		"HTML":                {body: "\n<!DOCTYPE html><title>Sign in</title>", fails: "HTML page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			user, err := connect(t, serve(t, answers(200, test.body)).URL, nil).GetUser(t.Context(), "ada")
			if test.fails != "" {
				expectError(t, err, test.fails, "/api/v2/users/ada", "get_user")

				return
			}

			if err != nil {
				t.Fatal(err)
			}

			if *user.Email != "ada@example.com" || *user.FirstName != "Ada" || *user.LastName != "Lovelace" || !*user.Enabled || *user.PasswordExpired || user.ID != "1" {
				t.Errorf("got %+v", user)
			}

			if (user.APITokenHint == nil) != (test.hint == "") || (user.APITokenHint != nil && *user.APITokenHint != test.hint) {
				t.Errorf("hint is %v, want %q", user.APITokenHint, test.hint)
			}

			if user.APITokenUnknown != test.unknown {
				t.Errorf("APITokenUnknown is %t", user.APITokenUnknown)
			}
		})
	}
}

// withToken returns the user ada with an apiToken.
func withToken(shape string) string { return strings.Replace(ada, "{", `{"apiToken":`+shape+`,`, 1) }

// A field that the server does not report is nil, not a zero value.
func TestGetUser_notReportedIsNil(t *testing.T) {
	t.Parallel()

	user, err := connect(t, serve(t, answers(200, `{"id":"1","username":"ada","enabled":null,"email":null}`)).URL, nil).GetUser(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}

	if user.Email != nil || user.FirstName != nil || user.LastName != nil || user.Enabled != nil || user.PasswordExpired != nil || user.APITokenHint != nil {
		t.Errorf("got %+v", user)
	}
}
