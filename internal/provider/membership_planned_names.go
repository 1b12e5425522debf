package provider

import (
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// plannedNames records the names of the roles and business units that this plan creates or renames. The ids of created ones
// are unknown.
type plannedNames struct {
	mu    sync.Mutex
	ids   map[[2]string]types.String
	names map[[2]string]string
}

func newPlannedNames() *plannedNames {
	return &plannedNames{ids: make(map[[2]string]types.String), names: make(map[[2]string]string)}
}

// add records that an object of a kind will have a name, unless the name is unknown.
func (p *plannedNames) add(kind membershipKind, name, id types.String) {
	if name.IsUnknown() {
		return
	}

	p.mu.Lock()
	defer p.mu.Unlock()

	p.ids[[2]string{kind.noun, name.ValueString()}] = id

	if !id.IsUnknown() {
		p.names[[2]string{kind.noun, strings.ToLower(id.ValueString())}] = name.ValueString()
	}
}

// id returns the id of the object that will have a name.
func (p *plannedNames) id(kind membershipKind, name string) (id types.String, planned bool) {
	p.mu.Lock()
	defer p.mu.Unlock()

	id, planned = p.ids[[2]string{kind.noun, name}]

	return id, planned
}

// name returns the name that the object with a UUID will have, or its present name if the plan does not change it.
func (p *plannedNames) name(kind membershipKind, id, present string) string {
	p.mu.Lock()
	defer p.mu.Unlock()

	if name, planned := p.names[[2]string{kind.noun, strings.ToLower(id)}]; planned {
		return name
	}

	return present
}
