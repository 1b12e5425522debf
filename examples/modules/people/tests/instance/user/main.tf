# Reads a user with their roles and business units.

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

data "iriusrisk_user" "this" {
  username = var.username
}
