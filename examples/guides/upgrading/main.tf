terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Endpoint and API token come from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

# Before: a resource for each role.
#
#   resource "iriusrisk_user_role" "ada_developer" {
#     username = iriusrisk_user.ada.username
#     role_id  = data.iriusrisk_role.developer.id
#   }
#
# After: all of them in role_ids. Terraform forgets the old resource and takes nothing from anybody.
removed {
  from = iriusrisk_user_role.ada_developer

  lifecycle {
    destroy = false
  }
}

data "iriusrisk_role" "developer" {
  name = "ROLE_DEVELOPER"
}

resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
  role_ids   = [data.iriusrisk_role.developer.id]
}
