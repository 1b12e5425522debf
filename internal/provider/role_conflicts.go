package provider

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// plannedRoles detects conflicts between the iriusrisk_role blocks of one plan, as plannedUsers does for users. The diagnostic is
// added to the block that is planned later.
type plannedRoles struct {
	mu     sync.Mutex
	blocks []*plannedRole

	// refreshed holds the ids of the roles whose state was read in this run, in lower case.
	refreshed map[string]struct{}
}

// plannedRole is the planned change of one block. before is nil for a creation, after is nil for a destruction.
type plannedRole struct {
	before, after *roleModel

	// isAbsent reports whether it is proven that the role of the prior state does not exist any more.
	isAbsent func(ctx context.Context) bool
}

func newPlannedRoles() *plannedRoles { return &plannedRoles{refreshed: make(map[string]struct{})} }

// refresh records a role in the state.
func (p *plannedRoles) refresh(state *roleModel) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.refreshed[strings.ToLower(state.ID.ValueString())] = struct{}{}
}

// isManaged reports whether the state of a role was read in this run.
func (p *plannedRoles) isManaged(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	_, managed := p.refreshed[strings.ToLower(id)]

	return managed
}

// add records the change of a block, and adds diagnostics about its conflicts with the blocks that were planned before.
func (p *plannedRoles) add(ctx context.Context, block *plannedRole, planned *plannedUsers, diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, other := range p.blocks {
		checkRoles(ctx, other, block, planned, diags)
	}

	p.blocks = append(p.blocks, block)
}

// checkRoles adds a diagnostic if two blocks conflict about a role. Terraform plans the destruction of a block that was removed
// from the configuration before it refreshes it, so the role of such a block may no longer exist.
func checkRoles(ctx context.Context, first, second *plannedRole, planned *plannedUsers, diags *diag.Diagnostics) {
	switch {
	case first.loses(second) && first.isAbsent(ctx), second.loses(first) && second.isAbsent(ctx):
	case first.loses(second), second.loses(first):
		diags.AddError(fmt.Sprintf("Role %s is destroyed by one block and kept by another", second.label()),
			"This plan destroys one iriusrisk_role block and creates or keeps another one for the same role. Terraform does not order the two changes, so the role could be lost, and its members would lose it.\n\n"+
				"If the block was renamed or moved into a module, or its for_each key has changed, add a moved block:\n\n"+
				"moved {\n  from = iriusrisk_role.old\n  to   = iriusrisk_role.new\n}\n\n"+
				"To stop managing the role under the old address without deleting it, use a removed block with lifecycle { destroy = false }, or run terraform state rm.")
	case first.shares(second):
		diags.AddWarning(fmt.Sprintf("Role %s is managed by two blocks", second.label()),
			"Two iriusrisk_role blocks of this configuration manage the same role. Each of them updates it to match its own arguments, and removing one of them deletes it. "+
				"Keep one block, and remove the other one from the state with a removed block that has destroy = false, or with terraform state rm.")
	case first.namesLike(second) && (first.before == nil || second.before == nil):
		planned.addFailingCreation(diags, func(diags *diag.Diagnostics) {
			diags.AddError(fmt.Sprintf("The role name %q is declared by two blocks", second.after.Name.ValueString()),
				"Two iriusrisk_role blocks of this configuration have the same name, so one of them cannot create its role. Keep only one of them.")
		})
	}
}

// label names the role of the block.
func (p *plannedRole) label() string {
	if p.after != nil {
		return p.after.label()
	}

	return p.before.label()
}

// loses reports whether the block destroys a role that the other one keeps or creates.
func (p *plannedRole) loses(other *plannedRole) bool {
	if p.after != nil || other.after == nil {
		return false
	}

	return sameID(p.before, other.before) || (other.after.Name.ValueString() != "" && other.after.Name.Equal(p.before.Name))
}

// shares reports whether both blocks keep the same role.
func (p *plannedRole) shares(other *plannedRole) bool {
	return p.after != nil && other.after != nil && sameID(p.before, other.before)
}

// namesLike reports whether both blocks plan the same known name.
func (p *plannedRole) namesLike(other *plannedRole) bool {
	return p.after != nil && other.after != nil && p.after.Name.ValueString() != "" && p.after.Name.Equal(other.after.Name)
}

func sameID(a, b *roleModel) bool {
	return a != nil && b != nil && !a.ID.IsNull() && strings.EqualFold(a.ID.ValueString(), b.ID.ValueString())
}
