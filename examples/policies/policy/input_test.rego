package input_test

import data.main
import data.plans

test_a_plan_without_changes_passes if {
	count(main.deny) == 0 with input as plans.of([], []) with data.settings as plans.settings
}

test_other_files_fail if {
	main.deny == {"The input is not the JSON of a plan. Write it with terraform show -json."} with input as {"a": 1} with data.settings as plans.settings
	main.deny == {"The input is not the JSON of a plan, but of a state."} with input as {"format_version": "1.0", "values": {}} with data.settings as plans.settings
}

test_a_failed_plan_fails if {
	main.deny == {"The plan failed, so it is incomplete."} with input as object.union(plans.of([], []), {"errored": true}) with data.settings as plans.settings
}

test_missing_settings_fail if {
	count(main.deny) == 5 with input as plans.of([], [])
	main.deny == {"The setting max_user_removals is missing or invalid. Pass settings.yaml with --data."} with input as plans.of([], []) with data.settings as object.union(plans.settings, {"max_user_removals": "5"})
}
