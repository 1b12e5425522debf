terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {
  # Stops a plan that deletes or disables more users than this.
  max_user_removals = 10
}

variable "people" {
  description = "The users by username, with the names of their roles."
  type        = map(object({ email = string, first_name = string, last_name = string, roles = set(string) }))

  default = {
    ada   = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_FULL_ACCESS_USER"] }
    grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper", roles = ["ROLE_RISK_MANAGER"] }
  }
}

variable "administrators" {
  description = "The usernames of all users who may be administrators, including ignored users."
  type        = set(string)
  default     = ["ada"]
}

variable "administrator_roles" {
  description = "The names of the roles that make a user an administrator."
  type        = set(string)
  default     = ["ROLE_FULL_ACCESS_USER"]
}

data "iriusrisk_roles" "all" {}

locals {
  administrator_role_ids = [for role in data.iriusrisk_roles.all.roles : role.id if contains(var.administrator_roles, role.name)]
}

resource "iriusrisk_user" "people" {
  for_each = var.people

  username   = each.key
  email      = each.value.email
  first_name = each.value.first_name
  last_name  = each.value.last_name
  role_names = each.value.roles

  # A user who leaves the list is disabled. Their sessions end, and their API token is revoked.
  deletion_policy   = "disable"
  revoke_on_disable = ["sessions", "api_token"]
}

# All users of the instance: an enabled user who is neither declared nor ignored is a planned removal. With the import, the first
# plan shows them as well.
import {
  to = iriusrisk_users_exclusive.all
  id = "users"
}

resource "iriusrisk_users_exclusive" "all" {
  usernames        = keys(var.people)
  ignore_usernames = ["break-glass", "svc-*"]
}

# The check also covers the ignored users. The data source is declared outside the check: inside, Terraform would plan to read it
# again, which counts as a change.
data "iriusrisk_users" "enabled" {
  filter        = "'enabled'='true'"
  include_roles = true
}

check "administrators" {
  assert {
    condition = length([
      for user in data.iriusrisk_users.enabled.users : user
      if !contains(var.administrators, user.username) && length(setintersection(user.role_ids, local.administrator_role_ids)) > 0
    ]) == 0
    error_message = "Unknown administrators: ${join(", ", [
      for user in data.iriusrisk_users.enabled.users : user.username
      if !contains(var.administrators, user.username) && length(setintersection(user.role_ids, local.administrator_role_ids)) > 0
    ])}."
  }
}
