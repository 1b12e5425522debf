terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

# Before: one resource for each role.
#
#   resource "iriusrisk_user_role" "ada_developer" {
#     username  = iriusrisk_user.ada.username
#     role_name = "ROLE_DEVELOPER"
#   }
#
# After: all roles in role_names. The removed block removes the old resource from the state, but not the role from the user.
removed {
  from = iriusrisk_user_role.ada_developer

  lifecycle {
    destroy = false
  }
}

resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
  role_names = ["ROLE_DEVELOPER"]
}
