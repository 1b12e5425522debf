package provider

import (
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// plannedUsers compares what the iriusrisk_user blocks of one plan do with usernames and e-mail addresses. Terraform does
// not order the changes of two blocks, so a username or an address that leaves one block and enters another in one plan
// can cost the user. Blocks are planned in any order; the one that is planned second gets the diagnostic.
type plannedUsers struct {
	mu sync.Mutex

	// applying tells that this run has begun to write. Terraform plans creations and updates again then, and the conflicts
	// of a plan have been reported by the plan.
	applying bool

	// planning tells that this run plans: Terraform reads no state and plans no destruction while it applies. It plans the
	// creations and updates of an apply once more, and an error there can leave the object that create_before_destroy
	// replaces in a state that no later plan resolves.
	planning bool

	// destroys tells that a block destroys or disables a user, and doomed are the creations that cannot succeed. Both in one
	// plan are an error: the user would be lost before the creation fails.
	destroys bool
	doomed   diag.Diagnostics

	// users and addresses are the blocks by username and by e-mail address, without case.
	users     map[string][]*plannedUser
	addresses map[string][]*plannedUser

	// refreshed are the users whose state was read in this run, with their deletion policies.
	refreshed map[string]string
}

// plannedUser is what one block does.
type plannedUser struct {
	// before and after are the user in the prior state and in the plan; nil when the block creates, or destroys.
	before, after *userResourceModel

	// replaced tells that the user of the prior state is destroyed and another one created.
	replaced bool
}

func newPlannedUsers() *plannedUsers {
	return &plannedUsers{users: make(map[string][]*plannedUser), addresses: make(map[string][]*plannedUser), refreshed: make(map[string]string)}
}

// beginPlan notes that this run plans.
func (p *plannedUsers) beginPlan() {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.planning = true
}

// beginApply notes that this run writes.
func (p *plannedUsers) beginApply() {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.applying = true
}

// isApplying reports whether this run has begun to write.
func (p *plannedUsers) isApplying() bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	return p.applying
}

// refresh notes a user who is in the state.
func (p *plannedUsers) refresh(state *userResourceModel) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.refreshed[iriusrisk.FoldUsername(state.Username.ValueString())] = state.policy()
}

// refreshedPolicy returns the deletion policy of a user whose state was read in this run.
func (p *plannedUsers) refreshedPolicy(username string) (policy string, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()

	policy, found = p.refreshed[iriusrisk.FoldUsername(username)]

	return policy, found
}

// add notes what a block does, and reports its conflicts with every block that was planned before.
func (p *plannedUsers) add(block *plannedUser, diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.applying {
		return
	}

	p.noteDestruction(block, diags)

	for _, username := range block.usernames() {
		for _, other := range p.users[username] {
			checkUsername(username, other, block, diags)
		}

		p.users[username] = append(p.users[username], block)
	}

	for _, address := range block.addresses() {
		for _, other := range p.addresses[address] {
			checkAddress(address, other, block, diags)
			checkAddress(address, block, other, diags)
		}

		if block.replaced {
			checkAddress(address, block, block, diags)
		}

		p.addresses[address] = append(p.addresses[address], block)
	}
}

// noteDestruction notes a block that destroys or disables a user, and reports the creations that cannot succeed.
func (p *plannedUsers) noteDestruction(block *plannedUser, diags *diag.Diagnostics) {
	if block.after == nil {
		p.planning = true
	}

	ends := block.after == nil || block.replaced
	if !ends || block.before == nil || block.before.policy() == policyRetain {
		return
	}

	p.destroys = true
	diags.Append(p.doomed...)
	p.doomed = nil
}

// addDoomed reports a creation that cannot succeed, by the function that adds the error. It is an error where this run is
// known to plan, or to destroy users as well. Else it may be the second planning within an apply, so it is a warning, and
// the creation itself fails.
func (p *plannedUsers) addDoomed(diags *diag.Diagnostics, addError func(*diag.Diagnostics)) {
	p.mu.Lock()
	defer p.mu.Unlock()

	var problems diag.Diagnostics

	addError(&problems)

	if p.planning || p.destroys {
		diags.Append(problems...)

		return
	}

	p.doomed = append(p.doomed, problems...)

	for _, problem := range problems {
		diags.AddWarning(problem.Summary(), problem.Detail())
	}
}

// usernames returns the known usernames that the block is about, without case and without repetition.
func (u *plannedUser) usernames() []string {
	return foldedValues(u, func(m *userResourceModel) string { return m.Username.ValueString() })
}

// addresses returns the known e-mail addresses that the block is about, without case and without repetition.
func (u *plannedUser) addresses() []string {
	return foldedValues(u, func(m *userResourceModel) string { return m.Email.ValueString() })
}

func foldedValues(u *plannedUser, value func(*userResourceModel) string) []string {
	var values []string

	for _, m := range []*userResourceModel{u.before, u.after} {
		if m == nil || value(m) == "" {
			continue
		}

		if folded := iriusrisk.FoldUsername(value(m)); len(values) == 0 || values[0] != folded {
			values = append(values, folded)
		}
	}

	return values
}

// destroys reports whether the block destroys the user of its prior state, and that is the username.
func (u *plannedUser) destroys(username string) bool {
	return (u.after == nil || u.replaced) && u.had(username)
}

// had reports whether the username is that of the block's prior state.
func (u *plannedUser) had(username string) bool {
	return u.before != nil && iriusrisk.FoldUsername(u.before.Username.ValueString()) == username
}

// has reports whether the block plans a user with the username.
func (u *plannedUser) has(username string) bool {
	return u.after != nil && iriusrisk.FoldUsername(u.after.Username.ValueString()) == username
}

