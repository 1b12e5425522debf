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

// sampling is the interval at which the processes of a run are inspected.
const sampling = 10 * time.Millisecond

// clockTick is the unit of CPU time in /proc on Linux.
const clockTick = 10 * time.Millisecond

// usage is the time, memory and CPU of a run of the CLI. Memory and CPU are measured on Linux only, and 0 on other systems.
type usage struct {
	wall time.Duration

	// cliMemory and providerMemory are the peak resident sizes of a process, in bytes.
	cliMemory, providerMemory int64

	// cpu is the CPU time of the CLI and its providers, providerCPU that of the providers.
	cpu, providerCPU time.Duration

	exitCode int
}

// measure runs a command and inspects it and the providers that it starts until it ends.
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
	took.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime() // This includes its child processes.

	// The exit code of plan -detailed-exitcode is 2 if there are changes.
	if exit, exited := errors.AsType[*exec.ExitError](err); exited && exit.ExitCode() == 2 {
		err = nil
	}

	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, problems.String())
	}

	return took, err
}

// sample inspects a process and its children until the context ends.
func sample(ctx context.Context, pid int) usage {
	var took usage

	providers := make(map[int]time.Duration)
	ticker := time.NewTicker(sampling)

	defer ticker.Stop()

	for {
		took.cliMemory = max(took.cliMemory, peakMemory(pid))

		for _, child := range children(pid) {
			// A child process reports the memory of its parent until it runs its own program.
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

// children returns the child processes of a process.
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

// program returns the path of the program of a process, or "" if the process has ended.
func program(pid int) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}

	return path
}

// peakMemory returns the peak resident size of a process, in bytes.
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

// cpuTime returns the CPU time of a process.
func cpuTime(pid int) time.Duration {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}

	// The name in parentheses may contain spaces; user and system time are the 12th and 13th field after it.
	_, rest, _ := strings.Cut(string(content), ") ")

	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}

	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)

	return time.Duration(user+system) * clockTick
}
