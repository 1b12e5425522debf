# A password is in no state and no plan.
package main

import data.plan

deny contains msg if {
	some resource in plan.changes("iriusrisk_user")
	has_password(resource.change)
	msg := sprintf("%s sets password, which the state contains in plain text. Use password_wo and password_wo_version.", [resource.address])
}

has_password(change) if is_string(change.after.password)

has_password(change) if change.after_unknown.password
