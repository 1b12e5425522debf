terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

variable "user_administrators" {
  description = "The usernames of all users who may hold ALL_USERS_UPDATE through a role."
  type        = set(string)
  default     = ["ada"]
}

# Own roles, each with the least permissions for its task.
resource "iriusrisk_role" "auditor" {
  name                = "Auditor"
  description         = "Sees all projects and their risks, and changes nothing"
  global_permissions  = ["PRODUCTS_LIST_ALL", "RISK_SUMMARY_VIEW"]
  project_permissions = ["ARCHITECTURE_VIEW", "RISK_VIEW"]
}

resource "iriusrisk_role" "user_administrator" {
  name                = "User administrator"
  description         = "Manages users and their access"
  global_permissions  = ["ALL_USERS_UPDATE"]
  project_permissions = []
}

# The data source is declared outside the check: inside, Terraform would plan to read it again, which counts as a change.
data "iriusrisk_users" "enabled" {
  filter              = "'enabled'='true'"
  include_permissions = true
}

locals {
  unknown_administrators = [
    for user in data.iriusrisk_users.enabled.users : user.username
    if contains(user.permissions == null ? [] : tolist(user.permissions), "ALL_USERS_UPDATE") && !contains(var.user_administrators, user.username)
  ]
}

check "user_administrators" {
  assert {
    condition     = length(local.unknown_administrators) == 0
    error_message = "Users outside the list hold ALL_USERS_UPDATE: ${join(", ", local.unknown_administrators)}."
  }
}
