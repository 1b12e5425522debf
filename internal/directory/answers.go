package directory

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"
)

// answers shares and remembers the answers to reads of one kind: identical reads that are under way at once are one
// request, and its answer serves until somebody it is about is written to. An error is shared by those who wait for it,
// and never remembered.
type answers[T any] struct {
	clock   *clock
	flights singleflight.Group

	mu    sync.Mutex
	known map[string]answer[T]
}

// answer is what a request that began in a moment was answered.
type answer[T any] struct {
	value T
	began moment
	err   error
}

func newAnswers[T any](clock *clock) *answers[T] {
	return &answers[T]{clock: clock, known: make(map[string]answer[T])}
}

// patience is how many answers in a row a write may overtake. Lists of users would never be read else while a long apply
// goes on writing.
const patience = 2

// get returns the answer to the read that a key stands for; wrote tells when somebody it is about was last written to.
// A wait ends with its own context. The request that is shared goes on then, for others may be waiting for it.
func (a *answers[T]) get(ctx context.Context, key string, wrote func() moment, read func(context.Context) (T, error)) (T, error) {
	var none T

	asked := wrote()

	for overtaken := 0; ; overtaken++ {
		if err := context.Cause(ctx); err != nil {
			return none, err
		}

		if known, found := a.recall(key, wrote); found {
			return known.value, nil
		}

		// Whoever asks after a write has a request of their own, and does not share one that began before it.
		flight := a.flights.DoChan(fmt.Sprintf("%d %s", wrote(), key), func() (any, error) {
			return a.ask(context.WithoutCancel(ctx), key, wrote, read), nil
		})

		select {
		case <-ctx.Done():
			return none, context.Cause(ctx)
		case result := <-flight:
			got, _ := result.Val.(answer[T])

			// An answer that a write has overtaken is as old as the one before it. Whoever was overtaken again and again is
			// content with one that knows of all that was written before they asked.
			if wrote() <= got.began || (overtaken >= patience && asked <= got.began) {
				return got.value, got.err
			}
		}
	}
}

// ask sends the request and remembers an answer that is no error. Another flight may have landed just before.
func (a *answers[T]) ask(ctx context.Context, key string, wrote func() moment, read func(context.Context) (T, error)) answer[T] {
	if known, found := a.recall(key, wrote); found {
		return known
	}

	got := answer[T]{began: a.clock.now()}

	got.value, got.err = read(ctx)

	a.mu.Lock()
	defer a.mu.Unlock()

	if got.err == nil && got.began >= a.known[key].began {
		a.known[key] = got
	}

	return got
}

// recall returns an answer that no write has overtaken.
func (a *answers[T]) recall(key string, wrote func() moment) (known answer[T], found bool) {
	a.mu.Lock()
	defer a.mu.Unlock()

	known, found = a.known[key]

	return known, found && wrote() <= known.began
}
