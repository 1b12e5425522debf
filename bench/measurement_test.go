package main

import (
	"testing"
	"time"
)

func TestRuns_add(t *testing.T) {
	t.Parallel()

	var r runs

	r.add(usage{wall: 2 * time.Second, providerMemory: 1}, map[string]int{"get_user": 3})
	r.add(usage{wall: time.Second, providerMemory: 2}, map[string]int{"get_user": 2})
	r.add(usage{wall: 3 * time.Second, cliMemory: 3}, map[string]int{"get_user": 1})

	if r.wall != time.Second || r.providerMemory != 2 || r.cliMemory != 3 || r.requests["get_user"] != 3 {
		t.Errorf("the fastest run with the most memory and requests is %+v", r)
	}
}
