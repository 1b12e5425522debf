# Reads all users with their roles and business units, and changes nothing. The two outputs are the input of the second
# configuration.

terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

data "iriusrisk_current_user" "this" {}

data "iriusrisk_users" "all" {
  include_roles          = true
  include_business_units = true
}

data "iriusrisk_roles" "all" {}

data "iriusrisk_business_units" "all" {}

locals {
  # A role or business unit that is missing from the lists is exported by its UUID.
  role_names = { for role in data.iriusrisk_roles.all.roles : role.id => role.name }
  unit_names = { for unit in data.iriusrisk_business_units.all.business_units : unit.id => unit.name }

  # All users except the one that the API token belongs to, which the provider does not change.
  people = {
    for user in data.iriusrisk_users.all.users : user.username => {
      email          = user.email
      first_name     = user.first_name
      last_name      = user.last_name
      enabled        = user.enabled
      roles          = sort([for id in user.role_ids : lookup(local.role_names, id, id)])
      business_units = sort([for id in user.business_unit_ids : lookup(local.unit_names, id, id)])
    } if lower(user.username) != lower(data.iriusrisk_current_user.this.username)
  }
}

# A JSON file with one line for each user, so that a change to a user is a change to one line.
output "people" {
  value = "{\n${join(",\n", [for username, person in local.people : "  ${jsonencode(username)}: ${jsonencode(person)}"])}\n}\n"
}

# One import block for each user.
output "imports" {
  value = join("\n", [
    for literal in [for username in keys(local.people) : replace(replace(jsonencode(username), "$${", "$$${"), "%%{", "%%%{")] :
    "import {\n  to = iriusrisk_user.people[${literal}]\n  id = ${literal}\n}\n"
  ])
}
