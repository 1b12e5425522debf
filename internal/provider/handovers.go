package provider

import (
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// handovers compares the memberships and API tokens that blocks of a plan destroy with those that other blocks keep.
// Terraform applies no block that does not change, so an apply cannot protect what such a block keeps.
type handovers struct {
	mu              sync.Mutex
	kept, destroyed map[ownedObject]struct{}
}

// ownedObject is a role, a business unit or an API token of a user.
type ownedObject struct {
	// noun names the object, such as "role".
	noun string

	// user and id are without case; id is the UUID of a role or business unit, or the hint of a token.
	user, id string
}

func newHandovers() *handovers {
	return &handovers{kept: make(map[ownedObject]struct{}), destroyed: make(map[ownedObject]struct{})}
}

// ownedBy names an object of a user.
func ownedBy(username, noun, id string) ownedObject {
	return ownedObject{noun: noun, user: iriusrisk.FoldUsername(username), id: strings.ToLower(id)}
}

// keep notes that a block keeps an object that it has in the state already.
func (h *handovers) keep(object ownedObject, diags *diag.Diagnostics) {
	h.note(h.kept, h.destroyed, object, diags)
}

// destroy notes that the destruction of a block removes an object.
func (h *handovers) destroy(object ownedObject, diags *diag.Diagnostics) {
	h.note(h.destroyed, h.kept, object, diags)
}

// note adds an object to one side and reports that it is on the other side as well.
func (h *handovers) note(side, otherSide map[ownedObject]struct{}, object ownedObject, diags *diag.Diagnostics) {
	h.mu.Lock()
	defer h.mu.Unlock()

	side[object] = struct{}{}

	if _, conflict := otherSide[object]; !conflict {
		return
	}

	diags.AddError("The "+object.noun+" "+object.id+" of user \""+object.user+"\" is removed by one block and kept by another",
		"This plan destroys one block that manages the "+object.noun+" of the user, while another block declares it as well and does not change, so the user would lose it until the next apply. "+
			"To stop managing it in one of the blocks without removing it, use a removed block with lifecycle { destroy = false }, or run terraform state rm.")
}
