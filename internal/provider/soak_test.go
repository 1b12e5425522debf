package provider

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/soak"
)

var soakMinutes = flag.Float64("minutes", 0, "how many minutes the random walk uses one provider process; 0 skips TestSoak")

// settleTime is longer than the time after which the client closes idle connections.
const settleTime = 2 * time.Minute

// One provider process serves random walks, one after the other, as in debug mode. It neither leaks nor has data races.
func TestSoak(t *testing.T) { //nolint:paralleltest // The process has one configuration at a time.
	if *soakMinutes == 0 {
		t.Skip("make soak runs this test")
	}

	if runtime.GOOS != "linux" {
		t.Skip("the numbers of open sockets and of the memory in use require Linux")
	}

	process, err := soak.Start(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}

	s := soaking{process: process, began: time.Now(), seed: *walkSeed}
	s.deadline = s.began.Add(time.Duration(*soakMinutes * float64(time.Minute)))

	if s.seed == 0 {
		s.seed = uint64(s.began.UnixNano()) % 1_000_000
	}

	s.start = s.sample(t)
	t.Logf("start: %s; the first walk has the seed %d", s.start, s.seed)

	for ; !s.isOver() && !t.Failed(); s.seed++ {
		t.Run(fmt.Sprintf("seed %d", s.seed), s.walk)
	}

	if err := process.Stop(); err != nil {
		t.Error(err)
	}

	if t.Failed() {
		return
	}

	t.Logf("end: %s; most in between: %s; %d steps in %s", s.end, soak.Most(s.samples), len(s.samples), time.Since(s.began).Round(time.Second))

	for _, fault := range soak.Verdict(s.start, s.samples, s.end) {
		t.Error(fault)
	}
}

// soaking is the state of TestSoak.
type soaking struct {
	process         *soak.Process
	seed            uint64
	began, deadline time.Time

	// samples has one sample for each step.
	start, end soak.Sample
	samples    []soak.Sample
}

func (s *soaking) isOver() bool { return time.Now().After(s.deadline) }

func (s *soaking) sample(t *testing.T) soak.Sample {
	t.Helper()

	sample, err := s.process.Sample()
	if err != nil {
		t.Fatal(err)
	}

	return sample
}

// walk runs one walk. The last one waits, while its server is still running, until idle connections are closed.
func (s *soaking) walk(t *testing.T) {
	w := newWalk(t, s.seed, s.process.Reattach)
	minute := int(time.Since(s.began).Minutes())

	for w.step < walkLength && !s.isOver() {
		w.advance()

		s.samples = append(s.samples, s.sample(t))

		if now := int(time.Since(s.began).Minutes()); now != minute || len(s.samples) == 1 {
			minute = now
			t.Logf("minute %d: %s; %d steps", minute, s.samples[len(s.samples)-1], len(s.samples))
		}
	}

	if !s.isOver() {
		return
	}

	ctx, cancel := context.WithTimeout(t.Context(), settleTime)
	defer cancel()

	end, err := s.process.Settle(ctx, func(sample soak.Sample) bool { return sample.Sockets <= s.start.Sockets })
	if err != nil {
		t.Fatal(err)
	}

	s.end = end
}
