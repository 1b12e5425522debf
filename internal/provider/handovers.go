package provider

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// handovers detects memberships and API tokens that one block of a plan destroys and another one keeps. Terraform does not
// apply blocks without changes, so an apply cannot protect what such a block keeps.
type handovers struct {
	mu              sync.Mutex
	kept, destroyed map[ownedObject]struct{}
}

// ownedObject is a role, a business unit or an API token of a user.
type ownedObject struct {
	// noun names the object, such as "role".
	noun string

	// user and id are folded to one case. id is the UUID of a role or business unit, or the hint of a token.
	user, id string
}

func newHandovers() *handovers {
	return &handovers{kept: make(map[ownedObject]struct{}), destroyed: make(map[ownedObject]struct{})}
}

// ownedBy returns the key of an object of a user.
func ownedBy(username, noun, id string) ownedObject {
	return ownedObject{noun: noun, user: iriusrisk.FoldUsername(username), id: strings.ToLower(id)}
}

// keep records that a block keeps an object of its prior state, and adds an error if another block destroys it.
func (h *handovers) keep(object ownedObject, diags *diag.Diagnostics) {
	h.record(h.kept, h.destroyed, object, diags)
}

// destroy records that a block destroys an object, and adds an error if another block keeps it.
func (h *handovers) destroy(object ownedObject, diags *diag.Diagnostics) {
	h.record(h.destroyed, h.kept, object, diags)
}

// record adds an object to one side, and adds an error if it is on the other side as well.
func (h *handovers) record(side, otherSide map[ownedObject]struct{}, object ownedObject, diags *diag.Diagnostics) {
	h.mu.Lock()
	defer h.mu.Unlock()

	side[object] = struct{}{}

	if _, conflict := otherSide[object]; !conflict {
		return
	}

	diags.AddError(fmt.Sprintf("The %s %s of user %q is removed by one block and kept by another", object.noun, object.id, object.user),
		fmt.Sprintf("This plan destroys one block that manages the %s of the user, while another block manages it as well and does not change. The user would lose it until the next apply. "+
			"To stop managing it in one of the blocks without removing it, use a removed block with lifecycle { destroy = false }, or run terraform state rm.", object.noun))
}
