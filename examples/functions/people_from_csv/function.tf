terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Pass the file directly: if an expression fails, Terraform prints the values of the variables in it.
resource "iriusrisk_user" "people" {
  for_each = provider::iriusrisk::people_from_csv(file("${path.module}/people.csv"))

  username            = each.key
  email               = each.value.email
  first_name          = each.value.first_name
  last_name           = each.value.last_name
  enabled             = each.value.enabled
  role_names          = each.value.roles
  business_unit_names = each.value.business_units
}
