package soak_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/soak"
)

// Each line of the input is answered with what the process uses at that moment.
func TestAnswer_countsGoroutinesAndSockets(t *testing.T) { //nolint:paralleltest // Other tests would change the counts.
	if runtime.GOOS != "linux" {
		t.Skip("the samples require Linux")
	}

	in, requests := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error)

	go func() { ended <- soak.Answer(in, out) }()

	lines := bufio.NewScanner(answers)
	ask := func() (sample soak.Sample) {
		if _, err := io.WriteString(requests, "\n"); err != nil || !lines.Scan() {
			t.Fatalf("no answer: %v, %v", err, lines.Err())
		}

		if err := json.Unmarshal(lines.Bytes(), &sample); err != nil {
			t.Fatal(err)
		}

		return sample
	}

	before := ask()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = listener.Close() })

	memory, wait := make([]byte, 8<<20), make(chan struct{})

	for range 20 {
		go func() { <-wait }()
	}

	after := ask()

	runtime.KeepAlive(memory)
	close(wait)

	if after.Goroutines != before.Goroutines+20 || after.Sockets != before.Sockets+1 || after.Heap < before.Heap+8<<20 || after.Resident == 0 {
		t.Errorf("before: %s; after: %s", before, after)
	}

	if err := requests.Close(); err != nil {
		t.Fatal(err)
	}

	if err := <-ended; err != nil {
		t.Error(err)
	}
}
