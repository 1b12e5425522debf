package provider

import (
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// grantedMemberships records the memberships that this run has assigned or confirmed, so that no other block of the run
// removes them. When a resource is renamed without a moved block, Terraform may create it at its new address before it
// destroys it at the old one.
type grantedMemberships struct {
	mu   sync.Mutex
	keys map[[3]string]struct{}
}

func newGrantedMemberships() *grantedMemberships {
	return &grantedMemberships{keys: make(map[[3]string]struct{})}
}

func grantedKey(a assignment) [3]string {
	return [3]string{a.kind.attribute, iriusrisk.FoldUsername(a.username), strings.ToLower(a.id)}
}

func (g *grantedMemberships) add(a assignment) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.keys[grantedKey(a)] = struct{}{}
}

func (g *grantedMemberships) has(a assignment) bool {
	g.mu.Lock()
	defer g.mu.Unlock()

	_, found := g.keys[grantedKey(a)]

	return found
}
