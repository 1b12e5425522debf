package provider

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// plannedUsers detects conflicts between the iriusrisk_user blocks of one plan. Terraform does not order the changes of two
// blocks, so a username or an e-mail address that moves from one block to another in one plan can lose the user. Blocks
// are planned in any order; the diagnostic is added to the one that is planned later.
type plannedUsers struct {
	mu sync.Mutex

	// applying is true once this run has begun to write. Terraform then plans creations and updates again, after the plan
	// has already reported its conflicts.
	applying bool

	// planning is true if this run is known to plan, because Terraform reads no state and plans no destruction during an
	// apply. It does plan the creations and updates of an apply again. An error there can leave the object that
	// create_before_destroy replaces in a state that no later plan resolves.
	planning bool

	// destroys is true if a block destroys or disables a user. failing holds the errors about creations that cannot succeed.
	// A plan with both is rejected: the user would be lost before the creation fails.
	destroys bool
	failing  diag.Diagnostics

	// users and addresses hold the blocks by username and by e-mail address, ignoring case.
	users     map[string][]*plannedUser
	addresses map[string][]*plannedUser

	// undeclared holds the users that iriusrisk_users_exclusive removes, by username, with its action. set is its plan.
	undeclared map[string]string
	set        *usersExclusiveModel

	// refreshed holds the deletion policies of the users whose state was read in this run, by username.
	refreshed map[string]string
}

// plannedUser is the planned change of one block.
type plannedUser struct {
	// before is the user in the prior state, nil for a creation. after is the user in the plan, nil for a destruction.
	before, after *userResourceModel

	// replaced is true if the user of the prior state is destroyed and a new one is created.
	replaced bool

	// lookUp reads a user by username, and returns nil if it is proven that there is none. It is nil if the provider is not
	// configured.
	lookUp func(ctx context.Context, username string) (*iriusrisk.User, error)
}

func newPlannedUsers() *plannedUsers {
	return &plannedUsers{users: make(map[string][]*plannedUser), addresses: make(map[string][]*plannedUser), refreshed: make(map[string]string)}
}

// beginPlan records that this run plans, and adds the errors about creations that were planned before this was known.
func (p *plannedUsers) beginPlan(diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.planning = true
	p.reportFailing(diags)
}

// reportFailing adds the errors about creations that cannot succeed.
func (p *plannedUsers) reportFailing(diags *diag.Diagnostics) {
	diags.Append(p.failing...)
	p.failing = nil
}

// beginApply records that this run has begun to write.
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

// refresh records a user in the state.
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

// plansUser reports whether a block that was planned before has a username after the plan.
func (p *plannedUsers) plansUser(username string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	folded := iriusrisk.FoldUsername(username)

	return slices.ContainsFunc(p.users[folded], func(block *plannedUser) bool { return block.has(folded) })
}

// createsUser reports whether a block that was planned before creates a user with a username, and does not adopt an existing
// one.
func (p *plannedUsers) createsUser(username string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	folded := iriusrisk.FoldUsername(username)

	return slices.ContainsFunc(p.users[folded], func(block *plannedUser) bool {
		mayAdopt := block.after != nil && (block.after.AdoptExisting.IsUnknown() || block.after.AdoptExisting.ValueBool())

		return block.has(folded) && block.creates() && !mayAdopt
	})
}

// add records the change of a block, and adds diagnostics about its conflicts with the blocks that were planned before.
func (p *plannedUsers) add(ctx context.Context, block *plannedUser, diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.applying {
		return
	}

	p.recordDestruction(block, diags)

	for _, username := range block.usernames() {
		for _, other := range p.users[username] {
			checkUsername(ctx, username, other, block, diags)
		}

		if action, found := p.undeclared[username]; found {
			checkUndeclared(username, action, block, diags)
		}

		p.users[username] = append(p.users[username], block)
	}

	for _, address := range block.addresses() {
		for _, other := range p.addresses[address] {
			checkAddress(ctx, address, other, block, diags)
			checkAddress(ctx, address, block, other, diags)
		}

		p.addresses[address] = append(p.addresses[address], block)
	}
}

