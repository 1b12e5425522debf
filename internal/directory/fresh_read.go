package directory

import (
	"context"
	"sync"
)

// freshRead shares a read that must begin after the call. Callers that wait at the same time share the next request; no
// caller gets the result of a request that was already under way.
type freshRead[T any] struct {
	mu      sync.Mutex
	running bool
	next    *pendingRead[T]
}

// pendingRead is a request that has not begun yet. done is closed when it has ended.
type pendingRead[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get returns the result of a request that begins after the call. The request continues when the caller's context ends,
// because other callers may be waiting for it.
func (f *freshRead[T]) get(ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	var none T

	if err := context.Cause(ctx); err != nil {
		return none, err
	}

	pending := f.join(context.WithoutCancel(ctx), read)

	select {
	case <-pending.done:
		return pending.value, pending.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

// join returns the next request, and starts the goroutine that sends it unless it is running already.
func (f *freshRead[T]) join(ctx context.Context, read func(context.Context) (T, error)) *pendingRead[T] {
	f.mu.Lock()
	defer f.mu.Unlock()

	if f.next == nil {
		f.next = &pendingRead[T]{done: make(chan struct{})}
	}

	if !f.running {
		f.running = true

		go f.run(ctx, read)
	}

	return f.next
}

// run sends requests, one at a time, until no caller waits for another one.
func (f *freshRead[T]) run(ctx context.Context, read func(context.Context) (T, error)) {
	for {
		f.mu.Lock()

		pending := f.next
		f.next = nil
		f.running = pending != nil

		f.mu.Unlock()

		if pending == nil {
			return
		}

		pending.value, pending.err = read(ctx)
		close(pending.done)
	}
}
