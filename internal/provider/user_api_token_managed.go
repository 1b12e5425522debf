package provider

import (
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// managedTokens records, for one run, the API tokens in this configuration's state, the tokens that the run has generated,
// and the number of blocks that manage the token of each user. When a token is replaced, Terraform may plan the new one
// without passing the prior state, and with create_before_destroy it deletes the old one after it has created the new one.
type managedTokens struct {
	mu        sync.Mutex
	hints     map[managedToken]bool
	generated map[string]string
	blocks    map[string]int
}

// managedToken is a user's token; its hint is "" while IriusRisk does not report it.
type managedToken struct{ user, hint string }

func newManagedTokens() *managedTokens {
	return &managedTokens{hints: make(map[managedToken]bool), generated: make(map[string]string), blocks: make(map[string]int)}
}

// add records a token as managed, unless it is marked as foreign.
func (t *managedTokens) add(username, hint string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	key := managedToken{iriusrisk.FoldUsername(username), hint}
	if _, known := t.hints[key]; !known {
		t.hints[key] = true
	}
}

// markForeign records a token that a resource found in place of its own as not managed, even if another resource manages
// it: the plan that replaces the lost token then warns that it revokes this one.
func (t *managedTokens) markForeign(username, hint string) {
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

// recordGenerated records the token that this run has generated for the user.
func (t *managedTokens) recordGenerated(username, token string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.generated[iriusrisk.FoldUsername(username)] = token
}

// recordRevoked records that the token that this run has generated for the user, if any, is revoked.
func (t *managedTokens) recordRevoked(username string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	delete(t.generated, iriusrisk.FoldUsername(username))
}

// isGenerated reports whether this run has generated the user's current token.
func (t *managedTokens) isGenerated(username string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	_, generated := t.generated[iriusrisk.FoldUsername(username)]

	return generated
}

// superseded reports whether this run has generated another token for the user, which revoked this one.
func (t *managedTokens) superseded(username, token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()

	latest, generated := t.generated[iriusrisk.FoldUsername(username)]

	return generated && latest != token
}

// addBlock counts a block that manages the user's token, and reports whether it is the second one.
func (t *managedTokens) addBlock(username string) (second bool) {
	t.mu.Lock()
	defer t.mu.Unlock()

	key := iriusrisk.FoldUsername(username)
	t.blocks[key]++

	return t.blocks[key] == 2
}