// recordDestruction records a block that destroys or disables a user, and then adds the errors about creations that cannot
// succeed.
func (p *plannedUsers) recordDestruction(block *plannedUser, diags *diag.Diagnostics) {
	if block.after == nil {
		p.planning = true
		p.reportFailing(diags)
	}

	ends := block.after == nil || block.replaced
	if !ends || block.before == nil || block.before.policy() == policyRetain {
		return
	}

	p.destroys = true
	p.reportFailing(diags)
}

// addFailingCreation adds an error about a creation that cannot succeed, if this run is known to plan or also destroys
// users. Otherwise the run may be an apply that plans again, so the error becomes a warning, and the creation itself fails.
func (p *plannedUsers) addFailingCreation(diags *diag.Diagnostics, addError func(*diag.Diagnostics)) {
	p.mu.Lock()
	defer p.mu.Unlock()

	var problems diag.Diagnostics

	addError(&problems)

	if p.planning || p.destroys {
		diags.Append(problems...)

		return
	}

	p.failing = append(p.failing, problems...)

	for _, problem := range problems {
		diags.AddWarning(problem.Summary(), problem.Detail())
	}
}

// usernames returns the distinct known usernames of the change, ignoring case.
func (u *plannedUser) usernames() []string {
	return foldedValues(u, func(m *userResourceModel) string { return m.Username.ValueString() })
}

// addresses returns the distinct known e-mail addresses of the change, ignoring case.
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

// destroys reports whether the block destroys the user with the username.
func (u *plannedUser) destroys(username string) bool {
	return (u.after == nil || u.replaced) && u.had(username)
}

// had reports whether the prior state of the block has the username.
func (u *plannedUser) had(username string) bool {
	return u.before != nil && iriusrisk.FoldUsername(u.before.Username.ValueString()) == username
}

// has reports whether the plan of the block has the username.
func (u *plannedUser) has(username string) bool {
	return u.after != nil && iriusrisk.FoldUsername(u.after.Username.ValueString()) == username
}

// takesUsername reports whether the block replaces its user with one whose username another block keeps, and does not adopt
// the existing user.
func (u *plannedUser) takesUsername(other *plannedUser) bool {
	return u.replaced && !u.after.AdoptExisting.ValueBool() && other.before != nil && !other.replaced
}

// creates reports whether the block creates a user.
func (u *plannedUser) creates() bool { return u.before == nil || u.replaced }

// checkUsername adds a diagnostic if two blocks conflict about a username.
func checkUsername(ctx context.Context, username string, first, second *plannedUser, diags *diag.Diagnostics) {
	switch {
	case first.has(username) && second.has(username) && (first.takesUsername(second) || second.takesUsername(first)):
		diags.AddError(fmt.Sprintf("User %q is kept by one block and created by another", second.after.Username.ValueString()),
			"One iriusrisk_user block changes its username to the username of another block. Terraform would destroy the user of the first block and then fail to create the new one, because the username is taken. Nothing was changed.\n\n"+handoverRemedy)
	case first.has(username) && second.has(username):
		diags.AddWarning(fmt.Sprintf("User %q is managed by two blocks", second.after.Username.ValueString()),
			"Two iriusrisk_user blocks of this configuration have the same username. Each of them updates the user to match its own arguments, and removing one of them deletes or disables the user. "+
				"Keep one block, and remove the other one from the state with a removed block that has destroy = false, or with terraform state rm.")
	case first.destroys(username) && second.has(username):
		checkHandover(ctx, first, second, diags)
	case second.destroys(username) && first.has(username):
		checkHandover(ctx, second, first, diags)
	}
}

