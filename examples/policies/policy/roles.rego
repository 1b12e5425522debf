# Which roles a plan assigns, and which of them are privileged.
package roles

import data.plan

# assigning are the changes of resources that assign roles.
assigning contains resource if {
	some type in {"iriusrisk_user", "iriusrisk_user_role", "iriusrisk_user_roles_exclusive"}
	some resource in plan.changes(type)
	resource.change.after != null
}

# assignments are the roles that a plan assigns: by name, which is in every plan unless it is known only after the apply, or by
# id.
assignments contains {"address": resource.address, "role": {"name": name}} if {
	some resource in assigning
	has_names(resource)
	some name in (names(resource.change.after) - names(plan.before(resource)))
}

assignments contains {"address": resource.address, "role": {"id": id}} if {
	some resource in assigning
	not has_names(resource)
	some id in (ids(resource.change.after) - ids(plan.before(resource)))
}

# unknown_assignments are the resources that assign roles whose name and id are known only after the apply.
unknown_assignments contains resource.address if {
	some resource in assigning
	not has_names(resource)
	some attribute in {"role_id", "role_ids"}
	plan.is_unknown(resource, attribute)
}

names(values) := plan.elements(values, "role_names") | single(values, "role_name")

ids(values) := plan.elements(values, "role_ids") | single(values, "role_id")

single(values, name) := {value | value := values[name]; value != null}

has_names(resource) if {
	not plan.is_unknown(resource, "role_name")
	not plan.is_unknown(resource, "role_names")
	count(names(resource.change.after)) >= count(ids(resource.change.after))
}

# listed are the roles that data sources have read, wherever they are declared. Permissions are null unless they are included.
listed contains role if {
	walk(input.prior_state.values.root_module, [_, source])
	source.mode == "data"
	source.type == "iriusrisk_roles"
	some role in source.values.roles
}

listed contains source.values if {
	walk(input.prior_state.values.root_module, [_, source])
	source.mode == "data"
	source.type == "iriusrisk_role"
}

# managed are the roles that the configuration manages, before and after the changes.
managed contains role if {
	some resource in plan.changes("iriusrisk_role")
	some role in [resource.change.before, after(resource)]
	role != null
}

# after are the values of a role after the apply. Permissions that are not known yet are null.
after(resource) := resource.change.after if not plan.is_unknown(resource, "global_permissions")

after(resource) := object.union(resource.change.after, {"global_permissions": null}) if {
	resource.change.after != null
	plan.is_unknown(resource, "global_permissions")
}

# candidates are the descriptions of a role in the plan. Several roles can have the same name.
candidates(role) := {candidate |
	some candidate in (listed | managed)
	some key, value in role
	candidate[key] == value
}

is_privileged({"name": name}) if name in data.settings.privileged_roles

is_privileged(role) if {
	some candidate in candidates(role)
	candidate.name in data.settings.privileged_roles
}

is_privileged(role) if {
	some candidate in candidates(role)
	has_privileges(candidate)
}

has_privileges(candidate) if {
	some permission in candidate.global_permissions
	permission in data.settings.privileged_permissions
}

is_ordinary({"name": name}) if name in data.settings.ordinary_roles

is_ordinary(role) if {
	some candidate in candidates(role)
	candidate.name in data.settings.ordinary_roles
}

is_ordinary(role) if {
	some candidate in candidates(role)
	is_array(candidate.global_permissions)
}

# shown is how a message names a role.
shown(role) := role.name

shown(role) := sprintf("with the id %s", [role.id]) if not role.name

# extensions are the changes that add a privileged permission to a role that may have users already.
extensions contains resource.address if {
	some resource in plan.changes("iriusrisk_role")
	resource.change.before != null
	resource.change.after != null
	has_privileges(resource.change.after)
	not has_privileges(resource.change.before)
}

extensions contains resource.address if {
	some resource in plan.changes("iriusrisk_role")
	resource.change.before != null
	plan.is_unknown(resource, "global_permissions")
}
