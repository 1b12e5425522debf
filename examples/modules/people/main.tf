# Both lists are read once, regardless of the number of users, and the provider uses the same lists to resolve names. Invalid
# input stops the plan here, before any user is changed. A mock of terraform test returns empty lists, so names are not looked
# up in these; the provider refuses names that do not exist as well.
data "iriusrisk_roles" "all" {
  lifecycle {
    precondition {
      condition     = length(local.problems) == 0
      error_message = "There are ${length(local.problems)} problems in people or people_csv:\n  ${join("\n  ", slice(local.problems, 0, min(20, length(local.problems))))}${length(local.problems) > 20 ? "\n  and ${length(local.problems) - 20} more" : ""}"
    }

    postcondition {
      condition     = length(self.roles) == 0 || length(setsubtract(keys(local.wanted.roles), self.roles[*].name)) == 0
      error_message = "Roles that do not exist: ${join(", ", setsubtract(keys(local.wanted.roles), self.roles[*].name))}. First used in ${join("; ", distinct([for name in setsubtract(keys(local.wanted.roles), self.roles[*].name) : local.wanted.roles[name][0]]))}."
    }

    postcondition {
      condition     = alltrue([for name in keys(local.wanted.roles) : length([for role in self.roles : role if role.name == name]) <= 1])
      error_message = "Names that several roles have: ${join(", ", [for name in keys(local.wanted.roles) : name if length([for role in self.roles : role if role.name == name]) > 1])}."
    }
  }
}

data "iriusrisk_business_units" "all" {
  lifecycle {
    postcondition {
      condition     = length(self.business_units) == 0 || length(setsubtract(keys(local.wanted.business_units), concat(self.business_units[*].name, keys(var.business_units)))) == 0
      error_message = "Business units that do not exist: ${join(", ", setsubtract(keys(local.wanted.business_units), concat(self.business_units[*].name, keys(var.business_units))))}. First used in ${join("; ", distinct([for name in setsubtract(keys(local.wanted.business_units), concat(self.business_units[*].name, keys(var.business_units))) : local.wanted.business_units[name][0]]))}."
    }

    postcondition {
      condition     = alltrue([for name in setsubtract(keys(local.wanted.business_units), keys(var.business_units)) : length([for unit in self.business_units : unit if unit.name == name]) <= 1])
      error_message = "Names that several business units have: ${join(", ", [for name in setsubtract(keys(local.wanted.business_units), keys(var.business_units)) : name if length([for unit in self.business_units : unit if unit.name == name]) > 1])}."
    }
  }
}

resource "iriusrisk_business_unit" "this" {
  for_each = var.business_units

  name         = each.key
  reference_id = each.value.reference_id
  description  = each.value.description

  # Users leave a business unit before it is deleted.
  lifecycle {
    create_before_destroy = true
  }
}

resource "iriusrisk_user" "this" {
  for_each = local.people

  username            = each.key
  email               = each.value.email
  first_name          = each.value.first_name
  last_name           = each.value.last_name
  enabled             = each.value.enabled
  role_names          = each.value.roles
  business_unit_names = each.value.business_units
  adopt_existing      = var.adopt_existing
  deletion_policy     = var.deletion_policy
  revoke_on_disable   = var.revoke_on_disable

  depends_on = [data.iriusrisk_roles.all, data.iriusrisk_business_units.all, iriusrisk_business_unit.this]
}