// checkHandover adds an error if one block destroys a user that another block keeps. This is allowed only if the first
// block retains the user and the second one already has or adopts them, or if the user no longer exists: Terraform plans the
// destruction of a block that was removed from the configuration before it refreshes it.
func checkHandover(ctx context.Context, from, to *plannedUser, diags *diag.Diagnostics) {
	policy := from.before.policy()
	if policy == policyRetain && (!to.creates() || to.after.AdoptExisting.ValueBool()) {
		return
	}

	if from.isAbsent(ctx) {
		return
	}

	diags.AddError(fmt.Sprintf("User %q is destroyed by one block and kept by another", from.before.Username.ValueString()),
		fmt.Sprintf("This plan destroys one iriusrisk_user block with deletion_policy = %q and creates or keeps another one with the same username. Terraform does not order the two changes, so the user could be lost.\n\n%s",
			policy, handoverRemedy))
}

// isAbsent reports whether the user of the prior state is known not to exist any more. A user with another id under the same
// username is a different user, whom a destruction does not touch.
func (u *plannedUser) isAbsent(ctx context.Context) bool {
	if u.lookUp == nil {
		return false
	}

	found, err := u.lookUp(ctx, u.before.Username.ValueString())

	return err == nil && (found == nil || u.before.isDifferentUser(found))
}

// handoverRemedy explains how to move a user from one block to another.
const handoverRemedy = "If the block was renamed or moved into a module, or its for_each key has changed, add a moved block:\n\n" +
	"moved {\n  from = iriusrisk_user.old\n  to   = iriusrisk_user.new\n}\n\n" +
	"To stop managing the user under the old address without deleting them, use a removed block with lifecycle { destroy = false }, or run terraform state rm. " +
	"Otherwise apply the removal first and the addition afterwards. If the plan shows a deposed object of the same block, remove the block from the state with terraform state rm and import the user again."

// checkAddress adds an error if one block takes an e-mail address that the user of another block has. As in checkHandover, the
// user of a block that was removed from the configuration may no longer exist.
func checkAddress(ctx context.Context, address string, taker, holder *plannedUser, diags *diag.Diagnostics) {
	if !taker.takes(address) || sameUser(taker, holder) || taker.after.Username.IsUnknown() {
		return
	}

	switch {
	case holder.holds(address) && holder.after == nil && holder.isAbsent(ctx):
	case holder.holds(address):
		diags.AddError(fmt.Sprintf("The e-mail address %q is taken by one block from another", taker.after.Email.ValueString()),
			fmt.Sprintf("This plan sets the address for user %q, while user %q of another iriusrisk_user block still has it. E-mail addresses are unique in IriusRisk and Terraform does not order the two changes, so one of them could fail after the other user was deleted or disabled.\n\n"+
				"If you corrected a username, keep the old username or remove the old user in an earlier apply. If you also renamed the block, add a moved block. To move the address from one user to another, use two applies.",
				taker.after.Username.ValueString(), holder.before.Username.ValueString()))
	case holder.takes(address) && taker.after.Username.ValueString() < holder.after.Username.ValueString():
		diags.AddError(fmt.Sprintf("The e-mail address %q is declared for two users", taker.after.Email.ValueString()),
			fmt.Sprintf("This plan sets the same address for the users %q and %q. E-mail addresses are unique in IriusRisk.",
				taker.after.Username.ValueString(), holder.after.Username.ValueString()))
	}
}

// takes reports whether the block sets the address for a user that does not have it in the state.
func (u *plannedUser) takes(address string) bool {
	return u.after != nil && iriusrisk.FoldUsername(u.after.Email.ValueString()) == address && (u.creates() || !u.holds(address))
}

// holds reports whether the prior state of the block has the address.
func (u *plannedUser) holds(address string) bool {
	return u.before != nil && iriusrisk.FoldUsername(u.before.Email.ValueString()) == address
}

// sameUser reports whether two blocks have the same username.
func sameUser(taker, holder *plannedUser) bool {
	for _, m := range []*userResourceModel{holder.before, holder.after} {
		if m != nil && taker.has(iriusrisk.FoldUsername(m.Username.ValueString())) {
			return true
		}
	}

	return false
}
