# A plan deletes or disables a limited number of users.
package main

import data.plan

deny contains msg if {
	count(removed_users) > data.settings.max_user_removals
	msg := sprintf("The plan deletes or disables %d users, more than the %d that are allowed: %s.", [count(removed_users), data.settings.max_user_removals, concat(", ", sort(removed_users))])
}

deny contains msg if {
	some resource in plan.changes("iriusrisk_users_exclusive")
	plan.creates(resource)
	msg := sprintf("%s is created, so the plan does not show which users it removes. Import it first, with the id \"users\".", [resource.address])
}

deny contains msg if {
	some resource in plan.changes("iriusrisk_users_exclusive")
	plan.is_unknown(resource, "usernames")
	msg := sprintf("%s has usernames that are known only after the apply, so the plan does not show which users it removes.", [resource.address])
}

# removed_users are the usernames of users that the plan deletes or disables.
removed_users contains lower(resource.change.before.username) if {
	some resource in plan.changes("iriusrisk_user")
	plan.destroys(resource)
	loses_access(resource.change.before)
}

# loses_access is true for the values of a user whom a destroy deletes, or disables if they are enabled.
loses_access(user) if not user.deletion_policy in {"disable", "retain"}

loses_access(user) if {
	user.deletion_policy == "disable"
	user.enabled != false
}

removed_users contains lower(resource.change.before.username) if {
	some resource in plan.changes("iriusrisk_user")
	resource.change.before.enabled
	not resource.change.after.enabled
	resource.change.after != null
}

removed_users contains lower(username) if {
	some resource in plan.changes("iriusrisk_users_exclusive")
	resource.change.after != null
	some username in (plan.elements(resource.change.before, "usernames") - plan.elements(resource.change.after, "usernames"))
}
