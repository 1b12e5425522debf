package leavers_test

import data.main
import data.plans

denied(changes) := messages if {
	messages := main.deny with input as plans.of(changes, []) with data.settings as plans.settings
}

user(policy) := {"username": "ada", "enabled": true, "deletion_policy": policy}

test_leavers_who_lose_access_pass if {
	denied([plans.destroy("iriusrisk_user", user("delete")), plans.destroy("iriusrisk_user", user("disable"))]) == set()
}

test_leavers_who_keep_access_fail if {
	denied([plans.destroy("iriusrisk_user", user("retain"))]) == {"iriusrisk_user.x: the user ada leaves and keeps access, because of deletion_policy = \"retain\". Set it to \"disable\" or \"delete\", apply, and then remove the user."}
}

test_users_who_stay_pass if {
	denied([plans.create("iriusrisk_user", user("retain")), plans.update("iriusrisk_user", user("retain"), user("disable"))]) == set()
}

test_users_who_are_no_longer_managed_are_a_warning if {
	main.warn == {"iriusrisk_user.x: the user ada is no longer managed and keeps access."} with input as plans.of([plans.change("iriusrisk_user", ["forget"], user("retain"), null, {})], [])
}
