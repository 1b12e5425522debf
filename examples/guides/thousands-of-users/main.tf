terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

locals {
  # The keys of for_each come from a file, so Terraform knows them before it reads anything.
  people = { for person in csvdecode(file("${path.module}/people.csv")) : person.username => person }
}

# Two lists of a few pages, regardless of the number of users.
data "iriusrisk_roles" "all" {}

data "iriusrisk_business_units" "all" {}

locals {
  role_ids = { for role in data.iriusrisk_roles.all.roles : role.name => role.id }
  unit_ids = { for unit in data.iriusrisk_business_units.all.business_units : unit.name => unit.id }
}

# One object for each user, with all of their roles and business units.
resource "iriusrisk_user" "people" {
  for_each = local.people

  username          = each.key
  email             = each.value.email
  first_name        = each.value.first_name
  last_name         = each.value.last_name
  role_ids          = [for name in compact(split(";", each.value.roles)) : local.role_ids[name]]
  business_unit_ids = [for name in compact(split(";", each.value.business_units)) : local.unit_ids[name]]
}
