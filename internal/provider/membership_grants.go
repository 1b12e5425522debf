package provider

import (
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// grantedMemberships remembers which memberships this run has given. When a resource is renamed without a moved block,
// Terraform may create it under its new address before it destroys it under the old one.
type grantedMemberships struct {
	mu    sync.Mutex
	pairs map[[3]string]struct{}
}

func newGrantedMemberships() *grantedMemberships {
	return &grantedMemberships{pairs: make(map[[3]string]struct{})}
}

func grantedKey(kind membershipKind, username, id string) [3]string {
	return [3]string{kind.attribute, iriusrisk.FoldUsername(username), strings.ToLower(id)}
}

// add notes a membership that was given.
func (g *grantedMemberships) add(kind membershipKind, username, id string) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.pairs[grantedKey(kind, username, id)] = struct{}{}
}

// has reports whether a membership was given.
func (g *grantedMemberships) has(kind membershipKind, username, id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()

	_, found := g.pairs[grantedKey(kind, username, id)]

	return found
}
