package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// addSet records the plan of iriusrisk_users_exclusive, and adds an error if another block of this type has a different one:
// each would remove the users that only the other one declares.
func (p *plannedUsers) addSet(plan *usersExclusiveModel, diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.set == nil {
		p.set = plan

		return
	}

	if !p.set.Usernames.Equal(plan.Usernames) || !p.set.IgnoreUsernames.Equal(plan.IgnoreUsernames) {
		diags.AddError("Two iriusrisk_users_exclusive resources manage the users of the instance",
			"Each of them would remove the users that only the other one declares. Nothing was changed. Keep one of them, with the usernames of both.")
	}
}

// removeUndeclared records the users that iriusrisk_users_exclusive removes, and adds errors about those whom another block of
// this plan keeps.
func (p *plannedUsers) removeUndeclared(usernames []string, action string, diags *diag.Diagnostics) {
	p.mu.Lock()
	defer p.mu.Unlock()

	// Terraform plans creations again in an apply, while the users of other blocks are being created.
	if p.applying {
		return
	}

	if p.undeclared == nil {
		p.undeclared = make(map[string]string, len(usernames))
	}

	for _, username := range usernames {
		folded := iriusrisk.FoldUsername(username)
		p.undeclared[folded] = action

		for _, block := range p.users[folded] {
			checkUndeclared(folded, action, block, diags)
		}
	}
}

// checkUndeclared adds an error if an iriusrisk_user block keeps a user that iriusrisk_users_exclusive removes. Every apply
// would remove the access that the previous one has restored. It warns if the user is deleted although the deletion policy of
// the block keeps them.
func checkUndeclared(username, action string, block *plannedUser, diags *diag.Diagnostics) {
	if action == policyDelete && block.destroys(username) && block.before.policy() != policyDelete {
		diags.AddWarning(fmt.Sprintf("User %q will be deleted", block.before.Username.ValueString()),
			fmt.Sprintf("This plan destroys an iriusrisk_user block with deletion_policy = %q. The user leaves usernames of iriusrisk_users_exclusive at the same time, whose action = \"delete\" deletes them. To keep the user, add the username to ignore_usernames or set action = \"disable\".", block.before.policy()))
	}

	if !block.has(username) || (action == policyDisable && block.after.disables()) {
		return
	}

	diags.AddError(fmt.Sprintf("User %q is kept by iriusrisk_user and removed by iriusrisk_users_exclusive", block.after.Username.ValueString()),
		"An iriusrisk_user block of this configuration manages the user, but usernames of iriusrisk_users_exclusive does not contain them. Nothing was changed. "+
			"Add the username to usernames, for example with [for user in iriusrisk_user.example : user.username], or remove the iriusrisk_user block.")
}
