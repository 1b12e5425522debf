# Assigns a role to a user, as an administrator would in IriusRisk.

terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

variable "username" {
  type = string
}

variable "role" {
  type = string
}

resource "iriusrisk_user_role" "this" {
  username  = var.username
  role_name = var.role
}
