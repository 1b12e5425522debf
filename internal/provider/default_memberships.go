package provider

import (
	"context"
	"slices"
	"sync"
)

// defaultMemberships are the roles and business units that IriusRisk assigns to new users. The response to a creation does
// not contain them, so they are read once in a run for each kind, from the first user that the run creates, before
// anything is assigned to that user. The API documents no defaults, and one client creates all users of a run in the same
// way, so they are expected to be the same for each of them. If they are not, the next plan shows the difference.
type defaultMemberships struct {
	mu    sync.Mutex
	kinds map[string]*defaultsOfKind
}

// defaultsOfKind are the UUIDs of the default roles or business units. token holds one element while no caller reads them.
type defaultsOfKind struct {
	token chan struct{}
	known bool
	ids   []string
}

// get returns the UUIDs of the default roles or business units. The first caller reads them from its own new user; the
// others wait until it has. If its read fails, another one reads. own is true for a caller that has read them.
func (d *defaultMemberships) get(ctx context.Context, kind membershipKind, read func() ([]string, error)) (ids []string, own bool, err error) {
	defaults := d.of(kind)

	select {
	case <-defaults.token:
		defer func() { defaults.token <- struct{}{} }()
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}

	if defaults.known {
		return slices.Clone(defaults.ids), false, nil
	}

	ids, err = read()
	defaults.ids, defaults.known = slices.Clone(ids), err == nil

	return ids, true, err
}

// of returns the defaults of a kind.
func (d *defaultMemberships) of(kind membershipKind) *defaultsOfKind {
	d.mu.Lock()
	defer d.mu.Unlock()

	if d.kinds == nil {
		d.kinds = make(map[string]*defaultsOfKind)
	}

	if d.kinds[kind.attribute] == nil {
		d.kinds[kind.attribute] = &defaultsOfKind{token: make(chan struct{}, 1)}
		d.kinds[kind.attribute].token <- struct{}{}
	}

	return d.kinds[kind.attribute]
}
