# A leaver does not keep access to IriusRisk.
package main

import data.plan

deny contains msg if {
	some resource in plan.changes("iriusrisk_user")
	plan.destroys(resource)
	resource.change.before.deletion_policy == "retain"
	msg := sprintf("%s: the user %s leaves and keeps access, because of deletion_policy = \"retain\". Set it to \"disable\" or \"delete\", apply, and then remove the user.", [resource.address, resource.change.before.username])
}

# A removed block with destroy = false also keeps access. It is right for a user who moves to another configuration.
warn contains msg if {
	some resource in plan.changes("iriusrisk_user")
	"forget" in resource.change.actions
	msg := sprintf("%s: the user %s is no longer managed and keeps access.", [resource.address, resource.change.before.username])
}
