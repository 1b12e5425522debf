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
  description = "The users by their single sign-on username, with the names of their roles and business units."
  type        = map(object({ roles = set(string), business_units = set(string) }))

  default = {
    "ada@example.com"   = { roles = ["ROLE_RISK_MANAGER"], business_units = ["Payments"] }
    "grace@example.com" = { roles = ["ROLE_DEVELOPER"], business_units = ["Mobile", "Platform"] }
  }

  validation {
    condition     = length(distinct([for username in keys(var.people) : lower(username)])) == length(var.people)
    error_message = "Usernames must differ in more than case."
  }
}

data "iriusrisk_users" "all" {}

locals {
  # The usernames of the users who have signed in before, as spelled in IriusRisk. Single sign-on creates the other users, and
  # the next apply assigns their access.
  known   = { for user in data.iriusrisk_users.all.users : lower(user.username) => user.username }
  present = { for username, person in var.people : username => person if contains(keys(local.known), lower(username)) }
}

resource "iriusrisk_user_roles_exclusive" "people" {
  for_each = local.present

  username   = local.known[lower(each.key)]
  role_names = each.value.roles
}

resource "iriusrisk_user_business_units_exclusive" "people" {
  for_each = local.present

  username            = local.known[lower(each.key)]
  business_unit_names = each.value.business_units
}

output "not_signed_in_yet" {
  value = setsubtract(keys(var.people), keys(local.present))
}
