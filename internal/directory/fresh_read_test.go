package directory

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestFreshRead_beginsAfterTheCall(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var (
			fresh    freshRead[int]
			requests atomic.Int64
		)

		read := func(ctx context.Context) (int, error) {
			number := requests.Add(1)

			<-time.After(time.Second)

			return int(number), ctx.Err()
		}

		results := make(chan int, 3)
		get := func() {
			value, err := fresh.get(t.Context(), read)
			if err != nil {
				t.Error(err)
			}

			results <- value
		}

		go get()

		// The first request is under way, so both later callers share the second one.
		<-time.After(time.Second / 2)

		go get()
		go get()

		got := []int{<-results, <-results, <-results}
		if got[0] != 1 || got[1] != 2 || got[2] != 2 {
			t.Errorf("the callers got the results of requests %v, want 1, 2 and 2", got)
		}

		if value, err := fresh.get(t.Context(), read); value != 3 || err != nil {
			t.Errorf("a later call got the result of request %d (%v), want a third one", value, err)
		}
	})
}

func TestFreshRead_waitEndsWithItsContext(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var fresh freshRead[int]

		failure := errors.New("no answer")
		read := func(ctx context.Context) (int, error) {
			<-time.After(time.Second)

			return 0, errors.Join(failure, ctx.Err())
		}

		interrupted, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()

		go func() {
			if _, err := fresh.get(interrupted, read); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, failure) {
				t.Errorf("the interrupted wait ended with %v", err)
			}
		}()

		synctest.Wait()

		if _, err := fresh.get(t.Context(), read); !errors.Is(err, failure) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the other wait ended with %v", err)
		}

		if _, err := fresh.get(interrupted, read); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a call with an ended context returned %v", err)
		}
	})
}
