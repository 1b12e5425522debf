package soak

import "fmt"

const (
	// spareGoroutines is how many goroutines more than at the start may run at the end: those that the runtime and the
	// plugin library start when they are needed.
	spareGoroutines = 8

	// maxSockets limits the open sockets of every sample: Terraform and one run of the provider use fewer.
	maxSockets = 32

	// The heap of the last third of the samples may be this much larger than that of the first third.
	heapFactor = 1.25
	spareHeap  = 1 << 20
)

// Verdict returns what is wrong: more goroutines or sockets at the end than at the start, too many sockets in between, or
// a heap that grows. The samples are those between the start and the end.
func Verdict(start Sample, samples []Sample, end Sample) (faults []string) {
	if end.Goroutines > start.Goroutines+spareGoroutines {
		faults = append(faults, fmt.Sprintf("%d goroutines run at the end, and %d at the start", end.Goroutines, start.Goroutines))
	}

	if end.Sockets > start.Sockets {
		faults = append(faults, fmt.Sprintf("%d sockets are open at the end, and %d at the start", end.Sockets, start.Sockets))
	}

	for _, sample := range samples {
		if sample.Sockets > maxSockets {
			faults = append(faults, fmt.Sprintf("%d sockets are open at once, more than %d", sample.Sockets, maxSockets))

			break
		}
	}

	third := len(samples) / 3
	if third == 0 {
		return append(faults, fmt.Sprintf("%d samples are too few", len(samples)))
	}

	first, last := meanHeap(samples[:third]), meanHeap(samples[len(samples)-third:])
	if last > heapFactor*first+spareHeap {
		faults = append(faults, fmt.Sprintf("the heap grows from %.1f MiB in the first third of the samples to %.1f MiB in the last third", first/(1<<20), last/(1<<20)))
	}

	return faults
}

func meanHeap(samples []Sample) float64 {
	var sum float64
	for _, sample := range samples {
		sum += float64(sample.Heap)
	}

	return sum / float64(len(samples))
}

// Most returns the largest of each number in the samples.
func Most(samples []Sample) (most Sample) {
	for _, sample := range samples {
		most.Goroutines = max(most.Goroutines, sample.Goroutines)
		most.Heap = max(most.Heap, sample.Heap)
		most.Resident = max(most.Resident, sample.Resident)
		most.Sockets = max(most.Sockets, sample.Sockets)
	}

	return most
}
