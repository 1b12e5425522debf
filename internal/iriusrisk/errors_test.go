package iriusrisk

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// The error contains the messages of the server in each known format, and no other part of the body.
func TestError_messages(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ body, contentType, says, hides string }{
		"problem":            {body: `{"title":"Not Found","status":404,"detail":"Project not found"}`, says: "404 Not Found for GET", hides: "<"},
		"problem's detail":   {body: `{"title":"Not Found","detail":"Project not found"}`, says: "Not Found: Project not found"},
		"version 1":          {body: `{"status":"error","errors":[{"message":"one"},{"message":"two"}]}`, says: "one: two"},
		"message":            {body: `{"message":"it broke"}`, says: "it broke"},
		"repeated":           {body: `{"title":"it broke","detail":"it broke"}`, says: ": it broke", hides: "it broke: it broke"},
		"plain text":         {body: "gateway trouble", contentType: "text/plain", says: "404 Not Found", hides: "gateway trouble"},
		"empty":              {says: "404 Not Found"},
		"truncated":          {body: `{"title":"Not F`, says: "404 Not Found", hides: "Not F\""},
		"wrong types":        {body: `{"title":7,"detail":["x"],"errors":"y"}`, says: "404 Not Found"},
		"long":               {body: `{"detail":"` + strings.Repeat("x", 5000) + `"}`, says: "xxx…", hides: strings.Repeat("x", 501)},
		"control characters": {body: `{"detail":"a\u001b[31mb\nc"}`, says: "a [31mb c", hides: "\x1b"},
		"the caller's token": {body: `{"detail":"token ` + token + ` is bad"}`, says: "token (redacted) is bad", hides: token},
		"many items":         {body: `{"errors":[` + strings.Repeat(`{"message":" "},`, maxMessages-1) + `{"message":"tenth"},{"message":"eleventh"}]}`, says: ": tenth: …", hides: "eleventh"},
		"null items":         {body: `{"errors":[null,{"message":null},{"message":"x"}]}`, says: ": x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.contentType != "" {
					w.Header().Set("Content-Type", test.contentType)
				}

				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, test.body)
			})

			_, err := connect(t, server.URL, nil).GetUser(t.Context(), "ada")
			expectError(t, err, test.says, "GET "+server.URL+"/api/v2/users/ada", "get_user")

			if test.hides != "" && strings.Contains(err.Error(), test.hides) {
				t.Errorf("%q contains %q", err, test.hides)
			}

			if !IsNotFound(err) || IsForbidden(err) || IsUnauthorized(err) || IsRejected(err) || OutcomeUnknown(err) {
				t.Errorf("%v is not classified as not found only", err)
			}
		})
	}
}

// The error of an HTML page does not contain the page, and its 404 does not mean that the object does not exist.
func TestError_HTML(t *testing.T) {
	t.Parallel()

	for _, contentType := range []string{"text/html; charset=utf-8", "text/plain"} {
		for _, status := range []int{http.StatusNotFound, http.StatusBadGateway} {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, " \n<html><body>gateway trouble")
			})

			_, err := connect(t, server.URL, nil).GetUser(t.Context(), "ada")
			expectError(t, err, "an HTML page", strconv.Itoa(status))

			if IsNotFound(err) || strings.Contains(err.Error(), "trouble") {
				t.Errorf("%s, %d: %v", contentType, status, err)
			}
		}
	}
}

// Each error that quotes the server is of limited length and redacted.
func TestError_limitedAndRedacted(t *testing.T) {
	t.Parallel()

	many := &strings.Builder{}
	many.WriteString(`{"message":"` + token + `"}`)

	for i := range 20000 {
		fmt.Fprintf(many, `,{"message":"%d"},null`, i)
	}

	keys := strings.Repeat("k", 100000)

	for name, test := range map[string]struct {
		status       int
		body, answer string
	}{
		"a list of errors": {http.StatusBadRequest, `{"errors":[` + many.String() + `]}`, "(redacted)"},
		"a title":          {http.StatusBadRequest, `{"title":"` + strings.Repeat(token, 10000) + `"}`, "(redacted)"},
		"keys":             {http.StatusOK, `{"` + token + `":1,"` + keys + `":2}`, "(redacted)"},
		"different user":   {http.StatusOK, `{"id":"1","username":"` + token + keys + `"}`, "(redacted)"},
		"a redirect":       {http.StatusFound, "", "(redacted)"},
		"no HTTP":          {0, "", "(redacted)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if test.status == 0 {
					connection, _, err := http.NewResponseController(w).Hijack()
					if err != nil {
						panic(err)
					}

					_, _ = io.WriteString(connection, "HTTP/1.1 "+token+"\r\n")
					_ = connection.Close()

					return
				}

				w.Header().Set("Location", "http://"+token+".example.com/")
				answers(test.status, test.body)(w, r)
			})
			client := connect(t, server.URL, nil)

			for _, err := range []error{second(client.GetUser(t.Context(), "ada")), second(client.GenerateUserAPIToken(t.Context(), "ada"))} {
				if err == nil || len(err.Error()) > 8000 || strings.Contains(err.Error(), token) {
					t.Fatalf("%.9000v", err)
				}
			}

			_, byName := client.GetUser(t.Context(), "ada")
			_, byKeys := client.GenerateUserAPIToken(t.Context(), "ada")

			if !strings.Contains(fmt.Sprint(byName, byKeys), test.answer) {
				t.Errorf("neither %v nor %v contains %q", byName, byKeys, test.answer)
			}
		})
	}
}

// A generated token is redacted in later errors.
func TestError_redactsGeneratedTokens(t *testing.T) {
	t.Parallel()

	client := connect(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			answers(200, `{"token":"fresh-token"}`)(w, r)
		} else {
			answers(400, `{"detail":"fresh-token is in use"}`)(w, r)
		}
	}).URL, nil)

	if err := second(client.GenerateUserAPIToken(t.Context(), "ada")); err != nil {
		t.Fatal(err)
	}

	expectError(t, client.DeleteUserAPIToken(t.Context(), "ada"), "(redacted) is in use")
}
