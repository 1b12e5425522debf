# Reads the JSON of a plan: terraform show -json.
package plan

# changes returns the resources of a type with their changes. Before and after are the same if nothing changes.
changes(type) := [resource |
	some resource in input.resource_changes
	resource.mode == "managed"
	resource.type == type
]

# destroys and creates are true for a replacement as well.
destroys(resource) if "delete" in resource.change.actions

creates(resource) if "create" in resource.change.actions

# before are the values that a resource has now. One that is created has none, also if it replaces another one.
before(resource) := resource.change.before if not creates(resource)

before(resource) := {} if creates(resource)

# elements are the elements of a list that are known, none if the list is null or not known.
elements(values, name) := {element | some element in values[name]; element != null}

# is_unknown is true if a value is known only after the apply, as a whole or in part.
is_unknown(resource, name) if resource.change.after_unknown[name] == true

is_unknown(resource, name) if true in resource.change.after_unknown[name]
