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

# One object for each user, with all of their roles and business units. Two lists of a few pages translate all names into ids.
resource "iriusrisk_user" "people" {
  for_each = local.people

  username            = each.key
  email               = each.value.email
  first_name          = each.value.first_name
  last_name           = each.value.last_name
  role_names          = compact(split(";", each.value.roles))
  business_unit_names = compact(split(";", each.value.business_units))
}
