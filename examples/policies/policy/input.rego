# A file that is no plan, or settings that are missing, would make every policy pass.
package main

deny contains "The input is not the JSON of a plan. Write it with terraform show -json." if not input.format_version

deny contains "The input is not the JSON of a plan, but of a state." if {
	input.format_version
	not input.planned_values
}

deny contains "The plan failed, so it is incomplete." if input.errored

deny contains sprintf("The setting %s is missing or invalid. Pass settings.yaml with --data.", [name]) if {
	some name in {"privileged_permissions", "privileged_roles", "ordinary_roles"}
	not is_list(name)
}

deny contains sprintf("The setting %s is missing or invalid. Pass settings.yaml with --data.", [name]) if {
	some name in {"required_approvers", "max_user_removals"}
	not is_limit(name)
}

is_list(name) if is_array(data.settings[name])

is_limit(name) if is_number(data.settings[name])
