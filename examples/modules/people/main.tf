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
  twice  = setintersection(keys(var.people), keys(local.rows))

  wanted_roles          = toset(flatten([for person in local.people : tolist(person.roles)]))
  wanted_business_units = toset(flatten([for person in local.people : tolist(person.business_units)]))

  # A name may belong to more than one, which matters only if somebody is to have it.
  role_ids          = { for role in data.iriusrisk_roles.all.roles : role.name => role.id... }
  business_unit_ids = { for unit in data.iriusrisk_business_units.all.business_units : unit.name => unit.id... }
}

# Every name is looked up in one list, which is read once however many people there are. What is wrong with the names is
# said here, before anybody is changed.
data "iriusrisk_roles" "all" {
  sort = ["name"]

  lifecycle {
    precondition {
      condition     = length(local.twice) == 0
      error_message = "In people and in people_csv: ${join(", ", local.twice)}."
    }

    postcondition {
      condition     = length(setsubtract(local.wanted_roles, self.roles[*].name)) == 0
      error_message = "There are no such roles: ${join(", ", setsubtract(local.wanted_roles, self.roles[*].name))}."
    }

    postcondition {
      condition     = alltrue([for name in local.wanted_roles : length([for role in self.roles : role if role.name == name]) <= 1])
      error_message = "More than one role has the same name: ${join(", ", [for name in local.wanted_roles : name if length([for role in self.roles : role if role.name == name]) > 1])}."
    }
  }
}

data "iriusrisk_business_units" "all" {
  sort = ["name"]

  lifecycle {
    postcondition {
      condition     = length(setsubtract(local.wanted_business_units, self.business_units[*].name)) == 0
      error_message = "There are no such business units: ${join(", ", setsubtract(local.wanted_business_units, self.business_units[*].name))}."
    }

    postcondition {
      condition     = alltrue([for name in local.wanted_business_units : length([for unit in self.business_units : unit if unit.name == name]) <= 1])
      error_message = "More than one business unit has the same name: ${join(", ", [for name in local.wanted_business_units : name if length([for unit in self.business_units : unit if unit.name == name]) > 1])}."
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
