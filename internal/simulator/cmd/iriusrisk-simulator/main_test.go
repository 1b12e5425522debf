package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// The printed commands work in a shell, and the server stops with the context.
func TestRun_serves(t *testing.T) {
	t.Parallel()

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	reader, writer := io.Pipe()
	done := make(chan error, 1)

	var log bytes.Buffer

	go func() { done <- run(ctx, []string{"-addr", "127.0.0.1:0", "-users", "3"}, writer, &log) }()

	printed := make(map[string]string)
	lines := bufio.NewScanner(reader)

	for len(printed) < 2 && lines.Scan() {
		if name, value, found := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "="); found {
			printed[name] = value
		}
	}

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, printed["IRIUSRISK_ENDPOINT"]+"/api/v2/users", nil)
	if err != nil {
		t.Fatal(err)
	}

	request.Header.Set("Api-Token", printed["IRIUSRISK_API_TOKEN"])
	request.Header.Set("Accept", "application/hal+json")

	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // The body is read completely.

	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 || !strings.Contains(string(content), `"totalElements":4`) {
		t.Errorf("%d, %v: %s", answer.StatusCode, err, content)
	}

	interrupt()

	if err := <-done; err != nil {
		t.Error(err)
	}

	if want := "GET /api/v2/users 200 admin\n"; log.String() != want {
		t.Errorf("the log is %q, want %q", log.String(), want)
	}
}

func TestRun_rejectsInvalidArguments(t *testing.T) {
	t.Parallel()

	for _, arguments := range []string{"-addr 0.0.0.0:0", "-addr :0", "-page-cap -1", "-latency -1s", "-unknown"} {
		if err := run(t.Context(), strings.Fields(arguments), io.Discard, io.Discard); err == nil {
			t.Errorf("%s is accepted", arguments)
		}
	}
}
