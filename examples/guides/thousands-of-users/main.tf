terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Endpoint and API token come from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

locals {
  # What for_each runs over is in a file, so Terraform knows it before it reads anything.
  people = { for person in csvdecode(file("${path.module}/people.csv")) : person.username => person }
}

# Two requests, or a few pages, however many people there are.
data "iriusrisk_roles" "all" {}

data "iriusrisk_business_units" "all" {}

locals {
  role_ids = { for role in data.iriusrisk_roles.all.roles : role.name => role.id }
  unit_ids = { for unit in data.iriusrisk_business_units.all.business_units : unit.name => unit.id }
}

# One object for each person, whatever they have.
resource "iriusrisk_user" "people" {
  for_each = local.people

  username          = each.key
  email             = each.value.email
  first_name        = each.value.first_name
  last_name         = each.value.last_name
  role_ids          = [for name in compact(split(";", each.value.roles)) : local.role_ids[name]]
  business_unit_ids = [for name in compact(split(";", each.value.business_units)) : local.unit_ids[name]]
}
