terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

variable "username" {
  description = "The username of the user, as spelled in IriusRisk."
  type        = string
}

variable "role" {
  description = "The name of a role that the mapping does not assign to the user."
  type        = string
}

# Removes the user's other roles and all of their business units.
resource "iriusrisk_user_roles_exclusive" "one" {
  username   = var.username
  role_names = [var.role]
}

resource "iriusrisk_user_business_units_exclusive" "one" {
  username            = var.username
  business_unit_names = []
}
