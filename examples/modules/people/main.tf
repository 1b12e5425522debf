locals {
  rows = {
    for row in csvdecode(var.people_csv) : row.username => {
      email          = row.email
      first_name     = row.first_name
      last_name      = row.last_name
      enabled        = try(row.enabled, "") != "false"
      roles          = toset([for name in split(";", try(row.roles, "")) : trimspace(name) if trimspace(name) != ""])
      business_units = toset([for name in split(";", try(row.business_units, "")) : trimspace(name) if trimspace(name) != ""])
    }
  }

  people = merge(var.people, local.rows)
  both   = setintersection(keys(var.people), keys(local.rows))

  wanted_roles          = toset(flatten([for person in local.people : tolist(person.roles)]))
  wanted_business_units = toset(flatten([for person in local.people : tolist(person.business_units)]))

  # Names are not unique. A name that belongs to several is only an error if a user refers to it.
  role_ids          = { for role in data.iriusrisk_roles.all.roles : role.name => role.id... }
  business_unit_ids = { for unit in data.iriusrisk_business_units.all.business_units : unit.name => unit.id... }
}

# Both lists are read once, regardless of the number of users. Invalid names stop the plan here, before any user is changed.
data "iriusrisk_roles" "all" {
  sort = ["name"]

  lifecycle {
    precondition {
      condition     = length(local.both) == 0
      error_message = "Users declared in both people and people_csv: ${join(", ", local.both)}."
    }

    postcondition {
      condition     = length(setsubtract(local.wanted_roles, self.roles[*].name)) == 0
      error_message = "Roles that do not exist: ${join(", ", setsubtract(local.wanted_roles, self.roles[*].name))}."
    }

    postcondition {
      condition     = alltrue([for name in local.wanted_roles : length([for role in self.roles : role if role.name == name]) <= 1])
      error_message = "Names that several roles have: ${join(", ", [for name in local.wanted_roles : name if length([for role in self.roles : role if role.name == name]) > 1])}."
    }
  }
}

data "iriusrisk_business_units" "all" {
  sort = ["name"]

  lifecycle {
    postcondition {
      condition     = length(setsubtract(local.wanted_business_units, self.business_units[*].name)) == 0
      error_message = "Business units that do not exist: ${join(", ", setsubtract(local.wanted_business_units, self.business_units[*].name))}."
    }

    postcondition {
      condition     = alltrue([for name in local.wanted_business_units : length([for unit in self.business_units : unit if unit.name == name]) <= 1])
      error_message = "Names that several business units have: ${join(", ", [for name in local.wanted_business_units : name if length([for unit in self.business_units : unit if unit.name == name]) > 1])}."
    }
  }
}

resource "iriusrisk_user" "this" {
  for_each = local.people

  username          = each.key
  email             = each.value.email
  first_name        = each.value.first_name
  last_name         = each.value.last_name
  enabled           = each.value.enabled
  role_ids          = [for name in each.value.roles : local.role_ids[name][0]]
  business_unit_ids = [for name in each.value.business_units : local.business_unit_ids[name][0]]
  adopt_existing    = var.adopt_existing
  deletion_policy   = var.deletion_policy
}
