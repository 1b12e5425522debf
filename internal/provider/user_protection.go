package provider

import (
	"strings"
	"sync"
)

// protectedUsers holds the UUIDs of the users that this run has created or adopted. No other block of the run deletes or
// disables them. If a block is renamed without a moved block, or has create_before_destroy, Terraform may adopt a user
// under the new resource address before it destroys the old one.
type protectedUsers struct {
	mu  sync.Mutex
	ids map[string]struct{}
}

func newProtectedUsers() *protectedUsers {
	return &protectedUsers{ids: make(map[string]struct{})}
}

// add protects a user for the rest of the run.
func (p *protectedUsers) add(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.ids[strings.ToLower(id)] = struct{}{}
}

// has reports whether a user is protected.
func (p *protectedUsers) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	_, found := p.ids[strings.ToLower(id)]

	return found
}
