package removals_test

import data.main
import data.plans

denied(changes) := messages if {
	messages := main.deny with input as plans.of(changes, []) with data.settings as plans.settings
}

user(name) := {"username": name, "enabled": true, "deletion_policy": "delete"}

test_as_many_as_allowed_pass if {
	denied([plans.destroy("iriusrisk_user", user("a")), plans.destroy("iriusrisk_user", user("b"))]) == set()
}

test_one_more_fails if {
	denied([
		plans.destroy("iriusrisk_user", user("c")),
		plans.update("iriusrisk_user", user("b"), object.union(user("b"), {"enabled": false})),
		plans.update("iriusrisk_users_exclusive", {"usernames": ["a", "z"]}, {"usernames": ["z"]}),
	]) == {"The plan deletes or disables 3 users, more than the 2 that are allowed: a, b, c."}
}

test_replacements_count if {
	count(denied([plans.change("iriusrisk_user", ["create", "delete"], user(name), user("new"), {}) | some name in ["a", "b", "c"]])) == 1
}

test_a_user_counts_once if {
	denied([
		plans.destroy("iriusrisk_user", user("A")),
		plans.destroy("iriusrisk_user", user("b")),
		plans.update("iriusrisk_users_exclusive", {"usernames": ["a", "B"]}, {"usernames": []}),
	]) == set()
}

test_users_who_keep_or_lack_access_do_not_count if {
	denied([
		plans.destroy("iriusrisk_user", user("a")),
		plans.destroy("iriusrisk_user", user("b")),
		plans.destroy("iriusrisk_user", {"username": "c", "enabled": false, "deletion_policy": "disable"}),
		plans.update("iriusrisk_user", {"username": "d", "enabled": false}, {"username": "d", "enabled": false}),
		plans.change("iriusrisk_user", ["forget"], user("e"), null, {}),
		plans.destroy("iriusrisk_users_exclusive", {"usernames": ["f"]}),
	]) == set()
}

test_removals_that_a_plan_does_not_show_fail if {
	denied([plans.create("iriusrisk_users_exclusive", {"usernames": ["a"]})]) == {"iriusrisk_users_exclusive.x is created, so the plan does not show which users it removes. Import it first, with the id \"users\"."}
	count(denied([plans.change("iriusrisk_users_exclusive", ["update"], {"usernames": []}, {"usernames": [null]}, {"usernames": [true]})])) == 1
}
