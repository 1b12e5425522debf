terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Endpoint and API token come from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

variable "people" {
  description = "Who has access, by username, with the names of their roles."
  type        = map(object({ email = string, first_name = string, last_name = string, roles = set(string) }))

  default = {
    ada   = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_PORTFOLIO_VIEW"] }
    grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper", roles = ["ROLE_RISK_MANAGER"] }
  }
}

variable "administrators" {
  description = "The usernames of everybody who may be an administrator, whoever manages them."
  type        = set(string)
  default     = ["ada"]
}

variable "administrator_roles" {
  description = "The names of the roles that make an administrator."
  type        = set(string)
  default     = ["ROLE_PORTFOLIO_VIEW"]
}

data "iriusrisk_roles" "all" {}

locals {
  role_ids               = { for role in data.iriusrisk_roles.all.roles : role.name => role.id }
  administrator_role_ids = [for name in var.administrator_roles : local.role_ids[name]]
}

resource "iriusrisk_user" "people" {
  for_each = var.people

  username   = each.key
  email      = each.value.email
  first_name = each.value.first_name
  last_name  = each.value.last_name
  role_ids   = [for name in each.value.roles : local.role_ids[name]]
}

# The plan shows what was changed of the people above. The check looks at everybody else, too. The data source stands
# outside it: inside, Terraform would plan to read it again, and that counts as a change.
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
    error_message = "Administrators who are not known: ${join(", ", [
      for user in data.iriusrisk_users.enabled.users : user.username
      if !contains(var.administrators, user.username) && length(setintersection(user.role_ids, local.administrator_role_ids)) > 0
    ])}."
  }
}
