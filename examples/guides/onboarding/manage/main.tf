terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {
  # Stops a plan that deletes or disables more users than this, for example because people.json was cut off.
  max_user_removals = 10
}

locals {
  people = jsondecode(file("${path.module}/people.json"))
}

data "iriusrisk_roles" "all" {}

data "iriusrisk_business_units" "all" {}

locals {
  # An entry that is not a name is used as a UUID.
  role_ids = { for role in data.iriusrisk_roles.all.roles : role.name => role.id }
  unit_ids = { for unit in data.iriusrisk_business_units.all.business_units : unit.name => unit.id }
}

resource "iriusrisk_user" "people" {
  for_each = local.people

  username          = each.key
  email             = each.value.email
  first_name        = each.value.first_name
  last_name         = each.value.last_name
  enabled           = each.value.enabled
  role_ids          = [for name in each.value.roles : lookup(local.role_ids, name, name)]
  business_unit_ids = [for name in each.value.business_units : lookup(local.unit_ids, name, name)]

  # Users removed from the file are disabled and not deleted. Their sessions end, and their API token is revoked.
  deletion_policy   = "disable"
  revoke_on_disable = ["sessions", "api_token"]
}
