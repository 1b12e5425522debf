package iriusrisk

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// For every response to a list, the client neither panics nor accepts an invalid page.
func FuzzDecodePage(f *testing.F) {
	for _, seed := range []string{
		pageOf(ada, 0, 20, 1, 1), pageOf("", 0, 20, 0, 0), `{"page":{"number":0,"size":20,"totalPages":0,"totalElements":0}}`,
		`{}`, `null`, `[]`, ``, `<html>`, `{"_embedded":null,"page":{"number":0,"totalPages":1,"totalElements":-1}}`, pageOf(`null,7,"x",{}`, 0, 20, 1, 4),
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, body string) {
		received := &answer{state: &requestState{operation: opListUsers}, status: 200, body: []byte(strings.TrimSpace(body))}

		var wire pageJSON[userJSON]
		if received.decode(&wire) != nil {
			return
		}

		page, err := usersListing.check(received, wire, 0)
		if err == nil && !strings.Contains(body, "totalPages") && !strings.Contains(strings.ToLower(body), "\\u") && !strings.Contains(strings.ToLower(body), "totalpages") {
			t.Errorf("%q is decoded as the page %+v", body, page)
		}

		for _, user := range page.Items {
			if user.ID == "" || user.Username == "" {
				t.Errorf("%q contains the user %+v", body, user)
			}
		}
	})
}

// For every response to a failed request, the error is readable, of limited length, and contains no secret.
func FuzzDecodeError(f *testing.F) {
	for _, seed := range []string{
		`{"title":"Not Found","status":404,"detail":"Project not found"}`, `{"status":"error","errors":[{"message":"x"}]}`, `{"errors":[null,7,{}]}`,
		`{"detail":"` + token + `"}`, `{"message":"\u001b"}`, ``, `null`, `<html>`, `{"title":{}}`,
	} {
		f.Add(seed)
	}

	secrets := &redactor{}
	secrets.add(token)

	f.Fuzz(func(t *testing.T, body string) {
		failure := &Error{Operation: opGetUser, StatusCode: 400}
		failure.decode([]byte(body), secrets)

		text := failure.Error()
		if strings.Contains(text, token) || strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) {
			t.Errorf("%q gives %q", body, text)
		}

		for _, message := range append([]string{failure.Title, failure.Detail}, failure.Messages...) {
			if utf8.RuneCountInString(message) > maxMessageLength+1 {
				t.Errorf("%q gives %d characters", body, utf8.RuneCountInString(message))
			}
		}
	})
}

// remains matches the rest of escapes of the first and the last character of a secret: the backslash of \" before it, and
// the text after the & of &amp; or the % of %25 after it.
var remains = regexp.MustCompile(`^\\*(25|amp;|\\)*$`)

// In every encoding of a secret, no part of the secret remains.
func FuzzScrub(f *testing.F) {
	for _, seed := range []string{token, `p<ä>"s\s w/o&r'd%`, `\\\`, "%25", "+ +", "&amp;", "\u0022", "\U0001F600", "a\nb\tc", "u0041", "\u2028"} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, secret string) {
		secrets := &redactor{}
		secrets.add(secret)

		// The decoded form of such a secret is too short to be searched for.
		if len(secret) < minDecoded || !utf8.ValidString(secret) || secrets.decoded.longest == 0 && unescape(secret) != secret {
			return
		}

		once := marshal(t, secret)
		for _, form := range []string{
			secret, once, marshal(t, once), asciiJSON(secret), url.QueryEscape(secret), strings.ToLower(url.QueryEscape(secret)), url.PathEscape(secret), html.EscapeString(secret),
			url.QueryEscape(url.QueryEscape(secret)), url.QueryEscape(once), hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte("ada:" + secret)),
		} {
			// Only the escapes may be in lower case, not the secret.
			if form == strings.ToLower(url.QueryEscape(secret)) && secret != strings.ToLower(secret) {
				continue
			}

			// The hexadecimal form of a secret may contain the secret.
			if form != secret && strings.Contains(form, secret) && hex.EncodeToString([]byte(secret)) == form {
				continue
			}

			if got := secrets.scrub(form); got != withheld && !remains.MatchString(strings.ReplaceAll(got, redacted, "")) {
				t.Errorf("%q, written as %q, leaves %q", secret, form, got)
			}
		}
	})
}

// marshal returns a text as JSON without the quotes.
func marshal(t *testing.T, text string) string {
	t.Helper()

	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}

	return string(encoded[1 : len(encoded)-1])
}

// asciiJSON returns a text as JSON with every character escaped.
func asciiJSON(text string) string {
	var encoded strings.Builder

	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&encoded, "\\u%04X", unit)
	}

	return encoded.String()
}

// Each username reaches the server unchanged.
func FuzzUsernameEscaping(f *testing.F) {
	for _, seed := range []string{"ada", odd, "a/../b", "%2F", "%", "..a", "a;b=c", "a//b", "\u212a", "a\\b", " ", "?", "#", "é", "\u202e"} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, username string) {
		if !utf8.ValidString(username) {
			return
		}

		path, err := opListUserRoles.fill([]string{username})
		if err != nil {
			if username != "" && username != "." && username != ".." && !strings.ContainsFunc(username, unicode.IsControl) {
				t.Errorf("%q is an error: %v", username, err)
			}

			return
		}

		arrived := ""
		recorder := httptest.NewRecorder()
		mux := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { arrived = r.URL.Path })

		mux.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v2"+path, nil))

		if arrived != "/api/v2/users/"+username+"/roles" || strings.Count(path, "/") != 3 {
			t.Errorf("%q is sent as %q and arrives as %q", username, path, arrived)
		}
	})
}

// For every Retry-After header, the wait is within its limits.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"0", "3", "-1", "1e9", "Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 9999 03:04:05 GMT", "", "9999999999999999999"} {
		f.Add(seed)
	}

	policy := retryPolicy{log: discardLogger(), waitMin: time.Second, waitMax: 30 * time.Second, now: time.Now}

	f.Fuzz(func(t *testing.T, value string) {
		response := &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {value}}}
		if wait := policy.wait(t.Context(), &requestState{}, 0, response); wait < 0 || wait > policy.waitMax {
			t.Errorf("%q waits %v", value, wait)
		}
	})
}

// For every response, decoding a user does not panic, and a decoded user has an id and a username.
func FuzzDecodeUser(f *testing.F) {
	for _, seed := range []string{ada, `{"id":"1","username":"x","apiToken":{"hint":7}}`, `{"id":1}`, `{"ID":"1","USERNAME":"x"}`, `[]`, `null`} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, body string) {
		user, err := decodeUser(&answer{state: &requestState{operation: opGetUser}, status: 200, body: []byte(body)})
		if err != nil {
			return
		}

		if user.ID == "" || user.Username == "" || !json.Valid([]byte(body)) {
			t.Errorf("%q is decoded as %+v", body, user)
		}
	})
}
