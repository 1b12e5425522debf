terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Pass the file directly: if an expression fails, Terraform prints the values of the variables in it. A local value is computed
# once, but for_each once for each user.
locals {
  people = provider::iriusrisk::people_from_csv(file("${path.module}/people.csv"))
}

resource "iriusrisk_user" "people" {
  for_each = local.people

  username            = each.key
  email               = each.value.email
  first_name          = each.value.first_name
  last_name           = each.value.last_name
  enabled             = each.value.enabled
  role_names          = each.value.roles
  business_unit_names = each.value.business_units
}
