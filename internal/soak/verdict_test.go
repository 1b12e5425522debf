package soak_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/soak"
)

func TestVerdict_findsLeaks(t *testing.T) {
	t.Parallel()

	start := soak.Sample{Goroutines: 7, Heap: 1 << 20, Sockets: 1}

	for name, test := range map[string]struct {
		change func(samples []soak.Sample, end *soak.Sample)
		want   string
	}{
		"nothing": {func([]soak.Sample, *soak.Sample) {}, ""},
		"a goroutine of each step": {
			func(_ []soak.Sample, end *soak.Sample) { end.Goroutines = 67 },
			"67 goroutines run at the end, and 7 at the start",
		},
		"a connection": {
			func(_ []soak.Sample, end *soak.Sample) { end.Sockets = 2 },
			"2 sockets are open at the end, and 1 at the start",
		},
		"connections that close late": {
			func(samples []soak.Sample, _ *soak.Sample) { samples[30].Sockets = 78 },
			"78 sockets are open at once, more than 32",
		},
		"memory of each step": {
			func(samples []soak.Sample, _ *soak.Sample) {
				for i := range samples {
					samples[i].Heap += uint64(i) << 17
				}
			},
			"the heap grows from 6.2 MiB in the first third of the samples to 11.2 MiB in the last third",
		},
		"memory that is freed": {
			func(samples []soak.Sample, _ *soak.Sample) {
				for i := range samples {
					samples[i].Heap += uint64(i%7) << 20
				}
			},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			samples := slices.Repeat([]soak.Sample{{Goroutines: 20, Heap: 5 << 20, Sockets: 8}}, 60)
			end := start
			test.change(samples, &end)

			if got := strings.Join(soak.Verdict(start, samples, end), "\n"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Without samples there is no verdict about the heap, which is no success.
func TestVerdict_needsSamples(t *testing.T) {
	t.Parallel()

	if faults := soak.Verdict(soak.Sample{}, make([]soak.Sample, 2), soak.Sample{}); len(faults) != 1 {
		t.Errorf("got %q", faults)
	}
}

func TestMost_isTheLargestOfEachNumber(t *testing.T) {
	t.Parallel()

	got := soak.Most([]soak.Sample{{Goroutines: 9, Heap: 1, Resident: 7, Sockets: 1}, {Goroutines: 2, Heap: 5, Resident: 3, Sockets: 4}})
	if want := (soak.Sample{Goroutines: 9, Heap: 5, Resident: 7, Sockets: 4}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
