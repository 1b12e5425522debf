package directory

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"
)

// cache caches the results of reads of one kind. Identical reads that run at the same time share one request, and its
// result is cached until a user that it covers is written. An error is shared by the reads that wait for the request, and
// is never cached.
type cache[T any] struct {
	writes  *writeLog
	flights singleflight.Group

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

// maxOvertaken limits retries when writes keep invalidating a read; otherwise lists of users would never complete during
// a long apply.
const maxOvertaken = 2

// read returns the cached value of a key, or requests it. lastWrite returns the last write to any user that the value
// covers. A read returns when its own context ends; the request continues, because other reads may be waiting for it.
func (c *cache[T]) read(ctx context.Context, key string, lastWrite func() generation, request func(context.Context) (T, error)) (T, error) {
	var none T

	called := lastWrite()

	for overtaken := 0; ; overtaken++ {
		if err := context.Cause(ctx); err != nil {
			return none, err
		}

		if cached, found := c.get(key, lastWrite); found {
			return cached.value, nil
		}

		// The generation is part of the key, so a read after a write never shares a request that began before it.
		flight := c.flights.DoChan(fmt.Sprintf("%d %s", lastWrite(), key), func() (any, error) {
			return c.fetch(context.WithoutCancel(ctx), key, lastWrite, request), nil
		})

		select {
		case <-ctx.Done():
			return none, context.Cause(ctx)
		case result := <-flight:
			got, _ := result.Val.(entry[T])

			// A result that a write has overtaken is outdated. After maxOvertaken retries, one that is at least as new as the
			// call is accepted.
			if lastWrite() <= got.asOf || (overtaken >= maxOvertaken && called <= got.asOf) {
				return got.value, got.err
			}
		}
	}
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
