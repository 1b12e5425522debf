package provider

import "sync"

// managedTokens remembers, within a run, which API tokens are in this configuration's state. When a token is replaced,
// Terraform plans its successor without showing the provider what it succeeds.
type managedTokens struct {
	mu    sync.Mutex
	hints map[managedToken]struct{}
}

type managedToken struct{ user, hint string }

func newManagedTokens() *managedTokens {
	return &managedTokens{hints: make(map[managedToken]struct{})}
}

// add notes the token with this hint as managed.
func (t *managedTokens) add(username, hint string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.hints[managedToken{foldUsername(username), hint}] = struct{}{}
}

// manages reports whether the token with this hint is managed.
func (t *managedTokens) manages(username, hint string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	_, found := t.hints[managedToken{foldUsername(username), hint}]

	return found
}