// takesUsername reports whether the block replaces its user by one under the username of another block, who exists already
// and is not adopted.
func (u *plannedUser) takesUsername(other *plannedUser) bool {
	return u.replaced && !u.after.AdoptExisting.ValueBool() && other.before != nil && !other.replaced
}

// creates reports whether the block creates a user.
func (u *plannedUser) creates() bool { return u.before == nil || u.replaced }

// checkUsername reports the conflict of two blocks about one username.
func checkUsername(username string, first, second *plannedUser, diags *diag.Diagnostics) {
	switch {
	case first.has(username) && second.has(username) && (first.takesUsername(second) || second.takesUsername(first)):
		diags.AddError(fmt.Sprintf("User %q is kept by one block and created by another", second.after.Username.ValueString()),
			"One iriusrisk_user block changes its username to that of the user of another block, which replaces its own user by one who exists already. The creation would fail after the block's own user was destroyed. Nothing was changed.\n\n"+handoverRemedy)
	case first.has(username) && second.has(username):
		diags.AddWarning(fmt.Sprintf("User %q is managed by two blocks", second.after.Username.ValueString()),
			"Two iriusrisk_user blocks of this configuration declare the same username. Each of them changes the user to what it declares, and removing one of them deletes or disables the user. "+
				"Keep one block, and remove the other one from the state with a removed block that has destroy = false, or with terraform state rm.")
	case first.destroys(username) && second.has(username):
		checkHandover(first, second, diags)
	case second.destroys(username) && first.has(username):
		checkHandover(second, first, diags)
	}
}

// checkHandover reports that one block destroys a user whom another block has. Only a block that retains the user can hand
// them over: to a block that has them already, or that adopts them.
func checkHandover(from, to *plannedUser, diags *diag.Diagnostics) {
	policy := from.before.policy()
	if policy == policyRetain && (!to.creates() || to.after.AdoptExisting.ValueBool()) {
		return
	}

	diags.AddError(fmt.Sprintf("User %q is destroyed by one block and kept by another", from.before.Username.ValueString()),
		fmt.Sprintf("This plan destroys one iriusrisk_user block with deletion_policy = %q and creates or keeps another one with the same username. Terraform does not order the two, so the user could be lost.\n\n%s",
			policy, handoverRemedy))
}

// handoverRemedy says how a user gets from one block to another.
const handoverRemedy = "If the block was renamed or moved into a module, or its for_each key has changed, add a moved block:\n\n" +
	"moved {\n  from = iriusrisk_user.old\n  to   = iriusrisk_user.new\n}\n\n" +
	"To stop managing the user under the old address without deleting them, use a removed block with lifecycle { destroy = false }, or run terraform state rm. " +
	"Otherwise apply the removal and the addition one after the other. If the plan shows a deposed object of the same block, remove the block from the state with terraform state rm and import the user again."

// checkAddress reports that one block takes an e-mail address that the user of another one has.
func checkAddress(address string, taker, holder *plannedUser, diags *diag.Diagnostics) {
	if !taker.takes(address) || sameUser(taker, holder) || taker.after.Username.IsUnknown() {
		return
	}

	switch {
	case taker == holder && !holder.holds(address):
		// The replacement takes another address than the one that the present user keeps.
	case taker == holder:
		diags.AddError(fmt.Sprintf("User %q cannot be replaced under the same e-mail address", holder.before.Username.ValueString()),
			fmt.Sprintf("The username changes to %q, which creates another user, while deletion_policy = %q keeps the present one and their e-mail address %q. E-mail addresses are unique in IriusRisk, so the creation would fail. "+
				"Keep the username, change the e-mail address as well, or apply deletion_policy = \"delete\" first.",
				taker.after.Username.ValueString(), holder.before.policy(), taker.after.Email.ValueString()))
	case holder.holds(address):
		diags.AddError(fmt.Sprintf("The e-mail address %q is taken by one block from another", taker.after.Email.ValueString()),
			fmt.Sprintf("This plan sets the address for user %q, while user %q of another iriusrisk_user block still has it. E-mail addresses are unique in IriusRisk and Terraform does not order the two changes, so one of them could fail after the other user was deleted or disabled.\n\n"+
				"If the username of the user was corrected, keep the old username or remove the old user in an earlier apply. If the block was renamed as well, add a moved block. If the address passes from one user to another, change it in two applies.",
				taker.after.Username.ValueString(), holder.before.Username.ValueString()))
	case taker != holder && holder.takes(address) && taker.after.Username.ValueString() < holder.after.Username.ValueString():
		diags.AddError(fmt.Sprintf("The e-mail address %q is declared for two users", taker.after.Email.ValueString()),
			fmt.Sprintf("This plan sets the same address for the users %q and %q. E-mail addresses are unique in IriusRisk.",
				taker.after.Username.ValueString(), holder.after.Username.ValueString()))
	}
}

// takes reports whether the block sets the address for a user who does not have it in the state.
func (u *plannedUser) takes(address string) bool {
	return u.after != nil && iriusrisk.FoldUsername(u.after.Email.ValueString()) == address && (u.creates() || !u.holds(address))
}

// holds reports whether the user of the block's prior state has the address.
func (u *plannedUser) holds(address string) bool {
	return u.before != nil && iriusrisk.FoldUsername(u.before.Email.ValueString()) == address
}

// sameUser reports whether two blocks are about one username, or whether one block replaces a user whom it deletes first,
// which frees the address.
func sameUser(taker, holder *plannedUser) bool {
	if taker == holder {
		return holder.before.policy() == policyDelete
	}

	for _, m := range []*userResourceModel{holder.before, holder.after} {
		if m != nil && taker.has(iriusrisk.FoldUsername(m.Username.ValueString())) {
			return true
		}
	}

	return false
}
