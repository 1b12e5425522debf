// Package soak measures a provider process that runs for a long time, and judges whether it leaks.
package soak

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// Sample is what a process uses at one moment.
type Sample struct {
	Goroutines int

	// Heap is the size of all reachable objects in bytes.
	Heap uint64

	// Resident is the memory that the process occupies in bytes, including garbage.
	Resident uint64

	// Sockets is the number of open sockets, including those to which Terraform connects.
	Sockets int
}

// String describes the sample in one line.
func (s Sample) String() string {
	return fmt.Sprintf("%d goroutines, %.1f MiB heap, %.0f MiB resident, %d sockets", s.Goroutines, mebibytes(s.Heap), mebibytes(s.Resident), s.Sockets)
}

func mebibytes(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

// Answer writes a sample of this process, as a line of JSON, for each line that it reads. It returns when the input ends.
func Answer(in io.Reader, out io.Writer) error {
	requests, answers := bufio.NewScanner(in), json.NewEncoder(out)

	for requests.Scan() {
		sample, err := measure()
		if err != nil {
			return err
		}

		if err := answers.Encode(sample); err != nil {
			return err
		}
	}

	return requests.Err()
}

// measure returns a sample of this process. It requires the file system /proc of Linux.
func measure() (Sample, error) {
	sockets, err := openSockets()
	if err != nil {
		return Sample{}, err
	}

	resident, err := residentMemory()
	if err != nil {
		return Sample{}, err
	}

	// The first collection moves the content of pools to their victim caches, and the second one frees it.
	runtime.GC()
	runtime.GC()

	var memory runtime.MemStats

	runtime.ReadMemStats(&memory)

	return Sample{Goroutines: runtime.NumGoroutine(), Heap: memory.HeapAlloc, Resident: resident, Sockets: sockets}, nil
}

func openSockets() (count int, err error) {
	const folder = "/proc/self/fd"

	files, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}

	for _, file := range files {
		// The file of the folder itself is closed by now.
		if target, err := os.Readlink(folder + "/" + file.Name()); err == nil && strings.HasPrefix(target, "socket:") {
			count++
		}
	}

	return count, nil
}

func residentMemory() (uint64, error) {
	pages, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}

	var total, resident uint64

	if _, err := fmt.Sscan(string(pages), &total, &resident); err != nil {
		return 0, err
	}

	return resident * uint64(os.Getpagesize()), nil //nolint:gosec // The size of a page is positive.
}
