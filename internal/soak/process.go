package soak

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Process is a provider in debug mode that answers with samples of itself.
type Process struct {
	// Reattach is the value of TF_REATTACH_PROVIDERS, for Terraform and OpenTofu.
	Reattach string

	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  *bufio.Reader
	log     string
}

// Start builds the provider in a folder of the Go module with the race detector, and starts it in debug mode. Its binary
// and its log are in dir.
func Start(ctx context.Context, module, dir string) (*Process, error) {
	binary := filepath.Join(dir, "provider")

	build := exec.CommandContext(ctx, "go", "build", "-C", module, "-race", "-tags", "soak", "-o", binary, ".") //nolint:gosec // The arguments are the caller's own.
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, output)
	}

	p := &Process{command: exec.CommandContext(ctx, binary, "-debug"), log: filepath.Join(dir, "log")} //nolint:gosec // The binary was built above.

	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}

	defer log.Close() //nolint:errcheck // The process has the file, and this one writes nothing.

	p.command.Stderr = log

	if p.stdin, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}

	stdout, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}

	if err := p.command.Start(); err != nil {
		return nil, err
	}

	p.stdout = bufio.NewReader(stdout)

	if p.Reattach, err = readReattach(p.stdout); err != nil {
		return nil, errors.Join(err, p.Stop())
	}

	return p, nil
}

// reattachLine is the line that the provider prints for the shell.
var reattachLine = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

// readReattach reads up to the value of TF_REATTACH_PROVIDERS, and adds the address of the provider in the registry of
// OpenTofu.
func readReattach(output *bufio.Reader) (string, error) {
	for {
		line, err := output.ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("the provider does not print TF_REATTACH_PROVIDERS: %w", err)
		}

		found := reattachLine.FindStringSubmatch(line)
		if found == nil {
			continue
		}

		var providers map[string]json.RawMessage
		if err := json.Unmarshal([]byte(found[1]), &providers); err != nil {
			return "", err
		}

		for address, config := range providers {
			providers[strings.Replace(address, "registry.terraform.io", "registry.opentofu.org", 1)] = config
		}

		value, err := json.Marshal(providers)

		return string(value), err
	}
}

// Sample returns what the process uses.
func (p *Process) Sample() (sample Sample, err error) {
	if _, err := fmt.Fprintln(p.stdin); err != nil {
		return sample, err
	}

	line, err := p.stdout.ReadBytes('\n')
	for err == nil && len(line) == 1 {
		line, err = p.stdout.ReadBytes('\n')
	}

	if err != nil {
		return sample, fmt.Errorf("the provider does not answer: %w", err)
	}

	return sample, json.Unmarshal(line, &sample)
}

// Settle returns the first sample that a condition accepts, or the last one when the context ends.
func (p *Process) Settle(ctx context.Context, settled func(Sample) bool) (Sample, error) {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()

	for {
		sample, err := p.Sample()
		if err != nil || settled(sample) {
			return sample, err
		}

		select {
		case <-poll.C:
		case <-ctx.Done():
			return sample, nil
		}
	}
}

// Stop interrupts the process as Ctrl-C does, and waits for its end. The error contains the end of the log if the
// provider failed or the race detector reported a race.
func (p *Process) Stop() error {
	stopped := p.command.Process.Signal(os.Interrupt)

	// The race detector changes the exit code if it has reported a race.
	err := p.command.Wait()

	log, unread := os.ReadFile(p.log)
	if at := strings.Index(string(log), "WARNING: DATA RACE"); at >= 0 {
		return fmt.Errorf("the provider has a data race:\n%s", log[at:min(at+maxReport, len(log))])
	}

	if err != nil {
		return fmt.Errorf("the provider failed: %w\n%s", err, log[max(0, len(log)-maxReport):])
	}

	return errors.Join(stopped, unread)
}

// maxReport limits the part of the log in an error, in bytes.
const maxReport = 16 << 10
