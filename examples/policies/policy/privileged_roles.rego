# A privileged role is assigned only if enough reviewers approved the change.
package main

import data.roles

deny contains msg if {
	some assignment in roles.assignments
	roles.is_privileged(assignment.role)
	not approved
	msg := sprintf("%s assigns the privileged role %s. %s", [assignment.address, roles.shown(assignment.role), approval_problem])
}

deny contains msg if {
	some assignment in roles.assignments
	not roles.is_privileged(assignment.role)
	not roles.is_ordinary(assignment.role)
	not approved
	msg := sprintf("%s assigns the role %s, whose permissions the plan does not show. Declare data \"iriusrisk_roles\" with include_permissions, or list the role in ordinary_roles. %s", [assignment.address, roles.shown(assignment.role), approval_problem])
}

deny contains msg if {
	some address in roles.unknown_assignments
	not approved
	msg := sprintf("%s assigns a role that is known only after the apply. Refer to the role by name. %s", [address, approval_problem])
}

deny contains msg if {
	some address in roles.extensions
	not approved
	msg := sprintf("%s makes an existing role privileged, for all users who have it. %s", [address, approval_problem])
}

# approvers are the users who approved the change, without its author.
approvers := {lower(approver) | some approver in data.approvals.approvers} - {lower(data.approvals.author)}

approved if count(approvers) >= data.settings.required_approvers

approval_problem := sprintf("The change has %d of %d approvals.", [count(approvers), data.settings.required_approvers])

default approval_problem := "The change has no approvals: pass them with --data."
