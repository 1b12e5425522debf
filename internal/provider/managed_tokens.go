package provider

import (
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// managedTokens remembers, within a run, which API tokens are in this configuration's state and which ones it has
// generated. When a token is replaced, Terraform plans its successor without showing the provider what it succeeds, and
// with create_before_destroy it deletes the old one after the new one has taken its place.
type managedTokens struct {
	mu        sync.Mutex
	hints     map[managedToken]bool
	generated map[string]string
}

type managedToken struct{ user, hint string }

func newManagedTokens() *managedTokens {
	return &managedTokens{hints: make(map[managedToken]bool), generated: make(map[string]string)}
}

// add notes the token with this hint as managed.
func (t *managedTokens) add(username, hint string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	key := managedToken{iriusrisk.FoldUsername(username), hint}
	if _, known := t.hints[key]; !known {
		t.hints[key] = true
	}
}

// disown notes the token with this hint as one that a resource found in place of its own, whoever else manages it.
func (t *managedTokens) disown(username, hint string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.hints[managedToken{iriusrisk.FoldUsername(username), hint}] = false
}

// manages reports whether the token with this hint is managed.
func (t *managedTokens) manages(username, hint string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	return t.hints[managedToken{iriusrisk.FoldUsername(username), hint}]
}

// succeed notes that this run has generated the user's token.
func (t *managedTokens) succeed(username, token string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.generated[iriusrisk.FoldUsername(username)] = token
}

// superseded reports whether this run has generated another token for the user, which ended this one.
func (t *managedTokens) superseded(username, token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	latest, generated := t.generated[iriusrisk.FoldUsername(username)]

	return generated && latest != token
}
