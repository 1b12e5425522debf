terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

variable "people" {
  type = map(object({ email = string, first_name = string, last_name = string }))
}

data "iriusrisk_users" "existing" {}

# Users who exist in IriusRisk are imported, and the others are created.
import {
  for_each = setintersection(keys(var.people), data.iriusrisk_users.existing.users[*].username)

  to = iriusrisk_user.people[each.key]
  id = each.key
}

resource "iriusrisk_user" "people" {
  for_each = var.people

  username   = each.key
  email      = each.value.email
  first_name = each.value.first_name
  last_name  = each.value.last_name
}
