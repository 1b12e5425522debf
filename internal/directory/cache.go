package directory

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"
)

// cache caches the results of reads of one kind. Identical reads that run at the same time share one request, and its
// result is cached until a user that it covers is written. An error is shared by the reads that wait for the request, and
// is never cached.
type cache[T any] struct {
	writes  *writeLog
	flights singleflight.Group

	// endless is true for values that cover so many users that writes may keep invalidating their reads, such as a list of
	// users during a long apply. After maxOvertaken retries, a value whose request began after the call is accepted.
	endless bool

	mu      sync.Mutex
	entries map[string]entry[T]
}

// entry is the result of a request, as of the generation in which the request began.
type entry[T any] struct {
	value T
	err   error
	asOf  generation
}

func newCache[T any](writes *writeLog) *cache[T] {
	return &cache[T]{writes: writes, entries: make(map[string]entry[T])}
}

// newListingCache returns a cache of values that cover many users.
func newListingCache[T any](writes *writeLog) *cache[T] {
	c := newCache[T](writes)
	c.endless = true

	return c
}

// maxOvertaken limits retries when writes keep invalidating a read.
const maxOvertaken = 2

// read returns the cached value of a key, or requests it. lastWrite returns the last write to any user that the value
// covers. A read returns when its own context ends; the request continues, because other reads may be waiting for it.
func (c *cache[T]) read(ctx context.Context, key string, lastWrite func() generation, request func(context.Context) (T, error)) (T, error) {
	var none T

	for overtaken := 0; ; overtaken++ {
		if err := context.Cause(ctx); err != nil {
			return none, err
		}

		if cached, found := c.get(key, lastWrite); found {
			return cached.value, nil
		}

		flight := c.flights.DoChan(flightKey(key, lastWrite), func() (any, error) {
			return c.fetch(context.WithoutCancel(ctx), key, lastWrite, request), nil
		})

		select {
		case <-ctx.Done():
			return none, context.Cause(ctx)
		case result := <-flight:
			got, _ := result.Val.(entry[T])

			// The request was sent ahead of its use, and ended with its own context.
			if errors.Is(got.err, context.Canceled) {
				continue
			}

			// A result that a write has overtaken is outdated.
			if lastWrite() <= got.asOf || (c.endless && overtaken >= maxOvertaken) {
				return got.value, got.err
			}
		}
	}
}

// readAhead requests the value of a key before a caller needs it. Callers that need it meanwhile share the request. The
// request ends when the context ends.
func (c *cache[T]) readAhead(ctx context.Context, key string, lastWrite func() generation, request func(context.Context) (T, error)) error {
	result, _, _ := c.flights.Do(flightKey(key, lastWrite), func() (any, error) {
		return c.fetch(ctx, key, lastWrite, request), nil
	})

	got, _ := result.(entry[T])

	return got.err
}

// flightKey identifies a request in flight. The last write is part of it, so a read after a write never shares a request
// that began before the write.
func flightKey(key string, lastWrite func() generation) string {
	return strconv.FormatUint(uint64(lastWrite()), 10) + " " + key
}

// fetch sends the request and caches its result unless it is an error. An earlier request may have filled the cache
// since the caller looked.
func (c *cache[T]) fetch(ctx context.Context, key string, lastWrite func() generation, request func(context.Context) (T, error)) entry[T] {
	if cached, found := c.get(key, lastWrite); found {
		return cached
	}

	got := entry[T]{asOf: c.writes.now()}

	got.value, got.err = request(ctx)

	c.mu.Lock()
	defer c.mu.Unlock()

	if got.err == nil && got.asOf >= c.entries[key].asOf {
		c.entries[key] = got
	}

	return got
}

// get returns the entry of a key unless a write has invalidated it.
func (c *cache[T]) get(key string, lastWrite func() generation) (cached entry[T], found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()

	cached, found = c.entries[key]

	return cached, found && lastWrite() <= cached.asOf
}
