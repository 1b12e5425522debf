package passwords_test

import data.main
import data.plans

denied(changes) := messages if {
	messages := main.deny with input as plans.of(changes, []) with data.settings as plans.settings
}

test_write_only_passwords_pass if {
	denied([plans.create("iriusrisk_user", {"password": null, "password_wo": null, "password_wo_version": 1})]) == set()
}

test_plain_passwords_fail if {
	message := "iriusrisk_user.x sets password, which the state contains in plain text. Use password_wo and password_wo_version."

	denied([plans.create("iriusrisk_user", {"password": "secret"})]) == {message}
	denied([plans.change("iriusrisk_user", ["no-op"], {"password": "secret"}, {"password": "secret"}, {})]) == {message}
	denied([plans.change("iriusrisk_user", ["create"], null, {}, {"password": true})]) == {message}
}

test_removing_a_plain_password_passes if {
	denied([plans.update("iriusrisk_user", {"password": "secret"}, {"password": null})]) == set()
}
