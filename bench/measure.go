package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sampling is how often the processes of a run are looked at.
const sampling = 10 * time.Millisecond

// clockTick is the unit of CPU time in /proc on Linux.
const clockTick = 10 * time.Millisecond

// usage is what a run of the CLI took. Memory and CPU are known on Linux only, and 0 elsewhere.
type usage struct {
	wall time.Duration

	// cliMemory and providerMemory are the largest resident sizes of a process, in bytes.
	cliMemory, providerMemory int64

	// cpu is all CPU time of the CLI and its providers, providerCPU that of the providers.
	cpu, providerCPU time.Duration

	exitCode int
}

// measure runs a command and looks at it, and at the providers that it starts, until it ends.
func measure(command *exec.Cmd) (usage, error) {
	var problems bytes.Buffer

	command.Stderr = &problems

	began := time.Now()
	if err := command.Start(); err != nil {
		return usage{}, err
	}

	ctx, stop := context.WithCancel(context.Background())
	sampled := make(chan usage, 1)

	go func() { sampled <- sample(ctx, command.Process.Pid) }()

	err := command.Wait()
	wall := time.Since(began)

	stop()

	took := <-sampled
	took.wall = wall
	took.exitCode = command.ProcessState.ExitCode()
	took.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime() // Its children's is in it.

	// plan -detailed-exitcode ends with 2 when there are changes.
	if exit, exited := errors.AsType[*exec.ExitError](err); exited && exit.ExitCode() == 2 {
		err = nil
	}

	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, problems.String())
	}

	return took, err
}

// sample looks at a process and its children until the context ends.
func sample(ctx context.Context, pid int) usage {
	var took usage

	providers := make(map[int]time.Duration)
	ticker := time.NewTicker(sampling)

	defer ticker.Stop()

	for {
		took.cliMemory = max(took.cliMemory, peakMemory(pid))

		for _, child := range children(pid) {
			// Until it runs its own program, a process that has just been started counts as much memory as the one that
			// started it.
			if program(child) == program(pid) {
				continue
			}

			took.providerMemory = max(took.providerMemory, peakMemory(child))
			providers[child] = max(providers[child], cpuTime(child))
		}

		select {
		case <-ctx.Done():
			for _, cpu := range providers {
				took.providerCPU += cpu
			}

			return took
		case <-ticker.C:
		}
	}
}

// children are the processes that a process has started.
func children(pid int) []int {
	var found []int

	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		content, err := os.ReadFile(list) //nolint:gosec // It is a file of /proc.
		if err != nil {
			continue
		}

		for _, field := range strings.Fields(string(content)) {
			if child, err := strconv.Atoi(field); err == nil {
				found = append(found, child)
			}
		}
	}

	return found
}

// program is the path of the program that a process runs, "" once it has ended.
func program(pid int) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}

	return path
}

// peakMemory is the largest resident size that a process has had, in bytes.
func peakMemory(pid int) int64 {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}

	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		if value, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			kibibytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)

			return kibibytes << 10
		}
	}

	return 0
}

// cpuTime is the CPU time that a process has taken.
func cpuTime(pid int) time.Duration {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}

	// The name, in parentheses, may hold spaces; user and system time are the 12th and 13th field after it.
	_, rest, _ := strings.Cut(string(content), ") ")

	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}

	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)

	return time.Duration(user+system) * clockTick
}
