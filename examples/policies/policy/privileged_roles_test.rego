package privileged_roles_test

import data.main
import data.plans

# denied are the messages for changes, with the data source of roles, without approvals.
denied(changes) := messages if {
	messages := main.deny with input as plans.of(changes, [plans.roles]) with data.settings as plans.settings
}

# denies is true if there is one message for one change, which contains a text.
denies(change, text) if {
	messages := denied([change])
	count(messages) == 1
	some message in messages
	contains(message, text)
}

test_every_resource_by_name if {
	denies(plans.create("iriusrisk_user_role", {"role_id": "1", "role_name": "Manager"}), "iriusrisk_user_role.x assigns the privileged role Manager.")
	denies(plans.create("iriusrisk_user", {"role_ids": ["2", "1"], "role_names": ["Reader", "Manager"]}), "iriusrisk_user.x assigns the privileged role Manager.")
	denies(plans.create("iriusrisk_user_roles_exclusive", {"role_ids": ["1"], "role_names": ["Manager"]}), "iriusrisk_user_roles_exclusive.x assigns the privileged role Manager.")
}

test_every_resource_by_id if {
	every type in {"iriusrisk_user", "iriusrisk_user_roles_exclusive"} {
		denies(plans.change(type, ["create"], null, {"role_ids": ["1"]}, {"role_names": true}), "assigns the privileged role with the id 1.")
	}

	denies(plans.change("iriusrisk_user_role", ["create"], null, {"role_id": "1"}, {"role_name": true}), "assigns the privileged role with the id 1.")
	denies(plans.create("iriusrisk_user_role", {"role_id": "4"}), "assigns the privileged role with the id 4.")
}

test_ordinary_roles_pass if {
	denied([
		plans.create("iriusrisk_user_role", {"role_id": "2", "role_name": "Reader"}),
		plans.create("iriusrisk_user", {"role_ids": null, "role_names": null}),
		plans.create("iriusrisk_user_roles_exclusive", {"role_ids": [], "role_names": []}),
		plans.change("iriusrisk_user_role", ["create"], null, {"role_id": "2"}, {"role_name": true}),
	]) == set()
}

test_a_role_that_is_privileged_by_name if {
	denies(plans.create("iriusrisk_user_role", {"role_name": "ROLE_ADMIN"}), "assigns the privileged role ROLE_ADMIN.")
}

test_roles_that_a_user_has_already_pass if {
	denied([
		plans.update("iriusrisk_user", {"role_names": ["Manager", "Reader"]}, {"role_names": ["Manager"]}),
		plans.destroy("iriusrisk_user_role", {"role_name": "Manager"}),
		plans.change("iriusrisk_user", ["no-op"], {"role_names": ["Manager"]}, {"role_names": ["Manager"]}, {}),
	]) == set()
}

test_roles_that_a_user_has_already_pass_by_id if {
	denied([plans.change("iriusrisk_user", ["update"], {"role_ids": ["1"], "role_names": ["Manager"]}, {"role_ids": ["1", "2"]}, {"role_names": true})]) == set()
}

test_added_roles_fail if {
	denies(plans.update("iriusrisk_user", {"role_names": ["Reader"]}, {"role_names": ["Manager", "Reader"]}), "assigns the privileged role Manager.")
	denies(plans.update("iriusrisk_user", {"role_names": null}, {"role_names": ["Manager"]}), "assigns the privileged role Manager.")
}

test_a_replacement_assigns_again if {
	denies(plans.change("iriusrisk_user", ["delete", "create"], {"username": "a", "enabled": false, "deletion_policy": "disable", "role_names": ["Manager"]}, {"role_names": ["Manager"]}, {}), "assigns the privileged role Manager.")
}

test_unknown_permissions_fail if {
	denies(plans.create("iriusrisk_user_role", {"role_name": "Hidden"}), "assigns the role Hidden, whose permissions the plan does not show.")
	denies(plans.create("iriusrisk_user_role", {"role_name": "Unread"}), "assigns the role Unread, whose permissions the plan does not show.")
	denies(plans.create("iriusrisk_user_role", {"role_id": "9"}), "assigns the role with the id 9, whose permissions the plan does not show.")
}

test_roles_that_are_ordinary_by_name_pass if {
	denied([plans.create("iriusrisk_user_role", {"role_name": "ROLE_TESTER"})]) == set()
}

test_roles_known_after_the_apply_fail if {
	denies(plans.change("iriusrisk_user_role", ["create"], null, {}, {"role_id": true, "role_name": true}), "assigns a role that is known only after the apply.")
	denies(plans.change("iriusrisk_user", ["create"], null, {"role_ids": ["2", null]}, {"role_ids": [false, true], "role_names": true}), "assigns a role that is known only after the apply.")
	denies(plans.change("iriusrisk_user", ["create"], null, {"role_names": ["Reader", null]}, {"role_ids": true, "role_names": [false, true]}), "assigns a role that is known only after the apply.")
}

test_a_role_that_the_plan_creates if {
	assigned := plans.change("iriusrisk_user", ["create"], null, {"role_ids": [null], "role_names": ["New"]}, {"role_ids": [true], "role_names": [false]})

	denied([plans.create("iriusrisk_role", {"name": "New", "global_permissions": ["PRODUCT_CREATE"]}), assigned]) == set()
	count(denied([plans.create("iriusrisk_role", {"name": "New", "global_permissions": ["ALL_USERS_UPDATE"]}), assigned])) == 1
	count(denied([plans.create("iriusrisk_role", {"name": "New", "global_permissions": null}), assigned])) == 1
	count(denied([plans.change("iriusrisk_role", ["create"], null, {"name": "New"}, {"global_permissions": true}), assigned])) == 1
}

test_a_role_that_loses_its_permission_is_privileged_until_then if {
	role := plans.update("iriusrisk_role", {"name": "New", "global_permissions": ["ALL_USERS_UPDATE"]}, {"name": "New", "global_permissions": []})

	count(denied([role, plans.create("iriusrisk_user_role", {"role_name": "New"})])) == 1
}

test_a_role_that_becomes_privileged if {
	denies(plans.update("iriusrisk_role", {"name": "Old", "global_permissions": []}, {"name": "Old", "global_permissions": ["ALL_USERS_UPDATE"]}), "iriusrisk_role.x makes an existing role privileged")
	denies(plans.change("iriusrisk_role", ["update"], {"name": "Old", "global_permissions": []}, {"name": "Old"}, {"global_permissions": true}), "makes an existing role privileged")
	denied([plans.update("iriusrisk_role", {"name": "Old", "global_permissions": ["ALL_USERS_UPDATE"]}, {"name": "New", "global_permissions": ["ALL_USERS_UPDATE"]})]) == set()
	denied([plans.create("iriusrisk_role", {"name": "New", "global_permissions": ["ALL_USERS_UPDATE"]})]) == set()
}

# approved is true if the change passes with approvals.
approved(approvals) if {
	denied_then := main.deny with input as plans.of([plans.create("iriusrisk_user_role", {"role_name": "Manager"})], [plans.roles])
		with data.settings as plans.settings
		with data.approvals as approvals
	denied_then == set()
}

test_two_other_users_approve if approved({"author": "ada", "approvers": ["alan", "grace"]})

test_too_few_approvals_fail if {
	not approved({"author": "ada", "approvers": []})
	not approved({"author": "ada", "approvers": ["alan"]})
	not approved({"author": "ada", "approvers": ["alan", "Alan"]})
	not approved({"author": "ada", "approvers": ["alan", "ADA"]})
}

test_approvals_without_an_author_fail if not approved({"approvers": ["alan", "grace"]})
