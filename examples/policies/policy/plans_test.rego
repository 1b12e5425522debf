# What the unit tests share: settings, and plans with one or a few changes.
package plans

settings := {
	"privileged_permissions": ["ALL_USERS_UPDATE"],
	"privileged_roles": ["ROLE_ADMIN"],
	"ordinary_roles": ["ROLE_TESTER"],
	"required_approvers": 2,
	"max_user_removals": 2,
}

# of is a plan with changes, and with data sources in the state before it.
of(changes, sources) := {
	"format_version": "1.2",
	"planned_values": {},
	"resource_changes": changes,
	"prior_state": {"values": {"root_module": {"child_modules": [{"resources": sources}]}}},
}

change(type, actions, values, planned, unknown) := {
	"address": concat(".", [type, "x"]),
	"mode": "managed",
	"type": type,
	"change": {"actions": actions, "before": values, "after": planned, "after_unknown": unknown},
}

create(type, planned) := change(type, ["create"], null, planned, {})

update(type, values, planned) := change(type, ["update"], values, planned, {})

destroy(type, values) := change(type, ["delete"], values, null, {})

# roles is a data source of roles with permissions.
roles := {"mode": "data", "type": "iriusrisk_roles", "values": {"roles": [
	{"id": "1", "name": "Manager", "global_permissions": ["PRODUCT_CREATE", "ALL_USERS_UPDATE"]},
	{"id": "2", "name": "Reader", "global_permissions": []},
	{"id": "3", "name": "Hidden", "global_permissions": null},
	{"id": "4", "name": "ROLE_ADMIN", "global_permissions": []},
]}}
