package provider

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// plannedUnits detects conflicts between the iriusrisk_business_unit blocks of one plan, as plannedUsers does for users:
// Terraform does not order the changes of two blocks, so a reference id that moves from one block to another in one plan can
// lose the business unit. The diagnostic is added to the block that is planned later.
type plannedUnits struct {
	mu sync.Mutex

	// blocks holds the blocks by reference id.
	blocks map[string][]*plannedUnit

	// refreshed holds the business units whose state was read in this run, by id in lower case.
	refreshed map[string]*businessUnitResourceModel
}

// plannedUnit is the planned change of one block.
type plannedUnit struct {
	// before is the business unit in the prior state, nil for a creation. after is the one in the plan, nil for a
	// destruction.
	before, after *businessUnitResourceModel

	// replaced is true if the business unit of the prior state is deleted and a new one is created.
	replaced bool

	// isAbsent reports whether it is proven that the business unit of the prior state does not exist any more.
	isAbsent func(ctx context.Context) bool
}

func newPlannedUnits() *plannedUnits {
	return &plannedUnits{blocks: make(map[string][]*plannedUnit), refreshed: make(map[string]*businessUnitResourceModel)}
}

// refresh records a business unit in the state.
func (p *plannedUnits) refresh(state *businessUnitResourceModel) {
	p.mu.Lock()
	defer p.mu.Unlock()

	refreshed := *state
	p.refreshed[strings.ToLower(state.ID.ValueString())] = &refreshed
}

// refreshedUnit returns a business unit whose state was read in this run, or nil.
func (p *plannedUnits) refreshedUnit(id string) *businessUnitResourceModel {
	p.mu.Lock()
	defer p.mu.Unlock()

	return p.refreshed[strings.ToLower(id)]
}

// add records the change of a block, and adds diagnostics about its conflicts with the blocks that were planned before.
func (p *plannedUnits) add(ctx context.Context, block *plannedUnit, planned *plannedUsers, diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, referenceID := range block.references() {
		for _, other := range p.blocks[referenceID] {
			checkReference(ctx, referenceID, other, block, planned, diags)
		}

		p.blocks[referenceID] = append(p.blocks[referenceID], block)
	}
}

// references returns the distinct known reference ids of the change.
func (u *plannedUnit) references() []string {
	var references []string

	for _, m := range []*businessUnitResourceModel{u.before, u.after} {
		if m != nil && m.ReferenceID.ValueString() != "" && (len(references) == 0 || references[0] != m.ReferenceID.ValueString()) {
			references = append(references, m.ReferenceID.ValueString())
		}
	}

	return references
}

// destroys reports whether the block deletes the business unit with the reference id.
func (u *plannedUnit) destroys(referenceID string) bool {
	return (u.after == nil || u.replaced) && u.before != nil && u.before.ReferenceID.ValueString() == referenceID
}

// has reports whether the plan of the block has the reference id.
func (u *plannedUnit) has(referenceID string) bool {
	return u.after != nil && u.after.ReferenceID.ValueString() == referenceID
}

// creates reports whether the block creates a business unit.
func (u *plannedUnit) creates() bool { return u.before == nil || u.replaced }

// checkReference adds a diagnostic if two blocks conflict about a reference id. Terraform plans the destruction of a block that
// was removed from the configuration before it refreshes it, so the business unit of such a block may no longer exist.
func checkReference(ctx context.Context, referenceID string, first, second *plannedUnit, planned *plannedUsers, diags *diag.Diagnostics) {
	switch {
	case first.destroys(referenceID) && second.has(referenceID) && first.isAbsent(ctx), second.destroys(referenceID) && first.has(referenceID) && second.isAbsent(ctx):
	case first.destroys(referenceID) && second.has(referenceID), second.destroys(referenceID) && first.has(referenceID):
		diags.AddError(fmt.Sprintf("The business unit with the reference id %q is destroyed by one block and kept by another", referenceID),
			"This plan destroys one iriusrisk_business_unit block and creates or keeps another one with the same reference id. Terraform does not order the two changes, so the business unit could be lost.\n\n"+
				"If the block was renamed or moved into a module, or its for_each key has changed, add a moved block:\n\n"+
				"moved {\n  from = iriusrisk_business_unit.old\n  to   = iriusrisk_business_unit.new\n}\n\n"+
				"To stop managing the business unit under the old address without deleting it, use a removed block with lifecycle { destroy = false }, or run terraform state rm.")
	case !first.has(referenceID) || !second.has(referenceID):
	case first.creates() || second.creates():
		planned.addFailingCreation(diags, func(diags *diag.Diagnostics) {
			diags.AddError(fmt.Sprintf("The reference id %q is declared by two blocks", referenceID),
				"Two iriusrisk_business_unit blocks of this configuration have the same reference id, so one of them cannot create its business unit. Keep only one of them.")
		})
	default:
		diags.AddWarning(fmt.Sprintf("The business unit with the reference id %q is managed by two blocks", referenceID),
			"Two iriusrisk_business_unit blocks of this configuration manage the same business unit. Each of them updates it to match its own arguments, and removing one of them deletes it. "+
				"Keep one block, and remove the other one from the state with a removed block that has destroy = false, or with terraform state rm.")
	}
}
